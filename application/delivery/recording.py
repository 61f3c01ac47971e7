"""Writing how attempts ended: what it means in its lane, what follows, and never nothing at all.

What a partner answered may be what no store takes. Then the attempt counts as the hub's own fault,
with its back-off: it is not made again and again as if it had never been.
"""

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace

from application.delivery.attempt_lines import tell
from application.delivery.draining import LeasedLane
from domain import errors
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, is_of_cdr
from domain.delivery.lanes import LaneHealth, Lease, heard
from domain.delivery.settling import Settled, settle
from domain.ports import Clock, Deliveries, LaneLeases, Spread

_log = logging.getLogger(__name__)


@dataclass
class Ended:
    """What came of some attempts in a lane, and the lane's health after them."""

    health: LaneHealth
    settled: list[Settled]
    owed_again: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttemptRecorder:
    """Settles attempts, with any answer or none."""

    deliveries: Deliveries
    leases: LaneLeases
    spread: Spread
    clock: Clock

    def begins(self, draining: LeasedLane, delivery: Delivery) -> bool:
        """Note that a CDR's bytes leave now; False if it is not this lane's any more.

        One that was claimed and not begun is in no doubt: its receiver has not got it.
        """
        if not is_of_cdr(delivery):
            return True
        try:
            return self.leases.begin(draining.lease, delivery)
        except errors.StoreUnavailable:
            draining.lost = True
            raise

    def end(self, ended: Ended, delivery: Delivery, attempt: Attempt | None) -> None:
        """Add one attempt; None: there was nothing left to send."""
        if attempt is None:
            done = Attempt(self.clock.now(), Verdict.ACCEPTED, "nothing left to send")
            ended.settled.append(settle(delivery, done, spread=self.spread.spread()))
            return
        meant = heard(ended.health, attempt, delivery)
        made = meant.attempt
        result = settle(delivery, made, spread=self.spread.spread())
        not_before = None if made.retry_after_s is None else result.due
        ended.settled.append(result)
        ended.owed_again += meant.owed_again
        ended.health = meant.health.after(
            made.verdict, made.reason, at=made.at, not_before=not_before
        )

    def write(self, lease: Lease, ended: Ended) -> None:
        """Write the attempts, and owe again what was refused by mistake.

        :raises errors.LaneLost: if the lease was lost.
        """
        self._settle_all(lease, ended.settled)
        self.owe_again(lease, ended)

    def owe_again(self, lease: Lease, ended: Ended) -> None:
        """Once the attempts are written: say how, and owe again what was refused by mistake."""
        tell(lease.lane, ended.settled)
        probed_at = ended.health.probe_at or self.clock.now()
        for delivery_id in ended.owed_again:
            self.deliveries.retry(delivery_id, now=probed_at)

    def _settle_all(self, lease: Lease, settled: Sequence[Settled]) -> None:
        if not settled:
            return
        try:
            self.leases.settle(lease, settled)
        except (errors.LaneLost, errors.StoreUnavailable):
            raise
        except Exception:  # noqa: BLE001 - each is tried by itself, and says what is amiss
            for each in settled:
                self._settle_one(lease, each)

    def _settle_one(self, lease: Lease, settled: Settled) -> None:
        """By itself, so that one that cannot be written leaves the others as they ended."""
        try:
            self.leases.settle(lease, [settled])
        except (errors.LaneLost, errors.StoreUnavailable):
            raise
        except Exception as failure:  # noqa: BLE001 - one that cannot be written stops no lane
            _log.error("%r: counts as a fault: %s", settled.delivery.id, in_a_line(failure))
            fault = _failure_of_the_hub(settled.attempt)
            failed = settle(settled.delivery, fault, spread=self.spread.spread())
            self.leases.settle(lease, [failed])


def in_a_line(failure: Exception) -> str:
    """What it is, and where it comes from."""
    [*_, last] = traceback.extract_tb(failure.__traceback__)
    return f"{type(failure).__name__} in {last.name}, line {last.lineno} of {last.filename}"


def _failure_of_the_hub(attempt: Attempt) -> Attempt:
    """In the hub's own words. Where the partner was asked, it may have it."""
    return replace(
        attempt,
        verdict=Verdict.FAULT,
        reason="the hub could not keep how it went",
        is_unsure=attempt.http is not None or attempt.is_unsure,
        retry_after_s=None,
        receipt=None,
    )
