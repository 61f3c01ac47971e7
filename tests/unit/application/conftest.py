"""A house whose partners have gates, for the tests of the pump."""

from collections.abc import Iterator

import pytest

from application.delivery import draining
from application.delivery import pump as pump_module
from application.objects import recently_read
from tests.unit.application.billing import a_market
from tests.unit.application.gates import (
    Gate,
    a_house,
)
from tests.unit.application.house import House


@pytest.fixture(autouse=True)
def _no_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle pump stops at once: nothing comes by itself where time stands still."""
    monkeypatch.setattr(pump_module, "_IDLE_S", 0.0)
    monkeypatch.setattr(pump_module, "_LOOK_S", 0.0005)
    monkeypatch.setattr(draining, "_LOOK_S", 0.0005)


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before is old: hours pass here by the hub's clock, and no time by this one."""
    monkeypatch.setattr(recently_read, "_AS_OF_S", 0.0)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def house(gate: Gate) -> Iterator[House]:
    house = a_house(gate)
    yield house
    gate.opened.set()
    house.pump.close()


@pytest.fixture
def market() -> Iterator[House]:
    market = a_market()
    yield market
    market.pump.close()
