"""What may happen to a process at any of its port calls: it dies, it is stopped, a store is away.

A dead process does nothing any more, not even in its `finally`: all that is left of it is in the
stores. A stopped one goes on later, with all that it believed before.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any

from adapters.memory import FixedClock
from domain.errors import StoreUnavailable
from domain.ports import Hold


class ProcessDied(BaseException):
    """No `except Exception` outlives this: the process is gone."""


class Kind(StrEnum):
    """How a port call goes wrong. STOPS: others go on meanwhile, then this one does.

    HALFWAY: of what the call has many of, the first half is done; a call that has no such thing is
    done.
    """

    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"
    DIES_HALFWAY = "dies halfway"
    AWAY_BEFORE = "store away before"
    AWAY_AFTER = "store away after"
    AWAY_HALFWAY = "store away halfway"
    STOPS = "stops"


@dataclass(frozen=True)
class Fate:
    """What happens at the process's call of this number; with `port`, at its call of that port.

    `meanwhile` names what others do.
    """

    call: int
    kind: Kind
    port: str = ""
    seconds: float = 0.0
    meanwhile: tuple[str, ...] = ()


_NO_STORES = frozenset({"wire", "outbound", "wake", "locks"})
_HALFWAY = frozenset({Kind.DIES_HALFWAY, Kind.AWAY_HALFWAY})
_DIES_AFTER = frozenset({Kind.DIES_AFTER, Kind.DIES_HALFWAY})
_AWAY_AFTER = frozenset({Kind.AWAY_AFTER, Kind.AWAY_HALFWAY})


@dataclass
class Life:
    """One process's: it counts its port calls.

    `acknowledged`: correlation ids that got a 1000, and are not noted yet.
    """

    name: str
    others: Callable[[Fate], None]
    fate: Fate | None = None
    calls: Counter[str] = field(default_factory=Counter)
    is_dead: bool = False
    is_harmed: bool = False
    acknowledged: list[str] = field(default_factory=list)

    def begin(self, fate: Fate | None) -> None:
        self.fate = fate
        self.calls.clear()
        self.is_harmed = False

    def through(
        self, port: str, call: Callable[[], Any], half: Callable[[], Any] | None = None
    ) -> Any:
        """Make the call, or meet the fate that waits here; `half` is the first half of it."""
        if self.is_dead:
            raise ProcessDied(self.name)
        self.calls[""] += 1
        self.calls[port] += 1
        fate = self.fate
        if fate is None or self.calls[fate.port] != fate.call or fate.port not in ("", port):
            return call()
        self.fate = None
        is_halved = half is not None and fate.kind in _HALFWAY
        return self._meet(fate, port, half if half is not None and is_halved else call)

    def _meet(self, fate: Fate, port: str, call: Callable[[], Any]) -> Any:
        self.is_harmed = True
        if fate.kind is Kind.DIES_BEFORE:
            self._die()
        if fate.kind in _DIES_AFTER:
            try:
                call()
            except Exception:  # noqa: BLE001 - no caller hears of it
                self._die()
            self._die()
        if fate.kind is Kind.STOPS:
            return self._stop(fate, port, call)
        if port in _NO_STORES:
            return call()
        if fate.kind in _AWAY_AFTER:
            call()
        raise StoreUnavailable(f"away at {port}")

    def _stop(self, fate: Fate, port: str, call: Callable[[], Any]) -> Any:
        """What was sent has arrived: a lease cannot reach further than the last look at it."""
        if port not in ("wire", "outbound"):
            self.others(fate)
            return call()
        try:
            return call()
        finally:
            self.others(fate)

    def _die(self) -> None:
        self.is_dead = True
        raise ProcessDied(self.name)


class Port:
    """A port as this process has it."""

    def __init__(self, of: Any, name: str, life: Life) -> None:
        self._of, self._name, self._life = of, name, life

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._of, attribute)
        if not callable(found):
            return found

        def call(*args: Any, **named: Any) -> Any:
            halves = [(_first_half(args[0]), *args[1:])] if args and _is_many(args[0]) else []
            return self._life.through(
                self._name,
                lambda: _drawn(found(*args, **named)),
                *(partial(found, *half, **named) for half in halves),
            )

        setattr(self, attribute, call)
        return call


def _is_many(given: Any) -> bool:
    return isinstance(given, list | tuple | dict) and len(given) > 1


def _first_half(many: Any) -> Any:
    """Of a list, a tuple or a dictionary."""
    half = islice(many.items() if isinstance(many, dict) else many, len(many) // 2)
    return type(many)(half)


def _drawn(given: Any) -> Any:
    """A cursor is read to its end in the same call."""
    return iter(list(given)) if isinstance(given, Iterator) else given


@dataclass
class Line:
    """The wire as this process has it: it notes what it was told of having arrived."""

    of: Any
    life: Life

    def ask(self, request: Any, **budget: Any) -> Any:
        answer = self.life.through("wire", lambda: self.of.ask(request, **budget))
        if request.method == "POST" and answer.status == 200 and answer.code == 1000:
            self.life.acknowledged.append(request.correlation_id)
        return answer


@dataclass
class SharedLocks:
    """Locks that a dead process leaves behind until they run out; by the simulated clock."""

    clock: FixedClock
    life: Life
    held: dict[str, tuple[Life, float]]

    @contextmanager
    def hold(self, name: str, *, seconds: float) -> Iterator[Hold]:
        """A process that would wait for a stopped one is taken for dead: that one goes on later."""
        self.life.through("locks", lambda: self._wait(name))
        ours, held = (self.life, self._now() + seconds), Hold()
        self.held[name] = ours
        try:
            yield held
        finally:
            held.was_kept = self.held.get(name) is ours and self._now() < ours[1]
            if self.held.get(name) is ours and not self.life.is_dead:
                del self.held[name]

    def _wait(self, name: str) -> None:
        by, until = self.held.get(name, (self.life, 0.0))
        left = until - self._now()
        if left <= 0 or by is self.life:
            return
        if not by.is_dead:
            raise ProcessDied("waits for one that waits for it")
        self.clock.advance(left)

    def _now(self) -> float:
        return self.clock.now().timestamp()
