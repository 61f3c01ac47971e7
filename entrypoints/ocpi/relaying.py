"""Relaying a call to another party, for the handlers of every module."""

from dataclasses import replace

from application.hub import Hub
from application.routing.page_links import CURSOR
from application.routing.passed import Passed, Relayed
from domain import errors
from domain.partners.party import Interface, PartyId
from domain.routing.routes import Routed, Scenario
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.replies import SUCCESS, Reply


def relay(hub: Hub, call: OcpiCall, *, receiver: PartyId | None = None) -> Reply:
    """Pass the call on, to the party that it names unless another one was found for it."""
    return answer(hub.request_relay.relay(passed(call, receiver=receiver)))


def relay_any(hub: Hub, call: OcpiCall) -> Reply:
    """A module that the hub knows nothing of: to the party named, as it is (T-EXT-3)."""
    if call.parties.scenario is not Scenario.DIRECT:
        raise errors.UnknownReceiver(f"name the receiver of {call.module} in OCPI-to")
    return relay(hub, call)


def cursor_of(call: OcpiCall) -> str | None:
    """Where a link of the hub's own to a party's further page says that it goes on."""
    return dict(call.query).get(CURSOR)


def next_page(hub: Hub, call: OcpiCall) -> Reply | None:
    """A further page of a party's list, whose own link is in the cursor (T-PAG-9); None without."""
    cursor = cursor_of(call)
    if cursor is None:
        return None
    partner = call.caller.partner
    link = hub.page_links.read(cursor, requester=partner.id, module=call.module)
    if not partner.speaks_for(link.sender):
        raise errors.InvalidParameter(f"{CURSOR} was made for a party that is not yours any more")
    routed = Routed(Scenario.DIRECT, link.sender, link.receiver)
    page = passed(replace(call, routed=routed, suffix="", raw_query=""))
    return answer(hub.request_relay.next_page(link, page))


def passed(call: OcpiCall, *, receiver: PartyId | None = None) -> Passed:
    """The call as it is to be passed on.

    :raises UnknownReceiver: if it names no receiver, and none was found for it.
    """
    to = receiver or call.parties.receiver
    if to is None:
        raise errors.UnknownReceiver("no receiver: name one in OCPI-to")
    return Passed(
        method=call.method,
        module=call.module,
        interface=call.interface or Interface.SENDER,
        suffix=call.suffix,
        query=call.raw_query,
        body=call.body or None,
        correlation_id=call.ids.correlation,
        requester=call.caller.partner.id,
        sender=call.parties.sender,
        receiver=to,
    )


def answer(relayed: Relayed) -> Reply:
    """The receiver's answer, from the receiver."""
    if relayed.body is None:
        message = f"{relayed.sender.spelled} answered HTTP {relayed.status}"
        return Reply(status=relayed.status, code=2000, message=message, sender=relayed.sender)
    return Reply(
        status=relayed.status,
        code=relayed.code or SUCCESS,
        passed_on=relayed.body,
        headers=relayed.headers,
        sender=relayed.sender,
        rewritten=("Link",) if "link" in relayed.headers else (),
    )
