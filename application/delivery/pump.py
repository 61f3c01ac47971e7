"""The pump: drains every lane that has work, many at a time, from one pool of threads.

A partner that hangs holds one thread and, with all others that hang, at most a quarter of the pool.
The state lives as long as the process: a pump started again goes on.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from application.delivery.draining import LEASE_S, LeasedLane, Resting
from application.delivery.recording import AttemptRecorder, Ended, in_a_line
from application.delivery.senders import Senders
from application.delivery.webhook_turns import WebhookTurns
from domain import errors
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, LaneId
from domain.delivery.lanes import Breaker, LaneHealth
from domain.ports import Clock, FailPoints, LaneLeases, Lanes, PartnerNotes

POOL = 32
RENEW_S = 4.0
_BATCH = 50
_LOOK_S = 0.05
_IDLE_S = 0.5
_HANGING_SHARE = 4
_log = logging.getLogger(__name__)


@dataclass
class Pump:
    """Keeps one pool; `run` may be called again and again, by one thread at a time."""

    lanes: Lanes
    leases: LaneLeases
    recorder: AttemptRecorder
    partner_notes: PartnerNotes
    senders: Senders
    webhook_turns: WebhookTurns
    fail_points: FailPoints
    clock: Clock
    holder: str
    pool: ThreadPoolExecutor | None = None
    in_hand: dict[LaneId, LeasedLane] = field(default_factory=dict)
    resting: Resting = field(default_factory=Resting)

    def run(self, *, seconds: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Pump until nothing is due or `seconds` are over; whether there is more to do.

        Sends under way when the time is over go on; the next run settles them.
        """
        begun = idle_since = time.monotonic()
        while time.monotonic() < begun + seconds and not stop():
            if self._went_on():
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > _IDLE_S:
                break
        return bool(self.in_hand)

    def close(self) -> None:
        """Wait for what is under way, settle it, and give every lane back."""
        deadline = time.monotonic() + 12.0
        while self._under_way() and time.monotonic() < deadline:
            self._collect_answers(wait_s=0.2)
        for lane in list(self.in_hand):
            self._give_back(lane)
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = None

    def _went_on(self) -> bool:
        """One round, unless the store is away: then nothing went on, but nothing is forgotten."""
        try:
            return self._one_round()
        except errors.StoreUnavailable as unavailable:
            _log.warning("nothing pumped: %s", unavailable)
            return False

    def _one_round(self) -> bool:
        """One round, the lane that waits longest first; whether anything was, or is, going on."""
        self._lease_due_lanes()
        for lane in sorted(self.in_hand, key=lambda lane: self.in_hand[lane].served):
            self._serve_lane(lane)
        self._collect_answers(wait_s=_LOOK_S)
        return bool(self.in_hand)

    def _lease_due_lanes(self) -> None:
        """Lease the lanes that have come to have work."""
        due = self.resting.without(self.lanes.lanes_due(now=self.clock.now()))
        for lane in self.webhook_turns.choose(due, self.in_hand):
            self.fail_points.reach("popped")
            begun = time.monotonic()
            lease = self.leases.lease(lane, holder=self.holder, seconds=LEASE_S)
            if lease is not None:
                self.in_hand[lane] = LeasedLane(lease, lease.health, begun)

    def _serve_lane(self, lane: LaneId) -> None:
        draining = self.in_hand[lane]
        if not draining.lost:
            self._renew_and_claim(draining)
        if draining.lost:
            draining.backlog.clear()
        for _ in range(min(self._sends_allowed(draining), len(draining.backlog))):
            self._begin_send(draining, draining.backlog.pop(0))
        if not draining.backlog and not draining.under_way:
            self._give_back(lane)

    def _renew_and_claim(self, draining: LeasedLane) -> None:
        """Renew the lease, and claim what there is to send; or the lane is lost."""
        try:
            self._renew_lease(draining)
            if not draining.backlog and draining.may_look() and self._sends_allowed(draining):
                self._claim_due(draining)
        except errors.LaneLost:
            draining.lost = True
        except errors.StoreUnavailable:
            draining.lost = True  # it may have claimed: only another lease can claim that again
            raise
        except Exception as failure:  # noqa: BLE001 - what cannot be read holds up its own lane
            self.resting.begin(draining, in_a_line(failure))

    def _sends_allowed(self, draining: LeasedLane) -> int:
        """How many more sends this lane may begin."""
        now = time.monotonic()
        threads = draining.health.threads(self.clock.now())
        if draining.hangs(now) or not draining.answers:
            threads = min(threads, 1)
        lane = draining.lease.lane
        if (
            self._count_hanging(now, lane) >= POOL // _HANGING_SHARE
            and draining.health.failures_in_a_row
        ):
            threads = 0
        free = POOL - self._under_way()
        if lane.is_webhook:
            sends = {each: len(other.under_way) for each, other in self.in_hand.items()}
            free = min(free, self.webhook_turns.free(lane, sends))
        return max(0, min(threads - len(draining.under_way), free))

    def _count_hanging(self, now: float, lane: LaneId) -> int:
        """Sends that hang, or are likely to: their lane's last one failed.

        Webhooks that hang are no reason to hold back what goes out over OCPI.
        """
        return sum(
            len(each.under_way)
            for other, each in self.in_hand.items()
            if other.is_webhook == lane.is_webhook
            and (each.health.failures_in_a_row or each.hangs(now))
        )

    def _under_way(self) -> int:
        return sum(len(draining.under_way) for draining in self.in_hand.values())

    def _renew_lease(self, draining: LeasedLane) -> None:
        begun = time.monotonic()
        if begun - draining.renewed > RENEW_S:
            self.leases.renew(draining.lease, seconds=LEASE_S)
            draining.renewed = begun

    def _claim_due(self, draining: LeasedLane) -> None:
        limit = _BATCH if draining.health.breaker is Breaker.CLOSED else 1
        claimed = self.leases.claim(draining.lease, now=self.clock.now(), limit=limit)
        draining.backlog.extend(claimed)
        draining.looked = 0.0 if len(claimed) == limit else time.monotonic()

    def _begin_send(self, draining: LeasedLane, delivery: Delivery) -> None:
        if not self.recorder.begins(draining, delivery):
            return
        if self.pool is None:
            self.pool = ThreadPoolExecutor(max_workers=POOL, thread_name_prefix="pump")
        future = self.pool.submit(self.senders.attempt, delivery, still_ours=draining.is_ours)
        draining.sent(future, delivery)

    def _collect_answers(self, *, wait_s: float) -> None:
        """Wait a moment for answers and settle what came, lane by lane, in bulk."""
        futures = [future for each in self.in_hand.values() for future in each.under_way]
        if not futures:
            time.sleep(wait_s)
            return
        done, _ = wait(futures, timeout=wait_s, return_when=FIRST_COMPLETED)
        for lane in list(self.in_hand):
            if mine := [future for future in self.in_hand[lane].under_way if future in done]:
                self._settle_answers(self.in_hand[lane], mine)

    def _settle_answers(self, draining: LeasedLane, futures: list[Future[Attempt | None]]) -> None:
        ended = Ended(draining.health, [])
        for future in futures:
            delivery = draining.under_way.pop(future).delivery
            attempt = self._attempt_of(future, draining, delivery)
            if draining.lost:
                continue
            self.recorder.end(ended, delivery, attempt)
            draining.answers += attempt is not None and attempt.verdict.is_well
        self.fail_points.reach("read")
        try:
            self.recorder.write(draining.lease, ended)
            self._note_health(draining, ended.health)
        except (errors.LaneLost, errors.StoreUnavailable):
            draining.lost = True
        except errors.Unstorable as unstorable:
            self.resting.begin(draining, str(unstorable))

    def _attempt_of(
        self, future: Future[Attempt | None], draining: LeasedLane, delivery: Delivery
    ) -> Attempt | None:
        """What a send came to. This is where the send threads end, so nothing may pass it."""
        try:
            return future.result()
        except (errors.LaneLost, errors.StoreUnavailable):
            draining.lost = True
            return None
        except Exception as failure:  # noqa: BLE001 - the outermost frame of a send
            _log.error("%r: counts as a fault: %s", delivery.id, in_a_line(failure))
            return Attempt(at=self.clock.now(), verdict=Verdict.FAULT, reason="the hub failed")

    def _note_health(self, draining: LeasedLane, health: LaneHealth) -> None:
        """Write the lane's health where it changed, and what follows for what waits in the lane."""
        before, draining.health = draining.health, health
        if health == before or (health.is_well and before.is_well):
            return
        lane = draining.lease.lane
        self.leases.note_health(draining.lease, health)
        if not lane.is_webhook:
            self.partner_notes.set_ailing(lane.target, ailing=not health.is_well)
            if before.is_well or health.opened_after(before):
                self.partner_notes.suspect(lane.target)
        if health.breaker is Breaker.OPEN and health.probe_at is not None:
            draining.backlog.clear()
            self.lanes.release(lane, now=health.probe_at)
        elif health.is_well:
            self.lanes.release(lane, now=self.clock.now())

    def _give_back(self, lane: LaneId) -> None:
        """Give the lane back, with what went well in it: the breaker judges by all answers."""
        draining = self.in_hand[lane]
        is_closed = draining.health.breaker is Breaker.CLOSED
        self.leases.give_back(draining.lease, draining.health if is_closed else None)
        del self.in_hand[lane]
