"""I5: processes die around a command: it is sent once or not at all, and its result told once.

Decided by what operator and driver wrote down; the hub is only asked how it ended.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.hub_process import until
from tests.faults.matrix.cluster import Cluster
from tests.faults.matrix.playing import Matrix
from tests.faults.matrix.scene import Line, lines_of
from tests.faults.matrix.supervising import state_of, wait_s

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]

LONGEST_S = 30.0
"""How long after it was begun a command may leave."""

_OPERATOR, _DRIVER = ["DE", "OPR"], ["NL", "DRV"]
_BY_HUB_API = "/hub/v1/commands/START_SESSION"
_LOOKED_AGAIN_S = 5.0
"""Two sweeps: a process that would send it again has done so by then."""
_WORKERS = "rq:workers:publish"


@dataclass(frozen=True)
class Street:
    """An operator that accepts all commands, and a driver's provider that asks for one a test."""

    cluster: Cluster
    folder: Path
    commands_url: str

    def asks(self, mark: str, url: str) -> Any:
        """How the driver was answered; 0 where it was not."""
        return self.cluster.partners.tell("asks", name="driver", url=url, mark=mark, to=_OPERATOR)

    def came(self, mark: str) -> list[Line]:
        """The commands of this mark that the operator wrote down."""
        return [each for each in self._received("operator", "commands") if mark in each["body"]]

    def told(self, mark: str) -> list[Line]:
        """The results of it that the driver's provider wrote down."""
        found = self._received("driver", "")
        return [each for each in found if each["path"].endswith(f"/{mark}")]

    def answers(self, mark: str, base: str) -> int:
        """The operator tells its result to the hub at `base`; the OCPI status, 0: no answer."""
        [asked] = self.came(mark)
        url = json.loads(asked["body"])["response_url"].replace(self.cluster.url, base)
        return int(
            self.cluster.partners.tell("answers", name="operator", url=url, result="ACCEPTED")
        )

    def armed_web(self, mark: str, point: str) -> str:
        return self.cluster.another_web(mark, f"{point}=kill", self._of(mark))

    def hit(self, mark: str, point: str) -> None:
        """The fault really hit: the process that came there is gone."""
        file = self._of(mark) / f"hit-{point}"
        until(lambda: file.exists() and file.read_text(), within_s=60)
        pid = int(file.read_text())
        until(lambda: state_of(pid) in ("Z", ""), within_s=60)

    def arm_worker(self, mark: str, point: str) -> None:
        """Return when it listens: the sweeper sends what no worker has taken for two seconds."""
        with self.cluster.redis as redis:
            before = redis.smembers(_WORKERS)
            self.cluster.arm("publish", f"{point}=kill", self._of(mark))
            until(lambda: redis.smembers(_WORKERS) - before, within_s=60)

    def status(self, command_id: str) -> str:
        return str(self.cluster.ask("GET", f"/commands/{command_id}")["status"])

    def _of(self, mark: str) -> Path:
        folder = self.folder / mark
        folder.mkdir(exist_ok=True)
        return folder

    def _received(self, name: str, module: str) -> list[Line]:
        lines = lines_of(self.folder / f"{name}.jsonl")
        received = [each for each in lines if each["kind"] == "received"]
        return [each for each in received if module in ("", each["module"])]


@pytest.fixture(scope="module")
def street(matrix: Matrix) -> Street:
    cluster, folder = matrix.cluster, matrix.cluster.folder / "commands"
    folder.mkdir()
    cluster.register("operator", "CPO", [_OPERATOR], folder / "operator.jsonl")
    registered = cluster.register("driver", "EMSP", [_DRIVER], folder / "driver.jsonl")
    cluster.partners.tell("accepts", name="operator")
    return Street(cluster, folder, f"{registered['endpoints']['RECEIVER commands']}/START_SESSION")


def test_a_web_worker_that_dies_sends_a_command_no_second_time(street: Street) -> None:
    arrives = {"unwritten": 0, "leased": 0, "sent": 1, "read": 1}
    for point in arrives:
        base = street.armed_web(f"web-{point}", point)
        url = street.commands_url.replace(street.cluster.url, base)

        answer = street.asks(f"web-{point}", url)

        street.hit(f"web-{point}", point)
        assert answer["code"] == 0
    wait_s(_LOOKED_AGAIN_S)
    assert {point: len(street.came(f"web-{point}")) for point in arrives} == arrives


def test_a_publishing_worker_that_dies_sends_a_command_no_second_time(street: Street) -> None:
    arrives, begun = {"leased": 0, "sent": 1, "read": 1}, {}
    for point in arrives:
        street.arm_worker(f"worker-{point}", point)

        answer = street.asks(f"worker-{point}", f"{street.cluster.url}{_BY_HUB_API}")

        street.hit(f"worker-{point}", point)
        assert answer["http"] == 202
        begun[point] = answer["id"]
    wait_s(_LOOKED_AGAIN_S)
    assert {point: len(street.came(f"worker-{point}")) for point in arrives} == arrives
    assert {street.status(command_id) for command_id in begun.values()} == {"SENT"}


def test_a_command_whose_wake_up_was_lost_leaves_in_time_and_once(street: Street) -> None:
    """The web process dies between keeping it and waking a worker: the sweeper finds it."""
    mark, begun = "web-written", time.time()
    base = street.armed_web(mark, "written")

    answer = street.asks(mark, f"{base}{_BY_HUB_API}")

    street.hit(mark, "written")
    assert answer["http"] == 0
    until(lambda: street.came(mark), within_s=LONGEST_S)
    wait_s(_LOOKED_AGAIN_S)
    [came] = street.came(mark)
    assert came["at"] - begun < LONGEST_S


def test_a_result_is_told_no_second_time_however_often_the_operator_says_it(
    street: Street,
) -> None:
    """Killed while it takes the result; the operator, unanswered, says it again to another one.

    What was claimed and not sent is not told: a second telling would be worse (docs/decisions.md).
    """
    arrives = {"unwritten": 1, "written": 1, "leased": 0, "sent": 1, "read": 1}
    for point in arrives:
        mark = f"result-{point}"
        assert street.asks(mark, street.commands_url)["code"] == 1000
        base = street.armed_web(mark, point)

        first = street.answers(mark, base)

        street.hit(mark, point)
        again = [street.answers(mark, street.cluster.url) for _ in range(2)]
        assert (first, again) == (0, [1000, 1000])
    told = [f"result-{point}" for point, times in arrives.items() if times]
    until(lambda: all(map(street.told, told)), within_s=60)
    wait_s(_LOOKED_AGAIN_S)
    assert {point: len(street.told(f"result-{point}")) for point in arrives} == arrives
