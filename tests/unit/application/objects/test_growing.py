"""An object grows push by push up to a bound; a session that is full can still be closed."""

from collections.abc import Callable
from dataclasses import replace
from time import process_time

import pytest

from domain.documents import as_documents
from domain.errors import InvalidDocument
from domain.objects.growth import Growth
from domain.objects.locations import merged
from tests.builders import a_location, an_evse, at
from tests.charging import S1, a_period, a_session
from tests.unit.application.charging_now import a_patch, periods, pushed
from tests.unit.application.house import House
from tests.unit.application.roaming import a_house

SMALL = Growth(most_bytes=4000, most_periods=3)
MANY = 5000


@pytest.fixture
def house() -> House:
    return a_house(growth=SMALL)


def until_too_large(push: Callable[[int], None]) -> None:
    """Push again and again; it has to end by a refusal that says why."""

    def pushes() -> None:
        for number in range(100):
            push(number)

    with pytest.raises(InvalidDocument, match="too large"):
        pushes()


def test_evses_are_added_up_to_the_bound_and_what_is_there_still_changes(house: House) -> None:
    house.push(a_location(evses=[]))

    until_too_large(lambda number: house.push(an_evse(f"E{number}", updated=number), f"E{number}"))

    assert len(house.stored().body) <= 4000
    house.push({"status": "CHARGING", "last_updated": at(200)}, "E0", method="PATCH")
    assert house.document()["evses"][0]["status"] == "CHARGING"


def test_fields_that_ocpi_does_not_name_end_at_twice_the_bound(house: House) -> None:
    house.push(a_location())

    until_too_large(
        lambda number: house.push(
            {f"x{number}": "x" * 500, "last_updated": at(number)}, method="PATCH"
        )
    )

    assert 4000 < len(house.stored().body) <= 8000


def test_a_session_that_is_full_can_be_closed(market: House) -> None:
    taking = replace(market.object_intake, growth=SMALL)
    taking.take(pushed(market, a_session(charging_periods=[a_period(0)])))
    for minute in (1, 2):
        taking.take(pushed(market, a_patch(60 * minute), method="PATCH"))
    with pytest.raises(InvalidDocument, match="charging_periods: 4 with this change, at most 3"):
        taking.take(pushed(market, a_patch(180), method="PATCH"))

    taking.take(pushed(market, {"status": "COMPLETED", "last_updated": at(240)}, method="PATCH"))

    assert (len(periods(market)), market.document(S1)["status"]) == (3, "COMPLETED")


def test_thousands_of_evses_are_patched_at_the_cost_of_their_sum() -> None:
    location = a_location(evses=[an_evse(f"E{number}") for number in range(MANY)])
    patch = {"evses": [{"uid": f"e{number}", "status": "CHARGING"} for number in range(MANY)]}
    began = process_time()

    changed = merged(location, patch)

    assert process_time() - began < 1
    assert {each["status"] for each in as_documents(changed["evses"])} == {"CHARGING"}
