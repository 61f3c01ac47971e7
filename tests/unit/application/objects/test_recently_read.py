"""One change goes to many readers: it is read for the first of them, and for each later change."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier

import pytest

from adapters.memory import MemoryObjects
from application.objects import recently_read
from application.objects.recently_read import Lately, RecentlyRead
from domain.objects.stored import ObjectKey, Stored
from tests.builders import LOC1, PlainJson, a_location, a_stored


@dataclass(frozen=True)
class Counting(MemoryObjects):
    """Says which objects were asked for together."""

    asked: list[tuple[ObjectKey, ...]] = field(default_factory=list)

    def get_all(self, keys: Collection[ObjectKey]) -> tuple[Stored, ...]:
        self.asked.append(tuple(keys))
        return super().get_all(keys)


@dataclass
class Stopwatch:
    """In the place of the module `time`."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    watch = Stopwatch()
    monkeypatch.setattr(recently_read, "time", watch)
    monkeypatch.setattr(recently_read, "_AS_OF_S", 1.0)
    return watch


@dataclass
class Read:
    """A pump's reading of one location."""

    objects: Counting = field(default_factory=Counting)

    def __post_init__(self) -> None:
        self.recently = RecentlyRead(self.objects, PlainJson())
        self.saved = self.objects.save(a_stored(a_location(name="Old")))

    def change(self) -> None:
        self.saved = self.objects.save(
            replace(self.saved, body=PlainJson().dump(a_location(name="New")))
        )

    def revision(self, *, asked: int) -> int:
        """Of what is known, if it is to be of this revision at least."""
        known = self.recently.object(LOC1, revision=asked)
        assert known is not None
        assert known.parsed.document["name"] == ("Old" if known.stored.revision == 1 else "New")
        return known.stored.revision


def test_an_object_goes_out_as_it_was_read_until_it_has_changed_for_the_reader(
    stopwatch: Stopwatch,
) -> None:
    read = Read()
    assert [read.revision(asked=1), read.revision(asked=1)] == [1, 1]

    read.change()
    stopwatch.seconds = 0.9

    assert read.revision(asked=1) == 1
    assert read.revision(asked=2) == 2
    assert read.objects.asked == [(LOC1,), (LOC1,)]


def test_after_a_second_an_object_is_read_again(stopwatch: Stopwatch) -> None:
    read = Read()
    assert read.revision(asked=1) == 1

    read.change()
    stopwatch.seconds = 1.0

    assert read.revision(asked=1) == 2


def test_an_object_that_is_there_no_more_is_forgotten(stopwatch: Stopwatch) -> None:
    read = Read()
    assert read.revision(asked=1) == 1

    read.objects.held.clear()
    stopwatch.seconds = 1.0

    assert read.recently.object(LOC1, revision=1) is None


def test_of_many_that_ask_at_once_one_reads(stopwatch: Stopwatch) -> None:
    read = Read()
    asking = Barrier(8)

    def ask(_: int) -> int:
        asking.wait()
        return read.revision(asked=1)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}

    assert read.objects.asked == [(LOC1,)]


def test_what_was_read_before_it_was_to_be_forgotten_is_read_again(stopwatch: Stopwatch) -> None:
    read = Read()
    assert read.revision(asked=1) == 1
    read.change()
    stopwatch.seconds += 0.1

    read.recently.forget()

    assert read.revision(asked=1) == 2
    assert read.revision(asked=1) == 2
    assert read.objects.asked == [(LOC1,), (LOC1,)]


def test_what_was_asked_for_before_and_comes_after_it_is_read_again(stopwatch: Stopwatch) -> None:
    read = Read()
    read.revision(asked=1)
    old = read.recently.known_objects.get(LOC1)
    read.change()
    stopwatch.seconds += 0.1
    read.recently.forget()
    assert old is not None
    read.recently.known_objects.put(LOC1, old)

    assert read.revision(asked=1) == 2


def test_what_is_not_known_is_read_ahead_in_one_question(stopwatch: Stopwatch) -> None:
    read = Read()
    other, none = (ObjectKey("locations", LOC1.owner, name) for name in ("OTHER", "NONE"))
    read.objects.save(replace(a_stored(a_location(id="OTHER")), key=other))

    read.recently.read_ahead({LOC1: 1})
    assert read.objects.asked == []
    read.recently.read_ahead({LOC1: 1, other: 1, none: 1})
    read.recently.read_ahead({LOC1: 1, other: 1})

    assert read.objects.asked == [(LOC1, other, none)]
    assert read.recently.object(other, revision=1) is not None
    assert read.objects.asked == [(LOC1, other, none)]


def test_no_more_is_read_ahead_than_is_kept(
    stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recently_read, "_AHEAD", 2)
    read = Read()
    others = [ObjectKey("locations", LOC1.owner, f"L{number}") for number in range(3)]

    read.recently.read_ahead(dict.fromkeys(others, 1))

    assert read.objects.asked == [tuple(others[:2])]


def test_what_was_used_least_lately_is_dropped_where_it_is_too_much() -> None:
    lately = Lately[str, str](10)
    lately.put("a", "A", 4)
    lately.put("b", "B", 4)
    assert lately.get("a") == "A"

    lately.put("c", "C", 4)
    lately.put("a", "AA", 5)

    assert [lately.get(name) for name in "abc"] == ["AA", None, "C"]
    assert lately.weight == 9
    lately.put("large", "L", 11)
    assert list(lately.held) == []
