"""The total of a long list is right after every write, and costs no more than a short one's."""

import random
import time
from dataclasses import dataclass, replace

import pytest

from adapters.mongo import Mongo, MongoObjects
from adapters.mongo.object_records import collection_of, of_stored
from adapters.mongo.totals import KEPT_S, Totals
from domain.objects.paging import PageRequest
from domain.objects.stored import EVERYONE, Stored
from tests.contracts.costs import costs_of
from tests.contracts.made import CPO, EMSP, MODULES, OTHER_CPO, location, stored, viewer


@dataclass
class Ahead:
    """A clock that is so many seconds ahead of the one by which objects are created."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.seconds


@pytest.fixture
def clock() -> Ahead:
    return Ahead()


@pytest.fixture
def objects(mongo: Mongo, clock: Ahead) -> MongoObjects:
    """More than three objects are a long list."""
    return MongoObjects(mongo, MODULES, totals=Totals(few=3, now=clock))


def total(objects: MongoObjects) -> int:
    return objects.page("locations", PageRequest(0, 1), viewer=viewer(EMSP, CPO)).total


def put(objects: MongoObjects, name: str, clock: Ahead, *, deleted: bool = False) -> None:
    """A new object is created now, by this clock."""
    held = objects.get(location(name), EVERYONE)
    if held is None:
        made = objects.save(stored(location(name)))
        held = replace(made, created=int(clock() * 1_000_000))
    objects.save(replace(held, deleted=deleted))


def test_the_total_is_right_after_every_write(objects: MongoObjects, clock: Ahead) -> None:
    chance, there = random.Random(7), set[str]()
    for _ in range(150):
        name = f"L{chance.randrange(25)}"
        put(objects, name, clock, deleted=name in there)
        there ^= {name}
        clock.seconds += chance.choice((0, 0, 1, 70, KEPT_S / 10))

        assert total(objects) == len(there)


def test_another_owners_objects_and_copies_do_not_count(
    objects: MongoObjects, clock: Ahead
) -> None:
    for name in "ABCDE":
        put(objects, name, clock)
    clock.seconds += 100
    assert total(objects) == 5

    objects.save(stored(location("X", owner=OTHER_CPO)))
    objects.save(stored(location("A"), audience=str(EMSP)))
    objects.save(stored(location("Y"), audience=str(EMSP)))
    objects.save(stored(location("Z"), audience=str(OTHER_CPO)))

    assert total(objects) == 6


def test_what_was_counted_wrongly_is_right_within_the_hour(
    mongo: Mongo, objects: MongoObjects, clock: Ahead
) -> None:
    for name in "ABCDE":
        put(objects, name, clock)
    clock.seconds += 100
    assert total(objects) == 5

    mongo()[collection_of("locations")].delete_one({"id": "A"})

    assert total(objects) == 5
    clock.seconds += KEPT_S
    assert total(objects) == 4


def test_a_page_of_a_long_list_reads_no_more_keys_than_one_of_a_short_list(
    mongo: Mongo, clock: Ahead
) -> None:
    objects = MongoObjects(mongo, MODULES, totals=Totals(few=50, now=clock))
    records = [_at(number) for number in range(2_000)]
    mongo()[collection_of("locations")].insert_many([of_stored(each) for each in records])
    assert total(objects) == 2_000

    costs = costs_of(mongo, lambda: total(objects))

    assert sum(cost.keys for cost in costs.each) < 50


@pytest.mark.parametrize("count", [3, 20])
def test_a_list_that_is_read_again_is_counted_in_the_same_question(
    mongo: Mongo, objects: MongoObjects, clock: Ahead, count: int
) -> None:
    for number in range(count):
        put(objects, f"L{number}", clock)
    clock.seconds += 100
    assert total(objects) == count
    put(objects, "L0", clock, deleted=True)
    put(objects, "NEW", clock)

    costs = costs_of(mongo, lambda: total(objects))

    assert [cost.what for cost in costs.each] == ["aggregate", "query"]
    assert total(objects) == count


def _at(number: int) -> Stored:
    return replace(
        stored(location(f"L{number}")), revision=1, created=1_767_000_000_000_000 + number
    )
