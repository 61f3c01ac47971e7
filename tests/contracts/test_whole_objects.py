"""What every store promises of whole objects that it is given without reading (`put`)."""

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain.errors import RecordChanged, Unstorable
from domain.objects.remarks import Remarks
from domain.objects.stored import EVERYONE, Stored, UnseenChange, Watched
from domain.places import Place
from domain.ports import ObjectStore
from tests.contracts.made import CPO, EMSP, NOON, at_once, facets, later, location, patch, stored

WHOLE = UnseenChange(scope=(), correlation_id="whole")


def fresh(seconds: float = 1, **fields: Any) -> Stored:
    """A later one of the same object, still to be published."""
    whole = stored(body=b'{"name":"new"}', updated=later(seconds))
    return replace(whole, **fields).with_unseen(WHOLE, since=later(seconds))


def held_in(objects: ObjectStore) -> Stored:
    held = objects.get(location(), EVERYONE)
    assert held is not None
    return held


def test_where_there_is_none_it_is_stored_as_it_is(objects: ObjectStore) -> None:
    whole = fresh(
        facets=facets(),
        place=Place(52.0, 5.0),
        own_times={"E1": "2026-01-01T11:00:00Z"},
        remarks=Remarks(("name: odd",)),
        remarked_at=NOON,
    )

    assert objects.put(whole)

    held = held_in(objects)
    assert held == replace(whole, revision=1, created=held.created)
    assert held.created > 0


def test_an_older_one_is_replaced_and_none_of_it_is_left(objects: ObjectStore) -> None:
    before = objects.save(
        replace(
            stored(facets=facets(), body=b"old"),
            place=Place(52.0, 5.0),
            own_times={"": "2026-01-01T11:00:00Z"},
            reader=EMSP,
            watched=Watched("ACTIVE", NOON),
            applied=("digest",),
            remarks=Remarks(("name: odd",)),
            remarked_at=NOON,
        )
    )

    assert not objects.put(fresh(origin="partner-2"))

    whole = fresh(origin="partner-2", revision=2, created=before.created)
    assert held_in(objects) == whole


def test_when_it_was_created_and_published_stays(objects: ObjectStore) -> None:
    objects.put(fresh(1))
    created = held_in(objects).created
    objects.published({location(): 1}, at=later(2))

    objects.put(fresh(3))

    held = held_in(objects)
    assert (held.created, held.published_at, held.revision) == (created, later(2), 2)


def test_what_waits_to_be_published_has_waited_since_then(objects: ObjectStore) -> None:
    objects.save(stored().with_change(patch(), now=NOON))

    objects.put(fresh())

    owing = held_in(objects).unpublished
    assert owing is not None
    assert (owing.since, owing.unseen) == (NOON, WHOLE)
    assert objects.published({location(): 1}, at=later(9)) == 0


def test_what_does_not_wait_leaves_what_waits(objects: ObjectStore) -> None:
    before = objects.save(stored().with_change(patch(), now=NOON))

    objects.put(replace(fresh(), unpublished=None))

    assert held_in(objects).unpublished == before.unpublished


@pytest.mark.parametrize("held", [fresh(1), fresh(2), replace(stored(), deleted=True)])
def test_what_is_not_older_or_deleted_has_to_be_read(objects: ObjectStore, held: Stored) -> None:
    before = objects.save(held)

    with pytest.raises(RecordChanged):
        objects.put(fresh(1))

    assert held_in(objects) == before


def test_a_copy_for_one_party_stays_as_it_is(objects: ObjectStore) -> None:
    copy = objects.save(stored(audience=str(CPO)))

    assert objects.put(fresh())

    assert objects.get(location(), str(CPO)) == copy


def test_of_many_at_once_the_latest_that_was_stored_stays(objects: ObjectStore) -> None:
    outcomes = at_once(*(partial(objects.put, fresh(second)) for second in range(1, 9)))

    kinds = Counter(type(outcome) for outcome in outcomes)
    assert set(kinds) <= {bool, RecordChanged}
    assert outcomes.count(True) == 1
    times = [second for second, each in enumerate(outcomes, 1) if isinstance(each, bool)]
    held = held_in(objects)
    assert (held.revision, held.last_updated) == (len(times), later(max(times)))


def test_who_has_read_the_one_before_is_told(objects: ObjectStore) -> None:
    read = objects.save(stored())
    objects.put(fresh())

    with pytest.raises(RecordChanged):
        objects.save(replace(read, body=b"2"))


def test_what_cannot_be_stored_is_refused(objects: ObjectStore) -> None:
    with pytest.raises(Unstorable):
        objects.put(fresh(origin="\ud800"))
