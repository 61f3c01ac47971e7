"""A dozen handlers that every module's routes share: a call in, a reply out.

Each is `handler(hub, call) -> Reply` and knows no HTTP beyond status and headers.
"""

from application.accepting import Pushed
from application.cursors import CURSOR
from application.forwarding import Passed, Relayed
from application.hub import Hub
from application.modules import MODULES
from domain import errors
from domain.objects import ObjectKey
from domain.party import Interface, PartyId
from domain.routing import Scenario
from entrypoints.ocpi.calls import Call
from entrypoints.ocpi.paging import page_headers, page_request
from entrypoints.ocpi.replies import Reply, of_list, of_value


def get_credentials(hub: Hub, call: Call) -> Reply:
    """GET credentials: as they are for this caller now."""
    return of_value(hub.registering.credentials(call.caller))


def post_credentials(hub: Hub, call: Call) -> Reply:
    """POST credentials: register."""
    own = hub.registering.register(call.caller, call.json_object(), version=call.version)
    return of_value(own, status=201)


def put_credentials(hub: Hub, call: Call) -> Reply:
    """PUT credentials: everything anew."""
    return of_value(hub.registering.renew(call.caller, call.json_object(), version=call.version))


def delete_credentials(hub: Hub, call: Call) -> Reply:
    """DELETE credentials: unregister."""
    hub.registering.unregister(call.caller)
    return Reply()


def list_objects(hub: Hub, call: Call) -> Reply:
    """GET of a SENDER list: the hub's own, or one party's, which has it (1.9.3)."""
    cursor = dict(call.query).get(CURSOR)
    if cursor is not None:
        return _next_page(hub, call, cursor)
    if call.parties.scenario is Scenario.DIRECT:
        return _relay(hub, call)
    request = page_request(call.query, most=call.page_limit)
    viewer = hub.serving.viewer(call.parties.sender)
    page = hub.serving.page(call.module, request, viewer=viewer)
    url = f"{call.base_url}/sender/{call.module}"
    headers = page_headers(page, request, query=call.query, url=url, most=call.page_limit)
    return of_list(page.items, headers=headers)


def get_object(hub: Hub, call: Call) -> Reply:
    """GET of one SENDER object: from the party named, else from the one that owns it (1.9.5)."""
    if call.parties.scenario is Scenario.DIRECT:
        return _relay(hub, call)
    viewer = hub.serving.viewer(call.parties.sender)
    stored = hub.serving.only(call.module, call.path["object_id"], viewer=viewer)
    if call.parties.scenario is Scenario.OPEN:
        relayed = _from_owner(hub, call, stored.key)
        if relayed is not None:
            return relayed
    return Reply(data=hub.serving.part(stored, call.part))


def get_own_object(hub: Hub, call: Call) -> Reply:
    """GET of a RECEIVER object: the owner looks at a receiver's copy, the hub's by default."""
    key = _owned(call)
    if call.parties.scenario is Scenario.DIRECT:
        return _relay(hub, call)
    stored = hub.serving.own_copy(key)
    return Reply(data=hub.serving.part(stored, call.part))


def push_object(hub: Hub, call: Call) -> Reply:
    """PUT or PATCH of an object: to the hub, which tells its readers, or to one party."""
    pushed = Pushed(
        key=_owned(call),
        path=call.part,
        method=call.method,
        body=call.body,
        document=call.json_object(),
        by=call.caller.partner,
        correlation_id=call.ids.correlation,
    )
    if call.parties.scenario is Scenario.DIRECT:
        return _answer(hub.addressing.push(pushed, _passed(call)))
    accepted = hub.accepting.take(pushed)
    return Reply(status=201 if accepted.created else 200)


def _relay(hub: Hub, call: Call) -> Reply:
    return _answer(hub.forwarding.relay(_passed(call)))


def _next_page(hub: Hub, call: Call, cursor: str) -> Reply:
    """A further page of a party's list: its own link is in the cursor (T-PAG-9)."""
    link = hub.forwarding.cursors.read(cursor, requester=call.caller.partner.id, module=call.module)
    passed = Passed(
        method="GET",
        module=call.module,
        interface=Interface.SENDER,
        suffix="",
        query="",
        body=None,
        correlation_id=call.ids.correlation,
        requester=call.caller.partner.id,
        sender=link.sender,
        receiver=link.receiver,
    )
    return _answer(hub.forwarding.next_page(link, passed))


def _from_owner(hub: Hub, call: Call, key: ObjectKey) -> Reply | None:
    """The owner's own answer; None where its platform is only pushing: then the hub serves."""
    if not hub.forwarding.offers(key.owner, call.module, Interface.SENDER):
        return None
    return _answer(hub.forwarding.relay(_passed(call, receiver_key=key)))


def _passed(call: Call, receiver_key: ObjectKey | None = None) -> Passed:
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
        receiver=receiver_key.owner if receiver_key is not None else _receiver(call),
    )


def _answer(relayed: Relayed) -> Reply:
    if relayed.body is None:
        return Reply(
            status=relayed.status,
            code=2000,
            message=f"{relayed.sender} answered HTTP {relayed.status}",
        )
    return Reply(
        status=relayed.status,
        passed_on=relayed.body,
        headers=relayed.headers,
        sender=relayed.sender,
    )


def _owned(call: Call) -> ObjectKey:
    """The key that the URL names.

    :raises NotYours: unless it is of a party of the caller's that may own such objects (T-OWN-3).
    """
    owner = call.owner
    partner = call.caller.partner
    if not partner.has_role(owner, MODULES[call.module].owners):
        raise errors.NotYours(f"{owner} is not a party of yours that owns {call.module}")
    return ObjectKey(call.module, owner, call.path["object_id"])


def _receiver(call: Call) -> PartyId:
    if call.parties.receiver is None:
        raise errors.UnknownReceiver("nobody is addressed")
    return call.parties.receiver
