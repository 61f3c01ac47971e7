"""Many requests for one receiver at once: it gets all of them while it is quick, few if it hangs.

On one web process with the usual threads: what it does is what each of several does.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from entrypoints.sandbox import Answer, Platform
from tests.conformance.cards import a_card, authorize
from tests.conformance.guests import Guests, Join
from tests.conformance.running import RunningHub, a_hub
from tests.conformance.steps import OK, a_location, outcome, own_copy, party_of, put
from tests.e2e.hub_process import until

pytestmark = pytest.mark.e2e
_THREADS = 16
_EACH = 50
_CROWD = 60
_ENOUGH_S = 120.0
AWAY = (200, 4003)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """It waits for a receiver that hangs for longer than the test takes."""
    folder: Path = tmp_path_factory.mktemp("crowded") / "hub"
    with a_hub(folder, HUB_WEB_WORKERS="1", HUB_FORWARD_TIMEOUT_S="600") as running:
        yield running


@pytest.fixture
def join(hub: RunningHub) -> Iterator[Join]:
    with ExitStack() as stack:
        yield Guests(hub, stack).join


def test_sixteen_at_once_for_a_receiver_that_answers_quickly_are_all_passed_on(join: Join) -> None:
    operator, issuer = join("CPO"), join("EMSP")
    card = a_card(issuer)
    issuer.own("tokens", card)

    def ask(_: int) -> list[tuple[int, int]]:
        return [outcome(authorize(operator, card, to=party_of(issuer))) for _ in range(_EACH)]

    with ThreadPoolExecutor(_THREADS) as crowd:
        answers = [each for asked in crowd.map(ask, range(_THREADS)) for each in asked]

    assert len(answers) == _THREADS * _EACH
    assert set(answers) == {OK}


def test_a_receiver_that_hangs_leaves_the_other_partners_their_threads(join: Join) -> None:
    asking, other, hanging = join("EMSP"), join("CPO"), join("CPO")
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
