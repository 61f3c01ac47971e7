"""Processes of the hub die, or hang, between two status changes; no reader misses the last one."""

import os
import signal
import time

import pytest

from tests.e2e.hub_process import until
from tests.faults.breaking import frozen, kill, killed, web_worker
from tests.faults.conftest import Market

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("part", ["publish", "sweeper"])
def test_what_is_killed_while_changes_come_in_loses_none(market: Market, part: str) -> None:
    with market.owner.reporting(market.ids):
        for _ in range(2):
            market.owner.goes_on()
            killed(market.hub, part)
        market.owner.goes_on()

    market.settles()


def test_what_a_killed_pump_had_under_way_goes_out_as_it_is_now(market: Market) -> None:
    reader, location, busy = market.readers[0], *market.ids
    reader.clear()
    reader.behave("slow:20", "locations", object_id=location)
    with market.owner.reporting([busy]):
        market.owner.reports(location)
        sent = reader.wait_for(lambda got: location in got.segments)

        killed(market.hub, "pump")

        assert time.time() - sent.at < 20, "the send was over by then"
        reader.behave("well")
        market.owner.goes_on()
    market.settles()
    again = reader.wait_for(lambda got: location in got.segments and got != sent, timeout=60)
    assert (sent.method, again.method) == ("PATCH", "PUT")


def test_a_web_worker_that_is_killed_has_lost_nothing_that_it_answered(market: Market) -> None:
    with market.owner.reporting(market.ids):
        for _ in range(2):
            market.owner.goes_on()
            kill(web_worker(market.hub))
        market.owner.goes_on()

    market.settles()


def test_without_any_worker_the_sweeper_alone_delivers(market: Market) -> None:
    """The pump freezes with a lane in its hands, and awakes when the object has moved on."""
    reader, location = market.readers[0], market.ids[0]
    reader.behave("slow:2", "locations", times=1)
    market.owner.reports(location)
    reader.wait_for(lambda got: location in got.segments and got.behaviour == "slow:2")
    with frozen(market.hub, "publish", "pump"):
        for id_ in market.ids:
            market.owner.reports(id_)

        market.settles()
    market.owner.reports(location)

    market.settles()


def test_without_the_sweeper_the_workers_deliver(market: Market) -> None:
    with frozen(market.hub, "sweeper"):
        market.owner.reports(market.ids[0])

        market.settles(within_s=60)


def test_the_whole_hub_killed_at_once_goes_on_where_it_was(market: Market) -> None:
    hub = market.hub
    with market.owner.reporting(market.ids):
        market.owner.goes_on()
        for pid in hub.processes():
            os.kill(pid, signal.SIGKILL)
        hub.process.wait()
        until(lambda: not hub.processes(), within_s=60)
        hub.start()
        market.owner.goes_on()

    market.settles()
