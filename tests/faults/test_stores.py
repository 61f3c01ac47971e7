"""MongoDB and Redis die, hang or forget between two status changes; all readers get the last."""

import time

import pytest
from redis import Redis

from tests.e2e.hub_process import until
from tests.faults.breaking import frozen, killed
from tests.faults.conftest import Market

pytestmark = pytest.mark.fault
_REDIS_HANGS_S = 20.0
_MONGOD_HANGS_S = 10.0
"""Longer than any operation waits for it."""


@pytest.mark.parametrize("store", ["mongod", "valkey-server"])
def test_a_store_that_is_killed_while_changes_come_in_loses_none(
    market: Market, store: str
) -> None:
    with market.owner.reporting(market.ids):
        market.owner.goes_on()
        killed(market.hub, store)
        market.owner.goes_on()

    market.settles()


def test_a_mongod_that_hangs_for_longer_than_a_client_waits_loses_none(market: Market) -> None:
    reader = market.readers[0]
    reader.behave("slow:1", "locations")
    with market.owner.reporting(market.ids):
        market.owner.goes_on()
        with frozen(market.hub, "mongod"):
            before = market.owner.answered
            time.sleep(_MONGOD_HANGS_S)
            assert market.owner.answered <= before + 1, "what was not written was answered"
        market.owner.goes_on()

    market.settles()


def test_while_redis_hangs_owners_are_answered_and_readers_served(market: Market) -> None:
    with frozen(market.hub, "valkey-server"):
        frozen_at = time.monotonic()
        for id_ in market.ids:
            market.owner.reports(id_)
        assert time.monotonic() - frozen_at < 10

        market.settles()

        market.owner.reports(market.ids[0])
        until(lambda: time.monotonic() - frozen_at > _REDIS_HANGS_S, _REDIS_HANGS_S + 1)
    market.owner.reports(market.ids[1])

    market.settles()


def test_redis_may_forget_everything_at_any_moment(market: Market) -> None:
    url = market.hub.running()["EMBEDDED_REDIS_URL"]
    with Redis.from_url(url) as redis, market.owner.reporting(market.ids):
        for _ in range(3):
            market.owner.goes_on()
            redis.set("kept", "until now")
            redis.flushall()
            assert not redis.exists("kept")
        market.owner.goes_on()

    market.settles()
