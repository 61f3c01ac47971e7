"""What a POST of a CDR asks of the stores: each question and each write is CPU of every CDR."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from adapters.memory import MemoryLedger
from domain.partners.party import PartyId
from domain.ports import CdrAccounts, CdrArchive, CdrBills, CdrLedger
from tests.builders import XYZ
from tests.charging import a_cdr, handover_of
from tests.unit.application.billing import a_market, handed, post
from tests.unit.application.house import House
from tests.unit.application.points import At


@pytest.fixture
def asked(market: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the archive and the ledger are asked, in order."""
    names: list[str] = []
    busy: list[bool] = []

    def noting(name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            if busy:
                return ask(*given, **named)
            names.append(name)
            busy.append(True)
            try:
                return ask(*given, **named)
            finally:
                busy.clear()

        return noted

    for store, ports in (
        (type(market.archive), (CdrArchive, CdrBills)),
        (type(market.ledger), (CdrLedger, CdrAccounts)),
    ):
        for name in (each for port in ports for each in vars(port) if not each.startswith("_")):
            monkeypatch.setattr(store, name, noting(name, getattr(store, name)))
    return names


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each delivery that is owed is waited for."""
    owe, found = MemoryLedger.owe, list[bool]()

    def noted(*given: Any, waits: bool = True, **named: Any) -> bool:
        found.append(waits)
        return owe(*given, waits=waits, **named)

    monkeypatch.setattr(MemoryLedger, "owe", noted)
    return found


def test_a_new_cdr_is_two_writes_and_one_question(market: House, asked: list[str]) -> None:
    post(market)

    assert asked == ["credit_of", "file", "owe"]


def test_a_repeated_one_is_found_by_the_write_that_files_none(
    market: House, asked: list[str]
) -> None:
    post(market)
    asked.clear()

    assert not post(market).created

    assert asked == ["credit_of", "file", "latest", "unowed", "promise"]


def test_bills_of_one_session_are_looked_for_once_for_many_cdrs(
    market: House, asked: list[str]
) -> None:
    for name in ("CDR1", "CDR2", "CDR3"):
        post(market, a_cdr(name, session_id=f"S-{name}"))
    assert asked == ["credit_of", "file", "owe"] * 3
    asked.clear()

    market.cdr_events.sweep()
    assert asked == ["billed_again"]

    market.cdr_events.sweep()
    assert asked == ["billed_again"]


def test_what_is_asked_for_at_once_is_promised_by_its_end_alone(
    market: House, asked: list[str]
) -> None:
    post(market, to=XYZ)

    assert asked == ["credit_of", "file", "owe"]


@pytest.mark.parametrize(("to", "waits"), [(None, False), (XYZ, True)])
def test_a_delivery_is_waited_for_if_it_is_made_at_once(
    market: House, waited: list[bool], to: PartyId | None, waits: bool
) -> None:
    """Else the archive has the CDR for good, and the sweep owes what the store lost."""
    post(market, to=to)

    assert waited == [waits]


def test_the_sweep_waits_for_what_the_store_may_lose_still(
    market: House, waited: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    post(market)
    market.clock.advance(3)

    def unowed(_: MemoryLedger, refs: Sequence[str], *, for_good: bool = False) -> frozenset[str]:
        return frozenset(refs) if for_good else frozenset()

    monkeypatch.setattr(MemoryLedger, "unowed", unowed)

    assert market.cdr_obligations.sweep() == 1

    assert waited == [False, True]


def test_what_another_process_owes_already_is_promised_by_a_write_more() -> None:
    def owe_all() -> None:
        for filed in market.archive.received():
            market.cdr_obligations.owe(filed)

    market = a_market(fail_points=At("written", owe_all))

    taken = post(market)

    assert handover_of(handed(market, taken)).promised
