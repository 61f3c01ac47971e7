"""Platforms that come, go and come back: sockets, ledgers, processes, the command line."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

from entrypoints.sandbox import HubUnreachable, Platform
from entrypoints.sandbox.fixtures import location
from entrypoints.sandbox.parties import Party
from tests.sandbox.peers import registered_pair

LOC1 = ("DE", "ABC", "LOC1")
EMSP = ("EMSP", "NL", "MS1", "")
ROOT = Path(__file__).parents[2]


def test_a_platform_starts_at_once() -> None:
    began = time.perf_counter()
    with Platform([EMSP]):
        assert time.perf_counter() - began < 0.1


def test_stopped_refuses_and_started_again_has_port_and_state() -> None:
    with registered_pair() as (cpo, hub):
        cpo.hub.push("PUT", "locations", LOC1, location())
        before = hub.url
        hub.stop()
        with pytest.raises(HubUnreachable) as failed:
            cpo.hub.credentials()
        assert "refused" in repr(failed.value.__cause__)

        hub.start()

        assert hub.url == before
        assert cpo.hub.push("PUT", "locations", LOC1, location()).status == 200


def test_stopping_cuts_idle_connections_too() -> None:
    with registered_pair() as (_, hub):
        address = (hub.listener.host, hub.listener.port)
        with socket.create_connection(address) as idle:
            idle.sendall(b"GET /ocpi/versions HTTP/1.1\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 401"
            idle.settimeout(5)
            hub.stop()
            while idle.recv(4096):
                pass


def test_stop_and_start_are_safe_to_repeat() -> None:
    platform = Platform([EMSP]).start()
    platform.start()
    platform.stop()
    platform.stop()


def test_the_ledger_has_every_record_on_disk_before_its_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = tmp_path / "ledger.jsonl"
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with Platform([EMSP], ledger=ledger) as platform:
        platform.hub.call("GET", platform.versions_url, token=platform.invite())
        platform.hub.call("PUT", platform.versions_url, body=b"\xff")

    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["received", "sent", "received", "sent"]
    assert [line["number"] for line in lines] == [1, 2, 3, 4]
    assert lines[0]["answer_status"] == lines[1]["answer_status"] == 200
    assert lines[2]["body"] == "base64:/w=="
    assert len(synced) == 4
    assert ledger.stat().st_mode & 0o077 == 0


def test_no_answer_leaves_while_its_record_is_not_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _: synced.wait(10))
    with Platform([EMSP], ledger=tmp_path / "ledger.jsonl") as platform:
        with pytest.raises(requests.ReadTimeout):
            requests.get(platform.versions_url, timeout=0.2)
        synced.set()

        assert requests.get(platform.versions_url, timeout=5).status_code == 401


def test_objects_outlive_the_process(tmp_path: Path) -> None:
    first = Platform([("CPO", "DE", "ABC", "")], data_dir=tmp_path)
    first.own("locations", location())
    first.own("locations", location(name="New"))
    first.own("locations", location(id="GONE"))
    first.disown("locations", location(id="GONE"))

    again = Platform([("CPO", "DE", "ABC", "")], data_dir=tmp_path)

    assert again.owned.all("locations") == [location(name="New")]


def started(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "entrypoints.sandbox", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=120)
    return process.returncode, out + error


def test_a_process_registers_tells_what_comes_and_is_back_after_a_restart(tmp_path: Path) -> None:
    with Platform([("CPO", "DE", "ABC", "")], hub_party_id="NLHUB") as hub:
        told = ["--role", "EMSP:NL:MS1", "--data-dir", str(tmp_path)]
        process = started(*told, "--hub", hub.versions_url, "--token", hub.invite())
        assert line(process).startswith("versions URL: http://127.0.0.1:")
        assert line(process) == f"registered with {hub.versions_url}"
        assert line(process) == "GET /ocpi/versions from - -> 200 1000"
        assert line(process) == "GET /ocpi/2.3.0 from - -> 200 1000"
        hub.hub.push("PUT", "locations", LOC1, location())
        assert line(process) == "PUT /ocpi/2.3.0/in/locations/DE/ABC/LOC1 from DE*ABC -> 201 1000"
        assert ended(process) == (0, "stopped\n")

        hub.clear()
        process = started(*told)
        line(process)
        assert line(process) == "back again; the hub says HTTP 200, 1000 Success"
        assert hub.received[-1].module == "credentials"
        assert hub.hub.push("PUT", "locations", LOC1, location()).status == 200
        ended(process)


def test_a_process_can_be_looked_into_and_told_to_fail() -> None:
    process = started("--role", "EMSP:NL:MS1", "--control")
    url = line(process).removeprefix("versions URL: ")
    base = url.removesuffix("/ocpi/versions") + "/_sandbox"

    assert requests.put(f"{base}/behaviour", json={"how": "http:503"}, timeout=5).ok
    assert requests.put(f"{base}/behaviour", json={"how": "no"}, timeout=5).status_code == 400
    assert requests.get(url, timeout=5).status_code == 503

    [record] = requests.get(f"{base}/received", timeout=5).json()
    assert (record["path"], record["behaviour"]) == ("/ocpi/versions", "http:503")
    ended(process)


def test_without_being_asked_for_there_is_no_back_door() -> None:
    with Platform([EMSP]) as platform:
        answer = platform.hub.call("GET", f"{platform.url}/_sandbox/received")

    assert answer.status == 401


@pytest.mark.parametrize("text", ["EMSP:NL-MS1:A-B: c", "EMSP:NL:MS1:A-B: c"])
def test_a_party_is_written_with_a_dash_or_a_colon(text: str) -> None:
    assert Party.parse(text) == Party("EMSP", "NL", "MS1", "A-B: c")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--role", "EMSP"], "write ROLE:CC-PID, as in EMSP:NL-MS1"),
        (["--role", "KING:NL:MS1"], "the role must be one of CPO, EMSP"),
        ([], "name a party with --role"),
        (["--role", "EMSP:NL:MS1", "--token", "x"], "--hub and --token belong together"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(arguments: list[str], complaint: str) -> None:
    process = started(*arguments)
    _, error = process.communicate(timeout=120)

    assert process.returncode == 2
    assert complaint in error
    assert error.count("\n") == 1
