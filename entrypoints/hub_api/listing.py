"""Lists of what the hub itself keeps, a page at a time, as OCPI pages are (D-26)."""

from collections.abc import Sequence
from datetime import datetime

from adapters.ocpi import exact_json
from application.hub import Hub
from domain import errors
from domain.documents import JsonValue
from domain.objects.paging import Page, PageRequest
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.times import parse_moment
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.ocpi.paging import page_headers, page_request
from entrypoints.ocpi.replies import Reply, of_list


def asked_page(call: HubApiCall) -> PageRequest:
    """The page that the query asks for.

    :raises InvalidParameter: for a limit or offset that is none, or a time with nothing in it.
    """
    request = page_request(call.query, most=call.page_limit)
    check_period(request.date_from, request.date_to, "date_from", "date_to")
    return request


def check_period(since: datetime | None, before: datetime | None, *names: str) -> None:
    """:raises InvalidParameter: if the period between them is empty."""
    if since is not None and before is not None and since >= before:
        raise errors.InvalidParameter(f"{' and '.join(names)}: there is no time between them")


def paged(call: HubApiCall, request: PageRequest, page: Page) -> Reply:
    """One page that a store has cut out."""
    headers = page_headers(page, request, query=call.query, url=call.url, most=call.page_limit)
    return of_list(page.items, headers=headers)


def listed(hub: Hub, call: HubApiCall, module: str) -> Reply:
    """A module's objects that the caller may list, as on OCPI's own path, in order of creation."""
    request = asked_page(call)
    party = asked_party(hub, call) or call.viewer(hub).party
    lister = hub.object_reader.lister(module, party)
    return paged(call, request, hub.object_reader.page(module, request, viewer=lister))


def cut(call: HubApiCall, values: Sequence[JsonValue]) -> Reply:
    """The page that is asked for out of all `values`."""
    request = asked_page(call)
    chosen = values[request.offset : request.offset + request.limit]
    items = tuple(exact_json.dump(value) for value in chosen)
    more = request.offset + len(items) < len(values)
    return paged(call, request, Page(items, len(values), more))


def moment_asked(call: HubApiCall, name: str) -> datetime | None:
    """The day or the moment that a parameter names; None without it.

    :raises InvalidParameter: if it names none.
    """
    text = call.parameter(name)
    try:
        return None if text is None else parse_moment(text)
    except ValueError as wrong:
        raise errors.InvalidParameter(
            f"{name}: neither a day such as 2026-01-31 nor a UTC timestamp"
        ) from wrong


def asked_party(hub: Hub, call: HubApiCall, name: str = "party") -> PartyId | None:
    """The party that a parameter names, as `DE-ABC`; None without it.

    :raises InvalidParameter: if it names none. :raises UnknownPartner: if the hub knows no such.
    :raises WrongToken: for a party that is not the calling partner's.
    """
    party = named_party(call, name)
    if party is None:
        return None
    if call.caller is None:
        return hub.partner_names.party(party)
    if not call.caller.speaks_for(party):
        raise errors.WrongToken(f"{name}: you see your own and no other")
    return party


def named_party(call: HubApiCall, name: str = "party") -> PartyId | None:
    """The party as it is written, whether there is one or not.

    :raises InvalidParameter: if it is none.
    """
    text = call.parameter(name)
    try:
        return None if text is None else PartyId.parse(text)
    except ValueError as wrong:
        raise errors.InvalidParameter(f"{name}: {wrong}") from wrong


def named_key(module: str, text: str) -> ObjectKey:
    """The module's object of `DE-ABC/ID`; the id may have slashes in it.

    :raises ValueError: if it is written otherwise.
    """
    party, _, object_id = text.partition("/")
    if not object_id:
        raise ValueError(f"{text[:40]!r} is not written as DE-ABC/ID")
    return ObjectKey(module, PartyId.parse(party), object_id)


def asked_partner(hub: Hub, call: HubApiCall) -> str | None:
    """The id of the partner that is asked about, None: of all; a partner asks about itself alone.

    :raises WrongToken: for another one: to a partner, other partners do not exist.
    """
    name = call.parameter("partner")
    if call.caller is None:
        return None if name is None else hub.administration.find(name).id
    if name is not None and _found(hub, name) != call.caller.id:
        raise errors.WrongToken("partner: you see your own and no other")
    return call.caller.id


def _found(hub: Hub, name: str) -> str | None:
    try:
        return hub.administration.find(name).id
    except errors.UnknownPartner:
        return None
