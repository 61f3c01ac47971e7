"""The directory that a process keeps: what it asks for, when, and what it never uses."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event

import pytest

from adapters.memory import MemoryAgreements, MemoryPartners, MemoryStamp
from application.partners.directories import Directories, Kept
from domain.errors import StoreUnavailable
from domain.partners.agreements import Agreement, AgreementPolicy, Fee
from domain.partners.directory import Directory
from domain.partners.partner import Partner, PartnerState
from domain.ports import LEASE_S
from tests.builders import ABC, HUB, NOON, XYZ, a_partner, a_reader, after


@dataclass
class Seconds:
    """A clock that stands until it is moved."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def nothing() -> None:
    """No other process does anything."""


@dataclass
class Stamp(MemoryStamp):
    """`meanwhile` happens once, when the question has arrived, before it is answered."""

    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = nothing

    def read(self) -> int:
        self.asked.append("stamp")
        number = super().read()
        meanwhile, self.meanwhile = self.meanwhile, nothing
        meanwhile()
        return number


@dataclass(frozen=True)
class Partners(MemoryPartners):
    """Says what is asked of it."""

    asked: list[str] = field(default_factory=list)

    def versions(self) -> Mapping[str, Partner]:
        self.asked.append("versions")
        return super().versions()

    def some(self, partner_ids: Collection[str]) -> tuple[Partner, ...]:
        self.asked.extend(sorted(partner_ids))
        return super().some(partner_ids)


@dataclass(frozen=True)
class Agreed(MemoryAgreements):
    asked: list[str] = field(default_factory=list)

    def all(self) -> tuple[Agreement, ...]:
        self.asked.append("agreements")
        return super().all()


class Process:
    """One process's directory, on stores that others write to as well."""

    def __init__(self, policy: AgreementPolicy = AgreementPolicy.OPEN) -> None:
        self.asked: list[str] = []
        self.stamp = Stamp(asked=self.asked)
        self.partners = Partners(stamp=self.stamp, asked=self.asked)
        self.agreements = Agreed(stamp=self.stamp, asked=self.asked)
        self.clock = Seconds()
        self.kept = Kept(clock=self.clock)
        self.directories = Directories(
            HUB, self.partners, self.agreements, self.stamp, policy, self.kept
        )
        self.partners.save(a_partner())
        self.partners.save(a_reader(created_at=after(1)))

    def known(self, *, later: float = 0.0) -> Directory:
        self.clock.now += later
        return self.directories.known()

    def asks(self) -> list[str]:
        """What it has asked since this was asked last."""
        asked = self.asked.copy()
        self.asked.clear()
        return asked

    def suspend(self, partner_id: str) -> None:
        held = self.partners.get(partner_id)
        self.partners.save(replace(held, state=PartnerState.SUSPENDED))

    def joined_by(
        self, call: Callable[[], Directory], then: Callable[[], None]
    ) -> Future[Directory]:
        """While the next question is under way another thread makes this call, and waits for it."""
        answered, waits = Future[Directory](), Event()
        pool = ThreadPoolExecutor(1)

        def meanwhile() -> None:
            question = self.kept.question
            assert question is not None
            answer = question.result

            def joined() -> object:
                waits.set()
                return answer()

            question.result = joined  # type: ignore[method-assign, assignment]
            pool.submit(_settle, answered, call)
            assert waits.wait(30), "it did not wait for the answer"
            pool.shutdown(wait=False)
            then()

        self.stamp.meanwhile = meanwhile
        return answered


def _settle(answered: Future[Directory], call: Callable[[], Directory]) -> None:
    try:
        answered.set_result(call())
    except StoreUnavailable as failure:
        answered.set_exception(failure)


@pytest.fixture
def process() -> Process:
    return Process()


def states(directory: Directory) -> list[PartnerState]:
    return [each.state for each in directory.partners]


LIVE, CUT_OFF = PartnerState.REGISTERED, PartnerState.SUSPENDED


def test_all_is_read_once_and_nothing_is_asked_while_the_lease_lasts(process: Process) -> None:
    first = process.known()

    assert [each.id for each in first.partners] == ["cpo", "emsp"]
    assert process.asks() == ["stamp", "versions", "cpo", "emsp"]
    assert process.known(later=LEASE_S / 2) is first
    assert process.asks() == []


def test_after_the_lease_the_stamp_alone_is_asked_for(process: Process) -> None:
    first = process.known()
    process.asks()

    assert process.known(later=LEASE_S) is first
    assert process.known(later=LEASE_S / 2) is first

    assert process.asks() == ["stamp"]


def test_under_another_stamp_what_has_changed_is_read_and_no_more(process: Process) -> None:
    first = process.known()
    process.suspend("emsp")
    process.asks()

    now = process.known(later=LEASE_S)

    assert states(now) == [LIVE, CUT_OFF]
    assert process.asks() == ["stamp", "stamp", "versions", "emsp"]
    assert now.partners[0] is first.partners[0]


def test_once_a_second_all_is_compared_so_that_notes_are_seen(process: Process) -> None:
    process.known()
    process.partners.suspect("emsp")
    assert not process.known(later=0.9).partner("emsp").suspected
    process.asks()

    assert process.known(later=0.1).partner("emsp").suspected

    assert process.asks() == ["stamp", "versions", "emsp"]


def test_so_is_what_a_process_wrote_that_died_before_it_let_the_stamp_grow(
    process: Process,
) -> None:
    first = process.known()
    held = process.partners.get("emsp")
    process.partners.held["emsp"] = replace(held, state=CUT_OFF, revision=2)
    del process.partners.held["cpo"]

    assert process.known(later=0.9) is first
    assert states(process.known(later=0.1)) == [CUT_OFF]


def test_what_is_as_it_was_is_the_same_directory(process: Process) -> None:
    first = process.known()

    assert process.known(later=5) is first
    process.stamp.outdate()
    assert process.known(later=LEASE_S) is first


def test_a_change_between_the_stamp_and_the_partners_is_lost_by_none(process: Process) -> None:
    """The stamp is older than what was read under it, and never younger."""
    process.stamp.meanwhile = lambda: process.suspend("emsp")
    assert states(process.known()) == [LIVE, CUT_OFF]
    assert process.kept.copy is not None
    assert process.kept.copy.stamp < process.stamp.number

    process.asks()
    process.known(later=LEASE_S)

    assert "versions" in process.asks()


def test_the_lease_begins_when_the_question_is_sent(process: Process) -> None:
    """An answer that took longer than that is of use to who asked, and to no later call."""
    process.known()

    def slow() -> None:
        process.clock.now += 10 * LEASE_S

    process.stamp.meanwhile = slow
    process.known(later=LEASE_S)
    process.suspend("emsp")

    assert states(process.known()) == [LIVE, CUT_OFF]


def test_without_a_store_there_is_no_directory_once_the_lease_is_over(process: Process) -> None:
    first = process.known()

    def away() -> None:
        raise StoreUnavailable("down")

    process.stamp.meanwhile = away
    assert process.known(later=LEASE_S * 0.9) is first
    with pytest.raises(StoreUnavailable):
        process.known(later=LEASE_S * 0.1)
    assert process.known() is first


def test_threads_that_come_while_one_asks_wait_for_its_answer(process: Process) -> None:
    other = process.joined_by(process.directories.known, nothing)

    assert process.known() is other.result(30)

    assert process.asks() == ["stamp", "versions", "cpo", "emsp"]


def test_an_answer_that_came_too_late_for_them_is_asked_for_again(process: Process) -> None:
    def revoked() -> None:
        process.clock.now += LEASE_S
        process.suspend("emsp")

    process.known()

    def joins() -> Directory:
        process.clock.now += LEASE_S / 2
        return process.directories.known()

    other = process.joined_by(joins, revoked)

    assert states(process.known(later=LEASE_S)) == [LIVE, LIVE]
    assert states(other.result(30)) == [LIVE, CUT_OFF]


def test_a_lease_that_still_lasts_is_good_for_them(process: Process) -> None:
    def joins() -> Directory:
        process.clock.now += LEASE_S / 2
        return process.directories.known()

    other = process.joined_by(joins, nothing)

    assert process.known() is other.result(30)
    assert process.asks().count("stamp") == 1


def test_what_one_is_refused_all_are_that_wait(process: Process) -> None:
    def away() -> None:
        raise StoreUnavailable("down")

    other = process.joined_by(process.directories.known, away)

    with pytest.raises(StoreUnavailable):
        process.known()
    with pytest.raises(StoreUnavailable):
        other.result(30)
    assert states(process.known()) == [LIVE, LIVE]


def test_the_store_is_asked_each_time_where_it_has_to_be(process: Process) -> None:
    first = process.directories.read()
    process.partners.suspect("cpo")

    assert process.directories.read().partner("cpo").suspected
    assert not first.partner("cpo").suspected
    assert process.known().partner("cpo").suspected


def test_an_answer_by_the_stamp_alone_is_not_enough_there(process: Process) -> None:
    process.known()

    def reads() -> Directory:
        process.clock.now += LEASE_S / 2
        return process.directories.read()

    other = process.joined_by(reads, lambda: process.partners.suspect("cpo"))

    assert not process.known(later=LEASE_S).partner("cpo").suspected
    assert other.result(30).partner("cpo").suspected


def test_agreements_are_read_when_there_are_others(process: Process) -> None:
    process = Process(AgreementPolicy.REQUIRED)
    made = Agreement(ABC, XYZ, NOON)
    assert process.known().owners(XYZ) == {XYZ}

    process.agreements.add(made)
    assert process.known(later=LEASE_S).owners(XYZ) == {ABC, XYZ}
    process.asks()
    process.suspend("cpo")
    assert process.known(later=LEASE_S).owners(XYZ) == {XYZ}
    assert "agreements" not in process.asks()

    process.agreements.remove(made.id)
    assert not process.known(later=LEASE_S).agreements.allow(XYZ, ABC)


@pytest.mark.parametrize("policy", AgreementPolicy)
def test_fees_are_kept_with_it_and_read_when_there_are_others(policy: AgreementPolicy) -> None:
    process = Process(policy)
    made = Agreement(ABC, XYZ, NOON)
    process.agreements.add(made)
    assert process.known().agreements.fee(ABC, XYZ, "EUR") is None

    process.agreements.price(made.with_fee(Fee("EUR")))

    assert process.known().agreements.fee(ABC, XYZ, "EUR") is None
    assert process.known(later=LEASE_S).agreements.fee(ABC, XYZ, "EUR") == Fee("EUR")
    process.asks()
    process.suspend("cpo")
    assert process.known(later=LEASE_S).agreements.fee(ABC, XYZ, "EUR") == Fee("EUR")
    assert "agreements" not in process.asks()
