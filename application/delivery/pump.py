"""The pump: drains every lane that has work, many at a time, from one pool of threads.

A partner that hangs holds one thread and, with all others that hang, at most a quarter of the pool.
The state lives as long as the process: a pump started again goes on.
"""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from application.delivery.claiming import LaneClaims
from application.delivery.draining import LEASE_S, LeasedLane, Resting
from application.delivery.health_notes import HealthNotes
from application.delivery.lane_turns import LaneTurns, were_elsewhere
from application.delivery.pacing import SendPaces
from application.delivery.recording import AttemptRecorder, Ended, in_a_line
from application.delivery.send_limits import POOL, SendLimits
from application.delivery.senders import Senders
from application.delivery.webhook_turns import WebhookTurns
from domain import errors
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, LaneId
from domain.delivery.lanes import Lease
from domain.ports import Clock, FailPoints, LaneBatches, LaneLeases, Lanes

_LOOK_S = 0.05
_IDLE_S = 0.5
_TOGETHER_S = 0.02
"""So long an answer waits for others: what came together is settled in one write."""
_log = logging.getLogger(__name__)


@dataclass
class Pump:
    """Keeps one pool; `run` may be called again and again, by one thread at a time."""

    lanes: Lanes
    leases: LaneLeases
    batches: LaneBatches
    recorder: AttemptRecorder
    health_notes: HealthNotes
    senders: Senders
    webhook_turns: WebhookTurns
    send_paces: SendPaces
    fail_points: FailPoints
    clock: Clock
    holder: str
    pool: ThreadPoolExecutor | None = None
    in_hand: dict[LaneId, LeasedLane] = field(default_factory=dict)
    answered: SimpleQueue[tuple[LeasedLane, Future[Attempt | None]]] = field(
        default_factory=SimpleQueue, repr=False
    )
    resting: Resting = field(default_factory=Resting)
    looked: float = field(default_factory=float)
    turns: LaneTurns = field(default_factory=LaneTurns)

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
        for each in self.in_hand.values():
            each.give_way()
        while (limits := self._limits()).free < POOL and time.monotonic() < deadline:
            self._collect_answers(limits, wait_s=0.2)
        self._give_back(list(self.in_hand))
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
        limits = self._limits()
        self._renew_and_claim(limits)
        for lane in sorted(self.in_hand, key=lambda lane: self.in_hand[lane].served):
            self._begin_sends(self.in_hand[lane], limits)
        self.turns.end(self.in_hand, time.monotonic())
        ended = {lane: each for lane, each in self.in_hand.items() if each.is_idle}
        self._give_back(list(ended))
        self._collect_answers(limits, wait_s=_LOOK_S)
        have_more = any(each.gives_way for each in ended.values())
        return bool(self.in_hand) or self.turns.left > 0 or have_more

    def _limits(self) -> SendLimits:
        return SendLimits(self.in_hand, self.webhook_turns, self.send_paces, self.clock)

    def _lease_due_lanes(self) -> None:
        """Lease the lanes that have come to have work: not at each turn while others are served.

        No more than this pump can serve at once: another pump may have the rest.
        """
        now = time.monotonic()
        is_early = now - self.looked < _LOOK_S
        if self.in_hand and is_early and not self.turns.has_room(self.in_hand, now):
            return
        self.looked = now
        due = self.resting.without(self.lanes.lanes_due(now=self.clock.now()))
        ready = self.webhook_turns.choose(due, self.in_hand)
        chosen = self.turns.choose(ready, self.in_hand, now)
        if not chosen:
            return
        self.fail_points.reach("popped")
        leases = self.batches.lease_all(chosen, holder=self.holder, seconds=LEASE_S)
        for lease in leases:
            self.in_hand[lease.lane] = LeasedLane(lease, lease.health, now, since=now)
        if were_elsewhere(leases):
            self.senders.begin_lanes()

    def _renew_and_claim(self, limits: SendLimits) -> None:
        """Renew the leases, and claim what there is to send; or the lane is lost."""
        claims = LaneClaims(self.leases, self.batches, self.resting, self.clock)
        held = [each for each in self.in_hand.values() if claims.renew(each)]
        claimed = claims.claim(held, limits)
        with contextlib.suppress(Exception):  # each attempt reads by itself, and says what is amiss
            self.senders.prepare(claimed)

    def _begin_sends(self, draining: LeasedLane, limits: SendLimits) -> None:
        if draining.lost:
            draining.backlog.clear()
        for _ in range(min(limits.of(draining), len(draining.backlog))):
            delivery = draining.backlog.pop(0)
            if self.recorder.begins(draining, delivery):
                attempt = self.senders.attempt
                future = self._pool().submit(attempt, delivery, still_ours=draining.is_ours)
                draining.sent(future, delivery)
                future.add_done_callback(lambda done: self.answered.put((draining, done)))
                limits.begun(draining)

    def _pool(self) -> ThreadPoolExecutor:
        if self.pool is None:
            self.pool = ThreadPoolExecutor(max_workers=POOL, thread_name_prefix="pump")
        return self.pool

    def _collect_answers(self, limits: SendLimits, *, wait_s: float) -> None:
        """Wait a moment for answers, send on where they are well, and settle them in bulk."""
        if limits.free == POOL:
            time.sleep(wait_s)
            return
        endings = dict[LaneId, tuple[LeasedLane, Ended]]()
        waiting = deque(each for each in self.in_hand.values() if each.backlog)
        try:
            for draining, send in self._answers(limits, wait_s):
                fresh = (draining, Ended(draining.health, []))
                _, ended = endings.setdefault(draining.lease.lane, fresh)
                limits.free += 1
                if self._end(draining, ended, send):
                    waiting.append(draining)
                    while waiting and limits.free:
                        self._begin_sends(waiting.popleft(), limits)
        finally:
            if endings:
                self._settle(list(endings.values()))

    def _answers(
        self, limits: SendLimits, wait_s: float
    ) -> Iterator[tuple[LeasedLane, Future[Attempt | None]]]:
        """The first that ends within this time, and what ends soon after it."""
        with contextlib.suppress(Empty):
            yield self.answered.get(timeout=wait_s)
            ends = time.monotonic() + _TOGETHER_S
            while limits.free < POOL and (left := ends - time.monotonic()) > 0:
                yield self.answered.get(timeout=left)

    def _end(self, draining: LeasedLane, ended: Ended, send: Future[Attempt | None]) -> bool:
        """Note how it went; whether it went well."""
        delivery = draining.under_way.pop(send).delivery
        attempt = self._attempt_of(send, draining, delivery)
        if draining.lost:
            return False
        self.recorder.end(ended, delivery, attempt)
        is_well = attempt is not None and attempt.verdict.is_well
        draining.answers += is_well
        return is_well

    def _settle(self, endings: Sequence[tuple[LeasedLane, Ended]]) -> None:
        """In one go; where something cannot be written, lane by lane."""
        self.fail_points.reach("read")
        written = [(each.lease, ended.settled) for each, ended in endings if ended.settled]
        try:
            lost = self.batches.settle_all(written) if written else frozenset()
        except errors.StoreUnavailable:
            for each, _ in endings:
                each.lost = True
            return
        except Exception:  # noqa: BLE001 - each is tried by itself, and says what is amiss
            for each, ended in endings:
                self._note(each, ended, self.recorder.write)
            return
        for each, ended in endings:
            each.lost = each.lost or each.lease.lane in lost
            if not each.lost:
                self._note(each, ended, self.recorder.owe_again)

    def _note(
        self, draining: LeasedLane, ended: Ended, write: Callable[[Lease, Ended], None]
    ) -> None:
        try:
            write(draining.lease, ended)
            self.health_notes.note(draining, ended.health)
        except (errors.LaneLost, errors.StoreUnavailable):
            draining.lost = True
        except errors.Unstorable as unstorable:
            self.resting.begin(draining, str(unstorable))

    def _attempt_of(
        self, send: Future[Attempt | None], draining: LeasedLane, delivery: Delivery
    ) -> Attempt | None:
        """What a send came to. This is where the send threads end, so nothing may pass it."""
        try:
            return send.result()
        except (errors.LaneLost, errors.StoreUnavailable):
            draining.lost = True
            return None
        except Exception as failure:  # noqa: BLE001 - the outermost frame of a send
            _log.error("%r: counts as a fault: %s", delivery.id, in_a_line(failure))
            return Attempt(at=self.clock.now(), verdict=Verdict.FAULT, reason="the hub failed")

    def _give_back(self, lanes: Sequence[LaneId]) -> None:
        """Give lanes back, with what went well in them: the breaker judges by all answers."""
        if not lanes:
            return
        given = [self.in_hand[lane] for lane in lanes]
        self.batches.give_back_all([(each.lease, each.unwritten_health) for each in given])
        for lane in lanes:
            del self.in_hand[lane]
