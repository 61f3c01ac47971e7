"""The Link header: what comes next, at a cost that grows with its length and no faster."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import PartnerUnusable
from domain.objects.links import LONGEST, next_link

PIECES = ("<", ">", ";", ",", "=", '"', " ", "rel", "next", "<a>", "; rel", '; rel="next"')


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<https://x/?a=1>; rel="next"', "https://x/?a=1"),
        ('<https://x/1>; rel="prev", <https://x/2>; rel=next', "https://x/2"),
        ('<https://x/?types=A,B>; rel="next"', "https://x/?types=A,B"),
        ('<https://x/1>; rel="prev"', None),
        ('https://x/1; rel="next"', None),
        ('<https://x/a;b=c>; title="x"; rel="prev next"', "https://x/a;b=c"),
        ("<https://x/1>; REL = Next", "https://x/1"),
        ('<https://x/1>; title="next"', None),
        ('<https://x/1>; rel="nextest"', None),
        ('<https://x/1; rel="next"', None),
        ("", None),
    ],
)
def test_a_link_header_is_read_for_what_comes_next(header: str, url: str | None) -> None:
    assert next_link(header) == url


def test_a_link_header_beyond_all_measure_is_not_read() -> None:
    assert next_link("<" * LONGEST) is None
    with pytest.raises(PartnerUnusable, match="longer than 8192"):
        next_link("<" * (LONGEST + 1))


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
def test_no_link_header_costs_more_than_its_length(pump: str) -> None:
    began = process_time()

    next_link((pump * LONGEST)[:LONGEST])

    assert process_time() - began < 0.1
