"""Partners take turns at being pulled: one without an end, or a slow one, stops no other."""

import pytest

from domain.documents import JsonValue
from domain.objects.remarks import Remarks
from domain.partners.party import Role
from domain.ports import WireAnswer, WireRequest
from domain.validation import Mode
from tests.builders import ABC, LOC1, XYZ, FewRules, a_location, a_role, an_endpoint
from tests.unit.application.house import House
from tests.unit.application.pages import (
    LOCATIONS,
    Pulled,
    a_page,
    endless,
    listing,
    pulled,
    wired,
)
from tests.unit.application.roaming import OTHER, a_cpo, a_house, a_platform


def came(house: House, partner_id: str = "cpo") -> list[Pulled]:
    return [pulled(read) for read in house.pulls_of_partners.pull(partner_id)]


def test_a_turn_ends_with_its_time_slice_and_the_next_goes_on_from_there() -> None:
    house = a_house()
    wire = wired(house, endless(house))

    [first] = came(house)
    [second] = came(house)

    assert (first.seen, first.goes_on, first.failure) == (9, True, "")
    assert (second.seen, second.stored) == (18, 18)
    assert [request.url for request in wire.asked[8:10]] == [
        f"{LOCATIONS}?offset=8",
        f"{LOCATIONS}?offset=9",
    ]
    assert "locations" not in dict(house.partners.get("cpo").synced)


def test_the_place_is_kept_with_every_page_so_that_it_survives_a_killed_process() -> None:
    house = a_house()
    answers = endless(house)

    def dies(request: WireRequest) -> WireAnswer:
        if request.url.endswith("offset=3"):
            raise KeyboardInterrupt
        return answers(request)

    wired(house, dies)
    with pytest.raises(KeyboardInterrupt):
        house.pulls_of_partners.pull("cpo")

    [known] = house.pulls_of_partners.known("cpo")
    assert (known.page, known.seen) == (f"{LOCATIONS}?offset=3", 3)


def test_within_a_page_too_the_turn_ends_and_the_next_goes_on_behind_what_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = a_house()
    page = a_page(*(a_location(f"L{number}") for number in range(6)), total=6)
    lists = listing(house, {LOCATIONS: page})
    checked = FewRules.check

    def slow(self: FewRules, kind: str, document: JsonValue, mode: Mode) -> Remarks:
        house.clock.advance(12.5)
        return checked(self, kind, document, mode)

    monkeypatch.setattr(FewRules, "check", slow)

    assert came(house) == [Pulled("locations", ABC, seen=3, stored=3, goes_on=True)]
    assert came(house) == [Pulled("locations", ABC, seen=6, stored=6)]
    assert len(lists.asked) == 2
    assert "locations" in dict(house.partners.get("cpo").synced)


def test_a_page_that_shrank_meanwhile_ends_nothing_too_early() -> None:
    house = a_house()
    lists = listing(house, {LOCATIONS: a_page(a_location(), then=f"{LOCATIONS}/2")})
    lists.at[f"{LOCATIONS}/2"] = a_page(a_location("L2"))
    [read] = house.pulls_of_partners.pull("cpo", stop=lambda: True)
    house.pulls.note("cpo", read.with_object(stored=True, quarantined=False, now=read.began))

    [after] = came(house)

    assert (after.seen, after.goes_on) == (2, False)
    assert house.document(LOC1.__class__("locations", ABC, "L2"))


def test_a_worker_that_is_told_to_stop_keeps_the_place() -> None:
    house = a_house()
    lists = listing(house, {LOCATIONS: a_page(a_location())})

    [read] = house.pulls_of_partners.pull("cpo", stop=lambda: True)

    assert (read.goes_on, read.seen, lists.asked) == (True, 0, [])
    assert house.pulls_of_partners.known("cpo") == (read,)
    assert came(house) == [Pulled("locations", ABC, seen=1, stored=1)]


def test_what_is_begun_anew_meanwhile_is_not_lost() -> None:
    house = a_house(a_cpo(synced=(("locations", a_house().clock.now()),)))
    answers = endless(house)

    def asked_for_all(request: WireRequest) -> WireAnswer:
        if request.url.endswith("offset=3"):
            house.pulls_of_partners.start("cpo", whole=True)
        return answers(request)

    wired(house, asked_for_all)

    [left] = house.pulls_of_partners.pull("cpo")

    assert (left.since, left.seen, left.page) == (None, 0, LOCATIONS)
    assert house.pulls_of_partners.known("cpo") == (left,)


def test_the_other_lists_of_the_partner_are_read_beside_one_without_an_end() -> None:
    both = a_platform("cpo", a_role(), a_role(Role.EMSP, XYZ))
    house = a_house(both)
    wired(house, endless(house))

    [_, tokens] = came(house)
    [locations, again] = came(house)

    assert (tokens.seen, tokens.goes_on) == (0, True)
    assert again == Pulled("tokens", XYZ, seen=1, stored=1)
    assert locations.goes_on
    assert [module for module, _ in house.partners.get("cpo").synced] == ["tokens"]


def test_those_that_have_ended_are_read_again_after_a_while_though_another_goes_on() -> None:
    both = a_platform("cpo", a_role(), a_role(Role.EMSP, XYZ))
    house = a_house(both)
    wired(house, endless(house))
    for _ in range(2):
        came(house)

    assert [read.module for read in came(house)] == ["locations"]
    house.clock.advance(600)

    assert [read.module for read in came(house)] == ["locations", "tokens"]


def test_a_list_without_an_end_is_given_up_after_a_day_and_begun_anew() -> None:
    house = a_house()
    wired(house, endless(house))
    came(house)
    house.clock.advance(24 * 3600)

    [given_up] = came(house)
    [anew] = came(house)

    assert (given_up.failure, given_up.goes_on) == ("it had no end", False)
    assert (anew.seen, anew.failure, anew.goes_on) == (9, "", True)


def test_a_whole_pull_begins_every_list_anew() -> None:
    house = a_house()
    wire = wired(house, endless(house))
    came(house)

    house.pulls_of_partners.pull("cpo", whole=True)

    assert [request.url == LOCATIONS for request in wire.asked].count(True) == 2


def test_a_party_that_left_the_platform_is_not_read_for_any_more() -> None:
    both = a_platform("cpo", a_role(), a_role(party=OTHER))
    house = a_house(both)
    listing(house, {})
    came(house)
    partner = house.partners.get("cpo")
    house.partners.save(partner.with_roles((a_role(),)))

    came(house)

    assert [read.party for read in house.pulls_of_partners.known("cpo")] == [ABC]


def test_a_place_at_the_platform_that_the_partner_has_left_is_not_asked_for() -> None:
    house = a_house()
    wire = wired(house, endless(house))
    came(house)
    partner = house.partners.get("cpo")
    moved = an_endpoint("locations", partner.endpoints[0].role, "new")
    house.partners.save(partner.__class__(**{**vars(partner), "endpoints": (moved,)}))
    wire.asked.clear()

    [read] = came(house)

    assert "leads to another host" in read.failure
    assert wire.asked == []


def test_what_a_partner_offers_no_more_is_a_failure() -> None:
    house = a_house()
    wired(house, endless(house))
    [read] = house.pulls_of_partners.pull("cpo")
    partner = house.partners.get("cpo")
    gone = house.partners.save(partner.__class__(**{**vars(partner), "endpoints": ()}))

    failed = house.pull_lists.read(gone, read, lambda: False)

    assert failed.failure == "it offers no list of locations any more"


def test_a_pull_that_was_left_is_set_off_again_by_the_sweep() -> None:
    house = a_house(a_cpo(synced=(("locations", a_house().clock.now()),)))
    assert house.pulls_of_partners.sweep() == 0
    wired(house, endless(house))
    came(house)

    assert house.pulls_of_partners.sweep() == 1
    assert house.pulls_of_partners.sweep() == 0
    house.clock.advance(60)
    assert house.pulls_of_partners.sweep() == 1
