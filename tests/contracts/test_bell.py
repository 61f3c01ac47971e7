"""The bell: what rings is raised once at once, and counted up once a minute."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from adapters.system import ThreadBell
from adapters.system import bell as bell_module
from domain.errors import StoreUnavailable
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from domain.ports import Bell

HELD, PARKED = AlarmKind.LANE_HELD, AlarmKind.CDR_PARKED


@dataclass
class Noted:
    """What was raised, and how often that was at once; it fails while `away`."""

    raised: list[tuple[Rung, int]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    away: int = 0

    def note(self, rung: Rung, times: int) -> None:
        with self.changed:
            if self.away:
                self.away -= 1
                self.changed.notify_all()
                raise StoreUnavailable("away")
            self.raised.append((rung, times))
            self.changed.notify_all()

    def wait_for(self, many: int) -> list[tuple[Rung, int]]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.raised) >= many, timeout=60)
            return list(self.raised)


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
def bell(noted: Noted) -> Iterator[ThreadBell]:
    made = ThreadBell(noted.note)
    yield made
    made.close()


def test_what_rings_first_is_raised_at_once(bell: ThreadBell, noted: Noted) -> None:
    ringing: Bell = bell
    ringing.ring(HELD, "DE-ABC", "why")
    assert noted.wait_for(1) == [(Rung(HELD, "DE-ABC", "why"), 1)]
    ringing.ring(PARKED)

    assert noted.wait_for(2)[1:] == [(Rung(PARKED), 1)]


def test_what_rings_a_thousand_times_is_raised_once_until_a_minute_is_over(
    bell: ThreadBell, noted: Noted
) -> None:
    bell.ring(HELD, "DE-ABC")
    noted.wait_for(1)
    for _ in range(1000):
        bell.ring(HELD, "DE-ABC")
    bell.ring(PARKED)

    assert [rung for rung, _ in noted.wait_for(2)] == [Rung(HELD, "DE-ABC"), Rung(PARKED)]


def test_what_rang_meanwhile_is_counted_up_when_the_time_is_over(noted: Noted) -> None:
    bell = ThreadBell(noted.note, every_s=0.05)
    for _ in range(500):
        bell.ring(HELD, "DE-ABC")

    with noted.changed:
        assert noted.changed.wait_for(
            lambda: sum(times for _, times in noted.raised) == 500, timeout=60
        )
    bell.close()


def test_what_cannot_be_raised_now_is_raised_later(
    bell: ThreadBell, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "_AGAIN_S", 0.01)
    noted.away = 2
    bell.ring(HELD, "DE-ABC")

    assert noted.wait_for(1) == [(Rung(HELD, "DE-ABC"), 1)]


def test_a_flood_of_names_is_bounded(noted: Noted) -> None:
    noted.away = 10**9
    bell = ThreadBell(noted.note)
    for number in range(3 * bell_module.MOST_RUNG):
        bell.ring(HELD, f"P{number}")
    bell.close()

    assert len(bell._waiting) == bell_module.MOST_RUNG


def test_no_more_names_are_raised_in_a_minute(
    bell: ThreadBell, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell_module, "MOST_RUNG", 3)
    for number in range(9):
        bell.ring(HELD, f"P{number}")
        noted.wait_for(min(number + 1, 3))
    bell.close()

    assert [rung.whom for rung, _ in noted.raised] == ["P0", "P1", "P2"]


def test_after_a_minute_others_are_raised(noted: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell_module, "MOST_RUNG", 1)
    bell = ThreadBell(noted.note, every_s=0.0)
    deadline = time.monotonic() + 60
    while len({rung.whom for rung, _ in noted.raised}) < 5:
        bell.ring(HELD, f"P{len(noted.raised)}")
        assert time.monotonic() < deadline
    bell.close()


def test_after_its_end_it_raises_nothing_and_takes_all(noted: Noted) -> None:
    bell = ThreadBell(noted.note)
    bell.close()

    bell.ring(HELD)
    bell.close()

    assert noted.raised == []


def test_an_error_that_is_not_foreseen_ends_no_bell(bell: ThreadBell, noted: Noted) -> None:
    raised = noted.note

    def note(rung: Rung, times: int) -> None:
        if rung.whom == "odd":
            raise OverflowError("a number that no store takes")
        raised(rung, times)

    bell.note = note
    bell.ring(HELD, "odd")
    bell.ring(HELD, "DE-ABC")
    noted.wait_for(1)
    bell.ring(PARKED)

    assert noted.wait_for(2)[-1] == (Rung(PARKED), 1)


def test_at_its_end_it_raises_no_more_of_what_waits() -> None:
    is_raising, goes_on = threading.Event(), threading.Event()
    raised: list[str] = []

    def note(rung: Rung, _: int) -> None:
        raised.append(rung.whom)
        is_raising.set()
        goes_on.wait(60)

    bell = ThreadBell(note)
    with bell._changed:
        for number in range(3):
            bell._waiting[HELD, f"P{number}"] = ("", 1)
    bell.ring(PARKED, "last")
    assert is_raising.wait(60)
    closing = threading.Thread(target=bell.close)
    closing.start()
    with bell._changed:
        assert bell._changed.wait_for(lambda: bell._is_over, timeout=60)
    goes_on.set()
    closing.join(60)

    assert raised == ["P0"]
