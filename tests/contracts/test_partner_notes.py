"""What is noted of partners beside what is saved: how they are, and how far they are in step.

Notes are written by many at any moment. A save of what was read earlier must not undo them.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from domain.partners.partner import Partner
from tests.contracts.made import NOON, Partners, at_once, later, partner

Note = Callable[[Partners], None]
NOTES: dict[str, tuple[Note, dict[str, object]]] = {
    "ailing": (lambda store: store.set_ailing("p", ailing=True), {"ailing": True}),
    "suspect": (lambda store: store.suspect("p"), {"suspected": True}),
    "probed": (
        lambda store: store.probed("p", failures=2, reachable=False, now=later(7)),
        {"probe_failures": 2, "reachable": False, "probed_at": later(7)},
    ),
    "pulled": (
        lambda store: store.pulled("p", "tokens", at=later(3)),
        {"synced": (("tokens", later(3)),)},
    ),
    "joined": (lambda store: store.joined("p", at=later(4)), {"joined_at": later(4)}),
    "told": (lambda store: store.told("p", "DE/ABC/CPO"), {"told": "DE/ABC/CPO"}),
    "untold": (
        lambda store: store.untold("p", "DE/ABC/CPO", since=later(2)),
        {"untold": "DE/ABC/CPO", "untold_since": later(2)},
    ),
    "seen": (
        lambda store: store.seen("p", now=later(5)),
        {"last_seen": later(5)},
    ),
}


def noted(read: Partner, fields: dict[str, object]) -> Partner:
    return replace(read, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NOTES)
def test_what_is_noted_is_read_from_then_on(partners: Partners, name: str) -> None:
    note, fields = NOTES[name]
    read = partners.save(partner("p"))

    note(partners)
    note(partners)

    assert partners.get("p") == noted(read, fields)
    assert partners.all() == (noted(read, fields),)


@pytest.mark.parametrize("name", NOTES)
def test_a_save_of_what_was_read_before_a_note_leaves_the_note(
    partners: Partners, name: str
) -> None:
    note, fields = NOTES[name]
    read = partners.save(partner("p"))
    note(partners)

    saved = partners.save(replace(read, name="renamed", stand_in=False))

    assert saved.revision == 2
    assert partners.get("p") == noted(saved, fields)


@pytest.mark.parametrize("name", NOTES)
def test_a_note_of_who_is_gone_does_nothing(partners: Partners, name: str) -> None:
    note, _ = NOTES[name]

    note(partners)

    assert partners.all() == ()


def test_a_save_that_sets_noted_fields_by_itself_does_not_change_them(
    partners: Partners,
) -> None:
    read = partners.save(partner("p"))

    partners.save(replace(read, reachable=False, told="x", synced=(("tokens", NOON),)))

    assert partners.get("p") == replace(read, revision=2)


def test_of_a_new_partner_everything_is_saved(partners: Partners) -> None:
    fields = {name: value for _, noted in NOTES.values() for name, value in noted.items()}

    saved = partners.save(noted(partner("p"), fields))

    assert partners.get("p") == saved == noted(partner("p"), fields | {"revision": 1})


def test_a_call_from_a_partner_ends_every_suspicion(partners: Partners) -> None:
    partners.save(partner("p"))
    partners.suspect("p")
    partners.set_ailing("p", ailing=True)
    partners.probed("p", failures=2, reachable=False, now=later(1))
    partners.suspect("p")

    partners.seen("p", now=later(5))

    now = partners.get("p")
    assert (now.reachable, now.ailing, now.suspected, now.probe_failures) == (True, False, False, 0)


def test_a_probe_answers_the_suspicion_that_asked_for_it(partners: Partners) -> None:
    partners.save(partner("p"))
    partners.suspect("p")

    partners.probed("p", failures=1, reachable=True, now=later(1))

    now = partners.get("p")
    assert (now.suspected, now.probe_failures, now.reachable) == (False, 1, True)


def test_pulls_are_noted_by_module(partners: Partners) -> None:
    partners.save(partner("p"))

    partners.pulled("p", "tokens", at=later(1))
    partners.pulled("p", "locations", at=later(2))
    partners.pulled("p", "tokens", at=later(3))

    assert partners.get("p").synced == (("locations", later(2)), ("tokens", later(3)))


def test_notes_that_are_made_at_once_are_all_kept(partners: Partners) -> None:
    partners.save(partner("p"))

    modules = ("cdrs", "locations", "sessions", "tariffs", "tokens")
    at_once(*(partial(partners.pulled, "p", module, at=NOON) for module in modules))

    assert partners.get("p").synced == tuple((module, NOON) for module in modules)


def test_a_note_is_of_one_partner(partners: Partners) -> None:
    other = partners.save(partner("q"))
    partners.save(partner("p"))

    for note, _ in NOTES.values():
        note(partners)

    assert partners.get("q") == other
