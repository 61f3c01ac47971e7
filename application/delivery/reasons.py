"""Why something is not delivered yet, in words: the lane, the last answer, what is ahead of it."""

from domain.cdrs.custody import ref_of_delivery
from domain.delivery.deliveries import Delivery, DeliveryState, is_of_cdr
from domain.delivery.lanes import Breaker, LaneHealth
from domain.times import format_time


def why_owed(delivery: Delivery, health: LaneHealth) -> str | None:
    """None of what is done; `health` is the lane's."""
    said = "" if delivery.last is None else f": {delivery.last.reason}"
    match delivery.state:
        case DeliveryState.DUE:
            return _why_due(delivery, health, said)
        case DeliveryState.REFUSED | DeliveryState.DECLINED:
            return f"refused{said}"
        case DeliveryState.PARKED:
            remark = delivery.what.remark if is_of_cdr(delivery) else ""
            return remark or f"parked until an operator retries it{said}"
        case DeliveryState.WAITING:
            ahead = behind(delivery)
            return f"waits behind {ahead}" if ahead else "waits for the CDR that it credits"
        case _:
            return None


def behind(delivery: Delivery) -> str | None:
    """The ref of the CDR that must be delivered before this Credit CDR."""
    if not is_of_cdr(delivery) or delivery.state is not DeliveryState.WAITING:
        return None
    return ref_of_delivery(delivery.what.behind) or None


def _why_due(delivery: Delivery, health: LaneHealth, said: str) -> str:
    if health.breaker is Breaker.OPEN:
        failures = f"{health.failures_in_a_row} failures in a row"
        probe = "once" if health.probe_at is None else format_time(health.probe_at)
        return f"its lane is held back after {failures}, tried again at {probe}: {health.reason}"
    if not delivery.attempts:
        return "not tried yet"
    return f"tried again at {format_time(delivery.due)}{said}"
