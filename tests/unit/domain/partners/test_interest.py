"""What a reader wants pushed: which objects that is, and what it may lack after it wants more."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.partners.interest import (
    EVERYTHING,
    NOTHING,
    Choice,
    Interest,
    Interested,
    Interests,
)
from domain.partners.party import PartyId
from domain.places import Box, Place
from tests.builders import ABC, NOON, XYZ, after

IN_GERMANY, IN_PARIS = Place(52.5, 13.4), Place(48.9, 2.3)
GERMANY = Box(5.8, 47.2, 15.1, 55.1)
DE = Interest(countries=frozenset({"DE"}))
FR = Interest(countries=frozenset({"FR"}))
OF_XYZ = Interest(owners=frozenset({XYZ}))
DE_AND_XYZ = Interest(countries=frozenset({"DE"}), owners=frozenset({XYZ}))
INSIDE = Interest(box=GERMANY)
DE_INSIDE = Interest(countries=frozenset({"DE"}), box=GERMANY)


def takes(interest: Interest, owner: PartyId, place: Place | None = None) -> bool:
    return interest.takes(owner, place, deleted=False)


def test_all_is_pushed_where_nothing_was_chosen() -> None:
    assert takes(EVERYTHING, ABC)
    assert takes(EVERYTHING, XYZ, IN_PARIS)
    assert Interests().of("locations") == EVERYTHING


def test_a_country_is_that_of_the_owner() -> None:
    assert takes(DE, ABC, IN_PARIS)
    assert not takes(DE, XYZ, IN_GERMANY)


def test_an_owner_that_is_named_counts_beside_the_countries() -> None:
    assert takes(OF_XYZ, XYZ)
    assert not takes(OF_XYZ, ABC)
    assert takes(DE_AND_XYZ, ABC)
    assert takes(DE_AND_XYZ, XYZ)
    assert not takes(DE_AND_XYZ, PartyId("NL", "TNM"))


def test_a_box_leaves_out_what_stands_outside() -> None:
    assert takes(INSIDE, XYZ, IN_GERMANY)
    assert not takes(INSIDE, XYZ, IN_PARIS)
    assert not takes(DE_INSIDE, XYZ, IN_GERMANY)
    assert not takes(DE_INSIDE, ABC, IN_PARIS)


def test_what_has_no_known_place_is_in_each_box() -> None:
    assert takes(INSIDE, ABC)


def test_of_what_is_pulled_nothing_is_pushed() -> None:
    assert not takes(NOTHING, ABC)
    assert not NOTHING.takes(ABC, None, deleted=True)


def test_that_an_object_is_deleted_is_told_beyond_all_narrowing() -> None:
    assert DE_INSIDE.takes(XYZ, IN_PARIS, deleted=True)


ALL = (EVERYTHING, NOTHING, DE, FR, OF_XYZ, DE_AND_XYZ, INSIDE, DE_INSIDE)


@pytest.mark.parametrize(("one", "other"), list(product(ALL, ALL)))
def test_what_is_within_another_takes_nothing_besides(one: Interest, other: Interest) -> None:
    owners, places = (ABC, XYZ, PartyId("NL", "TNM")), (None, IN_GERMANY, IN_PARIS)
    found = [
        (owner, place, gone)
        for owner, place, gone in product(owners, places, (False, True))
        if one.takes(owner, place, deleted=gone) and not other.takes(owner, place, deleted=gone)
    ]

    assert not (one.is_within(other) and found)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        *((each, EVERYTHING) for each in ALL),
        *((NOTHING, each) for each in ALL),
        *((each, each) for each in ALL),
        (DE, DE_AND_XYZ),
        (OF_XYZ, DE_AND_XYZ),
        (OF_XYZ, FR),
        (DE_INSIDE, INSIDE),
        (DE_INSIDE, DE),
    ],
)
def test_narrowing_is_known_for_what_it_is(narrow: Interest, wide: Interest) -> None:
    assert narrow.is_within(wide)


def test_a_choice_replaces_all_others_and_is_counted() -> None:
    chosen = Interests().changed({"locations": DE, "tokens": NOTHING}, now=NOON)
    again = chosen.changed({"locations": DE}, now=after(9))

    assert (chosen.of("locations"), chosen.of("tokens")) == (DE, NOTHING)
    assert (chosen.revision, chosen.changed_at) == (1, NOON)
    assert again.choices == (Choice("locations", DE, NOON),)
    assert (again.revision, again.changed_at) == (2, after(9))
    assert again.chosen() == {"locations": DE}


def test_the_same_choice_again_changes_nothing() -> None:
    chosen = Interests().changed({"locations": DE}, now=NOON)

    assert chosen.changed({"locations": DE, "tokens": EVERYTHING}, now=after(9)) == chosen


def test_narrowing_leaves_nothing_to_be_sent() -> None:
    wide = Interests().changed({"locations": DE_AND_XYZ}, now=NOON)

    assert wide.outgrown == ()
    assert wide.changed({"locations": DE}, now=after(9)).outgrown == ()
    assert wide.changed({"locations": NOTHING}, now=after(9)).outgrown == ()


def test_widening_keeps_what_was_chosen_before_until_the_reader_is_in_step() -> None:
    narrow = Interests().changed({"locations": DE, "tokens": NOTHING}, now=NOON)

    wide = narrow.changed({"tokens": NOTHING}, now=after(9))

    assert wide.outgrown == (Choice("locations", DE, NOON),)
    assert wide.in_step().outgrown == ()
    assert wide.in_step().choices == wide.choices


def test_what_is_chosen_meanwhile_is_held_against_all_that_was_before() -> None:
    pending = Interests().changed({"locations": DE}, now=NOON).changed({}, now=after(1))

    moved = pending.changed({"locations": FR}, now=after(2))
    elsewhere = moved.changed({"locations": INSIDE}, now=after(3))

    assert [each.interest for each in moved.outgrown] == [DE]
    assert [each.interest for each in elsewhere.outgrown] == [DE, FR]
    assert elsewhere.changed({"locations": DE}, now=after(4)).outgrown == (
        Choice("locations", FR, after(2)),
        Choice("locations", INSIDE, after(3)),
    )


def test_of_very_many_choices_one_stands_for_all() -> None:
    interests = Interests()
    for number in range(40):
        owner = PartyId("DE", f"A{number:02}")
        chosen = {"locations": Interest(owners=frozenset({owner})), "tokens": NOTHING}
        interests = interests.changed(chosen, now=after(number))

    assert Choice("locations", NOTHING, NOON) in interests.outgrown
    assert len(interests.outgrown) <= 9


_INTERESTS = some.sampled_from(ALL)
_OBJECTS = some.tuples(
    some.sampled_from([ABC, XYZ, PartyId("NL", "TNM")]),
    some.sampled_from([None, IN_GERMANY, IN_PARIS]),
)


@given(history=some.lists(_INTERESTS, min_size=1, max_size=12), of=_OBJECTS)
def test_what_each_outgrown_choice_took_was_never_left_out(
    history: list[Interest], of: tuple[PartyId, Place | None]
) -> None:
    interests, was_left_out = Interests(), False
    for number, interest in enumerate(history):
        interests = interests.changed({"locations": interest}, now=after(number))
        was_left_out |= not takes(interest, *of)

    is_known = any(not takes(each.interest, *of) for each in interests.outgrown)
    assert is_known or not was_left_out or not takes(history[-1], *of)


AMONG = Interested.among(
    [
        (EVERYTHING, "all"),
        (NOTHING, "pulls"),
        (DE, "of DE"),
        (DE_AND_XYZ, "of DE and XYZ"),
        (OF_XYZ, "of XYZ"),
        (INSIDE, "inside"),
        (FR, "of FR"),
    ]
)


@pytest.mark.parametrize(
    ("owner", "readers"),
    [
        (ABC, ["all", "of DE", "of DE and XYZ", "inside"]),
        (XYZ, ["all", "of DE and XYZ", "of XYZ", "inside", "of FR"]),
        (PartyId("NL", "TNM"), ["all", "inside"]),
    ],
)
def test_who_is_interested_in_an_owner_is_found_each_once_and_in_order(
    owner: PartyId, readers: list[str]
) -> None:
    assert list(AMONG.in_objects_of(owner, deleted=False)) == readers


def test_of_the_end_of_an_object_all_are_told_but_who_pulls() -> None:
    told = list(AMONG.in_objects_of(ABC, deleted=True))

    assert told == ["all", "of DE", "of DE and XYZ", "of XYZ", "inside", "of FR"]


@given(
    of_readers=some.lists(_INTERESTS, max_size=8),
    owner=some.sampled_from([ABC, XYZ, PartyId("NL", "TNM")]),
    deleted=some.booleans(),
)
def test_no_reader_is_forgotten_that_takes_an_object(
    of_readers: list[Interest], owner: PartyId, deleted: bool
) -> None:
    among = Interested.among((each, n) for n, each in enumerate(of_readers))
    found = list(among.in_objects_of(owner, deleted=deleted))

    taking = [n for n, each in enumerate(of_readers) if each.takes(owner, None, deleted=deleted)]
    assert found == taking
