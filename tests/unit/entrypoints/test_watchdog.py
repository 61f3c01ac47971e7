"""The watchdog ends a process that nothing inside Python can end. Each test has a process to lose.

`re` holds the interpreter's lock while it matches, so no handler and no thread has a turn.
"""

import subprocess
import sys

import pytest

_STUCK = "import re; re.fullmatch('(a|aa)+b', 'a' * 200)"
_BUSY = "import time\nwhile True: time.sleep(0.01)"
_GIVE_UP_S = 60


def ran(*, watch: str, code: str) -> subprocess.CompletedProcess[str]:
    """A process that has a watchdog and then runs the code inside of `watch`."""
    indented = "\n".join(f"    {line}" for line in code.splitlines())
    program = (
        "from entrypoints.watchdog import Watchdog\n"
        "import contextlib\n"
        "dog = Watchdog(stuck_s=1.5, every_s=0.1)\n"
        f"dog.start()\nwith {watch}:\n{indented}\nprint('went on')\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=_GIVE_UP_S,
        check=False,
    )


@pytest.mark.parametrize("code", [_STUCK, _BUSY])
def test_a_job_that_outlives_its_time_ends_the_process_which_says_where_it_stood(
    code: str,
) -> None:
    ended = ran(watch="dog.within(0.5)", code=code)

    assert ended.returncode == 1
    assert "Timeout" in ended.stderr
    assert 'File "<string>"' in ended.stderr


def test_a_loop_that_lets_no_thread_run_ends_the_process_outside_of_any_job_too() -> None:
    ended = ran(watch="contextlib.nullcontext()", code=_STUCK)

    assert ended.returncode == 1
    assert "re.fullmatch" in ended.stderr or "fullmatch" in ended.stderr


def test_what_ends_in_time_is_left_alone_however_often() -> None:
    code = "import time\nfor _ in range(8):\n    with dog.within(0.5): time.sleep(0.3)"

    went = ran(watch="dog.within(30)", code=code)

    assert (went.returncode, went.stdout.strip(), went.stderr) == (0, "went on", "")


def test_a_watchdog_that_is_stopped_ends_nothing() -> None:
    went = ran(watch="contextlib.nullcontext()", code="dog.stop()\nimport time\ntime.sleep(2)")

    assert (went.returncode, went.stdout.strip(), went.stderr) == (0, "went on", "")
