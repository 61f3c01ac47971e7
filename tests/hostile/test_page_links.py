"""A link to a further page is good for one platform, one requester and one day."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from application.routing.page_links import CURSOR
from entrypoints.sandbox import Answer, Platform, Received, success
from entrypoints.sandbox.routing import next_page
from entrypoints.sandbox.wire import authorization
from tests.conformance.guests import Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import INVALID, OK, a_location, ids, outcome, party_of, put

pytestmark = pytest.mark.e2e


def _lists(platform: Platform) -> Platform:
    for number in range(3):
        platform.own("locations", a_location(platform, id=f"OWN{number}"))
    platform.page_limit = 2
    return platform


@pytest.fixture
def lister(join: Join) -> Platform:
    """A CPO with three locations, that lists two a page."""
    return _lists(join("CPO"))


@pytest.fixture
def reader(join: Join) -> Platform:
    return join("EMSP")


def _link(reader: Platform, lister: Platform) -> str:
    link = next_page(reader.hub.get("locations", to=party_of(lister)))
    assert CURSOR in link
    lister.clear()
    return link


def _follow(reader: Platform, link: str) -> Answer:
    return reader.hub.call("GET", link, token=reader.hub.peer.token)


def _listings(lister: Platform) -> list[Received]:
    """What came for the reader: not the hub's own pull."""
    asked = [each for each in lister.received if each.module == "locations"]
    return [each for each in asked if each.from_ != HUB]


def test_a_link_is_good_as_often_as_one_likes(lister: Platform, reader: Platform) -> None:
    link = _link(reader, lister)

    for _ in range(2):
        answer = _follow(reader, link)
        assert (outcome(answer), ids(answer)) == (OK, ["OWN2"])


def test_it_dies_when_the_party_moves_and_the_new_token_never_reaches_the_old_platform(
    hub: RunningHub, join: Join, lister: Platform, reader: Platform
) -> None:
    link = _link(reader, lister)
    role = f"CPO:{':'.join(party_of(lister))}"
    _free(hub, lister)
    lister.clear()
    successor = _lists(join(role))

    answer = _follow(reader, link)

    assert outcome(answer) == INVALID
    assert successor.connection.peer is not None
    assert not _listings(lister)
    assert not _listings(successor)


def test_it_dies_when_the_list_moves_at_the_same_platform(
    hub: RunningHub, lister: Platform, reader: Platform
) -> None:
    link = _link(reader, lister)
    with ExitStack() as stack:
        elsewhere = stack.enter_context(Platform([("CPO", *party_of(lister), "moved")]))
        _lists(elsewhere)
        token_b = "the-token-of-the-place-that-it-moved-to"
        elsewhere.connection.admit(token_b)
        mine = elsewhere.profile.credentials(token_b)
        url = lister.hub.peer.url("credentials", "SENDER")
        renewed = lister.hub.call("PUT", url, token=lister.hub.peer.token, body=mine)
        assert outcome(renewed) == OK
        lister.clear()

        answer = _follow(reader, link)

        assert outcome(answer) == INVALID
        assert not _listings(lister)
        sent = [each.headers.get("authorization") for each in lister.received]
        assert authorization(token_b) not in sent
        lister.hub.call("DELETE", url, token=str(renewed.data["token"]))
        lister.connection.forget()


def test_it_is_of_no_use_to_another_requester(
    join: Join, lister: Platform, reader: Platform
) -> None:
    link = _link(reader, lister)

    answer = _follow(join("EMSP"), link)

    assert outcome(answer) == INVALID
    assert not _listings(lister)


def test_it_is_of_no_use_for_another_module(lister: Platform, reader: Platform) -> None:
    link = _link(reader, lister)

    answer = _follow(reader, link.replace("/sender/locations", "/sender/tariffs"))

    assert outcome(answer) == INVALID
    assert not _listings(lister)


@pytest.mark.parametrize(("hours", "good"), [(23, True), (25, False)])
def test_it_ends_after_a_day(
    hub: RunningHub, lister: Platform, reader: Platform, hours: int, good: bool
) -> None:
    link = _link(reader, lister)
    own = hub.inside.hub.request_relay.page_links
    then = replace(own, clock=_Ago(hub, timedelta(hours=hours)))
    cursor = dict(parse_qsl(urlsplit(link).query))[CURSOR]
    requester = hub.inside.hub.administration.find("-".join(party_of(reader))).id
    read = own.read(cursor, requester=requester, module="locations")
    old = then.link(read).partition(f"{CURSOR}=")[2].partition(">")[0]

    answer = _follow(reader, link.replace(cursor, old))

    assert outcome(answer) == (OK if good else INVALID)
    assert bool(_listings(lister)) is good


def test_a_link_that_was_changed_anywhere_is_refused(lister: Platform, reader: Platform) -> None:
    link = _link(reader, lister)
    start = link.index(f"{CURSOR}=") + len(CURSOR) + 1

    for at in (*range(start, len(link), 37), len(link) - 1):
        changed = "B" if link[at] == "A" else "A"
        answer = _follow(reader, f"{link[:at]}{changed}{link[at + 1 :]}")
        assert outcome(answer) == INVALID
    assert not _listings(lister)


def test_a_partners_link_to_another_host_is_not_made_one_of_the_hubs(
    join: Join, lister: Platform, reader: Platform
) -> None:
    other = join("CPO")
    link = {"Link": f'<{other.url}/ocpi/2.3.0/out/locations?offset=2>; rel="next"'}
    lister.behave(lambda _: success([], headers=link), "locations", method="GET")

    answer = reader.hub.get("locations", to=party_of(lister))

    assert outcome(answer) == (200, 4000)
    assert "link" not in answer.headers


def test_a_link_of_the_hubs_own_list_shows_another_reader_no_more_than_it_may_see(
    hub: RunningHub, join: Join, reader: Platform
) -> None:
    owner, other = join("CPO"), join("EMSP")
    for _ in range(3):
        put(owner, a_location(owner))
    hidden = a_location(owner)
    put(owner, hidden, to=party_of(reader))
    first = reader.hub.get("locations", (), {"limit": "1"}, to=reader.hub.hub_party)
    assert "hub_after=" in next_page(first)

    seen: list[str] = []
    link = next_page(first)
    while link:
        page = _follow(other, link)
        assert outcome(page) == OK
        seen += ids(page)
        link = next_page(page)

    assert hidden["id"] not in seen


class _Ago:
    """The hub's clock, some time ago."""

    def __init__(self, hub: RunningHub, ago: timedelta) -> None:
        self._hub, self._ago = hub, ago

    def now(self) -> datetime:
        return self._hub.inside.clock.now() - self._ago


def _free(hub: RunningHub, platform: Platform) -> None:
    """Remove the platform, so that another one may have its parties."""
    party = party_of(platform)
    administering = hub.inside.hub.administration
    administering.remove(administering.find("-".join(party)).id)
    hub.release(party)
    platform.connection.forget()
