"""Pulling what partners have: every page, what is newer, and nothing else harmed by what is bad."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import NotRegistered, OutboundFailed, Unreachable
from domain.objects.stored import ObjectKey
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from domain.ports import WireAnswer
from tests.builders import (
    ABC,
    HUB,
    LOC1,
    XYZ,
    a_location,
    a_role,
    a_token_object,
    an_endpoint,
)
from tests.unit.application.house import House
from tests.unit.application.pages import LOCATIONS, TOKENS, Pulled, a_page, listing, pulled
from tests.unit.application.roaming import OTHER, T1, a_house, a_platform

NEXT = "https://cpo.example/pages/2"


@pytest.fixture
def house() -> House:
    return a_house()


def pull(house: House, partner_id: str = "cpo", *, whole: bool = False) -> Pulled:
    """What became of the one list that the partner owns objects of."""
    [read] = house.pulls_of_partners.pull(partner_id, whole=whole)
    return pulled(read)


def test_every_page_is_read_to_the_end_of_the_list(house: House) -> None:
    first, second = a_location("L1"), a_location("L2")
    lists = listing(house, {LOCATIONS: a_page(first, then=NEXT), NEXT: a_page(second)})

    assert pull(house) == Pulled("locations", ABC, seen=2, stored=2)

    assert lists.urls == [LOCATIONS, NEXT]
    assert [(each.sender, each.receiver, each.token) for each in lists.asked] == [
        (HUB, ABC, "to-cpo")
    ] * 2
    assert house.document(ObjectKey("locations", ABC, "L2")) == second


def test_a_relative_link_is_resolved_against_the_page_that_it_came_with(house: House) -> None:
    second, third = (f"https://cpo.example/ocpi/2.3.0/locations?offset={n}" for n in (1, 2))
    pages = {
        LOCATIONS: a_page(a_location("L1"), then="/ocpi/2.3.0/locations?offset=1"),
        second: a_page(a_location("L2"), then="?offset=2"),
        third: a_page(a_location("L3")),
    }
    lists = listing(house, pages)

    assert pull(house) == Pulled("locations", ABC, seen=3, stored=3)
    assert lists.urls == [LOCATIONS, second, third]


def test_a_platform_may_list_the_objects_of_all_its_parties_to_any_of_them(house: House) -> None:
    sister = a_role(Role.CPO, OTHER)
    partner = house.partners.get("cpo")
    house.partners.save(replace(partner, roles=(*partner.roles, sister)))
    theirs = a_location("L2", country_code=OTHER.country_code, party_id=OTHER.party_id)
    listing(house, {LOCATIONS: a_page(a_location("L1"), theirs)})

    read = house.pulls_of_partners.pull("cpo")

    assert [(each.stored, each.quarantined) for each in read] == [(2, 0), (0, 0)]
    assert house.document(ObjectKey("locations", OTHER, "L2")) == theirs


def test_what_is_new_is_told_to_readers_as_if_it_had_been_pushed(house: House) -> None:
    listing(house, {LOCATIONS: a_page(a_location())})

    pull(house)

    assert house.publisher.publish(LOC1) == 1
    assert [each.receiver for each in house.deliveries.owed()] == [XYZ]


def test_what_is_not_newer_changes_nothing(house: House) -> None:
    house.push(a_location(updated=5, name="pushed"))
    listing(house, {LOCATIONS: a_page(a_location(updated=4), a_location("L2"))})

    assert pull(house) == Pulled("locations", ABC, seen=2, stored=1)
    assert pull(house) == Pulled("locations", ABC, seen=2, stored=0)

    assert house.document()["name"] == "pushed"


def test_the_first_pull_is_whole_and_the_next_from_before_it_began(house: House) -> None:
    lists = listing(house, {})
    pull(house)
    house.clock.advance(3600)
    pull(house)
    pull(house, whole=True)

    query = "?date_from=2026-01-01T11%3A55%3A00.000Z"
    assert lists.urls == [LOCATIONS, LOCATIONS + query, LOCATIONS]
    synced = dict(house.partners.get("cpo").synced)
    assert synced["locations"] == house.clock.now()


def test_each_party_is_asked_for_what_is_its_own() -> None:
    both = a_platform("cpo", a_role(), a_role(party=OTHER), a_role(Role.EMSP, XYZ))
    house = a_house(both)
    lists = listing(house, {})

    found = house.pulls_of_partners.pull("cpo")

    assert [(each.module, each.party) for each in found] == [
        ("locations", ABC),
        ("locations", OTHER),
        ("tokens", XYZ),
    ]
    assert [each.receiver for each in lists.asked] == [ABC, OTHER, XYZ]


def test_tokens_are_pulled_with_their_type(house: House) -> None:
    listing(house, {TOKENS: a_page(a_token_object(), a_token_object(type="APP_USER"))})

    assert pull(house, "emsp") == Pulled("tokens", XYZ, seen=2, stored=2)
    assert house.document(T1) == a_token_object()


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (a_location("L1", last_updated=None), "last_updated: required"),
        (a_location("L1", party_id="OTH"), "party_id: differs from the URL"),
        ({"name": "no id"}, "id: required"),
        ("L1", "expected a JSON object"),
    ],
)
def test_an_object_that_is_not_valid_is_set_aside_and_the_rest_is_taken(
    house: House, bad: Any, problem: str
) -> None:
    listing(house, {LOCATIONS: a_page(bad, a_location("L2"))})

    assert pull(house) == Pulled("locations", ABC, seen=2, stored=1, quarantined=1)

    [kept] = house.quarantine.all()
    assert (kept.partner_id, kept.module) == ("cpo", "locations")
    assert problem in kept.problems
    [rung] = house.bell.rung
    assert rung == Rung(AlarmKind.OBJECT_QUARANTINED, "DE-ABC", f"locations: {kept.name}")
    assert house.json.parse(kept.body) == bad
    assert kept.name == (bad.get("id", "?") if isinstance(bad, dict) else "?")


def test_an_alarm_names_no_card(house: House) -> None:
    listing(house, {TOKENS: a_page(a_token_object("CARD-7", last_updated=None))})

    assert pull(house, "emsp").quarantined == 1

    assert house.bell.rung == [Rung(AlarmKind.OBJECT_QUARANTINED, "FR-XYZ", "tokens: ***")]


def test_what_is_well_again_is_set_aside_no_more_after_a_whole_pull(house: House) -> None:
    lists = listing(house, {LOCATIONS: a_page({"id": "L1"}, {"id": "L2"})})
    pull(house)
    lists.at[LOCATIONS] = a_page(a_location("L1"), {"id": "L2"})

    house.clock.advance(60)
    pull(house)
    assert len(house.quarantine.all()) == 2
    pull(house, whole=True)

    assert [kept.name for kept in house.quarantine.all(partner_id="cpo")] == ["L2"]


FAILURES = (
    Unreachable("gone"),
    answer(status=500),
    answer(code=None),
    answer(code=2000),
    answer(status=404, code=2000),
)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_list_that_fails_does_not_stop_the_others(failure: WireAnswer | OutboundFailed) -> None:
    both = a_platform("cpo", a_role(), a_role(Role.EMSP, XYZ))
    house = a_house(both)
    tokens = an_endpoint("tokens", both.endpoints[0].role, "cpo").url
    listing(house, {LOCATIONS: failure, tokens: a_page(a_token_object())})

    locations, its_tokens = house.pulls_of_partners.pull("cpo")

    assert locations.failure
    assert pulled(its_tokens) == Pulled("tokens", XYZ, seen=1, stored=1)
    assert [module for module, _ in house.partners.get("cpo").synced] == ["tokens"]


def test_a_list_that_fails_half_way_is_read_from_the_same_moment_again(house: House) -> None:
    lists = listing(house, {})
    pull(house)
    house.clock.advance(3600)
    lists.at = {LOCATIONS: a_page(a_location(), then=NEXT), NEXT: Unreachable("gone")}

    failed = pull(house)
    lists.at[NEXT] = a_page()
    again = pull(house)

    assert (failed.stored, bool(failed.failure)) == (1, True)
    assert not again.failure
    assert lists.urls[1] == lists.urls[3] != LOCATIONS


@pytest.mark.parametrize("state", [PartnerState.SUSPENDED, PartnerState.UNREGISTERED])
def test_only_a_connection_is_pulled(house: House, state: PartnerState) -> None:
    house.partners.save(replace(house.partners.get("cpo"), state=state))

    with pytest.raises(NotRegistered):
        house.pulls_of_partners.pull("cpo")
    with pytest.raises(NotRegistered):
        house.pulls_of_partners.start("cpo")


def test_a_worker_is_asked_to_pull(house: House) -> None:
    house.pulls_of_partners.start("cpo")

    assert house.wake.synchronized == ["cpo"]


def test_a_worker_is_asked_to_pull_everything(house: House) -> None:
    lists = listing(house, {LOCATIONS: a_page(a_location("L1"))})
    pull(house)

    house.pulls_of_partners.start("cpo", whole=True)
    pull(house)

    assert house.wake.synchronized == ["cpo"]
    assert lists.urls == [LOCATIONS, LOCATIONS]
