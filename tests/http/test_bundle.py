"""The incident bundle: whole, masked, bounded, for its owner alone, and on record."""

import json
import stat
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from entrypoints.bundling import log_lines, parts
from entrypoints.bundling.archive import write_archive
from entrypoints.folder import CannotRun
from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import token as card_of
from entrypoints.sandbox.fixtures import location
from tests.builders import NOON
from tests.http.commands import failed, printed, run
from tests.http.hub_server import HubServer

UID = "C0FFEE-SECRET-CARD"
PARTS = {
    *("README.txt", "trace.json", "audit.jsonl", "alarms.json", "lanes.json", "settings.json"),
    *("versions.json", "checks.txt", "metrics.txt"),
}


def opened(path: Path) -> dict[str, str]:
    """Every part by its name, without the folder that it is in."""
    with tarfile.open(path) as archive:
        assert {each.mode for each in archive} == {0o600}
        found = {each.name.partition("/")[2]: archive.extractfile(each) for each in archive}
        return {name: part.read().decode() for name, part in found.items() if part is not None}


def _bundled(hub: HubServer, tmp_path: Path, *arguments: str) -> dict[str, str]:
    path = tmp_path / "incident.tar.gz"
    shown = printed(hub, "bundle", *arguments, "--to", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (shown["file"], shown["bytes"]) == (str(path), path.stat().st_size)
    found = opened(path)
    assert list(found) == shown["parts"]
    path.unlink()
    return found


@pytest.fixture
def happened(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    """A location, a card, an alarm and a webhook whose URL is a secret."""
    hook = {"url": "https://hooks.example/services/planted-path", "events": ["cdr.parked"]}
    assert hub.call("POST", "/webhooks", body=hook).ok
    headers = {"X-Correlation-ID": "C-42"}
    assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location(), headers=headers).ok
    card = card_of("NL", "MS1", UID)
    assert msp.hub.push("PUT", "tokens", ("NL", "MS1", UID), card, to=msp.hub.hub_party).ok
    hub.deliver()
    hub.container.hub.operator_alarms.note(Rung(AlarmKind.KEY_OLD, said="2 of 3"))
    hub.container.journal.close()


@pytest.mark.usefixtures("happened")
def test_a_bundle_of_a_time_has_all_parts_and_no_secret(hub: HubServer, tmp_path: Path) -> None:
    found = _bundled(hub, tmp_path, "--since", "2h")

    assert set(found) >= PARTS
    legs = json.loads(found["trace.json"])
    assert {"C-42"} < {leg["correlation_id"] for leg in legs}
    assert [each["kind"] for each in json.loads(found["alarms.json"])] == ["key.old"]
    acts = [json.loads(line)["act"] for line in found["audit.jsonl"].splitlines()]
    assert {"partner.register", "bundle"} <= set(acts)
    assert "ocpi_hub_alarms_open" in found["metrics.txt"]
    assert "MongoDB" in found["checks.txt"]
    assert json.loads(found["versions.json"])["packages"]["pymongo"]
    settings = json.loads(found["settings.json"])
    assert (settings["admin_token"], settings["secret_keys"]) == ("***", "***")
    assert settings["mongo_url"].startswith("mongodb://127.0.0.1")
    assert settings["limits"]["requests"]["per_minute"]["cdrs"] == 1750
    _is_clean(hub, "".join(found.values()))


@pytest.mark.usefixtures("happened")
def test_a_bundle_of_a_message_has_its_story_with_bodies(hub: HubServer, tmp_path: Path) -> None:
    found = _bundled(hub, tmp_path, "C-42")

    story = json.loads(found["trace.json"])
    assert {leg["correlation_id"] for leg in story["legs"]} == {"C-42"}
    assert '"id":"LOC1"' in story["legs"][0]["request"]["body"].replace(" ", "")
    assert "about C-42" in found["README.txt"]
    _is_clean(hub, "".join(found.values()))


def _is_clean(hub: HubServer, text: str) -> None:
    given = hub.environment
    for name in ("HUB_ADMIN_TOKEN", "HUB_SECRET_KEYS", "HUB_TOKEN_PEPPER"):
        assert given[name] not in text, name
    assert UID not in text
    assert "planted-path" not in text
    assert "https://hooks.example/***" in text


def test_log_lines_are_of_the_time_and_about_the_message(hub: HubServer, tmp_path: Path) -> None:
    log = tmp_path / "hub.log"
    at, admin = "2999-01-15T12:00:00Z", hub.environment["HUB_ADMIN_TOKEN"]
    lines = [
        "2001-01-15T12:00:00Z INFO old correlation_id=C-42",
        f"{at} INFO request correlation_id=C-42 pasted={admin}",
        "Traceback (most recent call last):",
        f"{at} INFO request correlation_id=C-43",
        json.dumps({"time": at, "message": "as JSON", "correlation_id": "C-42"}),
        "{no JSON",
        f"{at} x https://user:planted@db.example/?api_key=planted2 C-42",
    ]
    log.write_text("\n".join(lines))

    of_one = _bundled(hub, tmp_path, "C-42", "--logs", str(log))["logs/00-hub.log"]
    of_all = _bundled(hub, tmp_path, "--since", "1d", "--logs", str(tmp_path))["logs/00-hub.log"]

    assert "Traceback" in of_one
    assert "as JSON" in of_one
    assert not [each for each in ("INFO old", "C-43", admin, "planted") if each in of_one]
    assert "C-43" in of_all
    assert "INFO old" not in of_all


def test_of_a_long_log_the_last_lines_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "hub.log"
    log.write_text("".join(f"2026-01-15T12:00:00Z INFO line {n}\n" for n in range(200_000)))
    monkeypatch.setattr(log_lines, "MOST_READ", 2**20)
    monkeypatch.setattr(log_lines, "MOST_KEPT", 100)

    kept = log_lines.lines_of(log, log_lines.Wanted(NOON - timedelta(days=365)))

    assert len(kept) <= 100
    assert kept.splitlines()[-1].endswith(b"INFO line 199999")


def test_without_logs_it_says_how_to_add_them(hub: HubServer, tmp_path: Path) -> None:
    read_me = _bundled(hub, tmp_path, "--since", "30m")["README.txt"]

    assert "logs: no file; the processes log to stderr" in read_me
    assert "journalctl" in read_me


def test_of_a_message_that_the_journal_lacks_it_says_so(hub: HubServer, tmp_path: Path) -> None:
    read_me = _bundled(hub, tmp_path, "C-43")["README.txt"]

    assert "trace.json: the journal has nothing of C-43" in read_me


def test_it_is_on_record_with_what_was_asked(hub: HubServer, tmp_path: Path) -> None:
    _bundled(hub, tmp_path, "C-42", "--reason", "ticket 4711")

    done, begun = printed(hub, "audit", "list", "--act", "bundle")
    assert (begun["outcome"], done["outcome"], done["reason"]) == ("begun", "done", "ticket 4711")
    assert done["asked"] == {"correlation_id": "C-42"}


def test_a_part_that_cannot_be_had_is_named_and_the_others_are_there(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> str:
        raise OSError("the disk is gone")

    monkeypatch.setattr(parts, "_metrics", fails)

    found = _bundled(hub, tmp_path, "--since", "1h")

    assert "metrics.txt" not in found
    assert "metrics.txt: OSError: the disk is gone" in found["README.txt"]
    assert set(found) >= PARTS - {"metrics.txt"}


def test_its_size_is_bounded(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_OF_A_PART", 300)
    monkeypatch.setattr(parts, "MOST_IN_ALL", 700)

    found = _bundled(hub, tmp_path, "--since", "1h")

    assert sum(len(part) for name, part in found.items() if name != "README.txt") <= 700
    assert "versions.json: only its last " in found["README.txt"]


def test_what_is_typed_wrongly_makes_no_file_and_no_record(hub: HubServer, tmp_path: Path) -> None:
    for wrong in ((), ("C-42", "--since", "1h"), ("--since", "soon"), ("--since", "99999h")):
        assert run(hub, "bundle", *wrong).returncode == 2
    assert (
        "either a correlation id or --since" in run(hub, "bundle", "C-42", "--since", "1h").stderr
    )
    assert printed(hub, "audit", "list", "--act", "bundle") == []


def test_a_file_that_is_there_is_left_as_it_is(hub: HubServer, tmp_path: Path) -> None:
    there = tmp_path / "there.tar.gz"
    there.write_text("mine")

    assert "there.tar.gz: cannot be made: File exists" in failed(
        hub, "bundle", "--since", "1h", "--to", str(there)
    )
    assert there.read_text() == "mine"
    assert printed(hub, "audit", "list", "--act", "bundle")[0]["outcome"] == "failed"


def test_what_cannot_be_written_whole_is_not_left(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("entrypoints.bundling.archive.os.fsync", is_full)

    with pytest.raises(CannotRun, match="No space left"):
        write_archive(tmp_path / "b.tar.gz", {"x": b"x"}, at=hub.container.clock.now())
    assert not list(tmp_path.iterdir())
