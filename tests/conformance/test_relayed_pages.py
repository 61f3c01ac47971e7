"""Conformance case 55: pages of a list that another party holds (T-PAG-9)."""

from contextlib import ExitStack
from urllib.parse import parse_qsl

import pytest

from entrypoints.sandbox import Platform, Received
from entrypoints.sandbox.routing import next_page
from tests.conformance.guests import Guests, Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    INVALID,
    OK,
    a_location,
    ids,
    link_query,
    outcome,
    parties,
    party_of,
)

pytestmark = pytest.mark.e2e


@pytest.fixture
def lister(join: Join) -> Platform:
    """A CPO with three locations of its own, that lists two a page."""
    platform = join("CPO")
    for number in range(3):
        platform.own("locations", a_location(platform, id=f"OWN{number}"))
    platform.page_limit = 2
    return platform


def test_case_055_the_link_of_a_relayed_list_points_at_the_hub(
    hub: RunningHub, lister: Platform, p3: Platform
) -> None:
    query = {"date_from": "2001-01-01T00:00:00Z"}

    answer = p3.hub.get("locations", (), query, to=party_of(lister))

    assert outcome(answer) == OK
    assert ids(answer) == ["OWN0", "OWN1"]
    assert (answer.headers["x-total-count"], answer.headers["x-limit"]) == ("3", "2")
    assert next_page(answer).startswith(hub.place("sender/locations?"))
    assert query.items() <= link_query(answer).items()
    assert lister.url not in answer.headers["link"]


def test_case_055_following_it_reaches_the_same_platform_as_often_as_one_likes(
    lister: Platform, p3: Platform
) -> None:
    link = next_page(p3.hub.get("locations", to=party_of(lister)))
    lister.clear()

    for _ in range(2):
        answer = p3.hub.call("GET", link, token=p3.hub.peer.token)
        assert (outcome(answer), ids(answer)) == (OK, ["OWN2"])
        assert parties(answer) == (("NL", "MS1"), party_of(lister))
        assert "link" not in answer.headers

    assert [dict(parse_qsl(each.query)) for each in _relayed(lister)] == 2 * [
        {"offset": "2", "limit": "2"}
    ]
    assert [each.to for each in _relayed(lister)] == 2 * [party_of(lister)]


def test_case_055_the_link_is_of_no_use_to_another_party(
    lister: Platform, p3: Platform, p4: Platform
) -> None:
    link = next_page(p3.hub.get("locations", to=party_of(lister)))
    lister.clear()

    others = p4.hub.call("GET", link, token=p4.hub.peer.token)
    tampered = p3.hub.call("GET", link[:-4] + "AAAA", token=p3.hub.peer.token)

    assert (outcome(others), outcome(tampered)) == (INVALID, INVALID)
    assert not _relayed(lister)


def test_case_055_it_reaches_it_after_a_restart_of_the_hub_too(watchful: RunningHub) -> None:
    with ExitStack() as stack:
        guests = Guests(watchful, stack)
        owner, reader = guests.join("CPO"), guests.join("EMSP")
        for number in range(3):
            owner.own("locations", a_location(owner, id=f"OWN{number}"))
        owner.page_limit = 2
        link = next_page(reader.hub.get("locations", to=party_of(owner)))

        watchful.restart()

        for _ in range(2):
            answer = reader.hub.call("GET", link, token=reader.hub.peer.token)
            assert (outcome(answer), ids(answer)) == (OK, ["OWN2"])
        guests.leave()


def _relayed(lister: Platform) -> list[Received]:
    """What came for a party: not the hub's own pull."""
    return [each for each in lister.received if each.from_ != HUB]


def test_an_empty_relayed_list_has_no_link(join: Join, p3: Platform) -> None:
    owner = join("CPO")

    answer = p3.hub.get("locations", to=party_of(owner))

    assert (outcome(answer), answer.data) == (OK, [])
    assert "link" not in answer.headers
    assert answer.headers["x-total-count"] == "0"
