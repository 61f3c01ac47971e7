"""Processes crash at any moment: no command twice, none after its deadline, results alike.

A process may die at every call of the store, before it or right after it, and while it waits for a
partner; a partner may get a request and not be heard. What is held against this are the partners'
own ledgers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adapters.memory import FixedClock, MemoryCommands
from domain import errors
from domain.commands.records import CommandRecord
from domain.ports import WireAnswer, WireRequest
from tests.builders import after
from tests.examples import examples
from tests.unit.application.commands_asked import P3, a_house, arrived, asked, envelope, says
from tests.unit.application.house import House

TIMEOUT_S = 20
FAILURES: tuple[Callable[[], Exception] | None, ...] = (
    None,
    None,
    lambda: errors.Unreachable("gone"),
    lambda: errors.NoAnswer("slow", timed_out=True),
    lambda: errors.NoAnswer("broke", timed_out=False),
)


class Crash(BaseException):
    """The process is dead: nothing in it goes on."""


@dataclass
class Fate:
    """After how many calls the process dies, how the next request to a partner ends, and how many
    seconds every call takes.
    """

    clock: FixedClock = field(default_factory=FixedClock)
    calls_left: int | None = None
    failure: Callable[[], Exception] | None = None
    slow_s: float = 0

    def call(self) -> None:
        self.clock.advance(self.slow_s)
        if self.calls_left is not None:
            self.calls_left -= 1
            if self.calls_left < 0:
                raise Crash


@dataclass
class Ledgers:
    """What really arrived at partners, by them, and when. They answer as `fate` has it."""

    house: House
    fate: Fate
    commands: list[tuple[str, datetime]] = field(default_factory=list)
    results: list[tuple[bytes, datetime]] = field(default_factory=list)

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        moment = self.house.clock.now()
        self.fate.call()
        failure = self.fate.failure() if self.fate.failure is not None else None
        if isinstance(failure, errors.Unreachable):
            raise failure
        self._write(request, moment)
        self.fate.call()
        if failure is not None:
            raise failure
        return envelope() if request.url == P3 else says(timeout=TIMEOUT_S)

    def _write(self, request: WireRequest, moment: datetime) -> None:
        body = request.body or b""
        if request.url == P3:
            self.results.append((body, moment))
        else:
            self.commands.append(
                (body.decode().partition("new-token-")[2].partition('"')[0], moment)
            )


@dataclass
class DyingStore:
    """The store; the process may die before a call reaches it, or before it hears of its end."""

    store: MemoryCommands
    fate: Fate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            self.fate.call()
            done = getattr(self.store, name)(*arguments, **more)
            self.fate.call()
            return done

        return call


class Journey(RuleBasedStateMachine):
    """XYZ asks, workers and sweepers send, ABC answers and sends results, time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.fate, self.store = Fate(), MemoryCommands()
        self.house = a_house(commands=DyingStore(self.store, self.fate), clock=self.fate.clock)
        self.ledgers = Ledgers(self.house, self.fate)
        object.__setattr__(self.house.request_relay, "wire", self.ledgers)
        self.results = 0

    @contextmanager
    def _living(self, dies_after: int | None, fails: int = 0, slow_s: float = 0) -> Iterator[None]:
        self.fate.calls_left, self.fate.failure = dies_after, FAILURES[fails]
        self.fate.slow_s = slow_s
        with suppress(Crash, errors.HubError):
            yield
        self.fate.calls_left, self.fate.failure, self.fate.slow_s = None, None, 0

    lives = st.none() | st.integers(0, 9)
    fails = st.integers(0, len(FAILURES) - 1)
    slow = st.sampled_from([0, 0, 1, 6])
    names = st.sampled_from(["START_SESSION", "RESERVE_NOW"])

    @rule(name=names, dies_after=lives, fails=fails)
    def ask(self, name: str, dies_after: int | None, fails: int) -> None:
        with self._living(dies_after, fails):
            self.house.command_sender.ask(
                asked(name, expiry_date=None if name[0] == "S" else _ENDS)
            )

    @rule(name=names, dies_after=lives)
    def begin(self, name: str, dies_after: int | None) -> None:
        with self._living(dies_after):
            self.house.command_sender.begin(
                asked(name, expiry_date=None if name[0] == "S" else _ENDS)
            )

    @rule(pick=st.integers(0, 20), dies_after=lives, fails=fails, slow_s=slow)
    def work(self, pick: int, dies_after: int | None, fails: int, slow_s: float) -> None:
        """A wake-up, which may come late, twice, or to two workers."""
        begun = list(self.store.held)
        if begun:
            with self._living(dies_after, fails, slow_s):
                self.house.command_sender.send(begun[pick % len(begun)])

    @rule(dies_after=lives, fails=fails, slow_s=slow)
    def sweep(self, dies_after: int | None, fails: int, slow_s: float) -> None:
        with self._living(dies_after, fails, slow_s):
            self.house.command_deadlines.sweep()

    @precondition(lambda self: bool(self.ledgers.commands))
    @rule(
        pick=st.integers(0, 20),
        result=st.sampled_from(["ACCEPTED", "FAILED", "CANCELED_RESERVATION"]),
        dies_after=lives,
        fails=fails,
    )
    def answer(self, pick: int, result: str, dies_after: int | None, fails: int) -> None:
        """ABC sends a result of a command that it got, once more if it is not heard."""
        number, _ = self.ledgers.commands[pick % len(self.ledgers.commands)]
        name = f"new-token-{number}"
        body = f'{{"result":"{result}","of":"{name}"}}'.encode()
        with self._living(dies_after, fails):
            self.house.command_results.take(arrived(self.store.held[name], result, body=body))

    @rule(seconds=st.sampled_from([0.5, 2, 10, 31, 90]))
    def pass_time(self, seconds: float) -> None:
        self.house.clock.advance(seconds)

    @invariant()
    def no_command_is_sent_twice(self) -> None:
        assert not [
            each for each, n in Counter(n for n, _ in self.ledgers.commands).items() if n > 1
        ]

    @invariant()
    def no_command_is_sent_after_its_deadline(self) -> None:
        for number, moment in self.ledgers.commands:
            made = self.store.held[f"new-token-{number}"].created_at
            assert (moment - made).total_seconds() < 30

    @invariant()
    def no_result_arrives_twice(self) -> None:
        assert not [
            each for each, n in Counter(b for b, _ in self.ledgers.results).items() if n > 1
        ]

    @invariant()
    def results_of_a_command_are_one_and_a_cancellation(self) -> None:
        first = (body for body, _ in self.ledgers.results if b"CANCELED" not in body)

        assert not _twice(body.partition(b'"of":')[2] for body in first)

    @invariant()
    def no_result_arrives_after_its_deadline(self) -> None:
        for body, moment in self.ledgers.results:
            name = body.decode().partition('"of":"')[2].removesuffix('"}')
            command: CommandRecord = self.store.held[name]
            [result] = [each for each in command.results if each.body == body]
            assert moment < result.forward_by

    @invariant()
    def every_command_that_arrived_is_known(self) -> None:
        assert {f"new-token-{number}" for number, _ in self.ledgers.commands} <= set(
            self.store.held
        )

    def teardown(self) -> None:
        """Left to the sweeper alone, everything comes to an end by its deadline."""
        for _ in range(3):
            self.house.clock.advance(90)
            with self._living(None):
                self.house.command_deadlines.sweep()
        assert not [each for each in self.store.held.values() if each.awaits]
        assert all(each.due is None or each.due > after(0) for each in self.store.held.values())


def _twice(arrived_ones: Iterable[object]) -> list[object]:
    return [each for each, times in Counter(arrived_ones).items() if times > 1]


_ENDS = "2026-01-01T18:00:00Z"
TestJourney = Journey.TestCase
TestJourney.settings = settings(max_examples=examples(250), stateful_step_count=40, deadline=None)
