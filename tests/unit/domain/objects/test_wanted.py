"""Whether a reader wants an object, may lack it, and how it is told of it then."""

from typing import Any

import pytest

from domain.objects.stored import ObjectKey, Stored, UnseenChange
from domain.objects.wanted import as_told, lacks, wants
from domain.partners.interest import NOTHING, Choice, Interest, Interests
from domain.partners.partner import Partner
from domain.places import Box, Place
from tests.builders import ABC, NOON, T1, a_change, a_reader, a_stored, after

GERMANY = Box(5.8, 47.2, 15.1, 55.1)
BERLIN, PARIS = Place(52.5, 13.4), Place(48.9, 2.3)
INSIDE = Interest(box=GERMANY)
FR = Interest(countries=frozenset({"FR"}))
WHOLE = UnseenChange(scope=(), correlation_id="C-1")


def a_reader_of(module: str, *interests: Interest) -> Partner:
    """A reader that chose these one after the other, a second apart; the last one holds."""
    chosen = Interests()
    for number, interest in enumerate(interests):
        chosen = chosen.changed({module: interest}, now=after(number))
    return a_reader(interests=chosen)


def a_tariff(**fields: Any) -> Stored:
    return a_stored(key=T1, **fields)


def told(partner: Partner, stored: Stored, method: str, *path: str) -> UnseenChange:
    return as_told(partner, stored, UnseenChange.one(a_change(method, path, b"{}")))


def test_a_choice_in_one_module_says_nothing_of_another() -> None:
    reader = a_reader_of("locations", FR)

    assert not wants(reader, a_stored(place=BERLIN))
    assert wants(reader, a_tariff())
    assert wants(a_reader(), a_stored())


def test_a_reader_in_step_lacks_nothing() -> None:
    assert not lacks(a_reader(), a_stored())
    assert not lacks(a_reader_of("locations", INSIDE), a_stored(place=BERLIN))


def test_a_reader_lacks_what_it_wants_now_and_an_earlier_choice_left_out() -> None:
    reader = a_reader_of("locations", INSIDE, Interest())

    assert lacks(reader, a_stored(place=PARIS))
    assert not lacks(reader, a_stored(place=BERLIN))
    assert not lacks(a_reader_of("locations", NOTHING, Interest()), a_tariff())


def test_a_reader_does_not_lack_what_it_does_not_want() -> None:
    reader = a_reader_of(
        "locations", INSIDE, Interest(owners=frozenset({ABC}), box=Box(0, 0, 1, 1))
    )

    assert not lacks(reader, a_stored(place=PARIS))


@pytest.mark.parametrize(
    ("published", "is_lacking"),
    [(after(-1), False), (NOON, True), (after(1), True), (None, True)],
)
def test_a_reader_that_pulled_lacks_the_end_of_what_was_deleted_meanwhile(
    published: Any, is_lacking: bool
) -> None:
    reader = a_reader_of("tariffs", NOTHING, Interest())

    assert lacks(reader, a_tariff(deleted=True, published_at=published)) is is_lacking


def test_a_reader_that_narrowed_was_told_of_every_end() -> None:
    reader = a_reader_of("tariffs", FR, Interest())

    assert not lacks(reader, a_tariff(deleted=True, published_at=after(9)))


def test_a_change_goes_out_as_it_came_to_a_reader_that_has_the_object() -> None:
    change = UnseenChange.one(a_change("PATCH", ("E1",), b"{}"))

    for reader in (a_reader(), a_reader_of("locations", INSIDE), a_reader_of("tariffs", NOTHING)):
        assert as_told(reader, a_stored(place=BERLIN), change) == change


def test_a_reader_that_lacks_the_object_gets_it_whole() -> None:
    reader = a_reader_of("locations", INSIDE, Interest())

    assert told(reader, a_stored(place=PARIS), "PATCH", "E1") == WHOLE
    assert told(reader, a_stored(place=BERLIN), "PATCH", "E1") != WHOLE


def test_a_patch_that_may_have_moved_a_location_into_the_box_goes_out_whole() -> None:
    reader, stored = a_reader_of("locations", INSIDE), a_stored(place=BERLIN)

    assert told(reader, stored, "PATCH") == WHOLE
    assert told(reader, stored, "PUT").change is not None
    assert told(reader, stored, "PATCH", "E1").change is not None
    assert told(a_reader_of("locations", FR), stored, "PATCH").change is not None
    assert as_told(reader, stored, WHOLE) == WHOLE


def test_so_does_one_that_may_have_moved_into_the_box_of_before() -> None:
    reader = a_reader_of("locations", INSIDE, Interest())

    assert told(reader, a_stored(place=BERLIN), "PATCH") == WHOLE
    assert told(reader, a_stored(place=BERLIN), "PATCH", "E1").change is not None


def test_choices_are_by_module_and_keys_alone() -> None:
    reader = a_reader(interests=Interests(choices=(Choice("tokens", NOTHING, NOON),)))

    assert not wants(reader, a_stored(key=ObjectKey("tokens", ABC, "T", "RFID")))
