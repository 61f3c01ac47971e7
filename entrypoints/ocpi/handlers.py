"""A dozen handlers that every module's routes share: a call in, a reply out.

Each is `handler(hub, call) -> Reply` and knows no HTTP beyond status and headers.
"""

from application.hub import Hub
from application.modules import MODULES
from application.objects.pushed import Accepted, Pushed
from domain import errors
from domain.objects.paging import Viewer
from domain.objects.stored import ObjectKey
from domain.objects.tokens import type_of
from domain.partners.party import Interface
from domain.routing.routes import Scenario
from entrypoints.ocpi import relaying
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.paging import page_headers, page_request
from entrypoints.ocpi.replies import Reply, message_of, of_list, of_value


def get_credentials(hub: Hub, call: OcpiCall) -> Reply:
    """GET credentials: as they are for this caller now."""
    return of_value(hub.credentials_server.credentials(call.caller))


def post_credentials(hub: Hub, call: OcpiCall) -> Reply:
    """POST credentials: register."""
    own = hub.recorded_handshakes.register(
        call.caller, call.json_object(), version=call.version, place=call.place
    )
    return of_value(own, status=200 if call.caller.partner.options.created_is_200 else 201)


def put_credentials(hub: Hub, call: OcpiCall) -> Reply:
    """PUT credentials: everything anew."""
    own = hub.recorded_handshakes.renew(
        call.caller, call.json_object(), version=call.version, place=call.place
    )
    return of_value(own)


def delete_credentials(hub: Hub, call: OcpiCall) -> Reply:
    """DELETE credentials: unregister."""
    hub.recorded_handshakes.unregister(call.caller, place=call.place)
    return Reply()


def list_objects(hub: Hub, call: OcpiCall) -> Reply:
    """GET of a SENDER list: the hub's own, or one party's, which has it."""
    page = relaying.next_page(hub, call)
    if page is not None:
        return page
    if call.parties.scenario is Scenario.DIRECT:
        return relaying.relay(hub, call)
    return _page(hub, call, hub.object_reader.lister(call.module, call.parties.sender))


def list_client_infos(hub: Hub, call: OcpiCall) -> Reply:
    """GET hubclientinfo: every other party that the caller may see, in any status."""
    return _page(hub, call, hub.object_reader.watcher(call.caller.partner))


def get_object(hub: Hub, call: OcpiCall) -> Reply:
    """GET of one SENDER object: from the party named, else from the one that owns it."""
    if call.parties.scenario is Scenario.DIRECT:
        return relaying.relay(hub, call)
    viewer = hub.object_reader.viewer(call.parties.sender)
    stored = hub.object_reader.only(call.module, call.path["object_id"], viewer=viewer)
    owner = stored.key.owner
    if call.parties.scenario is Scenario.OPEN and hub.request_relay.offers(
        owner, call.module, Interface.SENDER, to=call.parties.sender
    ):
        return relaying.relay(hub, call, receiver=owner)
    return Reply(data=hub.object_reader.part(stored, call.part))


def get_own_object(hub: Hub, call: OcpiCall) -> Reply:
    """GET of a RECEIVER object: the owner looks at a receiver's copy, the hub's by default."""
    key = owned_key(call)
    if call.parties.scenario is Scenario.DIRECT:
        return relaying.relay(hub, call)
    stored = hub.object_reader.own_copy(key)
    return Reply(data=hub.object_reader.part(stored, call.part))


def push_object(hub: Hub, call: OcpiCall) -> Reply:
    """PUT or PATCH of an object: to the hub, which tells its readers, or to one party."""
    pushed = Pushed(
        key=owned_key(call),
        path=call.part,
        method=call.method,
        body=call.body,
        document=call.json_object(),
        by=call.caller.partner,
        correlation_id=call.ids.correlation,
    )
    if call.parties.scenario is Scenario.DIRECT:
        return relaying.answer(hub.direct_push.push(pushed, relaying.passed(call)))
    return taken(hub.object_intake.take(pushed))


def taken(accepted: Accepted) -> Reply:
    """That the hub has it, or why the push had no effect: the answer is 1000 either way."""
    if accepted.stale:
        return Reply(message="no effect: the hub has a newer one, by last_updated")
    if accepted.repeated:
        return Reply(message="no effect: this PATCH was taken before")
    if accepted.unchanged:
        return Reply(message="unchanged: the hub has it like this already")
    return Reply(status=201 if accepted.created else 200, message=message_of(accepted.remarks))


def delete_object(hub: Hub, call: OcpiCall) -> Reply:
    """DELETE of an object: at the hub, which tells its readers, or at one party."""
    key = owned_key(call)
    if call.parties.scenario is Scenario.DIRECT:
        return relaying.answer(hub.direct_push.withdraw(key, relaying.passed(call)))
    hub.object_deletion.withdraw(key, correlation_id=call.ids.correlation)
    return Reply()


def _page(hub: Hub, call: OcpiCall, viewer: Viewer) -> Reply:
    request = page_request(call.query, most=call.page_limit)
    page = hub.object_reader.page(call.module, request, viewer=viewer)
    url = f"{call.base_url}/sender/{call.module}"
    headers = page_headers(page, request, query=call.query, url=url, most=call.page_limit)
    return of_list(page.items, headers=headers)


def owned_key(call: OcpiCall) -> ObjectKey:
    """The key that the URL names.

    :raises NotYours: unless it is of a party of the caller's that may own such objects (T-OWN-3).
    """
    owner = call.owner
    if not call.caller.partner.has_role(owner, MODULES[call.module].owners):
        raise errors.NotYours(f"{owner.spelled} is not a party of yours that owns {call.module}")
    return ObjectKey(call.module, owner, call.path["object_id"], _kind(call))


def _kind(call: OcpiCall) -> str:
    """What is part of the identity beside the id: a token's type (TK-1, TK-2)."""
    if call.module != "tokens":
        return ""
    document = call.json_object() if call.method == "PUT" else None
    return type_of(dict(call.query).get("type"), document)
