"""What a scrape is told of the backlog: by partner and class, with bounds."""

from datetime import timedelta

from application.delivery.figures import LaneFigures
from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.lanes import Breaker, LaneHealth
from tests.builders import LOC1, NOON, a_partner, a_reader, a_request
from tests.unit.application.house import House


def test_nothing_owed_has_no_lane() -> None:
    figures = House().store_figures.present()

    assert (figures.lanes, figures.cdrs_owed, figures.cdrs_parked) == ((), 0, 0)


def test_a_lane_is_called_by_its_partner_and_says_for_how_long_it_owes() -> None:
    house = House().with_partners(a_partner(), a_reader())
    lane = LaneId("emsp")
    house.deliveries.owe([a_request(key=LOC1, lane=lane)], now=house.clock.now())
    house.clock.advance(90)

    [found] = house.store_figures.present().lanes

    assert found == LaneFigures("FR-XYZ", DeliveryClass.STATE, 90.0, 1, is_held=False)


def test_a_lane_that_is_held_back_says_so() -> None:
    house = House().with_partners(a_partner(), a_reader())
    lane = LaneId("gone")
    house.deliveries.owe([a_request(lane=lane)], now=NOON + timedelta(days=9))
    lease = house.deliveries.lease(lane, holder="pump", seconds=60)
    assert lease is not None
    house.deliveries.give_back(lease, LaneHealth(breaker=Breaker.OPEN))

    [found] = house.store_figures.present().lanes

    assert (found.partner, found.oldest_s, found.is_held) == ("gone", 0.0, True)


def test_webhooks_are_told_together() -> None:
    house = House()
    for name in ("hook-1", "hook-2"):
        lane = LaneId(name, DeliveryClass.WEBHOOK)
        house.deliveries.owe([a_request(lane=lane)], now=house.clock.now())

    [found] = house.store_figures.present().lanes

    assert (found.partner, found.due) == ("webhooks", 2)
