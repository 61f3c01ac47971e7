"""Which lists a partner's turn reads, and how far one of them is read."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.objects.pulls import GIVEN_UP_AFTER, ListName, ListRead, next_turn
from domain.partners.party import PartyId
from tests.builders import ABC, NOON, XYZ, after

LISTS = (ListName("locations", ABC), ListName("tariffs", ABC), ListName("tokens", XYZ))


def a_read(
    name: ListName = LISTS[0], *, page: str | None = None, read_s: float = 0, failure: str = ""
) -> ListRead:
    return ListRead(*name, began=NOON, read_at=after(read_s), page=page, failure=failure)


@st.composite
def held_lists(draw: st.DrawFn) -> dict[ListName, ListRead]:
    names = draw(st.sets(st.sampled_from(LISTS)))
    return {
        name: a_read(
            name,
            page=draw(st.sampled_from([None, "https://cpo.example/2"])),
            read_s=draw(st.integers(-2000, 0)),
        )
        for name in names
    }


@given(held_lists(), st.booleans())
def test_a_turn_begins_or_goes_on_with_lists_longest_unread_first(
    held: dict[ListName, ListRead], whole: bool
) -> None:
    turn = next_turn(LISTS, held, whole=whole, now=NOON)

    goes_on = {name for name, read in held.items() if read.goes_on}
    if whole or not goes_on:
        assert set(turn) == set(LISTS)
        assert set(turn.values()) == {None}
    else:
        assert goes_on <= set(turn)
        assert {name for name, read in turn.items() if read is not None} == goes_on
        assert all(
            held[name].read_at <= after(-600) for name in turn.keys() & held.keys() - goes_on
        )
    read_at = [held[name].read_at if name in held else after(-9999) for name in turn]
    assert read_at == sorted(read_at)


@given(st.lists(st.sampled_from(range(3)), min_size=3, max_size=3, unique=True))
def test_a_list_without_an_end_is_read_last_in_the_next_turn(order: list[int]) -> None:
    """However the first turn went: what it did not come to is before what it ended in."""
    endless, *others = (LISTS[number] for number in order)
    held = {name: a_read(name, page="p", read_s=0) for name in others}
    held[endless] = a_read(endless, page="p", read_s=60)

    assert list(next_turn(LISTS, held, whole=False, now=after(60)))[-1] == endless


def test_a_list_of_a_party_that_is_the_partners_no_more_is_not_read() -> None:
    gone = ListName("locations", PartyId("BE", "OLD"))

    turn = next_turn(LISTS, {gone: a_read(gone, page="p")}, whole=False, now=NOON)

    assert gone not in turn
    assert set(turn) == set(LISTS)


def test_a_list_is_given_up_after_a_day() -> None:
    ends = NOON + GIVEN_UP_AFTER

    assert a_read(page="p").has_no_end(now=ends)
    assert not a_read(page="p").has_no_end(now=ends - timedelta(seconds=1))
    assert not a_read().has_no_end(now=ends)


def test_a_failure_is_short_and_ends_the_reading() -> None:
    failed = a_read(page="p").failed("x" * 5000, now=after(5))

    assert (len(failed.failure), failed.goes_on, failed.is_complete) == (300, False, False)
    assert failed.read_at == after(5)
