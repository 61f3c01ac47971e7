"""How a Link leads through a list: by where the page ended, or by the offset alone."""

from base64 import urlsafe_b64encode
from urllib.parse import parse_qsl, urlsplit

import pytest

from domain.objects.paging import ListPosition, Page, PageRequest
from entrypoints.ocpi.paging import Query, page_headers, page_request

URL = "https://hub.example/ocpi/2.3.0/sender/tokens"
ENDED = ListPosition(1_767_000_000_000_000, "tokens/NL/EMS/A.B%2F\u00dc|~?/RFID|*")


def page(*, more: bool = True, last: ListPosition | None = ENDED, total: int = 9) -> Page:
    return Page((b"{}", b"{}"), total, more, last)


def headers(shown: Page, query: Query = (("limit", "2"),), *, most: int = 100) -> dict[str, str]:
    asked = page_request(query, most=most)
    return page_headers(shown, asked, query=query, url=URL, most=most)


def linked(shown: Page, query: Query = (("limit", "2"),)) -> list[tuple[str, str]]:
    target = headers(shown, query)["Link"].removeprefix("<").removesuffix('>; rel="next"')
    assert target.startswith(f"{URL}?")
    return parse_qsl(urlsplit(target).query)


def after(query: Query) -> ListPosition | None:
    return page_request(query, most=100).after


def test_who_follows_the_link_goes_on_where_the_page_ended() -> None:
    query = linked(page())

    assert page_request(query, most=100) == PageRequest(offset=2, limit=2, after=ENDED)


def test_each_link_says_where_its_own_page_ended() -> None:
    query = linked(page())
    further = ListPosition(ENDED.created + 1, "x")

    assert page_request(linked(page(last=further), query), most=100).after == further
    assert [name for name, _ in linked(page(last=further), query)].count("hub_after") == 1


def test_a_client_that_changes_the_offset_means_that_one() -> None:
    mark = dict(linked(page()))["hub_after"]

    assert after([("offset", "2"), ("hub_after", mark)]) == ENDED
    assert after([("offset", "3"), ("hub_after", mark)]) is None
    assert after([("hub_after", mark)]) is None


@pytest.mark.parametrize(
    "text", [b"", b"2", b"2.1", b"2.x.y", b"2.-1.y", b"2.9223372036854775808.y", b"2.1.\xff"]
)
def test_a_mark_that_the_hub_never_made_is_none(text: bytes) -> None:
    assert after([("offset", "2"), ("hub_after", urlsafe_b64encode(text).decode())]) is None


@pytest.mark.parametrize("mark", ["", "a", "%%%", "\u00fc", "AAAAA", "=" * 9])
def test_a_mark_that_is_no_base64_is_none(mark: str) -> None:
    assert after([("offset", "0"), ("hub_after", mark)]) is None


def test_filters_and_unknown_parameters_are_kept() -> None:
    asked = [("date_from", "2026-01-01T00:00:00Z"), ("x", "a b&c"), ("limit", "2"), ("x", "")]

    kept = linked(page(), asked)

    assert kept[:2] == [("date_from", "2026-01-01T00:00:00Z"), ("x", "a b&c")]
    assert [name for name, _ in kept[2:]] == ["offset", "limit", "hub_after"]


def test_the_last_page_has_no_link_at_any_offset() -> None:
    assert "Link" not in headers(page(more=False, total=999))
    assert "Link" in headers(page(more=True, total=2))


def test_an_empty_page_has_no_link() -> None:
    assert "Link" not in headers(Page((), 9, more=True))


def test_a_list_without_positions_goes_on_by_offset_alone() -> None:
    assert linked(page(last=None)) == [("offset", "2"), ("limit", "2")]


def test_the_total_and_the_limit_are_always_told() -> None:
    assert headers(page(more=False)) == {"X-Total-Count": "9", "X-Limit": "100"}
