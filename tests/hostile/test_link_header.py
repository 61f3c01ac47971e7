"""A partner's `Link` header costs the hub no more than its length, with any text in it."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.partners.party import PartyId, Role
from entrypoints.sandbox import Platform, Reply
from entrypoints.sandbox.exchange import Behaviour, Exchange
from entrypoints.sandbox.reply import success
from tests.conformance.guests import Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import outcome, party_of

pytestmark = pytest.mark.e2e

LONGEST_LINE = 65_000
"""What Python's HTTP client reads of one header line."""
PUMPS = ("<", "<a>; ", "<>;rel", '; rel="')
AT_ONCE = 4
"""As many as may wait for one partner in one web process: none is turned away."""
TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture
def lister(join: Join) -> Platform:
    """A CPO that offers a list of its own."""
    return join("CPO")


@pytest.mark.parametrize("pump", PUMPS)
def test_a_relayed_answer_with_a_hostile_link_costs_the_web_tier_next_to_nothing(
    hub: RunningHub, lister: Platform, join: Join, pump: str
) -> None:
    reader = join("EMSP")
    lister.behave(answering_with(pump), "locations", method="GET")
    before, there = cpu_s(hub, "gunicorn"), hub.process.processes("gunicorn")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(reader.hub.get, "locations", to=party_of(lister)) for _ in range(6)]
        answers = [each.result() for each in asked]

    assert cpu_s(hub, "gunicorn") - before < 3
    assert hub.process.processes("gunicorn") == there
    assert {outcome(answer) for answer in answers} == {(200, 4000)}


def test_a_pull_with_a_hostile_link_ends_and_says_why(hub: RunningHub, lister: Platform) -> None:
    lister.behave(answering_with("<"), "locations", method="GET")

    before = os.times().user
    [pulled] = [
        each
        for each in hub.inside.hub.pulls_of_partners.pull(partner_id_of(hub, lister))
        if each.module == "locations"
    ]

    assert os.times().user - before < 3
    assert "Link" in pulled.failure


def answering_with(pump: str) -> Behaviour:
    """An empty page whose Link is as long as a header line may be."""
    link = (pump * LONGEST_LINE)[:LONGEST_LINE]

    def behaviour(_: Exchange) -> Reply:
        return success([{}], headers={"Link": link})

    return behaviour


def cpu_s(hub: RunningHub, word: str) -> float:
    """The CPU seconds that these processes of the hub have used in all."""
    return sum(used_s(pid) for pid in hub.process.processes(word))


def used_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def partner_id_of(hub: RunningHub, platform: Platform) -> str:
    """The id that the hub has this platform under."""
    found = hub.inside.hub.directories.read().find(
        PartyId(*party_of(platform)), roles=frozenset({Role.CPO}), sender=PartyId(*HUB)
    )
    assert found is not None
    return found.id
