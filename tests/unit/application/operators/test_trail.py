"""The trail: one chain, from all that write it, and verified to its end."""

from dataclasses import replace

import pytest

from application.operators import trail as trail_module
from domain import errors
from domain.operators.audit import Actor, ActorKind, AuditEvent, AuditQuery, AuditRecord
from tests.unit.application.house import House

EVENT = AuditEvent("partner.set", Actor(ActorKind.HUB))


@pytest.fixture
def house() -> House:
    return House()


def _written(house: House, count: int) -> list[AuditRecord]:
    return [house.audit_trail.record(EVENT) for _ in range(count)]


def test_records_follow_each_other_and_are_sealed(house: House) -> None:
    first, second = _written(house, 2)

    assert (first.number, second.number, second.previous) == (1, 2, first.hash)
    assert first.seal
    assert first.seal != second.seal
    assert house.audit_trail.listed(AuditQuery()) == (second, first)
    verified = house.audit_trail.verify()
    assert (verified.records, verified.hash, verified.is_sound) == (2, second.hash, True)


def test_a_process_that_comes_second_takes_the_next_number(house: House) -> None:
    append, was = house.audit.append, list[int]()

    def first_another(record: AuditRecord) -> None:
        was.append(record.number)
        if len(was) == 1:
            append(record)
        append(record)

    object.__setattr__(house.audit, "append", first_another)

    record = house.audit_trail.record(EVENT)

    assert (record.number, was) == (2, [1, 2])
    assert house.audit_trail.verify().is_sound


def test_it_gives_up_in_the_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(record: AuditRecord) -> None:
        raise errors.RecordChanged("taken")

    object.__setattr__(house.audit, "append", taken)
    monkeypatch.setattr(trail_module, "_MOST_TRIES", 3)

    with pytest.raises(errors.StoreUnavailable):
        house.audit_trail.record(EVENT)


def test_a_long_chain_is_read_in_pieces(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "_READ_AT_ONCE", 2)
    _written(house, 5)

    assert [each.number for each in house.audit_trail.all()] == [1, 2, 3, 4, 5]
    assert house.audit_trail.verify().records == 5


def test_the_first_broken_record_is_named(house: House) -> None:
    _written(house, 4)
    known = house.audit.held[2]
    assert known is not None
    house.audit.held[2] = replace(known, event=replace(EVENT, reason="another"))
    house.audit.held[3] = None

    verified = house.audit_trail.verify()

    assert (verified.records, verified.fault) == (1, "record 2 was changed")


def test_what_is_no_record_is_named(house: House) -> None:
    _written(house, 2)
    house.audit.held[2] = None

    assert house.audit_trail.verify().fault == "record 2 is not as the hub writes records"
    assert house.audit_trail.record(EVENT).number == 3


def test_a_record_without_the_hubs_seal_is_named(house: House) -> None:
    [known] = _written(house, 1)
    house.audit.held[1] = replace(known, seal="other")

    fault = "record 1 was not sealed with this hub's HUB_TOKEN_PEPPER"
    assert house.audit_trail.verify().fault == fault


def test_a_hash_that_was_noted_has_to_be_there(house: House) -> None:
    first, second = _written(house, 2)

    assert house.audit_trail.verify(head=first.hash).is_sound
    assert house.audit_trail.verify(head=second.hash).is_sound
    del house.audit.held[2]
    assert house.audit_trail.verify().is_sound
    fault = house.audit_trail.verify(head=second.hash).fault
    assert fault == f"no record has the hash {second.hash}: the end was cut off"


def test_what_is_beside_the_chain_is_counted(house: House) -> None:
    _written(house, 1)
    object.__setattr__(house.audit, "count", lambda: 3)

    assert house.audit_trail.verify().fault == "2 things among the records are none"
