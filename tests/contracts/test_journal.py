"""The journal: what is noted is found again, by all that it is looked for by, until it is old."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from adapters.memory import MemoryJournal
from adapters.mongo import (
    Mongo,
    MongoJournal,
    MongoJournalReader,
    NoJournal,
    journal_figures,
    journal_reading,
)
from domain.journal.figures import FigureQuery, Span
from domain.journal.legs import Direction, Leg, LegQuery, Message, Purpose, Spoken
from domain.ports import Journal, JournalReader
from tests.builders import ABC, QRS, XYZ
from tests.e2e.hub_process import until
from tests.legs import NOON, a_leg

HEADERS = {"Accept": "application/json"}
SAID = Spoken(HEADERS, b'{"id":"LOC1"}')
TOLD = a_leg(direction=Direction.OUT, purpose=Purpose.DELIVERED, partner_id="emsp")


class Kept:
    """A journal, and its reader."""

    def __init__(self, journal: Journal, reader: JournalReader, flush: Callable[[], None]) -> None:
        self.journal, self.reader, self._flush = journal, reader, flush

    def noted(self, *legs: Leg) -> None:
        """Noted, and written."""
        for leg in legs:
            self.journal.note(leg)
        self._flush()

    def ids(self, newest: bool = True, limit: int = 100, **asked: Any) -> list[str]:
        """The request ids of what is found."""
        query = LegQuery(**asked)
        return [each.request_id for each in self.reader.legs(query, limit=limit, newest=newest)]


@pytest.fixture(params=["memory", "mongo"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        memory = MemoryJournal()
        yield Kept(memory, memory, lambda: None)
        return
    mongo = request.getfixturevalue("mongo")
    journal = MongoJournal(mongo)
    yield Kept(journal, MongoJournalReader(mongo), journal.flush)


def test_a_leg_is_found_as_it_was_noted(kept: Kept) -> None:
    leg = a_leg(
        decision="broadcast",
        rule="R-BC-1",
        rewritten=("Link",),
        remarks="odd",
        reason="Success",
    )
    kept.journal.note(leg, SAID, Spoken(HEADERS, size=13))
    kept.noted()

    [found] = kept.reader.legs(LegQuery(any_of=("C-1",)), limit=5)

    assert found._replace(id="") == leg
    said = (Message(HEADERS, b'{"id":"LOC1"}', 13), Message(HEADERS, b"", 13))
    whole = kept.reader.with_messages(found)
    assert (whole.asked, whole.answered) == said


def test_a_leg_without_parties_codes_and_ids_is_found(kept: Kept) -> None:
    leg = a_leg(sender=None, receiver=None, http=None, ocpi=None, partner_id="", about="")
    kept.noted(leg)

    [found] = kept.reader.legs(LegQuery(outcome="no answer"), limit=5)

    assert found._replace(id="") == leg
    assert kept.reader.with_messages(found) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Q-3", "Q-2", "Q-1"]),
        ({"any_of": ("C-1",)}, ["Q-2", "Q-1"]),
        ({"any_of": ("Q-3", "Q-1")}, ["Q-3", "Q-1"]),
        ({"any_of": ()}, []),
        ({"partner_id": "emsp"}, ["Q-2"]),
        ({"partner_id": "emsp", "module": "cdrs"}, []),
        ({"party": QRS}, ["Q-3"]),
        ({"party": ABC, "other": QRS}, ["Q-3"]),
        ({"outcome": "2xxx"}, ["Q-3"]),
        ({"outcome": "2"}, ["Q-3"]),
        ({"outcome": "1xxx"}, ["Q-2", "Q-1"]),
        ({"slower_than_ms": 9}, ["Q-3"]),
        ({"since": NOON + timedelta(seconds=1)}, ["Q-3", "Q-2"]),
        ({"until": NOON + timedelta(seconds=1)}, ["Q-1"]),
        ({"until": NOON + timedelta(days=40), "since": NOON - timedelta(days=40)}, None),
    ],
)
def test_legs_are_found_by_what_they_are_looked_for_by(
    kept: Kept, asked: dict[str, Any], found: list[str] | None
) -> None:
    kept.noted(
        a_leg(),
        TOLD._replace(at=NOON + timedelta(seconds=1), request_id="Q-2"),
        a_leg(
            at=NOON + timedelta(days=1),
            correlation_id="C-3",
            request_id="Q-3",
            partner_id="other",
            receiver=QRS,
            ocpi=2001,
            elapsed_ms=10.0,
        ),
    )
    wanted = ["Q-3", "Q-2", "Q-1"] if found is None else found

    assert kept.ids(**asked) == wanted
    assert kept.ids(newest=False, **asked) == wanted[::-1]
    assert kept.ids(limit=1, **asked) == wanted[:1]


def test_each_of_many_that_are_kept_together_is_found_by_itself(kept: Kept) -> None:
    many = [
        TOLD._replace(
            at=NOON + timedelta(milliseconds=10 * number),
            request_id=f"Q-{number}",
            about=f"locations/DE/ABC/L{number}",
            partner_id=f"emsp-{number % 2}",
            reason="" if number % 3 else "thanks",
            sender=None if number % 7 == 0 else ABC,
            rewritten=("Link",) if number % 11 == 0 else (),
        )
        for number in range(250)
    ]
    kept.noted(*many)

    query = LegQuery(partner_id="emsp-1")
    whole = [each._replace(id="") for each in kept.reader.legs(query, limit=500, newest=False)]
    assert whole == [each for each in many if each.partner_id == "emsp-1"]
    assert kept.ids(any_of=("Q-177",)) == ["Q-177"]
    assert kept.ids(any_of=("locations/DE/ABC/L3",)) == ["Q-3"]
    assert kept.ids(any_of=("C-1",), limit=3) == ["Q-249", "Q-248", "Q-247"]
    assert len(kept.ids(partner_id="emsp-1", limit=500)) == 125
    late = NOON + timedelta(milliseconds=2490)
    assert kept.ids(since=late, until=late + timedelta(milliseconds=1)) == ["Q-249"]


def test_legs_are_kept_with_others_of_their_own_time(mongo: Mongo) -> None:
    journal = MongoJournal(mongo)
    hour = timedelta(hours=1)
    for number in range(5):
        journal.note(TOLD._replace(at=NOON + number * hour, request_id=f"Q-{number}"))
    journal.flush()

    query = LegQuery(since=NOON + 4 * hour)
    assert [each.request_id for each in MongoJournalReader(mongo).legs(query, limit=9)] == ["Q-4"]


def test_whole_days_are_dropped_messages_first(mongo: Mongo) -> None:
    journal, reader = MongoJournal(mongo), MongoJournalReader(mongo, days=3, message_days=1)
    for day in range(5):
        journal.note(a_leg(at=NOON + timedelta(days=day)), SAID)
    journal.flush()
    mongo()["legs_of_others"].insert_one({})

    dropped = reader.expire(NOON + timedelta(days=5))

    assert dropped == (
        "legs_20260115",
        "legs_20260116",
        *(f"messages_202601{day}" for day in (15, 16, 17, 18)),
    )
    assert reader.expire(NOON + timedelta(days=5)) == ()
    legs = reader.legs(LegQuery(), limit=9)
    assert [leg.at.day for leg in legs] == [19, 18, 17]
    assert [reader.with_messages(leg).asked is not None for leg in legs] == [True, False, False]
    assert "legs_of_others" in mongo().list_collection_names()


def test_what_there_is_no_room_for_is_counted(mongo: Mongo) -> None:
    dropped: list[int] = []
    journal = MongoJournal(mongo, dropped.append, every_s=600, most_legs=2)

    for _ in range(5):
        journal.note(a_leg())
    journal.flush()
    journal.flush()

    assert sum(dropped) == 3
    assert len(MongoJournalReader(mongo).legs(LegQuery(), limit=9)) == 2


def test_bodies_have_room_by_their_bytes(mongo: Mongo) -> None:
    dropped: list[int] = []
    journal = MongoJournal(mongo, dropped.append, every_s=600, most_bytes=100_000)
    large = SAID._replace(body=b"x" * 60_000)

    for _ in range(3):
        journal.note(a_leg(), large)
    journal.flush()
    journal.note(a_leg(), large)
    journal.flush()

    assert sum(dropped) == 2
    assert len(MongoJournalReader(mongo).legs(LegQuery(), limit=9)) == 2


def test_headers_have_room_by_their_bytes_too(mongo: Mongo) -> None:
    dropped: list[int] = []
    journal = MongoJournal(mongo, dropped.append, every_s=600, most_bytes=100_000)
    many = SAID._replace(headers={f"X-{number}": "x" * 1_000 for number in range(60)})

    for _ in range(3):
        journal.note(a_leg(), many)
    journal.flush()

    assert sum(dropped) == 2


def test_a_leg_that_cannot_be_put_together_ends_no_thread(mongo: Mongo) -> None:
    dropped: list[int] = []
    journal = MongoJournal(mongo, dropped.append)

    journal.note(a_leg(sender="no party", about=object()))
    journal.flush()
    journal.note(a_leg(request_id="Q-2"))
    journal.flush()

    found = MongoJournalReader(mongo).legs(LegQuery(), limit=9)
    assert [each.request_id for each in found] == ["Q-2"]
    assert sum(dropped) == 1


def test_one_question_compares_so_many_records_over_all_days(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_reading, "SEARCHED", 3)
    journal = MongoJournal(mongo)
    for day in range(5):
        journal.note(a_leg(at=NOON + timedelta(days=day)))
    journal.flush()

    assert len(MongoJournalReader(mongo).legs(LegQuery(), limit=9)) == 3


def test_what_no_store_takes_costs_its_neighbours_nothing(mongo: Mongo) -> None:
    dropped: list[int] = []
    journal = MongoJournal(mongo, dropped.append)

    journal.note(a_leg(reason="\ud800"))
    journal.note(a_leg(request_id="Q-2"))
    journal.flush()
    journal.flush()

    assert [each.request_id for each in MongoJournalReader(mongo).legs(LegQuery(), limit=9)] == [
        "Q-2"
    ]
    assert sum(dropped) == 1


def test_no_caller_waits_for_a_store_that_is_away() -> None:
    journal = MongoJournal(Mongo("mongodb://127.0.0.1:1", "away", timeout_s=60.0))
    begun = time.monotonic()

    for _ in range(1000):
        journal.note(a_leg())

    assert time.monotonic() - begun < 5


def test_a_journal_that_is_off_keeps_nothing() -> None:
    NoJournal().note(a_leg(sender=XYZ))


@pytest.mark.parametrize("span", list(Span))
def test_figures_are_added_up_as_legs_come(kept: Kept, span: Span) -> None:
    kept.noted(a_leg(), a_leg(elapsed_ms=700.0), a_leg(at=NOON + timedelta(hours=2)))
    kept.noted(a_leg(), TOLD, a_leg(ocpi=2001), a_leg(partner_id="other", module="x|y"))
    query = FigureQuery(span, NOON, NOON + timedelta(minutes=30))

    found = kept.reader.figures(query._replace(partner_id="cpo", outcome="1"), limit=9)

    assert [(each.count, each.total_ms) for each in found] == [(3, 710.0)]
    assert found[0].within_ms(0.5) == 5.0
    assert found[0].within_ms(0.95) == 1_000.0
    assert {each.slot.module for each in kept.reader.figures(query, limit=9)} == {
        "locations",
        "custom",
    }
    assert len(kept.reader.figures(query, limit=2)) == 2
    later = query._replace(until=NOON + timedelta(days=1))
    times = [each.slot.begin.hour for each in kept.reader.figures(later, limit=99)]
    assert times == sorted(times)
    assert times[-1] == 14


def test_old_figures_are_dropped_by_the_day_and_the_month(mongo: Mongo) -> None:
    journal, reader = MongoJournal(mongo), MongoJournalReader(mongo)
    journal.note(a_leg())
    journal.note(a_leg(at=NOON + timedelta(days=8)))
    journal.flush()

    assert reader.expire(NOON + timedelta(days=8)) == ()
    assert reader.expire(NOON + timedelta(days=9)) == ("minutes_20260115",)
    assert "hours_202601" in reader.expire(NOON + timedelta(days=450))


def test_one_process_counts_so_many_apart(mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_figures, "MOST_SLOTS", 6)
    journal, reader = MongoJournal(mongo), MongoJournalReader(mongo)
    for number in range(20):
        journal.note(a_leg(partner_id=f"partner-{number}"))
    journal.flush()

    found = reader.figures(FigureQuery(Span.HOUR, NOON, NOON + timedelta(hours=1)), limit=99)

    assert sum(each.count for each in found) == 20
    assert len(found) <= 7


def test_figures_that_no_store_takes_cost_the_next_nothing(mongo: Mongo) -> None:
    journal, reader = MongoJournal(mongo), MongoJournalReader(mongo)
    journal.note(a_leg(partner_id="\ud800"))
    journal.flush()
    journal.note(a_leg())
    journal.flush()

    found = reader.figures(FigureQuery(Span.HOUR, NOON, NOON + timedelta(hours=1)), limit=99)

    assert [each.count for each in found] == [1]


def _close_before(journal: MongoJournal, goes_on: Event) -> None:
    """Tell its thread to end, and let it go on only then."""
    closing = Thread(target=journal.close)
    closing.start()
    until(lambda: not journal.writers, 10)
    goes_on.set()
    closing.join()


def test_what_was_noted_while_a_round_ended_is_written_by_the_last_one(mongo: Mongo) -> None:
    """The thread is told to end while it is between its writes and its next look."""
    is_between, goes_on = Event(), Event()

    def hold(_: int) -> None:
        is_between.set()
        goes_on.wait(10)

    journal = MongoJournal(mongo, hold, most_legs=1)
    journal.note(a_leg())
    journal.note(a_leg())
    assert is_between.wait(10)
    journal.note(a_leg(request_id="Q-9"))
    _close_before(journal, goes_on)

    assert MongoJournalReader(mongo).legs(LegQuery(any_of=("Q-9",)), limit=9)


def test_its_end_waits_for_the_round_that_writes_what_was_noted_last(mongo: Mongo) -> None:
    """The thread is told to end while it writes what it was asked for before."""
    is_writing, goes_on, never = Event(), Event(), Event()
    calls = iter([goes_on, None, never])

    def database() -> Any:
        """Of the first round two calls, and one of the last round, which is slow."""
        is_writing.set()
        if (gate := next(calls, None)) is not None:
            gate.wait(1)
        return mongo()

    journal = MongoJournal(database)
    journal.note(a_leg())
    journal._writer()._wanted.set()
    assert is_writing.wait(10)
    journal.note(a_leg(request_id="Q-9"))
    _close_before(journal, goes_on)

    assert MongoJournalReader(mongo).legs(LegQuery(any_of=("Q-9",)), limit=9)


def test_a_leg_that_cannot_be_counted_ends_no_thread_and_is_written_once(mongo: Mongo) -> None:
    journal = MongoJournal(mongo)
    journal.note(a_leg(elapsed_ms="long"))
    journal.flush()
    journal.note(a_leg(request_id="Q-2"))
    journal.flush()

    found = MongoJournalReader(mongo).legs(LegQuery(), limit=9)
    assert sorted(each.request_id for each in found) == ["Q-1", "Q-2"]


def test_a_count_of_drops_that_fails_ends_no_thread(mongo: Mongo) -> None:
    def fails(_: int) -> None:
        raise OSError("no room for the count")

    journal = MongoJournal(mongo, fails, most_legs=1)
    journal.note(a_leg())
    journal.note(a_leg())
    journal.flush()
    journal.note(a_leg(request_id="Q-2"))
    journal.flush()

    assert MongoJournalReader(mongo).legs(LegQuery(any_of=("Q-2",)), limit=9)
