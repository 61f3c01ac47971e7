"""What a running hub tells of itself: one page for all its processes, one format for all lines."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.e2e.hub_process import HubProcess, free_port, ocpi_hub, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
_ENOUGH_S = 60.0
_PUSHES = 12
PUSHED = ("requests_total", "201", "PUT", "locations", "1000", "ocpi")
SENT = ("deliveries_total", "state", "NL-MS1", "accepted")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    settings = {
        "HUB_ALLOW_PRIVATE_NETWORKS": "1",
        "HUB_LOG_FORMAT": "json",
        "HUB_WEB_WORKERS": "2",
    }
    planned = HubProcess(tmp_path / "hub", free_port(), settings)
    yield planned.start()
    planned.kill()


def scraped(hub: HubProcess) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    with urlopen(f"http://127.0.0.1:{hub.port}/metrics", timeout=_ENOUGH_S) as answer:
        page = answer.read().decode()
    return {
        (
            sample.name.removeprefix("ocpi_hub_"),
            *(text for _, text in sorted(sample.labels.items())),
        ): (sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def lines(hub: HubProcess, name: str) -> list[dict[str, object]]:
    text = (hub.folder / "logs" / f"{name}.log").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_one_scrape_has_all_processes_and_each_line_is_json(hub: HubProcess) -> None:
    with Platform([("CPO", "DE", "ABC", "")]) as cpo, Platform([("EMSP", "NL", "MS1", "")]) as msp:
        _register(hub, cpo, "CPO:DE:ABC")
        _register(hub, msp, "EMSP:NL:MS1")
        _push(cpo, range(_PUSHES))
        until(lambda: scraped(hub).get(SENT, 0) >= _PUSHES, _ENOUGH_S)
        until(lambda: scraped(hub)[PUSHED] == _PUSHES, _ENOUGH_S)
        found = scraped(hub)
        assert found["sweeper_last_run_seconds",] > 0
        until(lambda: any("attempts" in str(each) for each in lines(hub, "pump")), _ENOUGH_S)

        _a_web_process_dies_and_another_comes(hub)
        _push(cpo, range(_PUSHES, 2 * _PUSHES))
        until(lambda: scraped(hub)[PUSHED] == 2 * _PUSHES, _ENOUGH_S)

    for name in ("web", "publish", "pump", "sync", "sweeper"):
        assert all({"time", "level", "logger", "message"} <= set(each) for each in lines(hub, name))
    said = [each for each in lines(hub, "web") if each["message"] == "request"]
    pushed = next(each for each in said if each["method"] == "PUT")
    assert (pushed["partner"], pushed["decision"], pushed["ocpi"]) == ("DE-ABC", "broadcast", 1000)
    assert pushed["correlation_id"] == "C-0"
    sent = [each for each in lines(hub, "pump") if each.get("module") == "locations"]
    assert (sent[0]["receiver"], sent[0]["verdict"]) == ("NL-MS1", "accepted")


def _register(hub: HubProcess, platform: Platform, role: str) -> None:
    ran = ocpi_hub(
        "partner", "invite", "--name", role, "--role", role, environment=hub.environment()
    )
    token = str(json.loads(ran.stdout)["token"])
    platform.hub.register(f"http://127.0.0.1:{hub.port}/ocpi/versions", token)


def _push(cpo: Platform, numbers: range) -> None:
    for number in numbers:
        named = ("DE", "ABC", f"LOC{number}")
        body = location(id=named[2])
        headers = {"X-Correlation-ID": f"C-{number}"}
        answer = cpo.hub.push(
            "PUT", "locations", named, body, to=cpo.hub.hub_party, headers=headers
        )
        assert answer.ok


def _a_web_process_dies_and_another_comes(hub: HubProcess) -> None:
    """gunicorn's newest process is one that serves: its master is the oldest."""
    before = hub.processes("gunicorn")
    killed = max(before)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(hub.processes("gunicorn") - {killed}) == len(before), _ENOUGH_S)
    files = {each.name for each in (hub.folder / "metrics").glob("*.db")}
    assert not [name for name in files if name.endswith(f"_{killed}.db")]
