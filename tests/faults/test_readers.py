"""Readers that are away or break off: they end with the present state, and get it once."""

import pytest

from entrypoints.sandbox import Platform, Received
from tests.e2e.hub_process import until
from tests.faults.conftest import Market
from tests.faults.ledgers import evse_in

pytestmark = pytest.mark.fault


def test_a_reader_that_was_down_gets_each_objects_present_state_once(market: Market) -> None:
    away, others = market.readers[0], market.readers[1:]
    away.clear()
    away.stop()
    for _ in range(3):
        for id_ in market.ids:
            market.owner.reports(id_)
    until(lambda: all(market.held(each) == market.expected for each in others), within_s=30)
    assert not _pushes(away, market), "it was not down"

    away.start()

    market.settles()
    assert sorted(_pushes(away, market)) == sorted(_one_put_each(market))


def test_a_reader_that_was_away_for_long_has_what_it_missed_as_soon_as_it_calls(
    market: Market,
) -> None:
    away = market.readers[0]
    away.clear()
    away.stop()
    for id_ in market.ids:
        market.owner.reports(id_)
    until(lambda: market.is_held_back(away), within_s=60)

    away.start()
    assert away.hub.credentials().ok

    market.settles(within_s=60)
    assert sorted(_pushes(away, market)) == sorted(_one_put_each(market))


@pytest.mark.parametrize("how", ["apply_then_reset", "half", "http:500"])
def test_a_reader_that_broke_off_is_not_sent_the_same_patch_again(market: Market, how: str) -> None:
    reader, location = market.readers[0], market.ids[0]
    reader.clear()
    reader.behave(how, "locations", times=1)

    market.owner.reports(location)
    broken_off = reader.wait_for(lambda got: location in got.segments)
    again = reader.wait_for(lambda got: location in got.segments and got != broken_off, 60)

    assert (broken_off.behaviour, broken_off.method) == (how, "PATCH")
    assert again.method == "PUT"
    market.settles()


def _pushes(reader: Platform, market: Market) -> list[tuple[str, str, str]]:
    """Location, method and the EVSE's last_updated of everything that came about this test's."""
    return [_told(got) for got in reader.received if _is_about(got, market.ids)]


def _one_put_each(market: Market) -> list[tuple[str, str, str]]:
    return [(id_, "PUT", market.owner.state[id_]["last_updated"]) for id_ in market.ids]


def _is_about(got: Received, ids: tuple[str, ...]) -> bool:
    return got.module == "locations" and got.segments[2] in ids


def _told(got: Received) -> tuple[str, str, str]:
    return got.segments[2], got.method, evse_in(got.json())["last_updated"]
