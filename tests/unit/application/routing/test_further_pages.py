"""Further pages of another platform's list, through links that lead through the hub."""

from dataclasses import replace

import pytest

from application.routing.page_links import CURSOR, PageLink
from domain.errors import InvalidParameter, ReceiverFailed
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Interface
from domain.ports import WireAnswer
from tests.builders import ABC, XYZ, a_partner, a_reader, an_endpoint
from tests.unit.application.house import House
from tests.unit.application.relays import given, passed


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


NEXT = "https://cpo.example/locations?offset=5&limit=5"


def paged(link: str | None) -> WireAnswer:
    headers = {"x-total-count": "9", "x-limit": "5", "server": "nginx"}
    if link is not None:
        headers["link"] = link
    return WireAnswer(200, 1000, "", None, b"[]", headers, 0.0)


def cursor_in(link: str) -> str:
    return link.partition(f"{CURSOR}=")[2].partition(">")[0]


def test_the_link_to_a_further_page_leads_through_the_hub(house: House) -> None:
    given(house, paged(f'<{NEXT}>; rel="next"'))

    headers = house.request_relay.relay(passed()).headers

    assert headers.keys() == {"x-total-count", "x-limit", "link"}
    link = headers["link"]
    assert link.startswith(
        "<https://hub.example/ocpi/2.3.0/sender/locations?offset=5&limit=5&hub_cursor="
    )
    assert link.endswith('>; rel="next"')
    read = house.page_links.read(cursor_in(link), requester="emsp", module="locations")
    assert read == PageLink("emsp", XYZ, ABC, "locations", read.at, NEXT)
    assert read.at.startswith("cpo ")


def a_link(house: House, **options: str) -> PageLink:
    """The link that the first page of ABC's locations was given with, as the hub reads it."""
    given(house, paged(f'<{NEXT}>; rel="next"'))
    link = house.request_relay.relay(passed(**options)).headers["link"]
    house.wire.asked.clear()
    return house.page_links.read(cursor_in(link), requester="emsp", module="locations")


def test_a_further_page_is_asked_for_where_the_receiver_said(house: House) -> None:
    link = a_link(house)

    for _ in range(2):
        house.request_relay.next_page(link, passed())

    assert [request.url for request in house.wire.asked] == [NEXT, NEXT]


def test_a_relative_link_is_resolved_against_the_page_that_it_came_with(house: House) -> None:
    second, third = (f"https://cpo.example/ocpi/2.3.0/locations?offset={n}" for n in (2, 4))
    at_root, at_itself = '</ocpi/2.3.0/locations?offset=2>; rel="next"', '<?offset=4>; rel="next"'
    given(house, paged(at_root), paged(at_itself))

    first = house.request_relay.relay(passed()).headers["link"]
    link = house.page_links.read(cursor_in(first), requester="emsp", module="locations")
    further = house.request_relay.next_page(link, passed()).headers["link"]

    assert link.url == second
    assert house.wire.asked[-1].url == second
    assert (
        house.page_links.read(cursor_in(further), requester="emsp", module="locations").url == third
    )


@pytest.mark.parametrize(
    "moved",
    [
        (a_partner(state=PartnerState.UNREGISTERED, roles=()), a_partner("other")),
        (a_partner(endpoints=(an_endpoint("locations", Interface.SENDER, "moved"),)),),
        (a_partner(endpoints=()),),
    ],
)
def test_a_link_dies_when_the_list_is_elsewhere(house: House, moved: tuple[Partner, ...]) -> None:
    link = a_link(house)
    for partner in moved:
        held = house.partners.get(partner.id) if partner.id == "cpo" else None
        house.partners.save(replace(partner, revision=held.revision if held else 0))

    with pytest.raises(InvalidParameter, match="moved"):
        house.request_relay.next_page(link, passed())

    assert not house.wire.asked


def test_a_link_dies_with_the_day(house: House) -> None:
    given(house, paged(f'<{NEXT}>; rel="next"'))
    cursor = cursor_in(house.request_relay.relay(passed()).headers["link"])

    house.clock.advance(24 * 3600)
    house.page_links.read(cursor, requester="emsp", module="locations")
    house.clock.advance(1)

    with pytest.raises(InvalidParameter, match="a day old"):
        house.page_links.read(cursor, requester="emsp", module="locations")


def test_a_link_of_the_future_is_none(house: House) -> None:
    given(house, paged(f'<{NEXT}>; rel="next"'))
    cursor = cursor_in(house.request_relay.relay(passed()).headers["link"])

    house.clock.advance(-301)

    with pytest.raises(InvalidParameter, match="a day old"):
        house.page_links.read(cursor, requester="emsp", module="locations")


@pytest.mark.parametrize(
    "link",
    [
        "https://cpo.example/a/../../credentials",
        "../../credentials",
        "https://old.example/locations",
        "//old.example/locations",
    ],
)
def test_a_receiver_whose_link_leads_elsewhere_has_failed(house: House, link: str) -> None:
    given(house, paged(f'<{link}>; rel="next"'))

    with pytest.raises(ReceiverFailed, match="a Link"):
        house.request_relay.relay(passed())


def test_the_last_page_has_no_link(house: House) -> None:
    given(house, paged(None))

    assert house.request_relay.relay(passed()).headers == {"x-total-count": "9", "x-limit": "5"}


@pytest.mark.parametrize("said", ["1\r\n 2", "9" * 65_000, "5²"])
def test_the_counts_of_a_page_are_passed_on_only_if_they_are_numbers(
    house: House, said: str
) -> None:
    headers = {"x-total-count": said, "x-limit": said}
    given(house, WireAnswer(200, 1000, "", None, b"[]", headers, 0.0))

    assert house.request_relay.relay(passed()).headers == {}


def test_a_page_whose_link_cannot_be_read_is_no_answer(house: House) -> None:
    given(house, paged("<" * 65_000))

    with pytest.raises(ReceiverFailed, match="Link header is longer than 8192"):
        house.request_relay.relay(passed())


def test_a_cursor_keeps_to_the_one_it_was_made_for(house: House) -> None:
    link = house.page_links.link(
        PageLink("emsp", XYZ, ABC, "locations", "cpo x", "https://x/locations")
    )
    cursor = cursor_in(link)

    assert "locations?hub_cursor=" in link
    for requester, module in (("other", "locations"), ("emsp", "tariffs")):
        with pytest.raises(InvalidParameter, match="another party"):
            house.page_links.read(cursor, requester=requester, module=module)


def test_a_cursor_that_the_hub_did_not_make_is_refused(house: House) -> None:
    signed = [f"{payload}.{house.secrets.sign(payload.encode())}" for payload in ("x", "eA==")]

    for cursor in ("", "eA==.wrong", *signed):
        with pytest.raises(InvalidParameter, match="not one of this hub's"):
            house.page_links.read(cursor, requester="emsp", module="locations")
