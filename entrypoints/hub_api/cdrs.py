"""CDRs in custody, for the party that bills, the party that owes, and the hub's operators (D-8)."""

from application.accounting import Handed
from application.hub import Hub
from domain import errors
from domain.objects import ObjectKey
from domain.party import PartyId
from entrypoints.hub_api.calls import Call
from entrypoints.hub_api.custody_shapes import (
    conflict_shape,
    count_shape,
    doubtful_shape,
    handed_shape,
)
from entrypoints.hub_api.forms import ReplayForm, fill_in
from entrypoints.hub_api.listing import asked_page, cut, paged
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
"""Conflicts are cut out of the newest thousand."""


def list_cdrs(hub: Hub, call: Call) -> Reply:
    """GET: the CDRs that the caller bills or owes, in order of acceptance."""
    request = asked_page(call)
    party = None if call.caller is None else call.viewer(hub).party
    return paged(call, request, hub.accounting.page(request, party=party))


def get_cdr(hub: Hub, call: Call) -> Reply:
    """GET of one, as the bytes that came."""
    return Reply(data=_found(hub, call).filed.body)


def get_cdr_delivery(hub: Hub, call: Call) -> Reply:
    """GET delivery: its state, every attempt, the next one, the receipt."""
    return of_value(handed_shape(_found(hub, call)))


def replay_cdr(hub: Hub, call: Call) -> Reply:
    """POST replay: handed over again now, whatever became of it."""
    ref = call.path["ref"]
    if not hub.accounting.replay(ref):
        raise errors.WrongState("it was refused at once, or waits behind what it credits")
    return of_value(handed_shape(hub.accounting.find(ref, by=None)))


def replay_cdrs(hub: Hub, call: Call) -> Reply:
    """POST replay of all that one party was to get since a moment; `replayed` is how many."""
    form = fill_in(ReplayForm(), call.json_object())
    receiver = PartyId.parse(form["party"])
    return of_value({"replayed": hub.accounting.replay_since(receiver, form["since"])})


def list_conflicts(hub: Hub, call: Call) -> Reply:
    """GET conflicts: CDRs that were refused because their id was taken, newest first."""
    return cut(call, [conflict_shape(each) for each in hub.accounting.conflicts(limit=_LISTED)])


def list_doubtful(hub: Hub, call: Call) -> Reply:
    """GET doubtful: CDRs that people should look at, newest first, with the reasons."""
    return cut(call, [doubtful_shape(each) for each in hub.doubting.listed(limit=_LISTED)])


def verify_cdrs(hub: Hub, call: Call) -> Reply:
    """GET verify: every CDR hashed again, and counted against the deliveries (I8)."""
    return of_value(count_shape(hub.accounting.verify()))


def _found(hub: Hub, call: Call) -> Handed:
    """By ref, or by owner and id: the last one of that id."""
    if "ref" in call.path:
        return hub.accounting.find(call.path["ref"], by=call.caller)
    key = ObjectKey("cdrs", call.named_owner, call.path["cdr_id"])
    return hub.accounting.find(key, by=call.caller)
