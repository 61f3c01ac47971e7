"""The fault matrix's invariants as histories that Hypothesis makes up: crashes at every port call.

In `make test` some hundred histories; for many more say how many in the environment:

    HUB_HISTORIES=50000 .venv/bin/python -m pytest tests/unit/simulation --timeout 0

A history that breaks a promise is printed as the shortest one that does.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain.partners.party import PartyId
from tests.builders import ABC, XYZ
from tests.examples import examples
from tests.unit.simulation import platforms
from tests.unit.simulation.charging import Charging
from tests.unit.simulation.fates import Fate, Kind
from tests.unit.simulation.market import CP2, EMSPS, Market, Posting
from tests.unit.simulation.platforms import MOV
from tests.unit.simulation.receivers import Mood
from tests.unit.simulation.settling_down import settle_down
from tests.unit.simulation.subscribers import Listening

HISTORIES = int(os.environ.get("HUB_HISTORIES", "200"))
STEPS = 24

OTHERS = {
    "the same again": lambda market: market.post(market.last_posting),
    "pump": lambda market: market.pump("pump-2", turns=2),
    "sweep": lambda market: market.sweep(idle_s=10.0),
    "park": lambda market: _operate_all(market, "park"),
    "retry": lambda market: _operate_all(market, "retry"),
    "move": lambda market: platforms.move(market.stores, MOV),
    "suspend": lambda market: platforms.suspend(market.stores, MOV),
    "well again": lambda market: market.receivers.moods.clear(),
}
"""What may go on while a process stands still, or between two of its calls."""


def _operate_all(market: Market, action: str) -> None:
    for ref in list(market.stores.archive.held):
        market.operate(action, ref)


_meanwhile = st.lists(st.sampled_from(list(OTHERS)), min_size=1, max_size=3).map(tuple)
_KINDS = (*list(Kind), Kind.STOPS, Kind.STOPS)
_PORTS = ("wire", "ledger", "archive", "deliveries", "objects")


def _fate(kind: Kind, port: str, call: int, seconds: float, meanwhile: tuple[str, ...]) -> Fate:
    if kind is not Kind.STOPS:
        return Fate(call, kind, port)
    return Fate(call, kind, port, seconds, meanwhile)


_seconds = st.sampled_from([0.0, 0.0, 16.0, 40.0])
_fates = st.none() | st.one_of(
    st.builds(
        _fate,
        st.sampled_from(_KINDS),
        st.sampled_from(_PORTS),
        st.integers(1, 5),
        _seconds,
        _meanwhile,
    ),
    st.builds(
        _fate,
        st.sampled_from(_KINDS),
        st.just(""),
        st.integers(1, 30),
        _seconds,
        _meanwhile,
    ),
)
_MOODS = (Mood.REFUSES, Mood.KNOWS_NO_TOKEN, Mood.WELL, Mood.LOSES, Mood.FAILS, *Mood)
_cpos = st.sampled_from([ABC, CP2])
_emsps = st.sampled_from([XYZ, XYZ, MOV, *EMSPS])
_postings = st.builds(
    Posting,
    cpo=st.sampled_from([ABC, ABC, CP2]),
    number=st.integers(1, 3),
    reader=_emsps,
    is_direct=st.booleans(),
    content=st.sampled_from([0, 0, 0, 1]),
    is_lower=st.sampled_from([False, False, False, True]),
    is_credit=st.sampled_from([False, False, True]),
)
_sessions = st.integers(1, 3)


class Histories(RuleBasedStateMachine):
    """Partners and operators do what they like; the hub's processes die as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.market = Market()
        self.market.others = OTHERS
        self.charging = Charging(self.market)

    @rule(posting=_postings, fate=_fates)
    def post_a_cdr(self, posting: Posting, fate: Fate | None) -> None:
        self.market.post(posting, fate)

    @rule(fate=_fates, direct=st.booleans())
    def post_it_again(self, fate: Fate | None, direct: bool) -> None:
        self.market.post(self.market.last_posting, fate)

    @rule(cpo=_cpos, number=_sessions, direct=st.booleans(), fate=_fates)
    def put_a_session(self, cpo: PartyId, number: int, direct: bool, fate: Fate | None) -> None:
        self.charging.put(cpo, number, direct=direct, fate=fate)

    @rule(cpo=_cpos, number=_sessions, direct=st.booleans(), fate=_fates)
    def patch_a_session(self, cpo: PartyId, number: int, direct: bool, fate: Fate | None) -> None:
        self.charging.patch(cpo, number, direct=direct, fate=fate)

    @rule(cpo=_cpos, number=_sessions, back=st.integers(0, 2), direct=st.booleans(), fate=_fates)
    def push_a_session_again(
        self, cpo: PartyId, number: int, back: int, direct: bool, fate: Fate | None
    ) -> None:
        self.charging.repeat(cpo, number, back=back, direct=direct, fate=fate)

    @rule(name=st.sampled_from(["pump-1", "pump-2"]), turns=st.integers(1, 4), fate=_fates)
    def pump(self, name: str, turns: int, fate: Fate | None) -> None:
        self.market.pump(name, turns, fate)

    @rule(idle_s=st.sampled_from([0.0, 10.0]), fate=_fates)
    def sweep(self, idle_s: float, fate: Fate | None) -> None:
        self.market.sweep(idle_s=idle_s, fate=fate)

    @rule(seconds=st.sampled_from([1, 3, 10, 25, 61, 300, 1300, 3600, 21600, 90000, 2678400]))
    def time_passes(self, seconds: int) -> None:
        self.market.clock.advance(seconds)

    @rule(party=_emsps, mood=st.sampled_from(_MOODS), says_duplicate=st.booleans())
    def a_receiver_changes(self, party: PartyId, mood: Mood, says_duplicate: bool) -> None:
        self.market.receivers.moods[party] = mood
        self.market.receivers.says_duplicate = says_duplicate

    @rule(listening=st.sampled_from(list(Listening)))
    def subscribers_change(self, listening: Listening) -> None:
        self.market.subscribers.listening = listening

    @rule(
        action=st.sampled_from(["park", "retry", "replay", "replay all"]),
        which=st.integers(0, 7),
        fate=_fates,
    )
    def an_operator_acts(self, action: str, which: int, fate: Fate | None) -> None:
        if refs := list(self.market.stores.archive.held):
            self.market.operate(action, refs[which % len(refs)], fate)

    @rule(doing=st.sampled_from([platforms.suspend, platforms.resume, platforms.move]))
    def mov_comes_and_goes(self, doing: object) -> None:
        assert callable(doing)
        doing(self.market.stores, MOV)

    @rule(party=_emsps)
    def a_receiver_calls(self, party: PartyId) -> None:
        platforms.call_in(self.market.stores, party)

    @invariant()
    def keeps_its_promises(self) -> None:
        self.market.promises.check()

    def teardown(self) -> None:
        settle_down(self.market)


def test_no_history_breaks_a_promise() -> None:
    many = settings(
        max_examples=examples(HISTORIES),
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Histories, settings=many)


def test_what_a_pump_has_under_way_that_stands_still_may_be_sent_once_more() -> None:
    """It begins the next send before it has written the last one; then it has no more turns."""
    market = Market()
    for number in (1, 2):
        market.post(Posting(cpo=ABC, number=number, reader=XYZ, is_direct=False))
    market.sweep()
    market.pump("pump-1", turns=1)

    settle_down(market)
