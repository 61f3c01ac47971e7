"""What the log says of attempts: one line for all of a batch that a lane's receiver took, and one
for each CDR, each event and each attempt that came to anything else.

No line has what a partner said or was sent; of what failed without an answer it says why.
"""

import logging
from collections.abc import Sequence

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryClass, LaneId
from domain.delivery.settling import Settled

_log = logging.getLogger(__name__)


def tell(lane: LaneId, settled: Sequence[Settled]) -> None:
    """Say how these ended, all in one lane; what had nothing left to send was no attempt."""
    if not _log.isEnabledFor(logging.INFO):
        return
    made = [(each.delivery, each.attempt) for each in settled if _was_made(each.attempt)]
    taken = [each for each in made if _is_taken_state(*each)]
    if taken:
        _tell_taken(lane, taken)
    for delivery, attempt in made:
        if not _is_taken_state(delivery, attempt):
            tell_one(delivery, attempt)


def tell_one(delivery: Delivery, attempt: Attempt) -> None:
    """Say how one attempt ended."""
    if not _log.isEnabledFor(logging.INFO):
        return
    said = {
        **_place(delivery.lane, delivery),
        "delivery": delivery.short_id,
        "verdict": attempt.verdict.value,
        "http": attempt.http,
        "ocpi": attempt.ocpi,
        "reason": attempt.reason if attempt.http is None else None,
        "ms": _ms(attempt),
        "request_id": attempt.request_id or None,
        "correlation_id": _correlation_id(delivery, attempt),
    }
    _log.info("attempt", extra={"said": said})


def _tell_taken(lane: LaneId, taken: Sequence[tuple[Delivery, Attempt]]) -> None:
    delivery, _ = taken[0]
    ids = {_correlation_id(*each) for each in taken}
    said = {
        **_place(lane, delivery),
        "verdict": Verdict.ACCEPTED.value,
        "many": len(taken),
        "ms": max((_ms(attempt) or 0.0 for _, attempt in taken)),
        "correlation_id": ids.pop() if len(ids) == 1 else None,
    }
    _log.info("attempts", extra={"said": said})


def _place(lane: LaneId, delivery: Delivery) -> dict[str, object]:
    return {
        "class": lane.delivery_class.value,
        "target": lane.target,
        "receiver": delivery.receiver.spelled,
        "module": delivery.key.module,
    }


def _was_made(attempt: Attempt) -> bool:
    return attempt.http is not None or attempt.verdict is not Verdict.ACCEPTED


def _is_taken_state(delivery: Delivery, attempt: Attempt) -> bool:
    is_state = delivery.lane.delivery_class is DeliveryClass.STATE
    return is_state and attempt.verdict is Verdict.ACCEPTED


def _correlation_id(delivery: Delivery, attempt: Attempt) -> str | None:
    owed = "" if delivery.sending is None else delivery.sending.correlation_id
    return attempt.correlation_id or owed or None


def _ms(attempt: Attempt) -> float | None:
    return None if attempt.elapsed_s is None else round(attempt.elapsed_s * 1000, 1)
