"""An act waits for its record, before and after; what stops in between shows."""

from dataclasses import replace

import pytest

from domain import errors
from domain.operators.audit import Actor, ActorKind, AuditEvent, AuditQuery, AuditRecord, Outcome
from domain.operators.changes import Subject
from tests.unit.application.house import House

ACT = AuditEvent("partner.set", Actor(ActorKind.OPERATOR, "anna"), reason="why")


class _Killed(BaseException):
    """The process ends here."""


class _House(House):
    """A partner with a state, and what kills the process."""

    state = "a"

    def act(self, to: str = "b", failure: BaseException | None = None) -> str:
        def does() -> str:
            self.state = to
            if failure is not None:
                raise failure
            return "made"

        return self.audited_acts.do(ACT, does, self.look)

    def look(self, made: str | None) -> Subject:
        return Subject(made or "", {"state": self.state})

    @property
    def written(self) -> list[AuditRecord]:
        return list(reversed(self.audit_trail.listed(AuditQuery())))


@pytest.fixture
def house() -> _House:
    return _House()


def test_an_act_has_two_records(house: _House) -> None:
    assert house.act() == "made"

    begun, done = (each.event for each in house.written)
    assert begun == replace(ACT, id=begun.id, outcome=Outcome.BEGUN)
    assert done == replace(
        ACT, id=begun.id, object="made", before='{"state":"a"}', after='{"state":"b"}'
    )


def test_an_act_that_fails_has_the_errors_name_and_no_word_of_it(house: _House) -> None:
    with pytest.raises(errors.NotRegistered):
        house.act(failure=errors.NotRegistered("a partner's own words"))

    failed = house.written[1].event
    assert (failed.outcome, failed.failure) == (Outcome.FAILED, "NotRegistered")
    assert (failed.before, failed.after) == ('{"state":"a"}', '{"state":"b"}')
    assert "own words" not in repr(house.written)


def test_without_its_first_record_an_act_is_not_done(house: _House) -> None:
    def away(record: AuditRecord) -> None:
        raise errors.StoreUnavailable("away")

    object.__setattr__(house.audit, "append", away)

    with pytest.raises(errors.StoreUnavailable):
        house.act()
    assert house.state == "a"


def test_where_the_second_record_cannot_be_written_the_first_one_stands(house: _House) -> None:
    append = house.audit.append

    def once(record: AuditRecord) -> None:
        if record.number > 1:
            raise errors.StoreUnavailable("away")
        append(record)

    object.__setattr__(house.audit, "append", once)

    with pytest.raises(errors.StoreUnavailable):
        house.act()
    assert house.state == "b"
    assert [each.event.outcome for each in house.written] == [Outcome.BEGUN]


@pytest.mark.parametrize(("point", "state"), [("begun", "a"), ("acted", "b")])
def test_a_process_that_dies_leaves_an_act_that_has_begun(point: str, state: str) -> None:
    class _Points:
        def reach(self, name: str) -> None:
            if name == point:
                raise _Killed

    house = _House(fail_points=_Points())

    with pytest.raises(_Killed):
        house.act()

    assert (house.state, [each.event.outcome for each in house.written]) == (
        state,
        [Outcome.BEGUN],
    )
