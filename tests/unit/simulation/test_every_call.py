"""One thing the hub does, and every port call of it gone wrong in every way, one after the other.

What Hypothesis finds by luck in long histories is gone through here without it: a process dies, is
stopped or finds a store away at its first port call, its second, until it has no more. In
`make test` every third call has its turn, where HUB_HISTORIES is set every one.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.builders import ABC, XYZ
from tests.unit.simulation.charging import Charging
from tests.unit.simulation.fates import Fate, Kind
from tests.unit.simulation.market import Market, Posting
from tests.unit.simulation.platforms import MOV
from tests.unit.simulation.receivers import Mood
from tests.unit.simulation.settling_down import settle_down
from tests.unit.simulation.test_histories import OTHERS

Deed = Callable[[Market, Charging, Fate], None]
_MOST_CALLS = 200
_EVERY = 1 if "HUB_HISTORIES" in os.environ else 3


def _post(mood: Mood, *, is_direct: bool = True) -> Deed:
    def deed(market: Market, _: Charging, fate: Fate) -> None:
        market.receivers.moods[XYZ] = market.receivers.moods[MOV] = mood
        market.post(Posting(reader=MOV, is_direct=is_direct), fate)

    return deed


def _pump(mood: Mood) -> Deed:
    """A CDR, its credit, and a session."""

    def deed(market: Market, charging: Charging, fate: Fate) -> None:
        market.receivers.moods[MOV] = mood
        market.post(Posting(reader=MOV, is_direct=False))
        market.post(Posting(reader=MOV, is_direct=False, is_credit=True))
        charging.put(ABC, 2, direct=False, fate=None)
        market.clock.advance(3)
        market.sweep()
        market.pump(turns=4, fate=fate)

    return deed


def _patch(mood: Mood) -> Deed:
    def deed(market: Market, charging: Charging, fate: Fate) -> None:
        charging.put(ABC, 1, direct=True, fate=None)
        market.receivers.moods[XYZ] = mood
        charging.patch(ABC, 1, direct=True, fate=fate)
        charging.repeat(ABC, 1, back=0, direct=True, fate=None)

    return deed


def _sweep(market: Market, charging: Charging, fate: Fate) -> None:
    market.post(Posting(reader=MOV), Fate(1, Kind.DIES_AFTER, "archive"))
    market.post(Posting(number=2, reader=MOV), Fate(2, Kind.DIES_AFTER, "archive"))
    charging.put(ABC, 2, direct=False, fate=None)
    market.clock.advance(3)
    market.sweep(idle_s=10.0, fate=fate)


DEEDS: dict[str, Deed] = {
    "POST, well": _post(Mood.WELL),
    "POST, refused": _post(Mood.REFUSES),
    "POST, answer lost": _post(Mood.LOSES),
    "POST, not taken": _post(Mood.TIMES_OUT),
    "POST to the hub": _post(Mood.WELL, is_direct=False),
    "pump, well": _pump(Mood.WELL),
    "pump, answer lost": _pump(Mood.LOSES),
    "pump, not taken": _pump(Mood.TIMES_OUT),
    "PATCH, well": _patch(Mood.WELL),
    "PATCH, answer lost": _patch(Mood.LOSES),
    "sweep": _sweep,
}
_STOPS = (
    (0.0, ("the same again",)),
    (40.0, ("the same again",)),
    (40.0, ("sweep", "sweep")),
    (0.0, ("park", "retry")),
    (40.0, ("well again", "pump", "pump")),
    (40.0, ("move", "sweep", "sweep")),
    (0.0, ("move", "sweep")),
)
"""The last one: the process stands still for a moment, and has a directory from before it."""
_ENDS = (Kind.DIES_AFTER, Kind.DIES_HALFWAY, Kind.AWAY_BEFORE, Kind.AWAY_AFTER)
WRONGS = [Fate(0, kind) for kind in _ENDS]
WRONGS += [Fate(0, Kind.STOPS, "", seconds, others) for seconds, others in _STOPS]


def _fates(name: str, wrong: Fate) -> Iterator[Fate]:
    first = 1 + (list(DEEDS).index(name) + WRONGS.index(wrong)) % _EVERY
    for call in range(first, _MOST_CALLS, _EVERY):
        yield Fate(call, wrong.kind, wrong.port, wrong.seconds, wrong.meanwhile)


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda each: f"{each.kind} {each.meanwhile}")
@pytest.mark.parametrize("name", DEEDS)
def test_no_call_that_goes_wrong_breaks_a_promise(name: str, wrong: Fate) -> None:
    for fate in _fates(name, wrong):
        market = Market()
        market.others = OTHERS
        DEEDS[name](market, Charging(market), fate)
        market.promises.check()
        was_met = fate.kind in market.hits[-1:]
        settle_down(market)
        if not was_met:
            break
    assert fate.call > 5, "there was hardly a call to go wrong"
