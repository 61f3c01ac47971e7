"""What the stores promise to a process that keeps the directory: a stamp, and what is another one.

A stamp that grew too late would leave a revoked partner in a process; one that grows with each note
would have every process read all the time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from adapters.memory import MemoryAgreements, MemoryPartners, MemoryStamp
from adapters.mongo import Mongo, MongoAgreements, MongoPartners, MongoStamp
from adapters.ocpi import exact_json
from domain.errors import PartyTaken, RecordChanged
from domain.partners.agreements import Agreement, Fee
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from domain.ports import LEASE_S, AgreementStore, DirectoryStamp
from tests.contracts.conftest import either
from tests.contracts.made import CPO, EMSP, NOON, Partners, later, partner
from tests.contracts.test_partner_notes import NOTES

OUTDATING = {"joined", "probed"}
"""Notes that change whom others reach, or what they are told again; and `seen` after `probed`."""


@dataclass(frozen=True)
class Stores:
    """All that the directory is read from."""

    partners: Partners
    agreements: AgreementStore
    stamp: DirectoryStamp


def _in_memory() -> Stores:
    stamp = MemoryStamp()
    return Stores(MemoryPartners(stamp=stamp), MemoryAgreements(stamp=stamp), stamp)


def _real(mongo: Mongo) -> Stores:
    return Stores(MongoPartners(mongo, exact_json), MongoAgreements(mongo), MongoStamp(mongo))


stores = either(_in_memory, _real)
PAIR = Agreement(CPO, EMSP, NOON)


def is_counted(stores: Stores, write: Callable[[], object]) -> bool:
    """Whether the stamp is a higher one after the write."""
    before = stores.stamp.read()
    write()
    after = stores.stamp.read()
    assert after >= before
    return after > before


def test_a_new_partner_and_every_change_of_it_is_counted(stores: Stores) -> None:
    assert is_counted(stores, lambda: stores.partners.save(partner("p")))
    saved = stores.partners.get("p")
    suspended = replace(saved, state=PartnerState.SUSPENDED)
    assert is_counted(stores, lambda: stores.partners.save(suspended))


def test_an_agreement_is_counted_when_it_is_made_or_priced_and_when_it_ends_also_again(
    stores: Stores,
) -> None:
    """Again: who repeats the command is told that it is done, so it has to be."""
    for _ in range(2):
        assert is_counted(stores, lambda: stores.agreements.add(PAIR))
    for _ in range(2):
        assert is_counted(stores, lambda: stores.agreements.price(PAIR))
    for _ in range(2):
        assert is_counted(stores, lambda: stores.agreements.remove(PAIR.id))


def test_what_is_refused_is_not_counted(stores: Stores) -> None:
    held = stores.partners.save(partner("p", (Role.CPO, CPO)))

    def refused() -> None:
        with pytest.raises(RecordChanged):
            stores.partners.save(replace(held, revision=7))
        with pytest.raises(PartyTaken):
            stores.partners.save(partner("q", (Role.CPO, CPO)))

    assert not is_counted(stores, refused)


@pytest.mark.parametrize("name", NOTES)
def test_of_the_notes_those_are_counted_that_others_go_by(stores: Stores, name: str) -> None:
    note, _ = NOTES[name]
    stores.partners.save(partner("p"))

    assert is_counted(stores, lambda: note(stores.partners)) is (name in OUTDATING)


def test_a_partner_that_is_heard_again_is_counted_once(stores: Stores) -> None:
    stores.partners.save(partner("p"))
    stores.partners.probed("p", failures=2, reachable=False, now=NOON)

    assert is_counted(stores, lambda: stores.partners.seen("p", now=NOON))
    assert not is_counted(stores, lambda: stores.partners.seen("p", now=later(1)))


def test_what_there_was_nothing_to_write_of_outdates_what_is_kept_all_the_same(
    stores: Stores,
) -> None:
    assert is_counted(stores, stores.partners.outdate)
    assert is_counted(stores, stores.stamp.outdate)


def test_a_write_gives_the_partner_another_version_and_no_other_one(stores: Stores) -> None:
    saved = stores.partners.save(partner("p"))
    stores.partners.save(partner("q"))
    before = stores.partners.versions()

    stores.partners.save(replace(saved, name="renamed"))

    after = stores.partners.versions()
    assert set(before) == set(after) == {"p", "q"}
    assert before["p"] != after["p"]
    assert before["q"] == after["q"] == stores.partners.versions()["q"]


@pytest.mark.parametrize("name", NOTES)
def test_so_does_every_note(stores: Stores, name: str) -> None:
    """Not waited for: it is there when what is written after it is."""
    note, _ = NOTES[name]
    stores.partners.save(partner("p"))
    before = stores.partners.versions()

    note(stores.partners)
    stores.stamp.outdate()

    assert before["p"] != stores.partners.versions()["p"]


def test_some_are_read_as_they_are_and_those_that_are_not_there_left_out(stores: Stores) -> None:
    stores.partners.save(partner("p"))
    saved = stores.partners.save(partner("q"))

    assert stores.partners.some(["q", "none"]) == (saved,)
    assert stores.partners.some([]) == ()


def test_an_agreement_has_another_version_with_other_fees(stores: Stores) -> None:
    assert stores.agreements.versions() == {}
    stores.agreements.add(PAIR)
    before = stores.agreements.versions()
    assert set(before) == {PAIR.id}

    stores.agreements.price(PAIR.with_fee(Fee("EUR", Decimal("0.10"))))

    after = stores.agreements.versions()
    assert set(after) == {PAIR.id}
    assert after != before
    assert after == stores.agreements.versions()


@pytest.mark.parametrize(
    "write",
    [
        lambda real: real.partners.save(partner("q")),
        lambda real: real.partners.outdate(),
        lambda real: real.partners.joined("p", at=NOON),
        lambda real: real.partners.probed("p", failures=2, reachable=False, now=NOON),
        lambda real: real.agreements.add(PAIR),
        lambda real: real.agreements.price(PAIR),
        lambda real: real.agreements.remove(PAIR.id),
        lambda real: real.stamp.outdate(),
    ],
)
def test_a_write_returns_when_the_leases_on_what_was_before_are_over(
    mongo: Mongo, write: Callable[[Stores], object]
) -> None:
    """A process that asked right before has used its copy up by then."""
    real = _real(mongo)
    real.partners.save(partner("p"))
    begun, stamp = time.monotonic(), real.stamp.read()

    write(real)

    assert time.monotonic() - begun > LEASE_S
    assert real.stamp.read() > stamp
