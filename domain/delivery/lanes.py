"""Whether a lane is well: the breaker that governs background sending to one platform.

Pure state over time; it lives in the lane's record, so that every process sees the same.
One item that a partner's framework refuses is about the item; ten different ones
in a row are about the endpoint.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, LaneId

_IN_A_ROW = 5
_SHARE = 0.7
_AT_LEAST = 10
_WINDOW = timedelta(minutes=5)
_FIRST_PROBE = timedelta(seconds=30)
_NEXT_PROBE = timedelta(seconds=60)
_GOOD_PROBES = 2
THREADS = 4
"""How many sends to one lane may be under way at once, if all is well."""
_KEPT = 50
_REFUSED_IN_A_ROW = 10


class Breaker(StrEnum):
    """CLOSED: sends. OPEN: holds back, one probe at a time. TRYING: a probe went well."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


@dataclass(frozen=True)
class BareRefusal:
    """That this delivery's object was refused without an envelope."""

    delivery_id: str
    subject: str


@dataclass(frozen=True)
class LaneHealth:
    """How sending went lately. `recent` holds (when, went well), newest last.

    `bare` holds the refusals without an envelope since the partner's OCPI was last heard;
    `closed_at` is when the breaker closed last, None: it was never open.
    """

    breaker: Breaker = Breaker.CLOSED
    failures_in_a_row: int = 0
    good_probes: int = 0
    probe_at: datetime | None = None
    recent: tuple[tuple[datetime, bool], ...] = ()
    reason: str = ""
    bare: tuple[BareRefusal, ...] = ()
    closed_at: datetime | None = None

    @property
    def is_to_blame(self) -> bool:
        """Whether bare refusals are the endpoint's: of ten different objects in a row."""
        return len({refusal.subject for refusal in self.bare}) >= _REFUSED_IN_A_ROW

    @property
    def is_well(self) -> bool:
        """Whether the last answer was one, and nothing is held back."""
        return self.breaker is Breaker.CLOSED and not self.failures_in_a_row

    def opened_after(self, before: "LaneHealth") -> bool:
        """Whether the breaker has opened since then, and was closed then."""
        return before.breaker is Breaker.CLOSED and self.breaker is Breaker.OPEN

    def threads(self, now: datetime) -> int:
        """How many sends may be under way at once."""
        if self.breaker is Breaker.OPEN:
            return 1 if self.probe_at is None or now >= self.probe_at else 0
        if self.breaker is Breaker.TRYING or self.failures_in_a_row:
            return 1
        return THREADS

    def after(
        self, verdict: Verdict, reason: str, *, at: datetime, not_before: datetime | None = None
    ) -> "LaneHealth":
        """The health after one more answer; one that was never asked for says nothing.

        `not_before` is what the partner asked for, by Retry-After: no probe comes earlier.
        """
        if verdict.says_nothing:
            return self
        well = verdict.is_well
        recent = self.recent
        if recent and at - recent[0][0] > _WINDOW:
            recent = tuple(entry for entry in recent if at - entry[0] <= _WINDOW)
        seen = replace(self, recent=(*recent, (at, well))[-_KEPT:])
        if well:
            return seen._after_success(at)
        failed = seen._after_failure(verdict, reason, at=at)
        if failed.probe_at is None or not_before is None:
            return failed
        return replace(failed, probe_at=max(failed.probe_at, not_before))

    def _after_success(self, at: datetime) -> "LaneHealth":
        if self.breaker is Breaker.CLOSED:
            return replace(self, failures_in_a_row=0, reason="")
        good = self.good_probes + 1
        if good >= _GOOD_PROBES:
            return LaneHealth(bare=self.bare, closed_at=at)
        return replace(
            self, breaker=Breaker.TRYING, good_probes=good, failures_in_a_row=0, probe_at=None
        )

    def _after_failure(self, verdict: Verdict, reason: str, *, at: datetime) -> "LaneHealth":
        failures = self.failures_in_a_row + 1
        failed = replace(self, failures_in_a_row=failures, good_probes=0, reason=reason)
        if self.breaker is not Breaker.CLOSED:
            return replace(failed, breaker=Breaker.OPEN, probe_at=at + _NEXT_PROBE)
        is_over = verdict is Verdict.TOKEN_DEAD or failures >= _IN_A_ROW or self.is_to_blame
        if is_over or failed._mostly_failing():
            return replace(failed, breaker=Breaker.OPEN, probe_at=at + _FIRST_PROBE)
        return failed

    def _mostly_failing(self) -> bool:
        failures = sum(1 for _, well in self.recent if not well)
        return len(self.recent) >= _AT_LEAST and failures >= _SHARE * len(self.recent)

    def half_opened(self, *, now: datetime) -> "LaneHealth":
        """May be probed at once: the partner has just called the hub."""
        if self.breaker is not Breaker.OPEN:
            return self
        return replace(self, probe_at=now)


@dataclass(frozen=True)
class Heard:
    """What an attempt means in its lane. `owed_again`: deliveries refused before by mistake."""

    health: LaneHealth
    attempt: Attempt
    owed_again: tuple[str, ...] = ()


def heard(health: LaneHealth, attempt: Attempt, delivery: Delivery) -> Heard:
    """Note one more attempt in the row of bare refusals, and take it for what it means there.

    The tenth different object in a row is the endpoint's failure, and so is what follows, until
    the partner's OCPI is heard again. What the row has refused is owed again.
    """
    if not attempt.is_bare_refusal:
        is_ocpi = attempt.verdict is Verdict.ACCEPTED or attempt.verdict is Verdict.REFUSED
        return Heard(replace(health, bare=()) if is_ocpi and health.bare else health, attempt)
    refusal = BareRefusal(delivery.id, delivery.what.subject)
    others = tuple(each for each in health.bare if each != refusal)
    noted = replace(health, bare=(*others, refusal)[-_KEPT:])
    if not noted.is_to_blame:
        return Heard(noted, attempt)
    owed_again = () if health.is_to_blame else tuple(each.delivery_id for each in others)
    return Heard(noted, replace(attempt, verdict=Verdict.SICK), owed_again)


@dataclass(frozen=True)
class Claimed:
    """What was claimed in several lanes at once; `lost`: those that are another process's now."""

    deliveries: Mapping[LaneId, tuple[Delivery, ...]]
    lost: frozenset[LaneId] = frozenset()


@dataclass(frozen=True)
class Lease:
    """That this holder alone sends from the lane; the fence grows with every lease.

    `former` had the lease before this one; empty: there was none.
    """

    lane: LaneId
    holder: str
    fence: int
    health: LaneHealth
    former: str = field(default="", compare=False)
