"""Keys that survive being written down, and what a receiver has missed of an object."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.objects.stored import ObjectKey, UnseenChange
from domain.partners.party import PartyId
from tests.builders import ABC, LOC1, NOON, a_change, a_stored, after

PATHS = st.lists(st.sampled_from(["E1", "E2", "1", "2"]), max_size=2).map(tuple)
CHANGES = st.builds(a_change, st.sampled_from(["PUT", "PATCH"]), PATHS, st.binary(max_size=3))


def test_keys_are_compared_without_regard_to_case() -> None:
    assert ObjectKey("locations", PartyId("de", "abc"), "loc1") == LOC1
    assert ObjectKey("tokens", ABC, "1", "rfid") == ObjectKey("tokens", ABC, "1", "RFID")
    assert ObjectKey("tokens", ABC, "1", "RFID") != ObjectKey("tokens", ABC, "1")


@given(st.text(min_size=1, max_size=36), st.sampled_from(["", "RFID", "a/b"]))
def test_a_key_is_read_back_as_it_was_written(object_id: str, kind: str) -> None:
    key = ObjectKey("tokens", ABC, object_id, kind)

    assert ObjectKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "locations/DE/ABC", "a/b/c/d/e/f"])
def test_what_is_no_key_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="not an object key"):
        ObjectKey.parse(text)


@pytest.mark.parametrize(
    ("first", "second", "scope"),
    [
        (("E1",), ("E1",), ("E1",)),
        (("E1", "1"), ("E1",), ("E1",)),
        (("E1", "1"), ("E1", "2"), ("E1",)),
        (("E1",), ("E2",), ()),
        ((), ("E1",), ()),
        (("E1",), (), ()),
    ],
)
def test_two_changes_are_covered_by_one_evse_if_both_are_of_it_else_by_the_whole(
    first: tuple[str, ...], second: tuple[str, ...], scope: tuple[str, ...]
) -> None:
    both = UnseenChange.one(a_change("PUT", first)).and_then(
        UnseenChange.one(a_change("PATCH", second))
    )

    assert (both.scope, both.change) == (scope, None)


@given(st.lists(CHANGES, min_size=2, max_size=6), st.data())
def test_what_is_missed_in_all_covers_each_change_in_any_groups(
    changes: list[object], data: st.DataObject
) -> None:
    groups = [UnseenChange.one(each) for each in changes]  # type: ignore[arg-type]
    while len(groups) > 1:
        at = data.draw(st.integers(0, len(groups) - 2))
        groups[at : at + 2] = [groups[at].and_then(groups[at + 1])]

    [unseen] = groups
    assert unseen.change is None
    for change in changes:
        assert change.path[: len(unseen.scope)] == unseen.scope  # type: ignore[attr-defined]


def test_of_several_changes_the_latest_gives_the_correlation_id() -> None:
    later = UnseenChange(("E1",), "C-2")

    assert UnseenChange.one(a_change()).and_then(later).correlation_id == "C-2"


def test_a_change_that_may_have_been_seen_is_missed_as_present_state() -> None:
    unseen = UnseenChange.one(a_change("PATCH", ("E1", "1"), b"{}"))

    assert unseen.as_present_state() == UnseenChange(("E1",), "C-1")


def test_a_stored_object_owes_its_change_from_the_moment_it_came() -> None:
    change = a_change("PATCH", ("E1",), b"{}")

    owing = a_stored().with_change(change, now=NOON).unpublished

    assert owing is not None
    assert (owing.since, owing.unseen.change) == (NOON, change)


def test_a_stored_object_owes_a_second_change_beside_the_first_since_the_first() -> None:
    stored = a_stored().with_change(a_change("PATCH", ("E1",)), now=NOON)

    owing = stored.with_change(a_change("PATCH", ("E2",)), now=after(5)).unpublished

    assert owing is not None
    assert (owing.since, owing.unseen) == (NOON, UnseenChange((), "C-1"))


def test_a_change_is_not_held_up_by_one_that_is_to_be_published_later() -> None:
    passed_on = UnseenChange.one(a_change("PUT"))
    stored = a_stored().with_unseen(passed_on, since=after(30))

    owing = stored.with_change(a_change("PUT"), now=after(5)).unpublished

    assert owing is not None
    assert owing.since == after(5)
