"""Commands and charging profiles, both ways: asked of operators, and their results come back.

OCPI 2.3.0, mod_commands and mod_charging_profiles.
"""

from collections.abc import Mapping
from dataclasses import replace

from adapters.ocpi import exact_json
from application.commands.results import Arrived
from application.hub import Hub
from domain import errors
from domain.commands.kinds import CommandKind, Refusal, command_kind, profile_kind
from domain.commands.requests import CommandRequest, Side
from domain.documents import Document
from domain.partners.party import PartyId
from entrypoints.ocpi import relaying
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.replies import Reply


def send_command(hub: Hub, call: OcpiCall) -> Reply:
    """POST of a command, one that OCPI does not name too: the operator's own CommandResponse."""
    kind = command_kind(call.path["command"])
    return _answer(hub, _asked(call, kind, _document(call.body, kind)))


def send_profile(hub: Hub, call: OcpiCall) -> Reply:
    """GET, PUT or DELETE of a session's charging profile: the operator's own response."""
    kind = profile_kind(call.method)
    document = call.json_object() if kind.has_body else None
    return _answer(hub, _asked(call, kind, document))


def take_result(hub: Hub, call: OcpiCall) -> Reply:
    """POST to the hub's own `response_url`: kept, and passed on. An envelope without data.

    The hub has it from here on; what the requester makes of it is not the operator's concern.
    """
    arrived = Arrived(
        command_id=call.path["command_id"],
        partner_id=call.caller.partner.id,
        body=call.body,
        document=call.json_object(),
        correlation_id=call.ids.correlation,
    )
    command = hub.command_results.take(arrived)
    return Reply(sender=command.requester.party, about=f"command/{command.id}")


def push_active_profile(hub: Hub, call: OcpiCall) -> Reply:
    """PUT of an ActiveChargingProfile: to the party named, else to the profile's setter (CP-2)."""
    document, to = call.json_object(), call.parties.receiver
    hub.request_validation.check("active_charging_profile", document, by=call.caller.partner.id)
    if to is None:
        to = hub.command_receivers.of_profile(call.parties.sender, call.path["session_id"])
    return relaying.relay(hub, call, receiver=to)


def refused(refusal: Refusal) -> Reply:
    """The hub's own answer where it found no party to ask."""
    said = exact_json.dump({"result": refusal.result, "timeout": 0})
    message = "Success" if refusal.code == 1000 else "no party here has what the command is about"
    return Reply(code=refusal.code, message=message, data=said)


def _answer(hub: Hub, request: CommandRequest) -> Reply:
    answer = hub.command_sender.ask(request)
    if isinstance(answer, Refusal):
        return refused(answer)
    rewritten = ("response_url",) if request.response_url is not None else ()
    return replace(relaying.answer(answer), rewritten=rewritten)


def _asked(call: OcpiCall, kind: CommandKind, document: Document | None) -> CommandRequest:
    sender: PartyId = call.parties.sender
    return CommandRequest(
        kind=kind,
        requester=Side(call.caller.partner.id, sender),
        receiver=call.parties.receiver,
        suffix=call.suffix,
        correlation_id=call.ids.correlation,
        query=call.raw_query,
        body=call.body or None,
        document=document,
        session=call.path.get("session_id"),
    )


def _document(body: bytes, kind: CommandKind) -> Document | None:
    """The parsed body; None where an unknown command has another one, which is its own business.

    :raises MalformedJson: (400) :raises InvalidDocument: (2001) if a known command has none.
    """
    try:
        document = exact_json.parse(body)
    except errors.MalformedJson:
        if kind.is_custom:
            return None
        raise
    if isinstance(document, Mapping):
        return document
    if kind.is_custom:
        return None
    raise errors.InvalidDocument((errors.Problem("", "expected a JSON object"),))
