"""The drill of `deploy/drill.py`: a backup under load, everything lost, and all that is owed again.

By a copy of a member's files: MongoDB's own tools are in no package that the tests can install.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from entrypoints import programs
from entrypoints.sandbox import HubUnreachable, Platform
from entrypoints.sandbox.charging import cdr
from tests.e2e.hub_process import HubProcess, ocpi_hub, until
from tests.faults.market import OWNER, fresh_hub, registered

pytestmark = [pytest.mark.fault, pytest.mark.timeout(400)]
_DRILL = Path(__file__).parents[2] / "deploy" / "drill.py"
_WITHIN_S = 120.0


@dataclass
class Biller:
    """A CPO that posts one CDR after the other, each until it is answered."""

    cpo: Platform
    answered: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def posting(self) -> Iterator[None]:
        """For as long as this lasts."""
        stop = Event()
        thread = Thread(target=self._post_until, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def goes_on(self, many: int = 5) -> None:
        """Return once so many more are answered."""
        enough = len(self.answered) + many
        until(lambda: len(self.answered) >= enough, _WITHIN_S)

    def posts(self, name: str) -> bool:
        """Whether the hub has taken it."""
        bill = cdr(*OWNER, name, session_id=f"S-{name}")
        try:
            answer = self.cpo.hub.push("POST", "cdrs", (), bill, to=("NL", "MS1"))
        except HubUnreachable:
            return False
        return answer.ok

    def _post_until(self, stop: Event) -> None:
        while not stop.is_set():
            name = f"CDR{next(self.numbers)}"
            until(lambda name=name: self.posts(name), _WITHIN_S)  # type: ignore[misc]
            self.answered.append(name)


def test_what_was_owed_when_it_was_backed_up_is_owed_and_delivered_after_everything_was_lost(
    tmp_path: Path,
) -> None:
    with (
        fresh_hub(tmp_path / "hub") as hub,
        registered(hub, "CPO", [":".join(OWNER)]) as [cpo],
        registered(hub, "EMSP", ["NL:MS1"]) as [emsp],
    ):
        biller, data = Biller(cpo), tmp_path / "hub" / "mongo"
        emsp.stop()
        with biller.posting():
            biller.goes_on()
            before = list(biller.answered)
            _drill(
                hub, "backup", "--to", tmp_path / "kept", "--dbpath", data, "--mongo-url", _at(hub)
            )
            biller.goes_on()
        hub.stop()
        data.rename(tmp_path / "lost")

        restored = ("--from", tmp_path / "kept", "--dbpath", data)
        _drill(hub, "restore", *restored, "--mongod", programs.mongod())
        hub.start()
        said = _drill(hub, "prove")

        kept = {each["cdr"]["id"] for each in _listed(hub)}
        assert set(before) <= kept < set(biller.answered)
        owed = re.search(r"CDRs owed: (\d+) before, \1 after", said)
        assert owed is not None, said
        assert len(before) <= int(owed[1]) <= len(kept), "one may be filed and not owed yet"
        assert said.endswith("it holds\n")
        emsp.start()
        for name in biller.answered:
            until(lambda name=name: biller.posts(name), _WITHIN_S)  # type: ignore[misc]
        ocpi_hub("delivery", "retry", "--partner", "NL-MS1", environment=hub.environment())
        until(lambda: set(_received(emsp)) == set(biller.answered), _WITHIN_S)
        assert sorted(_received(emsp)) == sorted(biller.answered), "one came twice"


def test_no_backup_is_written_over_another_and_no_data_over_others(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "backup.json").write_text('{"way": "files"}')
    words = ["--mongo-url", "mongodb://127.0.0.1:1"]
    backup = _run("backup", "--to", str(tmp_path / "kept"), *words)
    restore = _run("restore", "--from", str(tmp_path / "kept"), "--dbpath", str(tmp_path))

    assert backup.returncode == restore.returncode == 1
    assert "kept is not empty" in backup.stderr
    assert "is not empty: move away" in restore.stderr


@pytest.mark.skipif(shutil.which("mongodump") is not None, reason="there is a mongodump here")
def test_without_mongodump_it_says_what_to_do(tmp_path: Path) -> None:
    words = ["--to", str(tmp_path / "kept"), "--mongo-url", "mongodb://127.0.0.1:1"]

    assert "no mongodump here: install" in _run("backup", *words).stderr


def _drill(hub: HubProcess, *words: object) -> str:
    """What it said."""
    done = _run(*map(str, words), environment=hub.environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run(
    *words: str, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, _DRILL, *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _at(hub: HubProcess) -> str:
    return hub.running()["EMBEDDED_MONGO_URL"]


def _listed(hub: HubProcess) -> list[dict[str, dict[str, str]]]:
    listed = ocpi_hub("cdr", "list", "--json", "--limit", "1000", environment=hub.environment())
    assert listed.returncode == 0, listed.stderr
    found: list[dict[str, dict[str, str]]] = json.loads(listed.stdout)
    return found


def _received(emsp: Platform) -> list[str]:
    posts = [each for each in emsp.received if each.module == "cdrs" and each.method == "POST"]
    return [each.json()["id"] for each in posts]
