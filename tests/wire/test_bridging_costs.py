"""A location costs less to convert than to parse, with much to be lost, too."""

from collections.abc import Callable
from time import process_time
from typing import Any

import pytest

from adapters.ocpi.exact_json import dump, parse
from domain.bridging import down, up
from tests.wire import documents

EVSE = {
    **documents.EVSE,
    "evse_id": "DE*ABC*E1",
    "capabilities": ["RFID_READER", "REMOTE_START_STOP_CAPABLE", "RESERVABLE"],
    "coordinates": {"latitude": "50.937531", "longitude": "6.960279"},
    "directions": [{"language": "de", "text": "Im ersten Untergeschoss, links der Einfahrt"}],
    "connectors": [documents.CONNECTOR, {**documents.CONNECTOR, "id": "2"}],
}
OF_2_3_0 = {
    **EVSE,
    "parking": [{"parking_id": "P1"}],
    "accepted_service_providers": ["Ladeverein"],
}
LOCATIONS: dict[str, Any] = {
    "plain": {"evses": [documents.EVSE] * 70, "parking_places": []},
    "rich": {"evses": [EVSE] * 30, "parking_places": []},
    "of 2.3.0": {"evses": [OF_2_3_0] * 25},
}


def cheapest(work: Callable[[], object]) -> float:
    """Seconds of the best of many tries: the others were disturbed."""
    times = []
    for _ in range(50):
        began = process_time()
        work()
        times.append(process_time() - began)
    return min(times)


@pytest.mark.parametrize("name", LOCATIONS)
def test_a_location_costs_less_to_convert_than_to_parse(name: str) -> None:
    raw = dump(documents.arrived({**documents.LOCATION, **LOCATIONS[name]}))
    location = parse(raw)
    parsing = cheapest(lambda: parse(raw))

    assert 17_000 < len(raw) < 23_000
    assert cheapest(lambda: down.whole("location", location)) < parsing
    assert cheapest(lambda: up.whole("location", location)) < parsing
