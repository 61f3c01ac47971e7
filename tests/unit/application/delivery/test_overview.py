"""How operators call deliveries, and have all of one partner tried again."""

from dataclasses import replace

import pytest

from adapters.memory import (
    FixedClock,
    MemoryArchive,
    MemoryDeliveries,
    MemoryLedger,
    MemoryWake,
)
from application.delivery.overview import DeliveryOverview
from domain.delivery.deliveries import DeliveryState, LaneId
from domain.objects.stored import ObjectKey
from tests.builders import ABC, NOON, a_request

LOC2 = ObjectKey("locations", ABC, "LOC2")


@pytest.fixture
def deliveries() -> MemoryDeliveries:
    """Two locations owed to the partner `emsp`, and one to another."""
    queue = MemoryDeliveries()
    requests = (a_request(), a_request(key=LOC2), a_request(lane=LaneId("other")))
    queue.owe(requests, now=NOON)
    return queue


@pytest.fixture
def watching(deliveries: MemoryDeliveries) -> DeliveryOverview:
    ledger = MemoryLedger(deliveries.records, MemoryArchive())
    return DeliveryOverview(deliveries, deliveries, ledger, MemoryWake(), FixedClock(NOON))


def test_a_short_id_names_its_delivery(watching: DeliveryOverview) -> None:
    for delivery in watching.owed():
        assert watching.find(delivery.short_id.upper()) == delivery


def test_a_full_id_names_its_delivery(watching: DeliveryOverview) -> None:
    for delivery in watching.owed():
        assert watching.find(delivery.id) == delivery


@pytest.mark.parametrize("name", ["0123456789ab", "nothing", ""])
def test_other_names_find_no_delivery(watching: DeliveryOverview, name: str) -> None:
    assert watching.find(name) is None


def test_all_of_one_partner_is_tried_again_refused_or_not(
    watching: DeliveryOverview, deliveries: MemoryDeliveries
) -> None:
    [one, two, other] = deliveries.held.values()
    deliveries.held[one.id] = replace(one, state=DeliveryState.REFUSED)
    deliveries.held[other.id] = replace(other, state=DeliveryState.REFUSED)

    assert watching.retry_all("emsp") == 2

    states = [deliveries.held[each.id].state for each in (one, two, other)]
    assert states == [DeliveryState.DUE, DeliveryState.DUE, DeliveryState.REFUSED]
