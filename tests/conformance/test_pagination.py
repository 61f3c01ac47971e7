"""Conformance cases 47 to 54: lists in pages, with locations.

The 250 locations are pushed to one party alone, so they are in no other party's lists.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.routing import next_page
from entrypoints.sandbox.wire import Document
from tests.conformance.conftest import Cast
from tests.conformance.guests import Guests
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    ids,
    link_query,
    outcome,
    party_of,
    put,
)

pytestmark = pytest.mark.e2e
_MANY = 250
_FROM = "2040-01-01T00:00:00Z"


@dataclass(frozen=True)
class Many:
    """250 locations of `owner` that `reader` sees, in a stretch of time of their own."""

    owner: Platform
    reader: Platform
    items: list[Document]

    def page(self, **query: object) -> Answer:
        asked = {"date_from": _FROM} | query
        return self.reader.hub.get("locations", (), asked, to=HUB)


@pytest.fixture(scope="module")
def many(hub: RunningHub, cast: Cast) -> Iterator[Many]:
    with ExitStack() as stack:
        guests = Guests(hub, stack)
        owner, reader = guests.join("CPO"), guests.join("EMSP")
        items = [a_location(owner, id=f"PAGE{n:03}", last_updated=_FROM) for n in range(_MANY)]
        for item in items[:3]:
            assert outcome(put(owner, item, to=party_of(reader))) == CREATED
        with ThreadPoolExecutor(4) as pool:
            done = pool.map(lambda item: put(owner, item, to=party_of(reader)), items[3:])
            assert {outcome(answer) for answer in done} == {CREATED}
        yield Many(owner, reader, items)
        guests.leave()


def test_case_047_a_page_has_100_and_says_how_it_goes_on(hub: RunningHub, many: Many) -> None:
    answer = many.page()

    assert outcome(answer) == OK
    assert len(answer.data) == 100
    assert answer.headers["x-total-count"] == "250"
    assert answer.headers["x-limit"] == "100"
    assert answer.headers["link"].startswith(f"<{hub.place('sender/locations')}?")
    assert answer.headers["link"].endswith('>; rel="next"')
    assert link_query(answer) == {"date_from": _FROM, "offset": "100", "limit": "100"}


def test_case_048_a_limit_above_the_servers_is_cut(many: Many) -> None:
    answer = many.page(limit=2000)

    assert len(answer.data) == 100
    assert answer.headers["x-limit"] == "100"
    assert link_query(answer)["limit"] == "100"


def test_case_049_the_last_page_has_no_link(many: Many) -> None:
    pages = list(many.reader.hub.pages("locations", {"date_from": _FROM}, to=HUB))

    assert [len(page.data) for page in pages] == [100, 100, 50]
    assert "link" not in pages[-1].headers
    assert {page.headers["x-limit"] for page in pages} == {"100"}
    assert {page.headers["x-total-count"] for page in pages} == {"250"}
    assert len({each for page in pages for each in ids(page)}) == _MANY


def test_a_full_last_page_has_no_link(many: Many) -> None:
    answer = many.page(offset=150, limit=100)

    assert len(answer.data) == 100
    assert "link" not in answer.headers


def test_a_smaller_limit_is_kept_in_the_link(many: Many) -> None:
    answer = many.page(limit=7, offset=1, unknown="a b&c")

    assert len(answer.data) == 7
    assert answer.headers["x-limit"] == "100"
    assert link_query(answer) == {
        "date_from": _FROM,
        "unknown": "a b&c",
        "offset": "8",
        "limit": "7",
    }


def test_identical_queries_give_the_same_sequence_in_order_of_creation(many: Many) -> None:
    first, second = many.page(limit=50), many.page(limit=50)

    assert ids(first) == ids(second)
    assert ids(first)[:3] == ["PAGE000", "PAGE001", "PAGE002"]


def test_no_other_party_sees_or_counts_them(many: Many, p3: Platform) -> None:
    answer = p3.hub.get("locations", (), {"date_from": _FROM}, to=HUB)

    assert (answer.data, answer.headers["x-total-count"]) == ([], "0")


def test_case_051_an_update_while_crawling_moves_nothing(many: Many) -> None:
    before = ids(many.page(offset=100))
    moved = many.items[0] | {"last_updated": "2041-01-01T00:00:00Z"}

    assert outcome(put(many.owner, moved, to=party_of(many.reader))) == OK

    assert ids(many.page(offset=100)) == before
    assert ids(many.page())[0] == "PAGE000"


def test_case_050_date_from_is_inclusive_and_date_to_exclusive(p1: Platform, p3: Platform) -> None:
    times = {"date_from": "2032-05-01T10:00:00Z", "date_to": "2032-05-01T11:00:00Z"}
    at_first, between, at_second = (
        a_location(p1, last_updated=f"2032-05-01T{time}Z")
        for time in ("10:00:00", "10:59:59.999", "11:00:00")
    )
    for item in (at_first, between, at_second):
        put(p1, item)

    answer = p3.hub.get("locations", (), times | {"limit": 1}, to=HUB)

    assert ids(answer) == [at_first["id"]]
    assert answer.headers["x-total-count"] == "2"
    assert link_query(answer) == times | {"offset": "1", "limit": "1"}
    assert "date_from=2032-05-01T10%3A00%3A00Z" in answer.headers["link"]
    following = p3.hub.call("GET", next_page(answer), token=p3.hub.peer.token)
    assert ids(following) == [between["id"]]
    assert "link" not in following.headers


def test_case_054_an_offset_behind_the_end_is_an_empty_list(many: Many) -> None:
    answer = many.page(offset=9999)

    assert outcome(answer) == OK
    assert answer.data == []
    assert "link" not in answer.headers
    assert answer.headers["x-total-count"] == "250"


@pytest.mark.parametrize(
    "query",
    [
        {"offset": -1},
        {"limit": "abc"},
        {"limit": 0},
        {"limit": "1.5"},
        {"date_from": "2026-01-01T00:00:00+00:00"},
        {"date_from": "yesterday"},
        {"date_to": "2026-13-01T00:00:00Z"},
    ],
)
def test_case_054_an_offset_limit_or_date_that_is_none_is_2001(
    p3: Platform, query: Document
) -> None:
    answer = p3.hub.get("locations", (), query, to=HUB)

    assert outcome(answer) == INVALID
    assert next(iter(query)) in answer.message


def test_a_stretch_of_time_that_ends_before_it_begins_is_empty(p3: Platform) -> None:
    query = {"date_from": "2026-02-01T00:00:00Z", "date_to": "2026-01-01T00:00:00Z"}

    answer = p3.hub.get("locations", (), query, to=HUB)

    assert (outcome(answer), answer.data) == (OK, [])
