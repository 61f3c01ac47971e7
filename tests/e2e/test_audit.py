"""The audit trail of real processes: one that is killed in an act, and one that ends in order."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from tests.e2e.hub_process import HubProcess, free_port, ocpi_hub

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
_INVITE = ("partner", "invite", "--name", "ABC", "--role", "CPO:DE-ABC")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    planned = HubProcess(tmp_path / "hub", free_port(), {"HUB_WEB_WORKERS": "1"})
    yield planned.start()
    planned.kill()


def _printed(hub: HubProcess, *arguments: str) -> Any:
    return json.loads(ocpi_hub(*arguments, "--json", environment=hub.environment()).stdout)


@pytest.mark.parametrize(("point", "partners"), [("begun", 0), ("acted", 1)])
def test_an_act_whose_process_is_killed_has_begun_and_not_ended(
    hub: HubProcess, point: str, partners: int
) -> None:
    armed = hub.environment() | {"HUB_FAIL_POINTS": f"{point}=kill"}
    assert ocpi_hub(*_INVITE, environment=armed).returncode == -signal.SIGKILL

    [begun] = _printed(hub, "audit", "list")
    assert (begun["act"], begun["outcome"]) == ("partner.invite", "begun")
    assert len(_printed(hub, "partner", "list")) == partners
    assert _printed(hub, "audit", "verify")["fault"] is None


def test_what_is_counted_is_on_record_when_the_hub_was_stopped_in_order(hub: HubProcess) -> None:
    stranger = Platform([("OTHER", "NL", "TST", "")]).hub
    url = f"http://127.0.0.1:{hub.port}/ocpi/versions"
    assert {stranger.call("GET", url, token="wrong").status for _ in range(3)} == {401}
    assert hub.stop() == 0

    hub.start()

    counted = _printed(hub, "audit", "list", "--act", "authentication.refused")
    assert sum(each.get("count", 1) for each in counted) == 3
