"""Lists that never end, that hang, or that lead elsewhere: no other partner's pull waits for them.

The hub has one sync worker, and a time slice of a second.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from domain.objects.stored import EVERYONE, ObjectKey
from domain.partners.party import PartyId
from entrypoints.sandbox import Platform, Received, Reply
from entrypoints.sandbox.exchange import Exchange
from entrypoints.sandbox.fixtures import location
from entrypoints.sandbox.reply import success
from entrypoints.sandbox.server import Listener
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub, a_hub
from tests.e2e.hub_process import until

_SLICE_S = 1
_AT_ONCE = 8
"""So many pulls go on side by side: more hostile partners than that have to take turns."""
_SOON_S = 60.0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("pulls") / "hub"
    with a_hub(folder, HUB_PULL_SLICE_S=str(_SLICE_S)) as running:
        yield running


def _endless(platform: Platform) -> Callable[[Exchange], Reply]:
    """Ever new locations of its own, one a page."""
    _, country, party, _ = _party(platform)

    def page(exchange: Exchange) -> Reply:
        number = int(exchange.request.parameter("offset", "0"))
        item = location(country, party, f"L{number}")
        return success([item], headers={"Link": _link(platform, f"?offset={number + 1}")})

    return page


def _party(platform: Platform) -> tuple[str, str, str, str]:
    [party] = platform.profile.parties
    return party.role, *party.id, party.name


def _link(platform: Platform, suffix: str) -> str:
    return f'<{platform.profile.endpoint("locations", "SENDER")}{suffix}>; rel="next"'


def _locations(hub: RunningHub, platform: Platform) -> dict[str, Any]:
    """What the operator is told of the partner's list of locations."""
    _, country, party, _ = _party(platform)
    ran = hub.run("partner", "show", f"{country}-{party}", "--json")
    assert ran.returncode == 0, ran.stderr
    pulls: list[dict[str, Any]] = json.loads(ran.stdout)["pulls"]
    [found] = [each for each in pulls if each["module"] == "locations"]
    return found


def _sync(hub: RunningHub, platform: Platform) -> None:
    _, country, party, _ = _party(platform)
    partner = hub.inside.hub.administration.find(f"{country}-{party}")
    hub.inside.hub.pulls_of_partners.start(partner.id)


def _pages(platform: Platform) -> list[Received]:
    return [each for each in platform.received if each.module == "locations"]


def _offset(page: Received) -> int:
    return int(page.parameter("offset", "0"))


def test_partners_take_turns_however_many_lists_have_no_end(hub: RunningHub, join: Join) -> None:
    hostile = [join("CPO") for _ in range(_AT_ONCE + 2)]
    for number, platform in enumerate(hostile):
        platform.behave("hang" if number % 3 == 0 else _endless(platform), "locations")
        _sync(hub, platform)
    until(lambda: sum(bool(_pages(each)) for each in hostile) >= _AT_ONCE, _SOON_S)

    honest = join("CPO")
    _, country, party, _ = _party(honest)
    honest.own("locations", location(country, party, "HONEST"))
    honest.clear()
    _sync(hub, honest)

    honest.wait_for(lambda received: received.module == "locations", _SOON_S)
    for platform in hostile:
        until(lambda platform=platform: _pages(platform), _SOON_S)  # type: ignore[misc]


def test_an_endless_pull_goes_on_after_a_restart_from_where_it_was(
    hub: RunningHub, join: Join
) -> None:
    platform = join("CPO")
    platform.behave(_endless(platform), "locations")
    _sync(hub, platform)
    until(lambda: any(_offset(page) >= 10 for page in _pages(platform)), _SOON_S)

    hub.kill()
    reached = max(_offset(page) for page in _pages(platform))
    platform.clear()
    hub.process.start()

    until(lambda: len(_pages(platform)) > 3, _SOON_S)
    assert _offset(_pages(platform)[0]) >= reached - 1
    known = _locations(hub, platform)
    assert (known["goes_on"], known["failure"]) == (True, None)
    assert known["seen"] >= reached


def test_what_did_not_come_is_said(hub: RunningHub, join: Join) -> None:
    no_list, fewer, circles = (join("CPO") for _ in range(3))
    no_list.behave(lambda _: success({"locations": []}), "locations")
    fewer.behave(lambda _: success([], headers={"X-Total-Count": "7"}), "locations")
    _, country, party, _ = _party(circles)
    item = location(country, party, "SAME")
    circles.behave(
        lambda _: success([item], headers={"Link": _link(circles, "?offset=1")}), "locations"
    )
    for platform in (no_list, fewer, circles):
        _sync(hub, platform)

    def said(platform: Platform) -> tuple[str | None, str | None]:
        until(lambda: _is_read(hub, platform), _SOON_S)
        known = _locations(hub, platform)
        return known["failure"], known["remark"]

    assert said(no_list) == ("the data of locations is no list", None)
    assert said(fewer) == (None, "its X-Total-Count is 7, and 0 came")
    assert said(circles) == (None, "a page with nothing new ended it")


def test_a_link_to_another_host_or_to_the_hub_is_not_followed(hub: RunningHub, join: Join) -> None:
    heard: list[Received] = []

    def hear(received: Received) -> Reply:
        heard.append(received)
        return success([])

    other = Listener("127.0.0.1", 0, hear)
    other.start()
    for link in (f"http://127.0.0.1:{other.port}/stolen", hub.place("sender/locations")):
        platform = join("CPO")
        _, country, party, _ = _party(platform)
        item = location(country, party, "FIRST")
        reply = success([item], headers={"Link": f'<{link}>; rel="next"'})
        platform.behave(lambda _, reply=reply: reply, "locations")  # type: ignore[misc]
        _sync(hub, platform)

        until(lambda platform=platform: _is_read(hub, platform), _SOON_S)  # type: ignore[misc]
        known = _locations(hub, platform)
        assert known["failure"] == "a Link of locations leads to another host"
        assert _has(hub, platform, "FIRST")
    other.stop()

    assert heard == []


def test_one_bad_object_stops_neither_its_page_nor_the_next(hub: RunningHub, join: Join) -> None:
    platform = join("CPO")
    _, country, party, _ = _party(platform)
    bad = [
        location(country, party, "\ud800"),
        location(country, party, "B1", name="\udfff"),
        {"id": 5},
        "no object",
        None,
        location(country, party, "B2") | {"evses": 7},
    ]
    good = [location(country, party, f"G{number}") for number in range(3)]

    def page(exchange: Exchange) -> Reply:
        if exchange.request.parameter("offset", "0") == "0":
            body = json.dumps({"status_code": 1000, "data": [*bad, good[0]]}).encode()
            return Reply(200, body, {"Link": _link(platform, "?offset=1")})
        return success(good[1:])

    platform.behave(page, "locations")
    _sync(hub, platform)

    until(lambda: _is_read(hub, platform), _SOON_S)
    known = _locations(hub, platform)
    assert (known["seen"], known["failure"]) == (len(bad) + 3, None)
    assert known["quarantined"] >= 5
    assert all(_has(hub, platform, item["id"]) for item in good)


def _is_read(hub: RunningHub, platform: Platform) -> bool:
    """Whether the pull of the locations has come to its end."""
    _, country, party, _ = _party(platform)
    partner = hub.inside.hub.administration.find(f"{country}-{party}")
    reads = hub.inside.hub.pulls_of_partners.known(partner.id)
    ended = [each.module for each in reads if not each.goes_on]
    return bool(_pages(platform)) and "locations" in ended


def _has(hub: RunningHub, platform: Platform, location_id: str) -> bool:
    """Whether the hub has this location of the platform's."""
    _, country, party, _ = _party(platform)
    key = ObjectKey("locations", PartyId(country, party), location_id)
    return hub.inside.hub.object_intake.objects.get(key, EVERYONE) is not None
