"""What becomes of a tariff that its owner deletes, at the hub and for one party."""

from dataclasses import dataclass

import pytest

from adapters.memory import MemoryObjects
from domain.errors import StoreUnavailable, UnknownObject
from domain.objects.stored import EVERYONE, Change, Stored, UnseenChange
from tests.builders import T1, XYZ, a_tariff
from tests.unit.application.house import House
from tests.unit.application.pushes import BusyObjects
from tests.unit.application.tariffs import (
    ELE,
    a_pricing_house,
    keep_tariff,
    push_tariff,
    shown,
    take_tariff,
    withdraw,
)


@pytest.fixture
def house() -> House:
    return a_pricing_house()


def test_a_deleted_tariff_is_shown_to_no_party_and_kept_as_a_tombstone(house: House) -> None:
    push_tariff(house, a_tariff())

    withdraw(house)

    with pytest.raises(UnknownObject):
        house.object_reader.own_copy(T1)
    assert shown(house) == []
    tombstone = house.stored(T1)
    assert (tombstone.deleted, house.document(T1)["id"]) == (True, "T1")
    assert tombstone.unpublished is not None
    change = Change("DELETE", (), None, "C-9")
    assert tombstone.unpublished.unseen == UnseenChange.one(change)
    assert (house.wake.published, house.unpublished()) == (2, [T1])


def test_what_is_not_there_or_not_there_any_more_cannot_be_deleted(house: House) -> None:
    with pytest.raises(UnknownObject, match="T1"):
        withdraw(house)
    push_tariff(house, a_tariff())
    withdraw(house)

    with pytest.raises(UnknownObject):
        withdraw(house)
    assert house.stored(T1).revision == 2


def test_a_put_makes_it_anew_even_with_an_older_time(house: House) -> None:
    push_tariff(house, a_tariff(updated=10))
    withdraw(house)

    taken = take_tariff(house, a_tariff(updated=1))

    assert (taken.created, taken.stale, taken.repeated) == (True, False, False)

    assert shown(house) == [house.document(T1)]
    assert house.publisher.publish(T1) == 2


def test_a_put_and_a_delete_that_no_reader_was_told_of_are_owed_as_one(house: House) -> None:
    take_tariff(house, a_tariff())

    withdraw(house)

    owing = house.stored(T1).unpublished
    assert owing is not None
    assert owing.unseen == UnseenChange((), "C-9")


def test_copies_for_one_party_go_too_and_do_not_hide_what_is_put_again(house: House) -> None:
    push_tariff(house, a_tariff())
    keep_tariff(house, a_tariff(updated=5))
    keep_tariff(house, a_tariff(updated=6), ELE)

    withdraw(house)
    assert (shown(house), shown(house, ELE)) == ([], [])

    push_tariff(house, a_tariff())
    assert len(shown(house)) == len(shown(house, ELE)) == 1


def test_what_one_party_alone_has_is_not_deleted_by_a_delete_to_the_hub(house: House) -> None:
    keep_tariff(house, a_tariff())

    with pytest.raises(UnknownObject):
        withdraw(house)
    assert len(shown(house)) == 1


# --- for one party alone


def test_a_copy_that_its_party_has_deleted_is_gone_for_that_party(house: House) -> None:
    keep_tariff(house, a_tariff())
    keep_tariff(house, a_tariff(), ELE)

    house.object_deletion.withdraw_copy(T1, reader=XYZ)

    assert (shown(house), len(shown(house, ELE))) == ([], 1)


def test_a_public_object_is_gone_for_that_party_until_it_is_newer(house: House) -> None:
    push_tariff(house, a_tariff(updated=3))

    house.object_deletion.withdraw_copy(T1, reader=XYZ)

    assert (shown(house), len(shown(house, ELE))) == ([], 1)
    tombstone = house.stored(T1, str(XYZ))
    assert (tombstone.unpublished, tombstone.revision) == (None, 1)
    push_tariff(house, a_tariff(updated=4))
    assert len(shown(house)) == 1
    house.object_deletion.withdraw_copy(T1, reader=XYZ)
    assert shown(house) == []


def test_an_older_copy_does_not_come_out_from_under_the_public_one(house: House) -> None:
    keep_tariff(house, a_tariff(updated=1))
    push_tariff(house, a_tariff(updated=2))

    house.object_deletion.withdraw_copy(T1, reader=XYZ)

    assert shown(house) == []


def test_where_a_party_is_shown_nothing_nothing_is_kept(house: House) -> None:
    house.object_deletion.withdraw_copy(T1, reader=XYZ)
    assert house.objects.held == {}
    push_tariff(house, a_tariff())
    withdraw(house)

    house.object_deletion.withdraw_copy(T1, reader=XYZ)

    assert house.objects.get(T1, str(XYZ)) is None


# --- others at the same time


@dataclass(frozen=True)
class ForgetfulObjects(MemoryObjects):
    """A copy is named that is not there by the time it is looked at."""

    def audiences(self, key: object) -> tuple[str, ...]:
        return (EVERYONE, "FR/XYZ")


def test_who_comes_second_decides_again() -> None:
    house = a_pricing_house(objects=BusyObjects(times=3))
    take_tariff(house, a_tariff())

    withdraw(house)

    assert (house.stored(T1).revision, house.stored(T1).deleted) == (5, True)


def test_a_tariff_that_never_holds_still_is_given_up() -> None:
    house = a_pricing_house(objects=BusyObjects(times=100))
    take_tariff(house, a_tariff())

    with pytest.raises(StoreUnavailable):
        withdraw(house)


def test_a_copy_that_went_meanwhile_is_no_obstacle() -> None:
    house = a_pricing_house(objects=ForgetfulObjects())
    take_tariff(house, a_tariff())

    withdraw(house)

    assert house.stored(T1).deleted


@dataclass(frozen=True)
class FailingOnce(MemoryObjects):
    """The store goes away between the copies and the object itself."""

    failures: tuple[str, ...] = (EVERYONE,)

    def save(self, stored: Stored) -> Stored:
        if stored.deleted and stored.audience in self.failures:
            raise StoreUnavailable("gone")
        return super().save(stored)


def test_a_delete_that_broke_off_can_be_sent_again() -> None:
    house = a_pricing_house(objects=FailingOnce())
    take_tariff(house, a_tariff())
    keep_tariff(house, a_tariff())
    with pytest.raises(StoreUnavailable):
        withdraw(house)
    house = a_pricing_house(objects=MemoryObjects(held=house.objects.held))

    withdraw(house)

    assert shown(house) == []
