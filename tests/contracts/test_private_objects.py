"""What every store promises of objects that name their one reader: no other sees them (S-1)."""

from dataclasses import replace

import pytest

from domain.objects.paging import Page, PageRequest, Viewer
from domain.objects.stored import EVERYONE, ObjectKey, Stored, Watched
from domain.partners.party import PartyId
from domain.ports import ObjectStore
from tests.contracts.made import (
    CPO,
    EMSP,
    NOON,
    OTHER_CPO,
    OTHER_EMSP,
    later,
    stored,
    viewer,
)

ALL = PageRequest(0, 100)
HUB = Viewer(PartyId("NL", "HUB"), frozenset((CPO, OTHER_CPO)), sees_all=True)


def a_session(
    name: str, reader: PartyId = EMSP, *, owner: PartyId = CPO, updated: float = 0
) -> Stored:
    key = ObjectKey("sessions", owner, name)
    return replace(stored(key, body=name.encode(), updated=later(updated)), reader=reader)


def some(objects: ObjectStore) -> None:
    """Two sessions of EMSP's tokens, one of OTHER_EMSP's, one of another CPO's."""
    for each in (
        a_session("S1"),
        a_session("S2", OTHER_EMSP, updated=1),
        a_session("S3", updated=2),
        a_session("S1", OTHER_EMSP, owner=OTHER_CPO, updated=3),
    ):
        objects.save(each)


def shown(page: Page) -> list[str]:
    return [body.decode() for body in page.items]


def seen(objects: ObjectStore, viewer: Viewer, request: PageRequest = ALL) -> list[str]:
    page = objects.page("sessions", request, viewer=viewer)
    assert page.total == len(page.items)
    assert not page.more
    return shown(page)


def test_reader_watch_and_patches_come_back_as_they_were_saved(objects: ObjectStore) -> None:
    watched = Watched("ACTIVE", heard_at=later(5))
    whole = replace(a_session("S1"), watched=watched, applied=("d1", "d2"))

    saved = objects.save(whole)

    assert objects.get(whole.key, EVERYONE) == saved
    assert (saved.reader, saved.watched, saved.applied) == (EMSP, watched, ("d1", "d2"))
    plain = objects.save(replace(a_session("S2"), watched=Watched("PENDING")))
    assert objects.get(plain.key, EVERYONE) == plain


def test_a_private_object_is_for_its_reader_and_its_owner(objects: ObjectStore) -> None:
    some(objects)

    assert seen(objects, viewer(EMSP)) == ["S1", "S3"]
    assert seen(objects, viewer(OTHER_EMSP)) == ["S2", "S1"]
    assert seen(objects, viewer(CPO)) == ["S1", "S2", "S3"]
    assert seen(objects, viewer(OTHER_CPO)) == ["S1"]
    assert seen(objects, viewer(PartyId("NL", "ZZZ"))) == []


def test_who_sees_all_sees_them_all(objects: ObjectStore) -> None:
    some(objects)

    assert seen(objects, HUB) == ["S1", "S2", "S3", "S1"]
    assert len(objects.by_id("sessions", "S1", viewer=HUB)) == 2
    alone = Viewer(HUB.party, frozenset((OTHER_CPO,)), sees_all=True)
    assert seen(objects, alone) == ["S1"]


def test_a_private_object_is_found_by_id_by_those_alone(objects: ObjectStore) -> None:
    some(objects)

    def found(viewer: Viewer) -> list[PartyId]:
        return [each.key.owner for each in objects.by_id("sessions", "s1", viewer=viewer)]

    assert found(viewer(EMSP)) == [CPO]
    assert found(viewer(OTHER_EMSP)) == [OTHER_CPO]
    assert found(viewer(CPO)) == [CPO]
    assert found(viewer(OTHER_CPO)) == [OTHER_CPO]
    assert found(viewer(PartyId("NL", "ZZZ"))) == []
    assert found(viewer(EMSP, OTHER_CPO)) == []


def test_a_reader_that_may_not_see_the_owner_sees_nothing_of_it(objects: ObjectStore) -> None:
    some(objects)

    assert seen(objects, viewer(OTHER_EMSP, CPO)) == ["S2"]
    assert seen(objects, viewer(EMSP, OTHER_CPO)) == []


def test_another_reader_takes_the_place_of_the_one_before(objects: ObjectStore) -> None:
    saved = objects.save(a_session("S1"))

    objects.save(replace(saved, reader=OTHER_EMSP))

    assert seen(objects, viewer(EMSP)) == []
    assert seen(objects, viewer(OTHER_EMSP)) == ["S1"]


def test_what_is_deleted_is_shown_to_no_party(objects: ObjectStore) -> None:
    objects.save(replace(a_session("S1"), deleted=True))

    assert seen(objects, viewer(EMSP)) == []
    assert seen(objects, viewer(CPO)) == []
    assert seen(objects, HUB) == []
    assert objects.by_id("sessions", "S1", viewer=HUB) == ()


@pytest.mark.parametrize("who", [viewer(EMSP), viewer(CPO), HUB])
def test_private_pages_follow_each_other(objects: ObjectStore, who: Viewer) -> None:
    for n in range(5):
        objects.save(a_session(f"S{n}"))
        objects.save(a_session(f"X{n}", OTHER_EMSP, owner=OTHER_CPO))
    mine = Viewer(who.party, frozenset((CPO,)), sees_all=who.sees_all)

    first = objects.page("sessions", PageRequest(0, 2), viewer=mine)
    second = objects.page("sessions", PageRequest(99, 2, after=first.last), viewer=mine)
    third = objects.page("sessions", PageRequest(4, 1), viewer=mine)
    beyond = objects.page("sessions", PageRequest(0, 2, after=third.last), viewer=mine)

    pages = (first, second, third, beyond)
    assert [shown(each) for each in pages] == [["S0", "S1"], ["S2", "S3"], ["S4"], []]
    assert [each.more for each in pages] == [True, True, False, False]
    assert [each.total for each in pages] == [5, 5, 5, 5]
    assert beyond.last is None


def test_dates_bound_private_pages_too(objects: ObjectStore) -> None:
    some(objects)

    def between(from_: float | None, to: float | None) -> list[str]:
        since, until = (None if each is None else later(each) for each in (from_, to))
        return seen(objects, viewer(CPO), PageRequest(0, 9, since, until))

    assert between(1, None) == ["S2", "S3"]
    assert between(None, 2) == ["S1", "S2"]
    assert between(1, 2) == ["S2"]
    assert later(0) == NOON
