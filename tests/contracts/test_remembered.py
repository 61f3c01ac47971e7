"""What a process remembers of objects saves the store work, and is shown while it is so."""

from dataclasses import replace

import pytest

from adapters.mongo import Mongo, MongoObjects, Remembered
from adapters.mongo.object_records import collection_of
from domain.objects.paging import PageRequest
from domain.objects.stored import EVERYONE, Stored
from tests.contracts.costs import costs_of
from tests.contracts.made import CPO, EMSP, MODULES, OTHER_CPO, location, stored, viewer

MOST = 10_000


@pytest.fixture
def objects(mongo: Mongo) -> MongoObjects:
    return MongoObjects(mongo, MODULES, remembered=Remembered(MOST))


def keep(objects: MongoObjects, name: str, body: bytes = b"{}") -> Stored:
    return objects.save(stored(location(name), body=body))


def change(objects: MongoObjects, name: str, **fields: object) -> None:
    held = objects.get(location(name), EVERYONE)
    assert held is not None
    objects.save(replace(held, **fields))  # type: ignore[arg-type]


def listed(objects: MongoObjects, limit: int = 100) -> tuple[bytes, ...]:
    return objects.page("locations", PageRequest(0, limit), viewer=viewer(EMSP, CPO)).items


def asked(mongo: Mongo, objects: MongoObjects) -> list[str]:
    """What a list asks of the store."""
    return [cost.what for cost in costs_of(mongo, lambda: listed(objects)).each]


def test_a_list_that_was_shown_is_read_in_one_question(mongo: Mongo, objects: MongoObjects) -> None:
    for name in "ABC":
        keep(objects, name)
    first = listed(objects)

    assert asked(mongo, objects) == ["aggregate"]
    assert listed(objects) == first


def test_what_was_changed_meanwhile_is_read_anew(objects: MongoObjects) -> None:
    keep(objects, "A", b"1")
    keep(objects, "B", b"2")
    assert listed(objects) == (b"1", b"2")

    change(objects, "A", body=b"3")

    assert listed(objects) == (b"3", b"2")


def test_what_was_deleted_or_is_hidden_is_not_shown(objects: MongoObjects) -> None:
    keep(objects, "A", b"1")
    keep(objects, "B", b"2")
    assert listed(objects) == (b"1", b"2")

    change(objects, "A", deleted=True)
    strangers = objects.page("locations", PageRequest(0, 9), viewer=viewer(EMSP, OTHER_CPO))

    assert listed(objects) == (b"2",)
    assert strangers.items == ()


def test_an_object_that_begins_again_at_its_first_revision_is_another(
    mongo: Mongo, objects: MongoObjects
) -> None:
    keep(objects, "A", b"1")
    assert listed(objects) == (b"1",)

    mongo()[collection_of("locations")].delete_many({})
    keep(objects, "A", b"2")

    assert listed(objects) == (b"2",)


def test_what_is_remembered_was_read_as_a_majority_has_it(
    mongo: Mongo, objects: MongoObjects
) -> None:
    keep(objects, "A")
    costs_of(mongo, lambda: listed(objects))

    [found] = mongo()["system.profile"].find({"command.find": collection_of("locations")})

    assert found["command"]["readConcern"] == {"level": "majority"}


@pytest.fixture
def many(objects: MongoObjects) -> list[bytes]:
    """More than there is room for."""
    bodies = [f"{number:04}".encode() * 100 for number in range(40)]
    for number, body in enumerate(bodies):
        keep(objects, f"L{number:02}", body)
    return bodies


def test_there_is_room_for_so_much_and_no_more(objects: MongoObjects, many: list[bytes]) -> None:
    for _ in range(5):
        assert list(listed(objects)) == many

        assert MOST / 2 < objects.remembered.held <= MOST


def test_a_list_that_is_longer_than_there_is_room_for_is_remembered_in_part(
    mongo: Mongo, objects: MongoObjects, many: list[bytes]
) -> None:
    listed(objects)

    costs = costs_of(mongo, lambda: listed(objects))

    read = sum(cost.examined for cost in costs.each if cost.what != "aggregate")
    assert 0 < read < len(many)


def test_an_object_that_there_is_no_room_for_takes_none_of_others(objects: MongoObjects) -> None:
    keep(objects, "A", b"1")
    listed(objects)
    held = objects.remembered.held

    keep(objects, "B", b"x" * MOST)

    assert listed(objects) == (b"1", b"x" * MOST)
    assert objects.remembered.held == held


def test_where_there_is_no_room_lists_are_the_same(mongo: Mongo) -> None:
    objects = MongoObjects(mongo, MODULES)
    keep(objects, "A", b"1")

    assert listed(objects) == listed(objects) == (b"1",)
    assert objects.remembered.held == 0
