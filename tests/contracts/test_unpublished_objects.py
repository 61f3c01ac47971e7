"""What is unpublished, found and noted for many objects at once."""

from dataclasses import replace

import pytest

from adapters.mongo import Mongo, MongoObjects
from domain.objects.stored import EVERYONE, ObjectKey
from domain.ports import ObjectStore
from tests.contracts.made import (
    CPO,
    EMSP,
    MODULES,
    PRIVATE,
    facets,
    keys,
    later,
    location,
    patch,
    stored,
)

TOKEN = ObjectKey("tokens", CPO, "T", "RFID")


def test_what_was_published_is_noted_at_once_for_all_that_did_not_change(
    objects: ObjectStore,
) -> None:
    names = (location("A"), location("B"), TOKEN)
    saved = [objects.save(stored(key).with_change(patch(), now=later(0))) for key in names]
    changed = objects.save(saved[1].with_change(patch(), now=later(1)))
    revisions = {each.key: each.revision for each in saved} | {location("NONE"): 1}

    assert objects.published(revisions, at=later(9)) == 2

    held = [objects.get(key, EVERYONE) for key in names]
    assert held == [
        replace(saved[0], unpublished=None, published_at=later(9)),
        changed,
        replace(saved[2], unpublished=None, published_at=later(9)),
    ]


def test_nothing_to_note_is_no_write(objects: ObjectStore) -> None:
    assert objects.published({}, at=later(9)) == 0


def test_what_is_unpublished_comes_without_what_publishing_does_not_ask_for(
    objects: ObjectStore,
) -> None:
    whole = replace(
        stored(body=b"{1}"),
        facets=facets(),
        reader=EMSP,
        applied=("digest",),
        published_at=later(0),
    )
    saved = objects.save(whole.with_change(patch(), now=later(1)))

    [found] = objects.unpublished(before=later(9), limit=9)

    assert found == replace(saved, body=b"", facets=None, applied=())


def test_the_modules_that_wait_come_behind_all_others(objects: ObjectStore) -> None:
    for key, seconds in ((TOKEN, 0), (location("A"), 1), (location("B"), 2)):
        objects.save(stored(key).with_change(patch(), now=later(seconds)))

    found = objects.unpublished(before=later(9), limit=2, last={"tokens"})
    assert keys(found) == [location("A"), location("B")]
    found = objects.unpublished(before=later(9), limit=9, last={"tokens"})
    assert keys(found) == [location("A"), location("B"), TOKEN]


def test_what_the_caller_leaves_aside_is_not_found(objects: ObjectStore) -> None:
    for number, key in enumerate((location("A"), TOKEN, location("B"))):
        objects.save(stored(key).with_change(patch(), now=later(number)))

    found = objects.unpublished(before=later(9), limit=1, but_for={location("A"), TOKEN})

    assert keys(found) == [location("B")]


def test_a_record_that_cannot_be_read_keeps_no_other_one_waiting(
    mongo: Mongo, caplog: pytest.LogCaptureFixture
) -> None:
    """As a restored backup of another version may hold it; one has nothing that this one knows."""
    objects = MongoObjects(mongo, MODULES, PRIVATE)
    for number, name in enumerate("ABC"):
        objects.save(stored(location(name)).with_change(patch(), now=later(number)))
    places = mongo()["objects_locations"]
    places.update_one({"id": "A"}, {"$unset": {"own_times": ""}})
    places.update_one({"id": "B"}, {"$set": {"unpublished.missed": None}})

    assert keys(objects.unpublished(before=later(9), limit=1)) == [location("C")]
    assert keys(objects.unpublished(before=later(9), limit=9)) == [location("C")]
    assert "locations/DE/ABC/A|*" in caplog.text
