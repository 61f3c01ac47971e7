"""Accepting, at the edges: what a copy builds on, whose times count, and what is said of it."""

import pytest

from application.objects.pushed import Accepted, change_of
from domain import errors
from domain.objects.stored import EVERYONE, Change, Stored
from tests.builders import LOC1, a_connector, a_location, a_partner, an_evse, at
from tests.unit.application.house import House
from tests.unit.application.pushes import patch, take

ONE = "FR/XYZ"


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner())


def test_a_patch_of_the_whole_builds_on_the_public_copy_where_there_is_no_own_one(
    house: House,
) -> None:
    take(house, a_location(name="for all"))
    changed = {"postal_code": "10115", "last_updated": at(1)}

    house.object_intake.keep_copy(house.pushed(changed, method="PATCH", audience=ONE))

    assert house.document(audience=ONE)["name"] == "for all"
    assert house.document(audience=ONE)["postal_code"] == "10115"


def test_a_part_put_for_one_party_builds_on_the_public_copy_too(house: House) -> None:
    take(house, a_location(name="for all"))

    house.object_intake.keep_copy(house.pushed(an_evse("E2", updated=1), "E2", audience=ONE))

    assert house.document(audience=ONE)["name"] == "for all"
    assert [each["uid"] for each in house.document(audience=ONE)["evses"]] == ["E1", "E2"]


def test_a_whole_copy_builds_on_nothing(house: House) -> None:
    take(house, a_location(evses=[an_evse("E1"), an_evse("E2")]))
    house.push(an_evse("E1", updated=5), "E1")
    assert house.stored().own_times != {}

    house.object_intake.keep_copy(house.pushed(a_location(updated=9), audience=ONE))

    assert house.stored(audience=ONE).own_times == {}


def test_a_whole_object_starts_its_parts_times_anew(house: House) -> None:
    take(house, a_location())
    take(house, an_evse(updated=5), "E1")
    assert house.stored().own_times == {"": at(0)}

    take(house, a_connector(updated=7), "E1", "1")
    assert house.stored().own_times == {"": at(0), "E1": at(5)}

    take(house, a_location(updated=9, evses=[]))

    assert house.stored().own_times == {}


def test_a_push_that_changed_something_says_so_plainly(house: House) -> None:
    taken = take(house, a_location())

    assert taken == Accepted(created=True, stale=False, repeated=False, revision=1)
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
    tries: list[Stored] = []

    def lost(_: object, stored: Stored) -> Stored:
        tries.append(stored)
        raise errors.RecordChanged(str(stored.key))

    monkeypatch.setattr(type(house.objects), "save", lost)

    with pytest.raises(
        errors.StoreUnavailable, match="^the object changes faster than it can be written$"
    ):
        take(house, a_location())
    assert len(tries) == 50


def test_a_part_that_is_not_there_is_named(house: House) -> None:
    take(house, a_location())

    with pytest.raises(errors.UnknownObject, match="^there is no .*E9.* in LOC1$"):
        patch(house, 1, "E9", status="BLOCKED")
    unknown = LOC1.parse("locations/DE/ABC/LOC2")
    pushed = house.pushed({"last_updated": at(1)}, method="PATCH", key=unknown)
    with pytest.raises(errors.UnknownObject, match="^LOC2 is not known$"):
        house.object_intake.take(pushed)
    assert house.objects.get(LOC1, EVERYONE) is not None
