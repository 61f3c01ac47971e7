"""An alarm of real processes: raised by the pump and the sweeper, told by webhook, and over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints.sandbox import Platform, Received, Reply
from entrypoints.sandbox.fixtures import location
from entrypoints.sandbox.server import Listener
from tests.e2e.hub_process import HubProcess, free_port, ocpi_hub, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
_SETTINGS = {"HUB_WEB_WORKERS": "1", "HUB_ALARM_AFTER_S": "1", "HUB_ALLOW_PRIVATE_NETWORKS": "1"}
_KEY = ("DE", "ABC", "LOC1")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    planned = HubProcess(tmp_path / "hub", free_port(), _SETTINGS)
    yield planned.start()
    planned.kill()


@pytest.fixture
def told() -> Iterator[tuple[str, list[Received]]]:
    """The URL of an operators' webhook, and what it was told."""
    events: list[Received] = []

    def take(received: Received) -> Reply:
        events.append(received)
        return Reply(204)

    listener = Listener("127.0.0.1", 0, take)
    listener.start()
    yield f"http://127.0.0.1:{listener.port}/events", events
    listener.stop()


def _printed(hub: HubProcess, *arguments: str) -> Any:
    ended = ocpi_hub(*arguments, "--json", environment=hub.environment())
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def _joined(hub: HubProcess, platform: Platform, role: str) -> Platform:
    invited = _printed(hub, "partner", "invite", "--name", role, "--role", role)
    platform.hub.register(invited["versions_url"], invited["token"])
    return platform


def test_a_lane_that_is_held_is_an_alarm_until_it_goes_on(
    hub: HubProcess, told: tuple[str, list[Received]]
) -> None:
    url, events = told
    both = ("--event", "alarm.raised", "--event", "alarm.cleared")
    _printed(hub, "webhook", "add", "--url", url, *both)
    with (
        Platform([("CPO", "DE", "ABC", "ABC")]) as cpo,
        Platform([("EMSP", "NL", "MS1", "MS1")]) as msp,
    ):
        _joined(hub, cpo, "CPO:DE-ABC")
        _joined(hub, msp, "EMSP:NL-MS1")
        msp.behave("http:401", "locations")
        assert cpo.hub.push("PUT", "locations", _KEY, location()).ok

        until(lambda: {"lane.held", "hub.refused"} <= _kinds(events, "alarm.raised"), 90)
        found = {each["kind"]: each for each in _printed(hub, "alarm", "list", "--state", "open")}
        assert found["lane.held"]["whom"] == found["hub.refused"]["whom"] == "NL-MS1"
        assert found["hub.refused"]["said"] == "locations: HTTP 401"

        msp.behave("well")
        assert msp.hub.credentials().ok
        _printed(hub, "delivery", "retry", "--partner", "NL-MS1")
        until(lambda: "lane.held" in _kinds(events, "alarm.cleared"), 90)

    [over] = _printed(hub, "alarm", "list", "--kind", "lane.held")
    assert (over["state"], over["episode"]) == ("cleared", 1)
    assert over["cleared"] > over["since"]


def _kinds(events: list[Received], event: str) -> set[str]:
    told = (each.json() for each in list(events))
    return {str(each["data"]["kind"]) for each in told if each["type"] == event}
