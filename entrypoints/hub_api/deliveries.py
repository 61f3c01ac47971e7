"""What is owed to whom, and how sending goes: all of it for operators, a partner's own for it."""

from application.hub import Hub
from domain import errors
from domain.deliveries import Delivery, DeliveryState
from entrypoints.hub_api.calls import Call
from entrypoints.hub_api.listing import asked_partner, cut
from entrypoints.hub_api.shapes import delivery_shape, lane_shape
from entrypoints.ocpi.replies import Reply, of_value

_LISTED = 1000
"""A list is cut out of the oldest thousand: whoever owes more looks at the lanes first."""


def list_deliveries(hub: Hub, call: Call) -> Reply:
    """GET: what is not done yet, or what is in one state, oldest first."""
    owed = hub.watching.owed(partner_id=asked_partner(hub, call), state=_state(call), limit=_LISTED)
    return cut(call, [delivery_shape(delivery) for delivery in owed])


def get_delivery(hub: Hub, call: Call) -> Reply:
    """GET of one delivery, by its id or short id."""
    return of_value(delivery_shape(_visible(hub, call)))


def retry_delivery(hub: Hub, call: Call) -> Reply:
    """POST retry: tried now, refused or not."""
    delivery = _visible(hub, call)
    hub.watching.retry(delivery.id)
    return of_value(delivery_shape(hub.watching.find(delivery.id) or delivery))


def park_delivery(hub: Hub, call: Call) -> Reply:
    """POST park: a CDR that is due is held back, until somebody retries or replays it."""
    delivery = _visible(hub, call)
    if not hub.watching.park(delivery.id):
        raise errors.WrongState("only a CDR that is due can be parked")
    return of_value(delivery_shape(hub.watching.find(delivery.id) or delivery))


def list_lanes(hub: Hub, call: Call) -> Reply:
    """GET: how well each lane is."""
    lanes = sorted(hub.watching.lanes().items(), key=lambda lane: str(lane[0]))
    return cut(call, [lane_shape(lane, health) for lane, health in lanes])


def _visible(hub: Hub, call: Call) -> Delivery:
    delivery = hub.watching.find(call.path["delivery_id"])
    own = call.caller is None or (
        delivery is not None and delivery.lane.partner_id == call.caller.id
    )
    if delivery is None or not own:
        raise errors.UnknownObject("nothing of this id is owed")
    return delivery


def _state(call: Call) -> str | None:
    text = call.parameter("state")
    if text is not None and text.lower() not in set(DeliveryState):
        raise errors.InvalidParameter(f"state: not one of {', '.join(DeliveryState)}")
    return None if text is None else text.lower()
