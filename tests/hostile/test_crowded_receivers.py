"""Many requests for one receiver at once: it gets all while it is quick, and few if it hangs."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.calling import sent
from bench.costs.bodies import authorize
from bench.costs.platforms import Partners
from bench.costs.readers import Readers
from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.wire import encode
from tests.conformance.guests import Guests
from tests.conformance.running import a_hub
from tests.conformance.steps import OK, a_location, outcome, own_copy, party_of, put
from tests.e2e.hub_process import until

pytestmark = pytest.mark.e2e
_THREADS = 16
"""Of a web process, unless its operator says otherwise."""
_ASKED = 1_500
_CROWD = 60
_ENOUGH_S = 120.0
AWAY = (200, 4003)


def test_sixteen_at_once_for_a_receiver_that_answers_quickly_are_all_passed_on(
    tmp_path: Path,
) -> None:
    with Readers() as readers, a_hub(tmp_path / "hub") as hub:
        partners = Partners(hub, readers)
        operator = partners.join("CPO:DE:ABC", ("commands", "RECEIVER"))
        issuer = partners.join("EMSP:NL:EMS", ("tokens", "SENDER"))
        readers.know(encode(token(*issuer.party, uid="CARD1")))
        call = authorize(operator, issuer, "CARD1", directly=False)

        answers = sent([call] * _ASKED, connections=16)

    assert [each.code for each in answers] == [1000] * _ASKED


def test_a_receiver_that_hangs_leaves_the_other_partners_their_threads(tmp_path: Path) -> None:
    """The hub, one web process, waits for one that hangs for longer than the test takes."""
    with ExitStack() as stack:
        settings = {"HUB_WEB_WORKERS": "1", "HUB_FORWARD_TIMEOUT_S": "600"}
        hub = stack.enter_context(a_hub(tmp_path / "hub", **settings))
        _is_left_alone(*(Guests(hub, stack).join(role) for role in ("EMSP", "CPO", "CPO")))


def _is_left_alone(asking: Platform, other: Platform, hanging: Platform) -> None:
    location = a_location(other)
    put(other, location)
    hanging.behave("hang", "locations")

    with ThreadPoolExecutor(_CROWD) as crowd:
        asked = [crowd.submit(_look, asking, hanging) for _ in range(_CROWD)]
        try:
            until(lambda: sum(each.done() for each in asked) == _CROWD - _THREADS // 4, _ENOUGH_S)
            found = own_copy(other, location)
            refused = [outcome(each.result()) for each in asked if each.done()]
        finally:
            hanging.behave("well")

    assert outcome(found) == OK
    assert refused == [AWAY] * (_CROWD - _THREADS // 4)


def _look(reader: Platform, owner: Platform) -> Answer:
    """A GET that is passed on to the owner."""
    return reader.hub.get("locations", ("LOC1",), to=party_of(owner))
