"""The turns that partners take in one process that pulls."""

from collections import deque
from collections.abc import Callable

import pytest

from domain.errors import StoreUnavailable, Unreachable
from domain.partners.partner import PartnerState
from domain.ports import WireAnswer, WireRequest
from tests.builders import a_location, a_role
from tests.unit.application.house import House
from tests.unit.application.pages import (
    LOCATIONS,
    a_page,
    endless,
    listing,
    wired,
)
from tests.unit.application.roaming import OTHER, a_cpo, a_house

Turn = Callable[[], None]


class Threads:
    """A pool that a test takes the turns of, one by one."""

    def __init__(self) -> None:
        self.waiting: deque[Turn] = deque()

    def __call__(self, turn: Turn) -> None:
        self.waiting.append(turn)

    def one(self) -> None:
        self.waiting.popleft()()


@pytest.fixture
def two() -> House:
    return a_house(a_cpo(), a_cpo("late", roles=(a_role(party=OTHER),)))


def go_on() -> bool:
    return False


def test_a_partner_without_an_end_gets_its_next_turn_behind_all_others(two: House) -> None:
    threads, wire = Threads(), wired(two, endless(two))
    two.pull_turns.ask("cpo", threads, stop=go_on)
    two.pull_turns.ask("late", threads, stop=go_on)

    threads.one()
    assert {request.token for request in wire.asked} == {"to-cpo"}
    wire.asked.clear()
    threads.one()

    assert {request.token for request in wire.asked} == {"to-late"}
    assert len(threads.waiting) == 2


def test_one_that_is_asked_for_often_waits_once(two: House) -> None:
    threads = Threads()
    listing(two, {})
    for _ in range(5):
        two.pull_turns.ask("cpo", threads, stop=go_on)

    assert len(threads.waiting) == 1
    threads.one()

    assert not threads.waiting


def test_one_that_is_asked_for_in_its_turn_has_another(two: House) -> None:
    threads = Threads()

    def asks(_: WireRequest) -> WireAnswer:
        two.pull_turns.ask("cpo", threads, stop=go_on)
        return a_page()

    wired(two, asks)
    two.pull_turns.ask("cpo", threads, stop=go_on)

    threads.one()

    assert len(threads.waiting) == 1


def test_a_process_that_stops_begins_no_further_turn(two: House) -> None:
    threads = Threads()
    listing(two, {LOCATIONS: a_page(a_location())})
    two.pull_turns.ask("cpo", threads, stop=lambda: True)

    threads.one()

    assert not threads.waiting
    assert two.pulls.unfinished() == {"cpo"}


@pytest.mark.parametrize("state", [PartnerState.SUSPENDED, PartnerState.UNREGISTERED])
def test_a_partner_that_left_meanwhile_has_no_turn(two: House, state: PartnerState) -> None:
    threads, partner = Threads(), two.partners.get("cpo")
    two.pull_turns.ask("cpo", threads, stop=go_on)
    two.partners.save(partner.__class__(**{**vars(partner), "state": state}))

    threads.one()

    assert not threads.waiting


def test_a_turn_that_fails_in_the_hub_is_no_end_of_the_partners_turns(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = Threads()
    listing(two, {LOCATIONS: Unreachable("gone")})
    two.pull_turns.ask("cpo", threads, stop=go_on)
    with monkeypatch.context() as broken:
        broken.setattr(type(two.partners), "get", _away)
        with pytest.raises(StoreUnavailable):
            threads.one()

    two.pull_turns.ask("cpo", threads, stop=go_on)

    assert len(threads.waiting) == 1


def _away(*_: object) -> None:
    raise StoreUnavailable("away")
