"""Leases are measured by the simulated clock, and an idle pump stops at once."""

import pytest

from application.cdrs import first_attempt as first_attempt_module
from application.delivery import claiming, draining, send_limits
from application.delivery import pump as pump_module
from application.objects import recently_read
from tests.unit.simulation.processes import TIME


@pytest.fixture(autouse=True)
def _simulated_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (
        first_attempt_module,
        claiming,
        draining,
        pump_module,
        recently_read,
        send_limits,
    ):
        monkeypatch.setattr(module, "time", TIME)
    monkeypatch.setattr(pump_module, "_IDLE_S", 0.0)
