"""Leases are measured by the simulated clock, and an idle pump stops at once."""

import pytest

from application import asking_at_once, draining, pumping
from tests.unit.simulation.processes import TIME


@pytest.fixture(autouse=True)
def _simulated_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (asking_at_once, draining, pumping):
        monkeypatch.setattr(module, "time", TIME)
    monkeypatch.setattr(pumping, "_IDLE_S", 0.0)
