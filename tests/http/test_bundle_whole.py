"""What an incident bundle hides of webhooks that are gone, and what it leaves when it fails."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from entrypoints.bundling import Asked, gather, parts
from entrypoints.bundling.archive import write_archive
from tests.builders import NOON
from tests.http.hub_server import HubServer


def _gathered(hub: HubServer) -> dict[str, str]:
    found = gather(hub.container, Asked("", NOON))
    return {name: content.decode() for name, content in found.items()}


def test_where_a_webhook_was_that_is_gone_is_hidden_too(hub: HubServer) -> None:
    hook = {"url": "https://hooks.example/services/planted-path", "events": ["alarm.raised"]}
    made = hub.call("POST", "/webhooks", body=hook)
    hub.container.hub.operator_alarms.note(Rung(AlarmKind.KEY_OLD))
    hub.container.hub.alarm_events.sweep()
    hub.pump()
    assert hub.call("DELETE", f"/webhooks/{made.data['id']}").ok
    hub.container.journal.close()

    found = _gathered(hub)

    assert "told" in {leg["purpose"] for leg in json.loads(found["trace.json"])}
    assert "planted-path" not in "".join(found.values())
    assert "https://hooks.example/***" in found["trace.json"]


def test_an_error_that_is_not_foreseen_keeps_out_one_part(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> str:
        raise OverflowError("a date that is none")

    def is_forbidden(*_: Any) -> list[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(parts, "_metrics", fails)
    monkeypatch.setattr(parts, "log_files", is_forbidden)

    found = _gathered(hub)

    assert "metrics.txt: OverflowError: a date that is none" in found["README.txt"]
    assert "logs: [Errno 13] Permission denied" in found["README.txt"]
    assert {"trace.json", "audit.jsonl"} < set(found)


def test_what_is_broken_off_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks_off(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("entrypoints.bundling.archive.os.fsync", breaks_off)

    with pytest.raises(KeyboardInterrupt):
        write_archive(tmp_path / "b.tar.gz", {"x": b"x"}, at=NOON)
    assert not list(tmp_path.iterdir())


def test_its_parts_are_below_a_folder_of_any_name(tmp_path: Path) -> None:
    for name in (".hidden.tar.gz", "..tar"):
        write_archive(tmp_path / name, {"x": b"x"}, at=NOON)
        with tarfile.open(tmp_path / name) as archive:
            [member] = archive.getnames()
        assert not member.startswith(("/", "."))
