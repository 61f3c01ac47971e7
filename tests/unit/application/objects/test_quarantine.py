"""What is quarantined: its parts say so, and an operator can let it in."""

import pytest

from domain.errors import InvalidDocument, UnknownLocation, UnknownObject, WrongState
from domain.objects.remarks import Remarks
from tests.builders import a_location, a_token_object, an_evse, at
from tests.unit.application.house import House
from tests.unit.application.pages import LOCATIONS, TOKENS, a_page, listing
from tests.unit.application.pushes import patch, take
from tests.unit.application.roaming import a_house

BROKEN = Remarks(("name: not a string",))


@pytest.fixture
def house() -> House:
    """One that has set LOC1 aside."""
    house = a_house()
    listing(house, {LOCATIONS: a_page(a_location(name=1))})
    house.pulls_of_partners.pull("cpo", whole=True)
    return house


def ref(house: House) -> str:
    [held] = house.quarantine.all()
    return held.ref


def test_a_change_below_it_says_since_when_and_why(house: House) -> None:
    with pytest.raises(UnknownLocation) as unknown:
        patch(house, 1, "E1", status="CHARGING")

    said = f"LOC1 is quarantined since {at(0)}, because name: not a string"
    assert str(unknown.value) == said
    with pytest.raises(UnknownLocation, match="is quarantined"):
        take(house, an_evse("E1"), "E1")


def test_another_platforms_quarantine_is_not_told(house: House) -> None:
    with pytest.raises(UnknownLocation, match="is not known"):
        take(house, an_evse("E1"), "E1", by=house.partners.get("emsp"))


def test_an_operator_lets_it_in_and_its_parts_change(house: House) -> None:
    accepted = house.pulled_intake.let_in(ref(house))
    patch(house, 1, city="Bonn")

    assert accepted.accepted_at == house.clock.now()
    assert (house.document()["city"], house.stored().remarks) == ("Bonn", BROKEN)


def test_what_was_let_in_is_taken_whenever_it_is_pulled(house: House) -> None:
    house.pulled_intake.let_in(ref(house))
    for updated in (1, 2):
        house.clock.advance(10)
        newer = a_location(name=1, city=f"C{updated}", updated=updated)
        listing(house, {LOCATIONS: a_page(newer)})
        [read] = house.pulls_of_partners.pull("cpo", whole=True)

        assert (read.stored, read.quarantined) == (1, 0)
        assert house.document()["city"] == f"C{updated}"
    assert len(house.quarantine.all()) == 1


def test_what_is_never_taken_cannot_be_let_in() -> None:
    house = a_house()
    listing(house, {LOCATIONS: a_page(a_location(last_updated=None))})
    house.pulls_of_partners.pull("cpo", whole=True)

    with pytest.raises(InvalidDocument, match="last_updated: required"):
        house.pulled_intake.let_in(ref(house))

    assert house.quarantine.all()[0].accepted_at is None


def test_what_was_let_in_and_is_worse_now_is_set_aside_again(house: House) -> None:
    house.pulled_intake.let_in(ref(house))
    listing(house, {LOCATIONS: a_page(a_location(name=1, last_updated=None))})

    [read] = house.pulls_of_partners.pull("cpo", whole=True)

    assert read.quarantined == 1
    assert house.quarantine.all()[0].accepted_at is not None


def test_what_is_not_there_cannot_be_let_in(house: House) -> None:
    with pytest.raises(UnknownObject, match="nothing is quarantined as 0123456789ab"):
        house.pulled_intake.let_in("0123456789ab")


def test_what_was_too_large_to_be_kept_is_for_its_owner_to_mend() -> None:
    house = a_house()
    listing(house, {LOCATIONS: a_page(a_location(name=1, note="x" * 70_000))})
    house.pulls_of_partners.pull("cpo", whole=True)

    with pytest.raises(WrongState, match="too large"):
        house.pulled_intake.let_in(ref(house))


def test_a_platform_that_owns_no_such_objects_any_more_gets_none_in() -> None:
    house = a_house()
    listing(house, {TOKENS: a_page(a_token_object(name=1))})
    house.pulls_of_partners.pull("emsp", whole=True)
    held = ref(house)
    house.partners.save(house.partners.get("emsp").with_roles(()))

    with pytest.raises(WrongState, match="owns such objects"):
        house.pulled_intake.let_in(held)
