"""Handshakes that name a host which never answers: they cost the other partners nothing.

The attacker has one invitation and one registered connection, and sends sixty POST or PUT
credentials at once. Each would have the hub call the mute host from a web thread.
"""

import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from entrypoints.sandbox import Answer, Platform
from tests.conformance.guests import Join
from tests.conformance.handshake import offer
from tests.conformance.running import RunningHub
from tests.conformance.steps import OK, a_location, outcome, party_of, put
from tests.e2e.hub_process import until

pytestmark = pytest.mark.e2e
AT_ONCE = 60
ENOUGH_S = 120.0
MUTE_FOR_S = 10.0
"""How long the hub waits for one answer in a handshake: what a thread that hangs would cost."""


@contextmanager
def a_mute_host() -> Iterator[tuple[str, socket.socket]]:
    """Its versions URL, and where it listens: it takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        listening.settimeout(ENOUGH_S)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/versions", listening


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_sixty_handshakes_with_a_mute_host_leave_the_others_their_threads(
    hub: RunningHub, join: Join, method: str
) -> None:
    attacker, token = an_attacker(hub, join, method)
    reader = join("CPO")
    put(reader, a_location(reader))
    idle_s = median_of_calls(reader)

    with a_mute_host() as (url, _), ThreadPoolExecutor(AT_ONCE) as crowd:
        asked = [crowd.submit(offer, hub, attacker, token, method, url=url) for _ in range(AT_ONCE)]
        until(lambda: sum(each.done() for each in asked) >= AT_ONCE - 4, ENOUGH_S)
        busy_s = median_of_calls(reader)
        answers = [each.result() for each in asked]

    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) >= AT_ONCE - 4
    assert {answer.code for answer in refused} == {2000}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert all(outcome(answer) == (200, 3001) for answer in answers if answer.status != 429)
    assert busy_s < max(10 * idle_s, MUTE_FOR_S / 4)
    assert outcome(attacker.hub.call("GET", hub.versions_url, token=token)) == OK


def test_a_handshake_of_another_partner_goes_on_beside_one_that_hangs(
    hub: RunningHub, join: Join
) -> None:
    attacker, token = an_attacker(hub, join, "PUT")
    other = join("EMSP")

    with a_mute_host() as (url, listening), ThreadPoolExecutor(1) as crowd:
        hanging: Future[Answer] = crowd.submit(offer, hub, attacker, token, "PUT", url=url)
        called, _ = listening.accept()
        second = offer(hub, attacker, token, "PUT", url=url)
        renewed = other.hub.rotate()
        called.close()

    assert second.status == 429
    assert outcome(renewed) == OK
    assert hanging.result().code == 3001


def an_attacker(hub: RunningHub, join: Join, method: str) -> tuple[Platform, str]:
    """Invited for a POST, registered for a PUT; and the token that it comes with."""
    if method == "PUT":
        registered = join("CPO")
        return registered, registered.hub.peer.token
    invited = join("CPO", registered=False)
    return invited, hub.invited(f"CPO:{':'.join(party_of(invited))}")


def median_of_calls(reader: Platform) -> float:
    """How long a list takes that partner, in the middle of nine."""
    taken = []
    for _ in range(9):
        begun = time.monotonic()
        assert outcome(reader.hub.get("locations", to=reader.hub.hub_party)) == OK
        taken.append(time.monotonic() - begun)
    return statistics.median(taken)
