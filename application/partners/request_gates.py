"""Whether one more request is let in: counted here, and shared with all processes once a second.

A request waits for no store. While the shared counts are away each process counts for itself, and
adds what it has counted when they are back. A request that is told to wait counts for nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from domain.partners.limits import (
    MINUTE_S,
    OF_PARTNERS,
    LimitClass,
    RequestLimits,
    Use,
    left_of_minute,
    minute_of,
)
from domain.ports import Clock, SharedCounts

MOST_KEYS = 10_000
"""Of one class: what was counted first is forgotten, where more addresses than that come."""
MOST_AT_ONCE = 2_000
"""Counts that are shared in one go."""
_KEPT_S = 2 * MINUTE_S


@dataclass
class Minute:
    """What one key has come to in one minute: `fresh` here and not shared yet, `shared` of all."""

    number: int
    fresh: int = 0
    shared: int = 0


class Counted(NamedTuple):
    """What a process has to share: `name` is the same in all processes."""

    name: str
    key: str
    number: int
    many: int


@dataclass(frozen=True)
class Gate:
    """Lets in `most` requests of one class a minute by each key, a partner's id or an address."""

    limited: LimitClass
    most: int
    clock: Clock
    minutes: dict[str, Minute] = field(default_factory=dict, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    def enter(self, key: str) -> int:
        """Count one more; 0: it is let in, else the whole seconds that it has to wait."""
        if not self.most:
            return 0
        at = self.clock.now().timestamp()
        number = minute_of(at)
        with self.lock:
            minute = self.minutes.get(key)
            if minute is None or minute.number != number:
                minute = self._begin(key, number)
            if minute.fresh + minute.shared < self.most:
                minute.fresh += 1
                return 0
        return left_of_minute(at)

    def left(self, key: str) -> int:
        """The seconds that one more would have to wait; nothing is counted."""
        minute = self.minutes.get(key)
        if minute is None or minute.fresh + minute.shared < self.most:
            return 0
        at = self.clock.now().timestamp()
        return left_of_minute(at) if minute.number == minute_of(at) else 0

    def used(self, key: str, number: int) -> int:
        """What this process knows of this minute."""
        minute = self.minutes.get(key)
        is_it = minute is not None and minute.number == number
        return minute.fresh + minute.shared if minute is not None and is_it else 0

    def counted(self, number: int) -> list[Counted]:
        """What is to be shared of this minute; what is of another one is forgotten."""
        with self.lock:
            for key in [key for key, each in self.minutes.items() if each.number != number]:
                del self.minutes[key]
            return [
                Counted(self.name(key, number), key, number, each.fresh)
                for key, each in self.minutes.items()
                if each.fresh
            ]

    def share(self, counted: Counted, total: int) -> None:
        """Note what it came to. Where the shared counts were lost, it is no less than it was."""
        with self.lock:
            minute = self.minutes.get(counted.key)
            if minute is not None and minute.number == counted.number:
                minute.fresh -= counted.many
                minute.shared = max(total, minute.shared + counted.many)

    def name(self, key: str, number: int) -> str:
        """What the number is called among all processes."""
        return f"{self.limited.value}:{number}:{key}"

    def _begin(self, key: str, number: int) -> Minute:
        if len(self.minutes) >= MOST_KEYS:
            del self.minutes[next(iter(self.minutes))]
        minute = self.minutes[key] = Minute(number)
        return minute


@dataclass(frozen=True)
class RequestGates:
    """The gates of one process, one a class."""

    counts: SharedCounts
    clock: Clock
    limits: RequestLimits
    gates: dict[LimitClass, Gate] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock, repr=False)

    def of(self, limited: LimitClass) -> Gate:
        """The gate of this class: always the same one."""
        fresh = Gate(limited, self.limits.of(limited), self.clock)
        return self.gates.setdefault(limited, fresh)

    def settle(self) -> None:
        """Share what was counted, and hear what others have. Once a second does.

        Partners go first: of a flood of addresses a part waits for the next time.
        """
        with self.turn:
            self._settle(minute_of(self.clock.now().timestamp()))

    def uses(self, partner_ids: Collection[str]) -> Mapping[str, tuple[Use, ...]]:
        """What each of these partners has made use of in this minute, in all processes."""
        self.settle()
        at = self.clock.now().timestamp()
        number = minute_of(at)
        names = [self.of(each).name(key, number) for key in partner_ids for each in OF_PARTNERS]
        told = self.counts.read(names)
        return {key: tuple(self._uses_of(key, number, told, at)) for key in partner_ids}

    def _settle(self, number: int) -> None:
        gates = sorted(self.gates.values(), key=lambda gate: gate.limited is LimitClass.FAILED)
        every = [(gate, each) for gate in gates for each in gate.counted(number)]
        counted = every[:MOST_AT_ONCE]
        many = {each.name: each.many for _, each in counted}
        totals = self.counts.add(many, seconds=_KEPT_S) if many else {}
        if totals is not None:
            for gate, each in counted:
                gate.share(each, totals[each.name])

    def _uses_of(
        self, key: str, number: int, told: Mapping[str, int] | None, at: float
    ) -> Iterator[Use]:
        for limited in OF_PARTNERS:
            gate = self.of(limited)
            here = gate.used(key, number)
            if told is None:
                yield Use(limited, gate.most, here or None, left_of_minute(at))
            else:
                used = max(here, told.get(gate.name(key, number), 0))
                yield Use(limited, gate.most, used, left_of_minute(at))
