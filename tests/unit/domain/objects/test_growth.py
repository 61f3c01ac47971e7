"""How large an object may become by what is added to it, and what is taken all the same."""

import pytest

from domain.errors import InvalidDocument
from domain.objects.carried import OcpiObject
from domain.objects.growth import Growth
from domain.objects.locations import Location
from domain.objects.sessions import Session
from domain.objects.tariffs import Tariff
from tests.builders import a_location, an_evse
from tests.charging import a_period, a_session

BOUND = Growth(most_bytes=1000, most_periods=3)


def session(periods: int) -> Session:
    return Session(a_session(charging_periods=[a_period(each) for each in range(periods)]))


def location(*evses: str) -> Location:
    return Location(a_location(evses=[an_evse(uid) for uid in evses]))


@pytest.mark.parametrize(
    ("before", "changed"),
    [(location("E1"), location("E1", "E2")), (session(1), session(2)), (None, location("E1"))],
)
def test_a_part_is_added_up_to_the_bound_and_not_beyond(
    before: OcpiObject | None, changed: OcpiObject
) -> None:
    BOUND.check(changed, before, size=1000)
    with pytest.raises(InvalidDocument, match="too large: 1,001 bytes, at most 1,000 are kept"):
        BOUND.check(changed, before, size=1001)


def test_a_session_has_so_many_periods_and_no_more() -> None:
    BOUND.check(session(3), session(2), size=1)
    with pytest.raises(InvalidDocument, match="charging_periods: 4 with this change, at most 3"):
        BOUND.check(session(4), session(3), size=1)


@pytest.mark.parametrize("full", [session(10), location("E1"), Tariff({})])
def test_what_adds_no_part_is_taken_up_to_twice_the_bytes(full: OcpiObject) -> None:
    BOUND.check(full, full, size=2000)
    with pytest.raises(InvalidDocument, match="too large"):
        BOUND.check(full, full, size=2001)


def test_connectors_and_parking_places_are_parts_too() -> None:
    evse = {**an_evse("E1"), "connectors": [{"id": "1"}, {"id": "2"}]}

    assert Location({"evses": [evse], "parking_places": [{"id": "P1"}]}).parts == 4
    assert Location({}).parts == 0
    assert Tariff({}).parts == 0
