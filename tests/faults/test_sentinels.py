"""The master dies or stands still while changes come in; the hub goes on with another one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.hub_process import ocpi_hub, until
from tests.faults.conftest import Market
from tests.faults.market import OWNER, Owner, fresh_hub, registered
from tests.faults.matrix.supervising import freeze, thaw
from tests.faults.sentinels import Watched, watched

pytestmark = pytest.mark.fault
_WORKERS = 3
_AT_WORK_WITHIN_S = 60.0
"""A worker waits 20 seconds for an answer, and its supervisor may have to start it again."""


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tmp_path_factory.mktemp("sentinels") / "redis") as found:
        yield found


@pytest.fixture(scope="module")
def _open(tmp_path_factory: pytest.TempPathFactory, sentinels: Watched) -> Iterator[Market]:
    folder: Path = tmp_path_factory.mktemp("watched")
    (folder / "ledgers").mkdir()
    with (
        fresh_hub(folder / "hub", HUB_REDIS_URL=sentinels.url) as hub,
        registered(hub, "CPO", [":".join(OWNER)]) as [cpo],
        registered(hub, "EMSP", ["NL:MS1"], ledgers=folder / "ledgers") as readers,
    ):
        yield Market(hub, Owner(cpo), readers, (), folder / "ledgers")


@pytest.fixture
def market(_open: Market, sentinels: Watched) -> Market:
    """All workers wait at the master."""
    until(lambda: sentinels.waiting_workers(sentinels.master()) == _WORKERS, _AT_WORK_WITHIN_S)
    market = replace(_open, ids=(f"A-{uuid4().hex[:8]}", f"B-{uuid4().hex[:8]}"))
    market.owner.opens(*market.ids)
    market.settles()
    return market


def test_a_check_asks_the_sentinels(market: Market, sentinels: Watched) -> None:
    [port, *_] = sentinels.sentinels
    said = ocpi_hub("check", environment=market.hub.environment()).stdout
    assert "the master that 3 sentinels know" in said

    sentinels.sentinels[port].halt()
    said = ocpi_hub("check", environment=market.hub.environment()).stdout
    sentinels.sentinels[port].start()

    assert "1 of 3 sentinels do not answer" in said


def test_a_master_that_is_killed_under_load_costs_nothing(
    market: Market, sentinels: Watched
) -> None:
    master = sentinels.master()
    with market.owner.reporting(market.ids):
        market.owner.goes_on()
        sentinels.servers[master].kill()
        market.owner.goes_on()
        now = sentinels.another_rules(than=master)
        market.owner.goes_on()

    market.settles()
    until(lambda: sentinels.waiting_workers(now) == _WORKERS, _AT_WORK_WITHIN_S)
    sentinels.servers[master].start()
    until(lambda: sentinels.replicas_of(now) == 1, _AT_WORK_WITHIN_S)


def test_a_master_that_stands_still_under_load_costs_nothing(
    market: Market, sentinels: Watched
) -> None:
    """It keeps its connections open, and comes back as one that believes that it still rules."""
    master = sentinels.master()
    pid = sentinels.servers[master].pid
    with market.owner.reporting(market.ids):
        market.owner.goes_on()
        freeze(pid)
        market.owner.goes_on()
        now = sentinels.another_rules(than=master)
        market.owner.goes_on()
    market.settles()
    until(lambda: sentinels.waiting_workers(now) == _WORKERS, _AT_WORK_WITHIN_S)

    with market.owner.reporting(market.ids):
        thaw(pid)
        market.owner.goes_on()

    market.settles()
    assert sentinels.master() == now
    until(lambda: sentinels.replicas_of(now) == 1, _AT_WORK_WITHIN_S)
