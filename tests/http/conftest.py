"""A hub with a CPO and an eMSP that are registered at it."""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Platform
from tests.http.hub_server import HubServer, hub_server


@pytest.fixture
def hub(mongo_url: str, database_name: str, redis_url: str) -> Iterator[HubServer]:
    """A hub without partners."""
    with hub_server(mongo_url, database_name, redis_url) as running:
        yield running


@pytest.fixture
def cpo(hub: HubServer) -> Iterator[Platform]:
    """DE-ABC, registered."""
    with Platform([("CPO", "DE", "ABC", "ABC Charging")]) as platform:
        yield hub.register(platform, "CPO:DE:ABC")


@pytest.fixture
def msp(hub: HubServer) -> Iterator[Platform]:
    """NL-MS1, registered."""
    with Platform([("EMSP", "NL", "MS1", "Mobility One")]) as platform:
        yield hub.register(platform, "EMSP:NL:MS1")


@pytest.fixture
def other_msp(hub: HubServer) -> Iterator[Platform]:
    """BE-ELE, registered: another eMSP."""
    with Platform([("EMSP", "BE", "ELE", "Elektra")]) as platform:
        yield hub.register(platform, "EMSP:BE:ELE")
