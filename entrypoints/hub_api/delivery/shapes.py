"""What is owed as it looks outside, and why it is still owed: the lane, the answers, what is ahead.

Apart from the other shapes, because they answer the one question of a bad night: why?
"""

from collections.abc import Mapping

from application.delivery.reasons import behind, why_owed
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import Delivery, LaneId, is_of_event
from domain.delivery.lanes import LaneHealth
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape, party_text, time_text

Lanes = Mapping[LaneId, LaneHealth]
_SOUND = LaneHealth()


def delivery_shape(delivery: Delivery, names: Names, lanes: Lanes) -> Shape:
    """What one receiver is owed of one object; `short_id` names it as well as `id`.

    `why` says in words why it is not delivered yet; `behind` is the ref of the CDR that goes first.
    """
    health = lanes.get(delivery.lane, _SOUND)
    return {
        "id": delivery.id,
        "short_id": delivery.short_id,
        "partner": names.partner(delivery.lane.target),
        "webhook": names.webhook(delivery.lane.target),
        "receiver": party_text(delivery.receiver),
        "module": delivery.key.module,
        "object": {"owner": party_text(delivery.key.owner), "id": delivery.key.id},
        "since": time_text(delivery.since),
        "due": time_text(delivery.due),
        "state": delivery.state.value,
        "event": _event_of(delivery),
        "attempts": delivery.attempts,
        "last": attempt_shape(delivery.last) if delivery.last is not None else None,
        "lane": _health_shape(health),
        "behind": behind(delivery),
        "why": why_owed(delivery, health),
    }


def attempt_shape(attempt: Attempt) -> Shape:
    """One try; `http` and `ocpi` are None where no answer came, `unsure` that it may have it."""
    return {
        "at": time_text(attempt.at),
        "http": attempt.http,
        "ocpi": attempt.ocpi,
        "reason": attempt.reason,
        "unsure": attempt.is_unsure,
    }


def lane_shape(lane: LaneId, health: LaneHealth, names: Names) -> Shape:
    """How well sending to one partner, or to one webhook, goes."""
    return {
        "partner": names.partner(lane.target),
        "webhook": names.webhook(lane.target),
        "class": lane.delivery_class.value,
        **_health_shape(health),
    }


def is_known(lane: LaneId, names: Names) -> bool:
    """Whether there is still something to send to: a webhook's lane stays when the webhook goes."""
    held = names.webhooks if lane.is_webhook else names.partners
    return lane.target in held


def delivery_row(delivery: Delivery, names: Names, lanes: Lanes) -> Shape:
    """The same as one line for people: a webhook's has its URL and event."""
    key, last = delivery.key, delivery.last
    named = f"{key.module} {party_text(key.owner)}/{key.id}"
    health = lanes.get(delivery.lane, _SOUND)
    event, target = _event_of(delivery), delivery.lane.target
    return {
        **delivery_shape(delivery, names, lanes),
        "to": names.in_short(target) if delivery.lane.is_webhook else party_text(delivery.receiver),
        "what": f"{event}: {named}" if event else named,
        "http": None if last is None else last.http,
        "ocpi": None if last is None else last.ocpi,
        "breaker": health.breaker.value,
        "failures": health.failures_in_a_row,
        "next_probe": time_text(health.probe_at),
    }


def _event_of(delivery: Delivery) -> str | None:
    return delivery.what.type.value if is_of_event(delivery) else None


def _health_shape(health: LaneHealth) -> Shape:
    return {
        "breaker": health.breaker.value,
        "failures_in_a_row": health.failures_in_a_row,
        "probe_at": time_text(health.probe_at),
        "reason": health.reason,
    }
