"""Commands, asynchronously: an id at once, and what becomes of the command whenever one asks.

OCPI's own path waits for the operator; this one does not (D-10).
"""

from dataclasses import replace
from urllib.parse import quote

from application.hub import Hub
from application.modules import roles_calling
from domain.commands.kinds import COMMANDS, Refusal, command_kind
from domain.commands.requests import CommandRequest, Side
from domain.partners.party import Interface
from domain.routing.routes import sender_of
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.commands.shapes import command_shape
from entrypoints.hub_api.listing import cut
from entrypoints.ocpi.commands import refused
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
_NOT_FOUND = 2001


def send_command(hub: Hub, call: HubApiCall) -> Reply:
    """POST: 202 and the id, as soon as it is kept; a worker sends it at once.

    404 where the hub finds no operator to ask: there is no command then.
    """
    kind = command_kind(call.path["command"])
    roles = roles_calling(COMMANDS, Interface.RECEIVER)
    sender = sender_of(call.partner, call.claimed, roles=roles)
    begun = hub.command_sender.begin(
        CommandRequest(
            kind=kind,
            requester=Side(call.partner.id, sender),
            receiver=None if call.addressed == hub.party.party else call.addressed,
            suffix=f"/{quote(call.path['command'], safe='')}",
            correlation_id=call.correlation_id,
            body=call.body,
            document=call.json_object(),
        )
    )
    if isinstance(begun, Refusal):
        told = refused(begun)
        code = max(told.code, _NOT_FOUND)
        return replace(
            told, status=404, code=code, message="no operator here has what the command is about"
        )
    return of_value({"command_id": begun.id, "status": begun.status}, status=202)


def get_command(hub: Hub, call: HubApiCall) -> Reply:
    """GET of one, by its id: where it is now, what was answered and when."""
    partner_id = None if call.caller is None else call.caller.id
    found = hub.command_deadlines.find(call.path["command"], partner_id=partner_id)
    return of_value(command_shape(found))


def list_commands(hub: Hub, call: HubApiCall) -> Reply:
    """GET: the last thousand, newest first: a partner's own, or all for the operator."""
    partner_id = None if call.caller is None else call.caller.id
    made = hub.command_deadlines.made(partner_id=partner_id, limit=_LISTED)
    return cut(call, [command_shape(command) for command in made])
