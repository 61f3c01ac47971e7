"""Spans of a hub of several processes: the web takes a change, the pump delivers it, one trace."""

from pathlib import Path

import pytest

from entrypoints.sandbox.fixtures import location
from tests.collecting import collector
from tests.e2e.hub_process import until
from tests.faults.market import fresh_hub, registered

pytestmark = pytest.mark.e2e
_WITHIN_S = 60.0


def test_what_two_processes_do_for_one_change_is_one_trace(tmp_path: Path) -> None:
    with (
        collector() as collected,
        fresh_hub(tmp_path / "hub", HUB_TRACES_URL=collected.url) as hub,
        registered(hub, "CPO", ["DE:ABC"]) as [cpo],
        registered(hub, "EMSP", ["NL:MS1"]),
    ):
        place = ("DE", "ABC", "LOC1")
        assert cpo.hub.push("PUT", "locations", place, location(), to=("NL", "HUB")).ok
        until(lambda: collected.named("delivered", ocpi__module="locations"), _WITHIN_S)
        until(lambda: collected.named("request", ocpi__module="locations"), _WITHIN_S)

    [put] = collected.named("request", ocpi__module="locations")
    [sent] = collected.named("delivered", ocpi__module="locations")
    assert put.facts["ocpi.correlation_id"] == sent.facts["ocpi.correlation_id"]
    assert put.trace == sent.trace
    assert put.parent == sent.parent == ""
