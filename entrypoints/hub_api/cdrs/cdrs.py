"""CDRs in custody, for the party that bills, the party that owes, and the hub's operators (D-8)."""

from decimal import Decimal, InvalidOperation

from adapters.ocpi.exact_numbers import is_ordinary
from adapters.ocpi.schemas.codes import CURRENCIES
from application.cdrs.accounting import CdrWithDelivery
from application.cdrs.search import CdrQuery
from application.hub import Hub
from domain import errors
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.cdrs.forms import ReplayForm
from entrypoints.hub_api.cdrs.shapes import (
    conflict_shape,
    count_shape,
    doubtful_shape,
    handed_shape,
    listed_shape,
)
from entrypoints.hub_api.delivery.deliveries import asked_state
from entrypoints.hub_api.forms import fill_in
from entrypoints.hub_api.listing import (
    asked_page,
    asked_party,
    check_period,
    cut,
    moment_asked,
    named_key,
    paged,
)
from entrypoints.hub_api.names import Names
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
"""Conflicts are cut out of the newest thousand."""


def list_cdrs(hub: Hub, call: HubApiCall) -> Reply:
    """GET: the CDRs that the caller bills or owes, in order of acceptance."""
    request = asked_page(call)
    party = asked_party(hub, call)
    if party is None and call.caller is not None:
        party = call.viewer(hub).party
    return paged(call, request, hub.cdr_accounting.page(request, party=party))


def list_handed(hub: Hub, call: HubApiCall) -> Reply:
    """GET deliveries: how CDRs' deliveries stand, oldest first; the oldest thousand that fit."""
    since, before = moment_asked(call, "since"), moment_asked(call, "before")
    check_period(since, before, "since", "before")
    query = CdrQuery(
        party=asked_party(hub, call),
        state=asked_state(call),
        session=_session(call),
        since=since,
        before=before,
        least=_amount(call, "least"),
        most=_amount(call, "most"),
        currency=_currency(call),
        limit=_LISTED,
    )
    return cut(call, [listed_shape(handed) for handed in hub.cdr_search.listed(query)])


def get_cdr(hub: Hub, call: HubApiCall) -> Reply:
    """GET of one, as the bytes that came."""
    return Reply(data=_found(hub, call).filed.body)


def get_cdr_delivery(hub: Hub, call: HubApiCall) -> Reply:
    """GET delivery: its state, every attempt, the next one, the receipt."""
    return of_value(handed_shape(_found(hub, call)))


def replay_cdr(hub: Hub, call: HubApiCall) -> Reply:
    """POST replay: delivered again now, delivered or not."""
    ref = _found(hub, call).filed.ref
    if not hub.cdr_accounting.replay(ref):
        raise errors.WrongState("it was refused at once, or waits behind what it credits")
    return of_value(handed_shape(hub.cdr_accounting.find(ref, by=None)))


def replay_cdrs(hub: Hub, call: HubApiCall) -> Reply:
    """POST replay of all that one party was to get since a moment; `replayed` is how many."""
    form = fill_in(ReplayForm(), call.json_object())
    receiver = hub.partner_names.party(PartyId.parse(form["party"]))
    return of_value({"replayed": hub.cdr_accounting.replay_since(receiver, form["since"])})


def list_conflicts(hub: Hub, call: HubApiCall) -> Reply:
    """GET conflicts: CDRs that were refused because their id was taken, newest first."""
    names = Names.of(hub)
    return cut(
        call, [conflict_shape(each, names) for each in hub.cdr_search.conflicts(limit=_LISTED)]
    )


def list_doubtful(hub: Hub, call: HubApiCall) -> Reply:
    """GET doubtful: CDRs that people should look at, newest first, with the reasons."""
    return cut(call, [doubtful_shape(each) for each in hub.doubtful_cdrs.listed(limit=_LISTED)])


def verify_cdrs(hub: Hub, call: HubApiCall) -> Reply:
    """GET verify: every CDR hashed again, and counted against the deliveries (I8)."""
    return of_value(count_shape(hub.cdr_accounting.verify()))


def _session(call: HubApiCall) -> ObjectKey | None:
    text = call.parameter("session")
    if text is None:
        return None
    try:
        return session_named(text)
    except ValueError as wrong:
        raise errors.InvalidParameter(f"session: {wrong}") from wrong


def session_named(text: str) -> ObjectKey:
    """The session of `DE-ABC/ID`. :raises ValueError: if it is written otherwise."""
    return named_key("sessions", text)


def _amount(call: HubApiCall, name: str) -> Decimal | None:
    text = call.parameter(name)
    try:
        number = None if text is None else Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    if number is not None and not is_ordinary(number):
        raise errors.InvalidParameter(f"{name}: not a number of at most 60 digits")
    return number


def _currency(call: HubApiCall) -> str | None:
    text = call.parameter("currency")
    if text is not None and text.upper() not in CURRENCIES:
        raise errors.InvalidParameter("currency: none of ISO 4217")
    return None if text is None else text.upper()


def _found(hub: Hub, call: HubApiCall) -> CdrWithDelivery:
    """By ref, or by owner and id: the last one of that id."""
    if "ref" in call.path:
        return hub.cdr_accounting.find(call.path["ref"], by=call.caller)
    key = ObjectKey("cdrs", call.named_owner, call.path["cdr_id"])
    return hub.cdr_accounting.find(key, by=call.caller)
