"""The README's first exchange: `ocpi-hub sandbox --seed` shows data that move between partners."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from entrypoints.tether import tethered
from tests.conformance.running import RunningHub, a_hub
from tests.e2e.hub_process import COMMAND, ocpi_hub, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

_PATIENCE_S = 60.0


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub that no partner has called yet."""
    with a_hub(tmp_path / "hub") as running:
        yield running


class Seeding:
    """The command as a newcomer starts it, and what it has printed so far."""

    def __init__(self, hub: RunningHub, output: Path) -> None:
        self.output = output
        environment = hub.process.environment() | {"PYTHONUNBUFFERED": "1"}
        with output.open("wb") as said:
            self.process = subprocess.Popen(
                tethered([str(COMMAND), "sandbox", "--seed"]),
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        until(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None, _PATIENCE_S)

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def stop(self) -> int:
        """Its exit status after a Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_PATIENCE_S)


def test_a_newcomer_sees_a_location_arrive_and_changes_it(hub: RunningHub, tmp_path: Path) -> None:
    seeding = Seeding(hub, tmp_path / "first.out")
    assert "DE-ABC puts its location BER-ALEX to the hub: 201, 1000" in seeding.said()
    assert "NL-MS1 has it " in seeding.said()

    answer = typed(seeding.said())

    assert answer.json()["status_code"] == 1000
    until(lambda: "NL-MS1: PATCH " in seeding.said(), _PATIENCE_S)
    assert seeding.stop() == 0
    assert seeding.said().endswith("stopped\n")

    again = Seeding(hub, tmp_path / "second.out")

    assert "NL-MS1 has it " in again.said()
    beside = ocpi_hub("sandbox", "--seed", environment=hub.process.environment())
    assert "Is another `sandbox --seed` running?" in beside.stderr
    assert "Traceback" not in beside.stderr
    assert (beside.returncode, again.stop()) == (1, 0)


def typed(said: str) -> requests.Response:
    """What the printed curl command sends: method, URL, two headers, a body."""
    line = said[said.index("curl ") :].partition("\n\n")[0]
    words = shlex.split(line)
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    url = next(word for word in words if word.startswith("http"))
    method, body = words[words.index("-X") + 1], words[words.index("-d") + 1]
    return requests.request(method, url, headers=headers, data=body, timeout=_PATIENCE_S)


def test_without_a_hub_it_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path / "none")}

    ran = ocpi_hub("sandbox", "--seed", environment=environment)

    assert ran.returncode == 1
    assert "no hub runs in" in ran.stderr


def test_the_seed_plays_no_other_party() -> None:
    ran = ocpi_hub("sandbox", "--seed", "--role", "CPO:DE-ABC", environment=dict(os.environ))

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--seed plays its own two parties" in ran.stderr


def test_it_wants_a_party_or_the_seed() -> None:
    ran = ocpi_hub("sandbox", environment=dict(os.environ))

    assert ran.returncode == 2
    assert "--role" in ran.stderr
    assert "--seed" in ran.stderr
