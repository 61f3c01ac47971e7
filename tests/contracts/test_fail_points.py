"""What fail points do: nothing, or what the environment armed them with, once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.system import ArmedFailPoints, NoFailPoints
from domain.ports import FailPoints

_REACHING = """
import sys
from pathlib import Path
from adapters.system import ArmedFailPoints
points = ArmedFailPoints.parse(sys.argv[1], Path(sys.argv[2]))
for name in sys.argv[3].split(","):
    points.reach(name)
    print(name, flush=True)
"""


def reaching(armed: str, folder: Path, *names: str) -> subprocess.Popen[str]:
    """A process that reaches these points, and says so after each."""
    command = [sys.executable, "-c", _REACHING, armed, str(folder), ",".join(names)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def reached(armed: str, folder: Path, *names: str) -> tuple[int, list[str]]:
    """How such a process ended, and what it had said by then."""
    with reaching(armed, folder, *names) as process:
        said, _ = process.communicate(timeout=120)
    return process.returncode, said.split()


def state_of(process: subprocess.Popen[str]) -> str:
    """R running, S asleep, T stopped, and so on."""
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2][0]


def test_where_nothing_is_armed_nothing_happens(tmp_path: Path) -> None:
    unarmed: FailPoints = NoFailPoints()
    armed: FailPoints = ArmedFailPoints.parse("sent=kill", tmp_path)

    unarmed.reach("sent")
    armed.reach("read")

    assert list(tmp_path.iterdir()) == []


def test_a_process_dies_at_its_point_and_the_next_one_does_not(tmp_path: Path) -> None:
    assert reached("sent=kill", tmp_path, "read", "sent", "read") == (-signal.SIGKILL, ["read"])
    assert reached("sent=kill", tmp_path, "sent", "sent") == (0, ["sent", "sent"])

    [hit] = tmp_path.iterdir()
    assert hit.name == "hit-sent"
    assert int(hit.read_text()) > 0


def test_a_process_dies_at_the_third_time(tmp_path: Path) -> None:
    died = reached("sent=kill@3", tmp_path, "sent", "sent", "sent", "sent")

    assert died == (-signal.SIGKILL, ["sent", "sent"])


def test_each_point_hits_by_itself(tmp_path: Path) -> None:
    armed = "popped=kill@2, sent=kill"

    assert reached(armed, tmp_path, "popped", "sent", "sent") == (-signal.SIGKILL, ["popped"])
    assert reached(armed, tmp_path, "sent", "popped", "popped")[1] == ["sent", "popped"]
    assert reached(armed, tmp_path, "sent", "popped", "popped")[0] == 0


def test_a_process_stands_still_until_it_is_let_go(tmp_path: Path) -> None:
    with reaching("sent=stop", tmp_path, "read", "sent") as process:
        deadline = time.monotonic() + 30
        while state_of(process) != "T" and time.monotonic() < deadline:
            assert process.poll() is None
        assert state_of(process) == "T"
        os.kill(process.pid, signal.SIGCONT)
        said, _ = process.communicate(timeout=120)

    assert (process.returncode, said.split()) == (0, ["read", "sent"])


@pytest.mark.parametrize("text", ["", ","])
def test_nothing_may_be_armed(tmp_path: Path, text: str) -> None:
    assert ArmedFailPoints.parse(text, tmp_path).points == {}


@pytest.mark.parametrize(
    "text",
    ["sent", "sent=", "sent=die", "sent=kill@0", "sent=kill@", "=kill", "a=kill;b=kill", "S=kill"],
)
def test_what_is_armed_wrongly_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="not a fail point"):
        ArmedFailPoints.parse(text, tmp_path)
