"""A leg: how it ended, what it is found by, and which are looked for."""

from datetime import timedelta

import pytest

from domain.journal.legs import LegQuery, Purpose, keys_of
from tests.builders import ABC, QRS, XYZ
from tests.legs import NOON, a_leg


@pytest.mark.parametrize(
    ("http", "ocpi", "outcome", "is_well"),
    [
        (200, 1000, "1xxx", True),
        (201, None, "http 2xx", True),
        (200, 2001, "2xxx", False),
        (404, 2004, "2xxx", False),
        (500, None, "http 5xx", False),
        (None, None, "no answer", False),
    ],
)
def test_the_class_of_an_answer(
    http: int | None, ocpi: int | None, outcome: str, is_well: bool
) -> None:
    leg = a_leg(http=http, ocpi=ocpi)

    assert (leg.outcome, leg.is_well) == (outcome, is_well)


def test_accepted_deliveries_of_states_are_kept_together_and_those_of_cdrs_are_not() -> None:
    told = a_leg(purpose=Purpose.DELIVERED, module="locations")

    assert told.goes_together
    assert not told._replace(module="cdrs").goes_together
    assert not told._replace(http=500).goes_together
    assert not told._replace(purpose=Purpose.RELAYED).goes_together


def test_a_leg_is_found_by_its_ids_and_by_what_it_is_about() -> None:
    assert keys_of(a_leg()) == {"C-1", "Q-1", "locations/DE/ABC/LOC1"}
    assert keys_of(a_leg(about="", request_id="")) == {"C-1"}


@pytest.mark.parametrize(
    "query",
    [
        LegQuery(),
        LegQuery(any_of=("other", "C-1")),
        LegQuery(partner_id="cpo"),
        LegQuery(party=ABC),
        LegQuery(party=XYZ, other=ABC),
        LegQuery(module="locations"),
        LegQuery(outcome="1"),
        LegQuery(slower_than_ms=5),
        LegQuery(since=NOON, until=NOON + timedelta(seconds=1)),
    ],
)
def test_a_leg_that_is_looked_for(query: LegQuery) -> None:
    assert query.includes(a_leg())


@pytest.mark.parametrize(
    "query",
    [
        LegQuery(any_of=("other",)),
        LegQuery(any_of=()),
        LegQuery(partner_id="emsp"),
        LegQuery(party=QRS),
        LegQuery(party=XYZ, other=QRS),
        LegQuery(module="cdrs"),
        LegQuery(outcome="2xxx"),
        LegQuery(slower_than_ms=5.1),
        LegQuery(since=NOON + timedelta(seconds=1)),
        LegQuery(until=NOON),
    ],
)
def test_a_leg_that_is_not(query: LegQuery) -> None:
    assert not query.includes(a_leg())
