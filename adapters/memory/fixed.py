"""Time, ids and chance that hold still, so that a test says what it expects."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class FixedClock:
    """Stands at `moment` until it is advanced."""

    moment: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class SequentialIds:
    """`00000000-0000-0000-0000-000000000001`, and so on."""

    last: int = 0

    def new(self) -> str:
        self.last += 1
        return f"00000000-0000-0000-0000-{self.last:012d}"


@dataclass(frozen=True)
class FixedSpread:
    """Always the same; 0.5 is no jitter at all."""

    value: float = 0.5

    def spread(self) -> float:
        return self.value
