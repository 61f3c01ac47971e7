"""Partners that never push are pulled regularly, each at its own moment."""

from dataclasses import replace
from typing import Any

import pytest

from domain.partners.partner import PartnerState
from domain.partners.party import Interface
from tests.builders import NOON, Doc, an_endpoint
from tests.unit.application.house import House
from tests.unit.application.roaming import a_cpo, a_house

HOUR_S = 3600.0
PULLED: Doc = {"synced": (("locations", NOON),)}


def woken(house: House, seconds: float) -> int:
    house.clock.advance(seconds)
    return house.pulls_of_partners.sweep()


def test_a_partner_is_pulled_when_its_last_pull_is_long_ago() -> None:
    house = a_house(a_cpo(**PULLED))

    assert woken(house, HOUR_S - 1) == 0
    assert woken(house, 0.1 * HOUR_S + 1) == 1
    assert house.wake.synchronized == ["cpo"]
    house.partners.pulled("cpo", "locations", at=house.clock.now())
    assert woken(house, 0) == 0


def test_partners_have_their_own_moments_within_a_tenth_of_the_time() -> None:
    house = a_house(*(a_cpo(f"p{number}", roles=(), **PULLED) for number in range(30)))

    assert woken(house, HOUR_S - 1) == 0
    early = woken(house, 0.05 * HOUR_S)
    assert 0 < early < 30
    assert early + woken(house, 0.05 * HOUR_S + 1) == 30


def test_who_was_never_pulled_counts_from_when_it_was_registered() -> None:
    house = a_house(a_cpo(registered_at=NOON))

    assert woken(house, HOUR_S - 1) == 0
    assert woken(house, 0.1 * HOUR_S + 1) == 1
    assert a_house(a_cpo()).pulls_of_partners.sweep() == 0


def test_the_list_that_was_pulled_longest_ago_counts() -> None:
    house = a_house(a_cpo(**PULLED))
    house.clock.advance(2 * HOUR_S)
    house.partners.pulled("cpo", "tokens", at=house.clock.now())

    assert house.pulls_of_partners.sweep() == 1


@pytest.mark.parametrize(
    "unfit",
    [
        {"state": PartnerState.SUSPENDED},
        {"reachable": False},
        {"endpoints": (an_endpoint("locations", Interface.RECEIVER),)},
        {"endpoints": (an_endpoint("hubclientinfo", Interface.SENDER),)},
    ],
    ids=["suspended", "offline", "receives only", "another hub's clients"],
)
def test_a_partner_that_cannot_be_pulled_is_not(unfit: Any) -> None:
    house = a_house(a_cpo(**{**PULLED, **unfit}))

    assert woken(house, 10 * HOUR_S) == 0


def test_it_can_be_switched_off() -> None:
    house = a_house(a_cpo(**PULLED))
    never = replace(house.pulls_of_partners, every_s=0)
    house.clock.advance(10 * HOUR_S)

    assert never.sweep() == 0
