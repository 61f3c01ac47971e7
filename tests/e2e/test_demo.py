"""`make demo`: a person sees the day go well, or which step did not; nothing stays behind."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.sandbox.demo.__main__ import play
from entrypoints.sandbox.demo.chapters import CHAPTERS, Chapter
from entrypoints.sandbox.demo.day import Day
from entrypoints.sandbox.demo.finding import a_driver_searches
from tests.e2e.hub_process import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

MODULE = "entrypoints.sandbox.demo"
ROOT = Path(__file__).parents[2]
OPENING = CHAPTERS[:2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the demo's folder will be; processes that are left of it end with the test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield tmp_path
    for pid in running(tmp_path):
        os.kill(pid, signal.SIGKILL)


def running(place: Path) -> set[int]:
    """Every living process that was started with this folder for its temporary files."""
    mark = f"TMPDIR={place}".encode()
    return {
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and mark in environment_of(path).split(b"\0")
    }


def environment_of(process: Path) -> bytes:
    """Empty for a process that is gone, dying, or another user's."""
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def demo(**settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        (sys.executable, "-m", MODULE),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | settings,
        process_group=0,
    )


def read_until(process: "subprocess.Popen[str]", words: str) -> None:
    """Read what it says until these words come."""
    assert process.stdout is not None
    assert any(words in line for line in process.stdout), "it never said so"


def test_the_day_goes_well_and_leaves_nothing_behind(place: Path) -> None:
    with demo() as day:
        told, _ = day.communicate(timeout=300)

    assert day.returncode == 0, told
    steps = [int(number) for number in re.findall(r"^ ?(\d+)\. ", told, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert told.endswith(f"\nAll {len(steps)} steps went well.\n")
    assert len(re.findall(r"NL/MS1 had it after \d+ ms", told)) == 8
    assert "9 changes of 4 locations were missed; 4 requests made up for them" in told
    assert "BE/ELE holds 6 locations, and pulls the same 6" in told
    assert len(re.findall("ALLOWED, from NL/MS1 after", told)) == 2
    assert "ALLOWED, from NL/HUB after" in told
    assert "CARD-0002: 200, OCPI 4003" in told
    assert re.search(r"it has the CDR after \d+\.\d\d s, once, and the session COMPLETED", told)
    assert "it adds up" in told
    assert not list(place.iterdir())
    assert not running(place)


def test_a_hub_that_does_not_start_is_the_failure_of_step_one(place: Path) -> None:
    with demo(HUB_MONGOD="/not/there") as day:
        told, _ = day.communicate(timeout=120)

    assert day.returncode == 1
    assert "Step 1 failed: A fresh hub starts" in told
    assert "came      ocpi-hub: HUB_MONGOD=/not/there: no such program" in told
    assert "\033" not in told


def test_after_a_failure_the_logs_stay_and_nothing_else_and_no_token_was_told(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens: list[str] = []

    def look(day: Day) -> None:
        tokens.extend(platform.hub.peer.token for platform in (day.cpo, *day.emsps))

    status = play([*OPENING, Chapter("", look), Chapter("", a_driver_searches)])

    told = capsys.readouterr().out
    assert status == 1
    assert "Step 5 failed: A driver at Place Bellecour" in told
    assert "expected  LYO-PARTD\n    came      no location\n" in told
    assert len(tokens) == 3
    assert not [token for token in tokens if token in told]
    assert not re.search(r"[\w-]{40,}", told)
    [folder] = place.glob("ocpi-demo-*")
    assert f"The hub's logs are in {folder}/logs" in told
    assert [path.name for path in folder.iterdir()] == ["logs"]
    assert (folder / "logs" / "web.log").stat().st_size
    assert not running(place) - {os.getpid()}


def test_interrupted_with_all_that_runs_in_its_terminal_it_leaves_nothing_behind(
    place: Path,
) -> None:
    with demo() as day:
        read_until(day, "2. ABC Charging is invited")
        os.killpg(day.pid, signal.SIGINT)
        told, _ = day.communicate(timeout=40)

    assert day.returncode == 130
    assert "Interrupted" in told
    assert not list(place.iterdir())
    assert not running(place)


def test_killed_it_takes_the_hub_with_it(place: Path) -> None:
    with demo() as day:
        read_until(day, "1. A fresh hub starts")
        until(lambda: len(running(place)) > 2, within_s=30)
        day.kill()

    until(lambda: not running(place), within_s=30)


def test_it_imports_nothing_of_the_hub() -> None:
    look = (
        f"import sys, {MODULE}.__main__; print([name for name in sys.modules"
        " if name.split('.')[0] in ('domain', 'application', 'adapters')"
        " or name.startswith('entrypoints.') and not name.startswith('entrypoints.sandbox')])"
    )

    found = subprocess.run(
        (sys.executable, "-c", look), cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"
