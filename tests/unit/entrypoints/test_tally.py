"""What is counted: a record an address and minute, off the request's path, in bounded memory."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from domain import errors
from domain.operators.audit import Actor, ActorKind, AuditEvent, Outcome
from entrypoints import tally as tally_module
from entrypoints.tally import MOST_PLACES, OTHERS, Tally

ACT = "authentication.refused"


@dataclass
class _Trail:
    """Takes events, unless it is away; says when the first one came."""

    is_away: bool = False
    events: list[AuditEvent] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def record(self, event: AuditEvent) -> None:
        if self.is_away:
            raise errors.StoreUnavailable("away")
        self.events.append(event)
        self.came.set()

    @property
    def counts(self) -> dict[str, int]:
        return {each.actor.place: each.count for each in self.events}


@pytest.fixture
def trail() -> _Trail:
    return _Trail()


@pytest.fixture
def tally(trail: _Trail) -> Iterator[Tally]:
    made = Tally(trail.record)
    yield made
    made.close()


def _at(address: str, name: str = "") -> Actor:
    return Actor(ActorKind.UNKNOWN, name, place=address)


def test_calls_of_one_address_are_one_record_with_a_count(tally: Tally, trail: _Trail) -> None:
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        tally.count(ACT, _at(address))
    assert trail.events == []

    tally.flush()

    assert trail.counts == {"192.0.2.1": 2, "192.0.2.2": 1}
    assert trail.events[0] == AuditEvent(ACT, _at("192.0.2.1"), Outcome.COUNTED, count=2)
    tally.flush()
    assert len(trail.events) == 2


def test_the_minute_is_put_on_record_by_itself(trail: _Trail) -> None:
    tally = Tally(trail.record, minute_s=0.01)
    tally.count(ACT, _at("192.0.2.1"))

    assert trail.came.wait(60)
    thread = tally._thread
    if thread is not None:
        thread.join(60)
    assert tally._thread is None
    tally.count(ACT, _at("192.0.2.1"))
    tally.close()
    assert [each.count for each in trail.events] == [1, 1]


def test_what_is_counted_is_on_record_when_the_process_ends(trail: _Trail) -> None:
    tally = Tally(trail.record)
    tally.count(ACT, _at("192.0.2.1"))

    tally.close()

    assert trail.counts == {"192.0.2.1": 1}


def test_many_addresses_are_one_record_in_the_end(tally: Tally, trail: _Trail) -> None:
    for n in range(MOST_PLACES + 50):
        tally.count(ACT, _at(f"192.0.{n // 256}.{n % 256}", "anna"))

    tally.flush()

    assert len(trail.events) == MOST_PLACES + 1
    assert trail.counts[OTHERS] == 50
    assert trail.events[-1].actor == _at(OTHERS, "anna")


def test_counts_wait_while_the_store_is_away(
    tally: Tally, trail: _Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally_module, "MOST_WAITING", 3)
    trail.is_away = True
    for n in range(5):
        tally.count(ACT, _at(f"192.0.2.{n}"))
    tally.flush()
    trail.is_away = False

    tally.flush()

    assert list(trail.counts) == ["192.0.2.0", "192.0.2.1", "192.0.2.2"]


def test_counting_waits_for_no_record(trail: _Trail) -> None:
    writes, may_write = threading.Event(), threading.Event()

    def hang(event: AuditEvent) -> None:
        writes.set()
        assert may_write.wait(60)
        trail.record(event)

    tally = Tally(hang, minute_s=0.01)
    tally.count(ACT, _at("192.0.2.1"))
    assert writes.wait(60)

    tally.count(ACT, _at("192.0.2.2"))

    assert trail.events == []
    may_write.set()
    tally.close()
    assert set(trail.counts) == {"192.0.2.1", "192.0.2.2"}


def test_an_error_that_is_not_foreseen_keeps_no_other_count(trail: _Trail) -> None:
    def record(event: AuditEvent) -> None:
        if event.actor.place == "odd":
            raise OverflowError("a number that no store takes")
        trail.record(event)

    counting = Tally(record, minute_s=0.01)
    for place in ("odd", "192.0.2.1"):
        counting.count(ACT, Actor(ActorKind.UNKNOWN, place=place))

    assert trail.came.wait(10)
    trail.came.clear()
    counting.count(ACT, Actor(ActorKind.UNKNOWN, place="192.0.2.2"))
    assert trail.came.wait(10)
    counting.close()
