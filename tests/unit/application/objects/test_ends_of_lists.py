"""Where a partner's list ends, also against its own words: no list holds up those behind it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import NotReplaceable
from domain.ports import WireAnswer
from tests.builders import ABC, NOON, a_location
from tests.unit.application.house import House
from tests.unit.application.pages import LOCATIONS, Lists, Pulled, a_page, listing, pulled
from tests.unit.application.roaming import a_house

NEXT = "https://cpo.example/pages/2"


@pytest.fixture
def house() -> House:
    return a_house()


def pull(house: House) -> Pulled:
    [read] = house.pulls_of_partners.pull("cpo")
    return pulled(read)


def is_in_step(house: House) -> bool:
    return "locations" in dict(house.partners.get("cpo").synced)


def test_a_page_with_nothing_new_ends_a_list_that_goes_round_in_circles(house: House) -> None:
    first, second = a_location("L1"), a_location("L2")
    pages = {LOCATIONS: a_page(first, then=NEXT), NEXT: a_page(second, then=LOCATIONS)}
    lists = listing(house, pages)

    found = pull(house)

    assert (found.seen, found.stored, found.failure) == (3, 2, "")
    assert found.remark == "a page with nothing new ended it"
    assert lists.urls == [LOCATIONS, NEXT, LOCATIONS]
    assert is_in_step(house)


def test_a_page_that_is_always_the_same_is_read_twice_at_most(house: House) -> None:
    pages = {f"{NEXT}{n}": a_page(a_location(), then=f"{NEXT}{n + 1}") for n in range(9)}
    lists = listing(house, {LOCATIONS: a_page(a_location(), then=f"{NEXT}0"), **pages})

    assert pull(house).seen == 2
    assert len(lists.asked) == 2


def test_an_empty_page_ends_it_also_with_a_link(house: House) -> None:
    lists = listing(house, {LOCATIONS: a_page(then=NEXT)})

    assert pull(house) == Pulled("locations", ABC)
    assert len(lists.asked) == 1


@pytest.mark.parametrize("header", ["", '<>; rel="next"', "garbage", "<https://a>; rel=last"])
def test_without_a_link_to_the_next_page_it_has_ended(house: House, header: str) -> None:
    page = a_page(a_location())
    listing(house, {LOCATIONS: WireAnswer(**{**vars(page), "headers": {"link": header}})})

    assert pull(house) == Pulled("locations", ABC, seen=1, stored=1)


@pytest.mark.parametrize("data", [None, {}, "x", 5])
def test_data_that_is_no_list_is_a_failure(house: House, data: Any) -> None:
    listing(house, {LOCATIONS: answer(data=data)})

    assert pull(house) == Pulled("locations", ABC, failure="the data of locations is no list")
    assert not is_in_step(house)


def test_a_total_that_differs_from_what_came_is_a_remark(house: House) -> None:
    listing(house, {LOCATIONS: a_page(a_location(), total=7)})

    found = pull(house)

    assert (found.failure, found.remark) == ("", "its X-Total-Count is 7, and 1 came")
    assert is_in_step(house)
    [known] = house.pulls_of_partners.known("cpo")
    assert (known.total, known.remark) == (7, found.remark)


@pytest.mark.parametrize("total", ["1", " 1 ", "", "-1", "1.0", "²", "9" * 4000, "seven"])
def test_a_total_that_is_right_or_no_number_is_no_remark(house: House, total: str) -> None:
    listing(house, {LOCATIONS: a_page(a_location(), total=total)})

    assert pull(house).remark == ""


def asked_for(house: House, link: str) -> Lists:
    lists = listing(house, {LOCATIONS: a_page(a_location(), then=link)})
    house.pulls_of_partners.pull("cpo")
    return lists


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/pages/2",
        "http://cpo.example/pages/2",
        "https://cpo.example:8443/pages/2",
        "https://user@cpo.example/pages/2",
        "https://cpo.example@elsewhere.example/pages/2",
        "//elsewhere.example/pages/2",
        "https://hub.example/ocpi/2.3.0/sender/locations",
        "https://cpo.example:port/2",
        "https://[cpo.example/2",
        "ftp://cpo.example/2",
        "https://cpo.example/" + "x" * 4096,
    ],
)
def test_no_other_host_gets_the_partners_token_by_a_link(house: House, link: str) -> None:
    lists = asked_for(house, link)

    assert lists.urls == [LOCATIONS]
    [known] = house.pulls_of_partners.known("cpo")
    assert "a Link of locations" in known.failure
    assert known.stored == 1


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/pages/2", "https://cpo.example/pages/2"),
        ("?offset=50", f"{LOCATIONS}?offset=50"),
        ("https://CPO.example:443/2", "https://CPO.example:443/2"),
    ],
)
def test_a_link_within_the_host_is_followed_however_it_is_written(
    house: House, link: str, url: str
) -> None:
    assert asked_for(house, link).urls == [LOCATIONS, url]


def test_of_many_bad_objects_a_thousand_are_kept_and_all_are_counted(house: House) -> None:
    bad = [{"id": f"L{number}"} for number in range(1010)]
    listing(house, {LOCATIONS: a_page(*bad, a_location())})

    assert pull(house) == Pulled("locations", ABC, seen=1011, stored=1, quarantined=1010)
    assert len(house.quarantine.all(limit=5000)) == 1000


def test_a_huge_bad_object_is_kept_by_name_alone(house: House) -> None:
    listing(house, {LOCATIONS: a_page({"id": "L1", "name": "x" * 70_000}, a_location("L2"))})

    assert (pull(house).stored, pull(house).quarantined) == (1, 1)

    [kept] = house.quarantine.all()
    assert (kept.name, kept.body) == ("L1", b"null")


def test_what_the_store_cannot_take_is_set_aside_and_the_rest_is_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = type(house.object_intake).take_if_newer

    def refuses(self: Any, pushed: Any) -> bool:
        if pushed.key.id == "L1":
            raise NotReplaceable("too large for the store")
        return take(self, pushed)

    monkeypatch.setattr(type(house.object_intake), "take_if_newer", refuses)
    listing(house, {LOCATIONS: a_page(a_location("L1"), a_location("L2"))})

    found = pull(house)

    assert (found.stored, found.quarantined) == (1, 1)
    assert house.quarantine.all()[0].problems == ("too large for the store",)


@pytest.mark.parametrize("since", [None, NOON])
def test_a_list_whose_url_servers_read_in_different_ways_is_a_failure(
    house: House, since: datetime | None
) -> None:
    partner = house.partners.get("cpo")
    odd = replace(partner.endpoints[0], url="https://cpo.example/a/../locations")
    house.partners.save(replace(partner, endpoints=(odd,)))
    if since is not None:
        house.partners.pulled("cpo", "locations", at=since)
    lists = listing(house, {})

    assert "path of a URL" in pull(house).failure
    assert lists.asked == []
