"""The chain: each record is bound to the one before, and to every field that it has."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from domain.operators.audit import (
    Actor,
    ActorKind,
    AuditEvent,
    Head,
    Kept,
    Outcome,
    exported,
    fault_of,
    fields_of,
    linked,
)
from tests.builders import NOON

EVENT = AuditEvent(
    "partner.set",
    Actor(ActorKind.OPERATOR, "anna", "admin", "192.0.2.1"),
    id="id",
    object="DE-ABC",
    reason="why",
    asked="{}",
    before="{}",
    after="{}",
    failure="Failed",
    count=2,
)
SHORT = AuditEvent("partner.set", Actor(ActorKind.HUB))


def test_the_first_record_is_number_1_and_follows_none() -> None:
    record = linked(EVENT, Head(), at=NOON)

    assert (record.number, record.previous) == (1, "")
    assert fault_of(Kept(1, record), Head()) == ""


def test_a_record_names_the_hash_before_it() -> None:
    record = linked(EVENT, Head(7, "abc"), at=NOON)

    assert (record.number, record.previous) == (8, "abc")
    assert fault_of(Kept(8, record), Head(7, "abc")) == ""


@pytest.mark.parametrize("name", [each.name for each in fields(AuditEvent)])
def test_every_field_is_hashed(name: str) -> None:
    others: dict[str, Any] = {
        "actor": Actor(ActorKind.HUB),
        "outcome": Outcome.FAILED,
        "count": 3,
    }
    record = linked(EVENT, Head(), at=NOON)
    changed = replace(record, event=replace(EVENT, **{name: others.get(name, "other")}))

    assert changed.hashed != record.hash
    assert fault_of(Kept(1, changed), Head()) == "record 1 was changed"


@pytest.mark.parametrize("name", [each.name for each in fields(Actor)])
def test_every_field_of_the_actor_is_hashed(name: str) -> None:
    others: dict[str, Any] = {name: ActorKind.HUB if name == "kind" else "other"}
    other = replace(EVENT.actor, **others)

    assert linked(replace(EVENT, actor=other), Head(), at=NOON).hash != _hash(EVENT)


def _hash(event: AuditEvent) -> str:
    return linked(event, Head(), at=NOON).hash


def test_the_time_and_the_number_are_hashed() -> None:
    record = linked(EVENT, Head(), at=NOON)

    assert replace(record, at=NOON + timedelta(milliseconds=1)).hashed != record.hash
    assert replace(record, number=2).hashed != record.hash


def test_what_says_nothing_is_no_part_of_what_is_hashed() -> None:
    """So that a version with another field hashes the records of this one as they are."""
    assert fields_of(SHORT) == {"act": "partner.set", "outcome": "done", "actor_kind": "hub"}
    assert _hash(SHORT) == _hash(replace(SHORT, reason=""))


def test_a_clock_that_goes_back_breaks_no_chain() -> None:
    first = linked(SHORT, Head(), at=NOON)
    second = linked(SHORT, Head(1, first.hash), at=NOON - timedelta(hours=1))

    assert fault_of(Kept(2, second), Head(1, first.hash)) == ""


def test_what_is_wrong_is_named() -> None:
    record = linked(SHORT, Head(1, "abc"), at=NOON)

    assert fault_of(Kept(2, record), Head(1, "other")) == "record 2 does not follow record 1"
    assert fault_of(Kept(3, record), Head(1, "abc")) == "record 2 is missing: the next one is 3"
    assert fault_of(Kept(2, None), Head(1, "abc")) == "record 2 is not as the hub writes records"


def test_an_export_has_all_that_is_hashed() -> None:
    record = replace(linked(EVENT, Head(), at=NOON), seal="sealed")

    assert exported(record) == {
        "number": 1,
        "at": "2026-01-01T12:00:00.000Z",
        "previous": "",
        **fields_of(EVENT),
        "hash": record.hash,
        "seal": "sealed",
    }


def test_the_hash_is_the_same_in_every_version() -> None:
    """What was hashed once is verified for years: this figure may not change."""
    assert _hash(EVENT) == "8cb80c1b12a445b95915635c5c6124118511fd3eb7b6e21ef1b7e6a56262ac30"
