"""What becomes of a push to the hub: the one write, and pushes that change nothing."""

from dataclasses import dataclass, field, replace

import pytest

from adapters.memory import MemoryObjects
from application.objects.pushed import Accepted, change_of
from domain.documents import JsonValue
from domain.errors import (
    InvalidDocument,
    RecordChanged,
    StoreUnavailable,
    UnknownLocation,
    UnknownObject,
)
from domain.objects.stored import EVERYONE, Change, ObjectKey, Stored, UnseenChange
from tests.builders import LOC1, Doc, PlainJson, a_connector, a_location, a_partner, an_evse, at
from tests.unit.application.house import House
from tests.unit.application.pushes import BusyObjects, patch, take


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner())


def test_a_new_location_is_stored_as_the_bytes_that_came_and_publishing_is_woken(
    house: House,
) -> None:
    body = b' {"anything": "as it was written"} '

    accepted = take(house, a_location(), body=body)

    assert accepted == Accepted(created=True)
    stored = house.stored()
    assert (stored.body, stored.origin, stored.revision) == (body, "cpo", 1)
    assert stored.unpublished is not None
    assert stored.facets is not None
    assert house.wake.published == 1


@dataclass(frozen=True)
class WatchedJson(PlainJson):
    """Notes what is parsed."""

    parsed: list[bytes] = field(default_factory=list)

    def parse(self, raw: bytes) -> JsonValue:
        self.parsed.append(raw)
        return super().parse(raw)


def test_what_is_replaced_whole_is_not_parsed() -> None:
    json = WatchedJson()
    house = House(json=json).with_partners(a_partner())
    pushes = [a_location(), a_location(), a_location(name="new", updated=2), a_location(updated=1)]
    taken = [take(house, each) for each in pushes]
    assert [(each.created, each.unchanged, each.stale) for each in taken] == [
        (True, False, False),
        (False, True, False),
        (False, False, False),
        (False, False, True),
    ]
    assert json.parsed == [json.dump(a_location(name="new", updated=2))]
    json.parsed.clear()

    take(house, an_evse("E2", updated=3), "E2")

    assert json.parsed == [json.dump(a_location(name="new", updated=2))]


@dataclass(frozen=True)
class UnreadObjects(MemoryObjects):
    """Stores, and is asked for nothing."""

    def get(self, key: ObjectKey, audience: str) -> Stored | None:
        raise AssertionError("nothing has to be read")


def test_a_whole_object_that_is_new_or_newer_is_stored_without_reading() -> None:
    house = House(objects=UnreadObjects()).with_partners(a_partner())

    taken = [take(house, a_location()), take(house, a_location(name="new", updated=1))]

    assert taken == [Accepted(created=True), Accepted()]
    [held] = house.objects.held.values()
    assert held.body == PlainJson().dump(a_location(name="new", updated=1))
    assert held.unpublished is not None
    assert held.unpublished.unseen == UnseenChange((), "C-1")
    assert house.wake.published == 2


def test_a_whole_object_is_measured_against_its_own_time_and_not_its_parts(house: House) -> None:
    take(house, a_location())
    take(house, an_evse(updated=20), "E1")

    assert take(house, a_location(name="stale", updated=-1)).stale
    assert not take(house, a_location(name="new", updated=5)).stale
    assert house.document()["name"] == "new"


def test_the_same_push_twice_changes_nothing(house: House) -> None:
    take(house, a_location())
    before = house.stored()

    assert take(house, a_location()) == Accepted(unchanged=True)
    assert house.stored() == before


def test_a_pushed_part_changes_its_location_and_is_owed_as_it_came(house: House) -> None:
    house.push(a_location())

    accepted = take(house, an_evse("E2", updated=1), "E2")

    assert accepted == Accepted(created=True, revision=2)
    assert house.document()["evses"] == [an_evse(), an_evse("E2", updated=1)]
    owing = house.stored().unpublished
    assert owing is not None
    assert owing.unseen.change is not None
    assert (owing.unseen.change.method, owing.unseen.change.path) == ("PUT", ("E2",))
    again = take(house, an_evse("E2", updated=1), "e2")
    assert again == Accepted(unchanged=True)


def test_two_pushes_before_publishing_are_owed_together(house: House) -> None:
    take(house, a_location())
    patch(house, 1, "E1", status="CHARGING")

    owing = house.stored().unpublished

    assert owing is not None
    assert owing.unseen == UnseenChange((), "C-1")


def test_a_patch_changes_what_it_names(house: House) -> None:
    take(house, a_location())

    patched = [
        patch(house, 1, name="new"),
        patch(house, 2, "E1", status="CHARGING"),
        patch(house, 3, "E1", "1", max_voltage=400),
    ]

    assert patched == [Accepted(revision=each, was_published=False) for each in (2, 3, 4)]

    connectors = [a_connector(max_voltage=400, updated=3)]
    evses = [an_evse(status="CHARGING", updated=3, connectors=connectors)]
    assert house.document() == a_location(name="new", evses=evses, updated=3)


@pytest.mark.parametrize(
    ("method", "document", "path"),
    [
        ("PUT", an_evse(), ("E1",)),
        ("PUT", a_connector(), ("E1", "1")),
        ("PATCH", a_location(), ()),
        ("PATCH", an_evse(), ("E1",)),
    ],
)
def test_nothing_is_built_on_a_location_that_is_not_known(
    house: House, method: str, document: Doc, path: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownLocation):
        take(house, document, *path, method=method)

    assert house.objects.get(LOC1, EVERYONE) is None


def test_a_connector_of_an_unknown_evse_and_a_patch_of_an_unknown_part_are_refused(
    house: House,
) -> None:
    take(house, a_location())

    with pytest.raises(UnknownLocation, match="E9"):
        take(house, a_connector(), "E9", "1")
    with pytest.raises(UnknownObject, match="E9"):
        patch(house, 1, "E9", status="CHARGING")
    assert house.stored().revision == 1


@pytest.mark.parametrize(
    ("document", "path", "field"),
    [
        (a_location(country_code="FR"), (), "country_code"),
        (a_location(party_id="XXX"), (), "party_id"),
        (a_location("LOC2"), (), "id"),
        (an_evse("E2"), ("E1",), "uid"),
        (a_connector("2"), ("E1", "1"), "id"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_ids_in_the_body_are_those_of_the_url(
    house: House, document: Doc, path: tuple[str, ...], field: str, method: str
) -> None:
    take(house, a_location())

    with pytest.raises(InvalidDocument) as refusal:
        take(house, document, *path, method=method)

    assert [problem.path for problem in refusal.value.problems] == [field]
    assert house.stored().revision == 1


@pytest.mark.parametrize(
    ("document", "path", "field"),
    [
        (a_location("../../x"), (), "id"),
        (a_location(evses=[an_evse("E1"), an_evse("%2E%2E")]), (), "evses[1].uid"),
        (
            a_location(evses=[an_evse("E1", connectors=[a_connector("..")])]),
            (),
            "evses[0].connectors[0].id",
        ),
        (an_evse("E1", connectors=[a_connector("a/../b")]), ("E1",), "connectors[0].id"),
        (a_connector(".."), ("E1", ".."), "id"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_id_that_no_receivers_url_can_carry_is_refused(
    house: House, document: Doc, path: tuple[str, ...], field: str, method: str
) -> None:
    take(house, a_location())

    with pytest.raises(InvalidDocument) as refusal:
        house.object_intake.check(house.pushed(document, *path, method=method))

    reasons = {problem.path: problem.reason for problem in refusal.value.problems}
    assert reasons[field] in ("differs from the URL", "leads out of the path of a URL")
    assert "leads out of the path of a URL" in [each.reason for each in refusal.value.problems]


def test_ids_may_differ_in_case(house: House) -> None:
    take(house, a_location("loc1", country_code="de", party_id="abc"))

    assert house.document()["id"] == "loc1"


def test_what_breaks_the_field_tables_is_not_stored(house: House) -> None:
    with pytest.raises(InvalidDocument, match="last_updated: required"):
        take(house, {"id": "LOC1", "country_code": "DE", "party_id": "ABC"})
    take(house, a_location())
    with pytest.raises(InvalidDocument, match="last_updated: required"):
        take(house, {"name": "new"}, method="PATCH")
    with pytest.raises(InvalidDocument, match="status: required"):
        patch(house, 1, "E1", status=None)

    assert house.stored().revision == 1


def test_who_comes_second_decides_again_on_what_is_there_then() -> None:
    house = House(objects=BusyObjects(times=3)).with_partners(a_partner())
    take(house, a_location())

    take(house, an_evse("E2", updated=1), "E2")

    assert (house.stored().revision, house.stored().origin) == (5, "cpo")
    assert len(house.document()["evses"]) == 2


def test_a_deleted_location_is_created_anew(house: House) -> None:
    take(house, a_location())
    house.objects.save(replace(house.stored(), deleted=True))

    with pytest.raises(UnknownLocation):
        patch(house, 1, name="new")
    taken = take(house, a_location(updated=-9))
    assert taken == Accepted(created=True, revision=3, was_published=False)
    assert not house.stored().deleted


def test_a_push_that_changed_something_says_so_plainly(house: House) -> None:
    taken = take(house, a_location())

    assert taken == Accepted(created=True, stale=False, repeated=False)
    assert (taken.stale, taken.repeated, taken.was_published) == (False, False, True)
    assert Accepted() == Accepted(False, False, False, 0, True)
    assert Accepted().stale is Accepted().repeated is Accepted().created is False


@pytest.mark.parametrize(
    ("method", "path", "is_kept"),
    [("PUT", (), False), ("PUT", ("E1",), True), ("PATCH", (), True), ("PATCH", ("E1",), True)],
)
def test_a_change_is_kept_as_it_came_unless_it_is_the_whole_object(
    house: House, method: str, path: tuple[str, ...], is_kept: bool
) -> None:
    pushed = house.pushed(an_evse(), *path, method=method, body=b" {} ")

    assert change_of(pushed) == Change(method, path, b" {} " if is_kept else None, "C-1")


def test_a_patch_of_what_replaces_has_its_effect_however_often(house: House) -> None:
    take(house, a_location())
    patch(house, 1, name="one")

    assert not patch(house, 1, name="one").repeated
    assert house.stored().applied == ()


def test_who_never_wins_the_race_gives_up_with_a_reason(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(house, a_location())
    tries: list[Stored] = []

    def lost(_: object, stored: Stored) -> Stored:
        tries.append(stored)
        raise RecordChanged(str(stored.key))

    monkeypatch.setattr(type(house.objects), "save", lost)

    with pytest.raises(
        StoreUnavailable, match="^the object changes faster than it can be written$"
    ):
        patch(house, 1, name="new")
    assert len(tries) == 50


def test_a_part_that_is_not_there_is_named(house: House) -> None:
    take(house, a_location())

    with pytest.raises(UnknownObject, match="^there is no .*E9.* in LOC1$"):
        patch(house, 1, "E9", status="BLOCKED")
    unknown = LOC1.parse("locations/DE/ABC/LOC2")
    pushed = house.pushed({"last_updated": at(1)}, method="PATCH", key=unknown)
    with pytest.raises(UnknownObject, match="^LOC2 is not known$"):
        house.object_intake.take(pushed)
    assert house.objects.get(LOC1, EVERYONE) is not None
