"""What every store of partners' objects promises."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from domain.errors import RecordChanged
from domain.objects.client_info import key_of
from domain.objects.paging import PageRequest
from domain.objects.stored import EVERYONE, Change, ObjectKey, Stored
from domain.partners.party import Role
from domain.places import Place
from domain.ports import ObjectStore
from tests.contracts.made import (
    CPO,
    EMSP,
    NOON,
    OTHER_CPO,
    OTHER_EMSP,
    at_once,
    facets,
    keys,
    later,
    location,
    patch,
    stored,
    viewer,
)

FIRST = PageRequest(offset=0, limit=100)
OWN = str(EMSP)


def test_an_object_comes_back_as_it_was_saved(objects: ObjectStore) -> None:
    key = ObjectKey("tokens", CPO, "a/b|c%Ü", "rfid")
    body = '{"$set": 1.50, "a.b": "Ü\\u0000", "big": 1e400}'.encode()
    whole = replace(
        stored(key, body=body, facets=facets(operator="X"), deleted=True),
        last_updated=NOON + timedelta(microseconds=1234),
        own_times={"": "2026-01-01T12:00:00Z", "$E.1": "2026-01-01T11:00:00.123Z"},
    )
    whole = whole.with_change(patch(), now=later(1))

    saved = objects.save(whole)

    assert saved.created > 0
    assert saved == replace(whole, revision=1, created=saved.created)
    assert objects.get(key, EVERYONE) == saved


def test_two_changes_that_are_unpublished_come_back_as_one(objects: ObjectStore) -> None:
    whole = stored().with_change(patch("E1"), now=later(1)).with_change(patch("E2"), now=later(2))

    saved = objects.save(whole)

    assert objects.get(location(), EVERYONE) == saved


def test_what_is_not_there_is_none(objects: ObjectStore) -> None:
    objects.save(stored())

    assert objects.get(location("OTHER"), EVERYONE) is None
    assert objects.get(location(), OWN) is None


def test_copies_for_different_audiences_are_different_records(objects: ObjectStore) -> None:
    objects.save(stored(body=b"1"))
    objects.save(stored(body=b"2", audience=OWN))

    copies = [objects.get(location(), audience) for audience in (EVERYONE, OWN)]

    assert [copy and copy.body for copy in copies] == [b"1", b"2"]


def test_who_saves_what_it_read_before_another_wrote_is_told(objects: ObjectStore) -> None:
    read = objects.save(stored())
    objects.save(replace(read, body=b"1"))

    with pytest.raises(RecordChanged):
        objects.save(replace(read, body=b"2"))


def test_a_new_object_does_not_overwrite_one_of_its_key(objects: ObjectStore) -> None:
    objects.save(stored())

    with pytest.raises(RecordChanged):
        objects.save(stored())


def test_of_many_who_save_at_once_one_succeeds(objects: ObjectStore) -> None:
    read = objects.save(stored())

    for before in (read, stored(location("NEW"))):
        outcomes = at_once(
            *(partial(objects.save, replace(before, body=b"%d" % n)) for n in range(8)),
        )

        kinds = Counter(type(outcome).__name__ for outcome in outcomes)
        assert kinds == {"RecordChanged": 7, "Stored": 1}


def test_publishing_clears_what_was_unpublished(objects: ObjectStore) -> None:
    saved = objects.save(stored().with_change(patch(), now=NOON))

    assert objects.published({location(): saved.revision}, at=later(9)) == 1
    assert objects.published({location(): saved.revision}, at=later(9)) == 1

    assert objects.get(location(), EVERYONE) == replace(
        saved, unpublished=None, published_at=later(9)
    )
    assert objects.unpublished(before=later(60), limit=10) == ()


def test_publishing_an_older_revision_clears_nothing(objects: ObjectStore) -> None:
    first = objects.save(stored().with_change(patch("E1"), now=NOON))
    second = objects.save(first.with_change(patch("E2"), now=later(1)))

    assert objects.published({location(): first.revision}, at=NOON) == 0

    assert objects.get(location(), EVERYONE) == second


def test_what_is_unpublished_is_found_oldest_first_in_every_module(objects: ObjectStore) -> None:
    token = ObjectKey("tokens", CPO, "T", "RFID")
    for key, seconds in ((location("B"), 2), (token, 1), (location("A"), 0), (location("C"), 3)):
        objects.save(stored(key).with_change(patch(), now=later(seconds)))
    objects.save(stored(location("published")))
    objects.save(stored(location("own"), audience=OWN).with_change(patch(), now=later(0)))

    assert keys(objects.unpublished(before=later(3), limit=10)) == [
        location("A"),
        token,
        location("B"),
    ]
    assert keys(objects.unpublished(before=later(9), limit=2)) == [location("A"), token]


def test_lists_are_in_the_order_of_creation_after_every_change(objects: ObjectStore) -> None:
    for name in ("C", "A", "B"):
        objects.save(stored(location(name), body=name.encode()))
    read = objects.get(location("C"), EVERYONE)
    assert read is not None
    objects.save(replace(read, last_updated=later(99), body=b"C2"))

    page = objects.page("locations", FIRST, viewer=viewer())

    assert page.items == (b"C2", b"A", b"B")


def test_pages_follow_each_other_and_tell_how_many_there_are(objects: ObjectStore) -> None:
    for name in "ABCDE":
        objects.save(stored(location(name), body=name.encode()))

    pages = [
        objects.page("locations", PageRequest(offset, 2), viewer=viewer())
        for offset in (0, 2, 4, 6)
    ]

    assert [page.items for page in pages] == [(b"A", b"B"), (b"C", b"D"), (b"E",), ()]
    assert {page.total for page in pages} == {5}


def test_dates_select_from_inclusive_to_exclusive_to_the_microsecond(objects: ObjectStore) -> None:
    moments = [NOON + timedelta(microseconds=n) for n in (0, 1, 2, 3)]
    for n, moment in enumerate(moments):
        objects.save(stored(location(f"{n}"), updated=moment, body=b"%d" % n))

    request = PageRequest(0, 10, date_from=moments[1], date_to=moments[3])
    page = objects.page("locations", request, viewer=viewer())

    assert (page.items, page.total) == ((b"1", b"2"), 2)


def test_a_list_has_nothing_of_other_modules_owners_audiences_and_nothing_deleted(
    objects: ObjectStore,
) -> None:
    objects.save(stored(location("SHOWN"), body=b"shown"))
    objects.save(stored(location("DELETED"), deleted=True))
    objects.save(stored(location("FOREIGN", owner=OTHER_CPO)))
    objects.save(stored(location("PRIVATE"), audience=str(OTHER_EMSP)))
    objects.save(stored(ObjectKey("tokens", CPO, "T")))

    page = objects.page("locations", FIRST, viewer=viewer(EMSP, CPO))

    assert (page.items, page.total) == ((b"shown",), 1)


@pytest.mark.parametrize(
    ("own_seconds", "shown"), [(1, b"own"), (0, b"own"), (0.000001, b"own"), (-0.000001, b"common")]
)
def test_of_two_copies_the_newer_is_shown_and_on_a_tie_the_own(
    objects: ObjectStore, own_seconds: float, shown: bytes
) -> None:
    objects.save(stored(body=b"common"))
    objects.save(stored(body=b"own", audience=OWN, updated=later(own_seconds)))
    objects.save(stored(body=b"foreign", audience=str(OTHER_EMSP), updated=later(9)))

    page = objects.page("locations", FIRST, viewer=viewer())
    [found] = objects.by_id("locations", "loc1", viewer=viewer())

    assert (page.items, page.total) == ((shown,), 1)
    assert found.body == shown


def test_a_copy_that_only_the_viewer_has_is_in_its_list_alone(objects: ObjectStore) -> None:
    objects.save(stored(body=b"own", audience=OWN))

    assert objects.page("locations", FIRST, viewer=viewer()).items == (b"own",)
    assert objects.page("locations", FIRST, viewer=viewer(OTHER_EMSP)).total == 0


def test_an_own_copy_that_was_deleted_stays_gone_until_the_public_one_is_newer(
    objects: ObjectStore,
) -> None:
    common = objects.save(stored(body=b"common"))
    objects.save(stored(audience=OWN, updated=later(1), deleted=True))
    assert objects.page("locations", FIRST, viewer=viewer()).total == 0
    assert objects.by_id("locations", "LOC1", viewer=viewer()) == ()

    objects.save(replace(common, last_updated=later(2)))

    assert objects.page("locations", FIRST, viewer=viewer()).items == (b"common",)


def test_a_copy_that_anything_outdoes_hides_nothing(objects: ObjectStore) -> None:
    objects.save(stored(body=b"common", updated=datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)))
    objects.save(stored(audience=OWN, updated=datetime(1, 1, 1, tzinfo=UTC), deleted=True))

    assert objects.page("locations", FIRST, viewer=viewer()).items == (b"common",)


def test_a_tombstone_comes_back_with_its_body_and_the_delete_that_it_owes(
    objects: ObjectStore,
) -> None:
    tariff = ObjectKey("tariffs", CPO, "T1")
    first = objects.save(stored(tariff, body=b"last words"))
    delete = Change("DELETE", (), None, "correlation")
    buried = objects.save(replace(first, deleted=True).with_change(delete, now=NOON))

    held = objects.get(tariff, EVERYONE)

    assert held == buried
    assert held is not None
    assert (held.body, held.unpublished and held.unpublished.unseen.change) == (
        b"last words",
        delete,
    )
    assert keys(objects.unpublished(before=later(1), limit=9)) == [tariff]


def test_dates_select_by_the_copy_that_is_shown(objects: ObjectStore) -> None:
    objects.save(stored(body=b"common"))
    objects.save(stored(body=b"own", audience=OWN, updated=later(10)))

    until = PageRequest(0, 10, date_to=later(5))

    assert objects.page("locations", until, viewer=viewer()).total == 0


def test_an_id_is_found_in_any_letter_case_once_an_owner(objects: ObjectStore) -> None:
    for owner in (CPO, OTHER_CPO):
        objects.save(stored(location("Loc-1", owner=owner)))
    objects.save(stored(location("LOC-2")))

    found = objects.by_id("locations", "lOC-1", viewer=viewer())

    assert [each.key.owner for each in found] == [CPO, OTHER_CPO]
    assert len(objects.by_id("locations", "LOC-1", viewer=viewer(EMSP, OTHER_CPO))) == 1


def test_a_deleted_object_is_not_found_by_id_and_still_got_by_key(objects: ObjectStore) -> None:
    objects.save(stored(deleted=True))

    assert objects.by_id("locations", "LOC1", viewer=viewer()) == ()
    assert objects.get(location(), EVERYONE) is not None


def test_a_change_without_a_body_comes_back_without_one(objects: ObjectStore) -> None:
    put = Change("PUT", (), None, "correlation")
    saved = objects.save(stored().with_change(put, now=NOON))

    assert objects.get(location(), EVERYONE) == saved


def test_a_token_of_another_type_is_another_object(objects: ObjectStore) -> None:
    rfid, app = (ObjectKey("tokens", CPO, "T1", kind) for kind in ("RFID", "APP_USER"))
    objects.save(stored(rfid, body=b"rfid"))
    read = objects.save(stored(app, body=b"app").with_change(patch(), now=NOON))
    objects.save(replace(read, body=b"app again"))

    held = [objects.get(key, EVERYONE) for key in (rfid, app)]
    assert [each and each.body for each in held] == [b"rfid", b"app again"]
    assert objects.get(ObjectKey("tokens", CPO, "T1"), EVERYONE) is None
    assert objects.get(ObjectKey("tokens", CPO, "t1", "rfid"), EVERYONE) == held[0]
    assert [each.key for each in objects.by_id("tokens", "t1", viewer=viewer())] == [rfid, app]
    assert keys(objects.unpublished(before=later(1), limit=9)) == [app]


def test_client_info_of_a_party_is_an_object_a_role(objects: ObjectStore) -> None:
    keys = [key_of(CPO, role) for role in (Role.CPO, Role.EMSP)] + [key_of(OTHER_CPO, Role.CPO)]
    for n, key in enumerate(keys):
        objects.save(stored(key, body=b"%d" % n))

    page = objects.page("hubclientinfo", FIRST, viewer=viewer(EMSP, CPO))

    assert (page.items, page.total) == ((b"0", b"1"), 2)
    found = objects.by_id("hubclientinfo", "CPO", viewer=viewer())
    assert [each.key for each in found] == [keys[0], keys[2]]


def test_the_audiences_of_an_object_are_those_of_its_living_copies(objects: ObjectStore) -> None:
    key = ObjectKey("tokens", CPO, "a.b/c|*", "RFID")
    for audience in (OWN, EVERYONE, str(OTHER_EMSP)):
        objects.save(stored(key, audience=audience))
    gone = objects.get(key, OWN)
    assert gone is not None
    objects.save(replace(gone, deleted=True))

    assert objects.audiences(key) == (EVERYONE, str(OTHER_EMSP))


def test_the_audiences_of_other_objects_are_not_its_own(objects: ObjectStore) -> None:
    key = ObjectKey("tokens", CPO, "a.b")
    others = ("axb", "a.b.", "a.b|*", "xa.b", "a.")
    for other in (*(ObjectKey("tokens", CPO, name) for name in others), replace(key, kind="RFID")):
        objects.save(stored(other))
    objects.save(stored(replace(key, module="locations")))
    objects.save(stored(replace(key, owner=OTHER_CPO)))

    assert objects.audiences(key) == ()


def test_what_is_for_all_readers_is_found_page_by_page_and_each_once(objects: ObjectStore) -> None:
    names = ("A", "AB", "B", "b/c", "GONE")
    for name in names:
        objects.save(replace(stored(location(name), body=b"{1}"), deleted=name == "GONE"))
    objects.save(stored(location("A"), audience=OWN))
    objects.save(stored(location("COPY"), audience=OWN))
    objects.save(stored(ObjectKey("tokens", CPO, "T", "RFID")))

    found, after = list[Stored](), ""
    while page := objects.public("locations", after=after, limit=2):
        assert len(page) <= 2
        held = objects.get(page[0].key, EVERYONE)
        assert held is not None
        objects.save(replace(held, body=b"{2}"))
        found, after = [*found, *page], str(page[-1].key)

    assert sorted(each.key.id for each in found) == sorted(name.upper() for name in names)
    assert {each.body for each in found} == {b""}
    assert [each.key.id for each in found if each.deleted] == ["GONE"]


def test_an_object_comes_back_with_where_it_stands(objects: ObjectStore) -> None:
    standing = replace(stored(), place=Place(-17.5, 179.25))
    saved = objects.save(standing.with_change(patch(), now=NOON))
    nowhere = objects.save(replace(stored(location("NOWHERE")), facets=facets()))

    assert objects.get(location(), EVERYONE) == saved
    assert objects.get(location("NOWHERE"), EVERYONE) == nowhere
    [unpublished] = objects.unpublished(before=later(9), limit=9)
    [first, *_] = objects.public("locations", after="", limit=9)
    assert (unpublished.place, first.place) == (standing.place, standing.place)


def test_what_was_published_since_is_found_page_by_page(objects: ObjectStore) -> None:
    for name, seconds in (("C", 1), ("A", 3), ("B", 3), ("D", 5), ("OLD", -1)):
        saved = objects.save(replace(stored(location(name), body=b"{1}"), deleted=name == "D"))
        assert objects.published({location(name): saved.revision}, at=later(seconds)) == 1
    objects.save(stored(location("unpublished")))
    objects.save(stored(location("A"), audience=OWN))

    first = objects.published_since("locations", since=NOON, after="", limit=2)
    assert [each.key.id for each in first] == ["C", "A"]
    rest = objects.published_since("locations", since=later(3), after=str(first[-1].key), limit=9)

    assert [(each.key.id, each.deleted) for each in rest] == [("B", False), ("D", True)]
    assert {each.body for each in (*first, *rest)} == {b""}
    assert rest[0].published_at == later(3)
    assert objects.published_since("tokens", since=NOON, after="", limit=9) == ()


def test_many_objects_are_read_at_once_the_deleted_ones_too(objects: ObjectStore) -> None:
    kept = objects.save(stored())
    gone = objects.save(stored(location("GONE"), deleted=True))
    tariff = objects.save(stored(ObjectKey("tariffs", kept.key.owner, "T1")))
    objects.save(stored(location("ITS OWN"), audience="NL*EMS"))
    keys = [each.key for each in (kept, gone, tariff)]

    read = objects.get_all([*keys, location("NONE"), location("ITS OWN")])

    assert {each.key: each for each in read} == {each.key: each for each in (kept, gone, tariff)}
    assert objects.get_all([]) == ()
