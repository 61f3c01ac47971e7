"""Sessions and their charging preferences: told to one party, asked of one owner (mod_sessions)."""

from application.hub import Hub
from application.modules import MODULES
from application.objects.pushed import Pushed
from application.routing.passed import Relayed
from domain import errors
from domain.routing.routes import Scenario
from entrypoints.ocpi import handlers, relaying
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.replies import Reply

_SESSIONS = MODULES["sessions"]


def list_sessions(hub: Hub, call: OcpiCall) -> Reply:
    """GET of the SENDER list: `date_from` is mandatory, also if a CPO answers."""
    if "date_from" not in dict(call.query) and relaying.cursor_of(call) is None:
        raise errors.InvalidParameter("date_from is mandatory for sessions")
    return handlers.list_objects(hub, call)


def push_session(hub: Hub, call: OcpiCall) -> Reply:
    """PUT or PATCH: stored, and told to the party whose token it is, now unless TO is the hub."""
    pushed = Pushed(
        key=handlers.owned_key(call),
        path=(),
        method=call.method,
        body=call.body,
        document=call.json_object(),
        by=call.caller.partner,
        correlation_id=call.ids.correlation,
    )
    if call.parties.scenario is Scenario.BROADCAST and call.is_to_hub:
        return handlers.taken(hub.session_push.push_to_hub(pushed))
    receiver = hub.session_push.reader(pushed, named=call.parties.receiver)
    told = hub.session_push.push(pushed, relaying.passed(call, receiver=receiver))
    return relaying.answer(told) if isinstance(told, Relayed) else handlers.taken(told)


def put_preferences(hub: Hub, call: OcpiCall) -> Reply:
    """PUT charging_preferences: always asked of the owner, now (S-4)."""
    document = call.json_object()
    hub.request_validation.check("charging_preferences", document, by=call.caller.partner.id)
    receiver = call.parties.receiver
    if receiver is None:
        viewer = hub.object_reader.viewer(call.parties.sender)
        try:
            stored = hub.object_reader.only(_SESSIONS.id, call.path["object_id"], viewer=viewer)
        except errors.UnknownObject as unknown:
            raise errors.UnknownSession(str(unknown)) from unknown
        receiver = stored.key.owner
    return relaying.relay(hub, call, receiver=receiver)
