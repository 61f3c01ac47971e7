"""What is started under a tether ends with its starter, also where that ended first."""

import subprocess
import sys

from entrypoints.tether import tethered


def test_a_command_of_a_living_starter_runs() -> None:
    assert subprocess.run(tethered([sys.executable, "-c", ""]), check=False).returncode == 0


def test_a_command_whose_starter_ended_before_it_held_on_does_not_run() -> None:
    starter = subprocess.Popen([sys.executable, "-c", ""])
    starter.wait()
    [python, flags, tether, _, *command] = tethered([sys.executable, "-c", "input()"])

    ran = subprocess.run(
        [python, flags, tether, f"--to={starter.pid}", *command], check=False, timeout=50
    )

    assert ran.returncode == 1
