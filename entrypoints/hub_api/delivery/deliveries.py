"""What is owed to whom, and how sending goes: operators see all of it, a partner its own."""

from application.hub import Hub
from domain import errors
from domain.delivery.deliveries import Delivery, DeliveryState
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.delivery.forms import RetryForm
from entrypoints.hub_api.delivery.shapes import delivery_shape, is_known, lane_shape
from entrypoints.hub_api.forms import fill_in
from entrypoints.hub_api.listing import asked_partner, cut
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
"""A list is cut out of the oldest thousand: an operator that owes more looks at the lanes first."""


def list_deliveries(hub: Hub, call: HubApiCall) -> Reply:
    """GET: what is not done yet, or what is in one state, oldest first."""
    wanted = asked_partner(hub, call)
    owed = hub.delivery_overview.owed(partner_id=wanted, state=asked_state(call), limit=_LISTED)
    names, lanes = Names.of(hub), hub.delivery_overview.health()
    return cut(call, [delivery_shape(delivery, names, lanes) for delivery in owed])


def get_delivery(hub: Hub, call: HubApiCall) -> Reply:
    """GET of one delivery, by its id or short id."""
    return _shown(hub, _visible(hub, call))


def retry_delivery(hub: Hub, call: HubApiCall) -> Reply:
    """POST retry: tried now, refused or not."""
    delivery = _visible(hub, call)
    hub.delivery_overview.retry(delivery.id)
    return _shown(hub, hub.delivery_overview.find(delivery.id) or delivery)


def park_delivery(hub: Hub, call: HubApiCall) -> Reply:
    """POST park: a CDR that is due waits until an operator retries or replays it."""
    delivery = _visible(hub, call)
    if not hub.delivery_overview.park(delivery.id):
        raise errors.WrongState("only a CDR that is due can be parked")
    return _shown(hub, hub.delivery_overview.find(delivery.id) or delivery)


def retry_deliveries(hub: Hub, call: HubApiCall) -> Reply:
    """POST retry of all that one partner is owed; `retried` is how many."""
    form = fill_in(RetryForm(), call.json_object())
    partner = hub.administration.find(form["partner"])
    return of_value({"retried": hub.delivery_overview.retry_all(partner.id)})


def list_lanes(hub: Hub, call: HubApiCall) -> Reply:
    """GET: how well each lane is."""
    return cut(call, lanes_of(hub, asked_partner(hub, call)))


def lanes_of(hub: Hub, partner_id: str | None) -> list[Shape]:
    """The lanes to one partner, or all; those to webhooks are in neither partner's."""
    names = Names.of(hub)
    lanes = sorted(hub.delivery_overview.health().items(), key=lambda lane: str(lane[0]))
    return [
        lane_shape(lane, health, names)
        for lane, health in lanes
        if partner_id in (None, lane.target) and is_known(lane, names)
    ]


def _shown(hub: Hub, delivery: Delivery) -> Reply:
    return of_value(delivery_shape(delivery, Names.of(hub), hub.delivery_overview.health()))


def _visible(hub: Hub, call: HubApiCall) -> Delivery:
    delivery = hub.delivery_overview.find(call.path["delivery_id"])
    own = call.caller is None or (delivery is not None and delivery.lane.target == call.caller.id)
    if delivery is None or not own:
        raise errors.UnknownObject("nothing of this id is owed")
    return delivery


def asked_state(call: HubApiCall) -> DeliveryState | None:
    """The state that is asked for. :raises InvalidParameter: if there is none such."""
    text = call.parameter("state")
    try:
        return None if text is None else DeliveryState(text.lower())
    except ValueError:
        raise errors.InvalidParameter(f"state: not one of {', '.join(DeliveryState)}") from None
