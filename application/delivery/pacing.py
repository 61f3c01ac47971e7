"""How many sends to one partner may begin now: by its own pace, and slowly after it was away.

A pump looks before each send, so a partner without a pace, whose lanes are well, costs a look into
the directory that the process has. CDRs go before states: they may take in advance what comes
within a moment. What is passed on to a partner live is held by nothing; it counts for half of the
pace at most, so that what is owed goes on beside it.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from application.partners.directories import Directories
from application.partners.request_gates import RequestGates
from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.lanes import THREADS, LaneHealth
from domain.delivery.ramp import FIRST_PER_S, ramp_per_s
from domain.partners.limits import LimitClass, minute_of
from domain.partners.pace import Pace, UsualPace
from domain.ports import Clock, SharedCounts

_BURST_S = 0.25
"""What was not sent is made up for so much of a second."""
_LOOK_S = 1.0
_LIVE_SHARE = 0.5
_NONE = Pace()


class Allowed(NamedTuple):
    """`at_once`: sends that may be under way in the lane; `now`: sends that may begin."""

    at_once: int
    now: int


@dataclass
class Bucket:
    """Sends that may begin; `live` were told to be passed on live in that `minute`."""

    left: float
    at: float
    looked: float = 0.0
    minute: int = 0
    live: int = 0

    def fill(self, per_s: float, most: float, now: float) -> None:
        """Add what has come since, up to `most`."""
        self.left = min(most, self.left + per_s * max(0.0, now - self.at))
        self.at = now

    def charge_live(self, total: int, minute: int, most: float) -> None:
        """Take off what was passed on live since the last look."""
        new = total - self.live if minute == self.minute else total
        self.minute, self.live = minute, total
        self.left -= min(max(0, new), most)


@dataclass(frozen=True)
class SendPaces:
    """The paces of one pump. Used by one thread."""

    directories: Directories
    request_gates: RequestGates
    shared_counts: SharedCounts
    usual_pace: UsualPace
    clock: Clock
    buckets: dict[Hashable, Bucket] = field(default_factory=dict, repr=False)
    """Of partners with a pace, by id, and of lanes that were held back, by lane."""

    def allowed(self, lane: LaneId, health: LaneHealth) -> Allowed:
        """What may be sent in this lane now. Webhooks have no pace."""
        if lane.is_webhook:
            return Allowed(THREADS, THREADS)
        partner = self.directories.recent().by_id.get(lane.target)
        pace = (_NONE if partner is None else partner.options.pace).over(self.usual_pace.pace)
        at_once = pace.at_once or THREADS
        if not pace.per_s and health.closed_at is None:
            return Allowed(at_once, at_once)
        now = self.clock.now()
        paced = self._by_pace(lane, pace.per_s, now.timestamp()) if pace.per_s else at_once
        return Allowed(at_once, min(at_once, paced, self._by_ramp(lane, health.closed_at, now)))

    def begun(self, lane: LaneId) -> None:
        """Note that one more send has begun."""
        if self.buckets:
            for bucket in (self.buckets.get(lane.target), self.buckets.get(lane)):
                if bucket is not None:
                    bucket.left -= 1

    def _by_pace(self, lane: LaneId, per_s: int, now: float) -> int:
        burst = max(1.0, per_s * _BURST_S)
        bucket = self.buckets.setdefault(lane.target, Bucket(burst, now, looked=now))
        bucket.fill(per_s, burst, now)
        if not 0 <= now - bucket.looked < _LOOK_S:
            bucket.looked = now
            self._charge_live(lane.target, bucket, per_s, minute_of(now))
        is_first = lane.delivery_class is DeliveryClass.CDR
        return max(0, int(bucket.left + (burst if is_first else 0.0)))

    def _charge_live(self, partner_id: str, bucket: Bucket, per_s: int, minute: int) -> None:
        name = self.request_gates.of(LimitClass.RELAYED).name(partner_id, minute)
        if (told := self.shared_counts.read([name])) is not None:
            bucket.charge_live(told.get(name, 0), minute, per_s * _LIVE_SHARE)

    def _by_ramp(self, lane: LaneId, closed_at: datetime | None, now: datetime) -> int:
        per_s = ramp_per_s(closed_at, now, ramp_s=self.usual_pace.ramp_s)
        if per_s is None:
            self.buckets.pop(lane, None)
            return THREADS
        at = now.timestamp()
        bucket = self.buckets.setdefault(lane, Bucket(FIRST_PER_S, at))
        bucket.fill(per_s, max(FIRST_PER_S, per_s * _BURST_S), at)
        return max(0, int(bucket.left))
