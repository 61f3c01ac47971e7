"""A page has room for so many objects and so many bytes, but always for one."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.objects.paging import fitting

SIZES = st.lists(st.integers(0, 20), max_size=20)


def page(sizes: list[int], *, limit: int, most_bytes: int) -> tuple[list[int], bool]:
    return fitting(sizes, int, limit=limit, most_bytes=most_bytes)


@pytest.mark.parametrize(
    ("sizes", "shown", "more"),
    [
        ([], [], False),
        ([5, 5], [5, 5], False),
        ([5, 5, 1], [5, 5], True),
        ([50, 1], [50], True),
        ([50], [50], False),
        ([1, 1, 1, 1], [1, 1, 1], True),
    ],
)
def test_a_page_ends_at_its_limit_or_at_its_bytes(
    sizes: list[int], shown: list[int], more: bool
) -> None:
    assert page(sizes, limit=3, most_bytes=10) == (shown, more)


@given(SIZES, st.integers(1, 5), st.integers(0, 30))
def test_page_after_page_shows_each_once(sizes: list[int], limit: int, most_bytes: int) -> None:
    left, seen, more = sizes, list[int](), True
    while more:
        shown, more = page(left, limit=limit, most_bytes=most_bytes)
        assert len(shown) <= limit
        assert sum(shown) <= most_bytes or len(shown) == 1
        seen, left = seen + shown, left[len(shown) :]

    assert seen == sizes


def test_no_more_is_read_than_one_too_many() -> None:
    def endless() -> Iterator[int]:
        yield from (4, 4, 4)
        raise AssertionError("read on")

    assert fitting(endless(), int, limit=9, most_bytes=10) == ([4, 4], True)
