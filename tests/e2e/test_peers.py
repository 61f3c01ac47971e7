"""The parts that the peers' costs rest on: what is served, what is sent, which answer counts."""

import asyncio
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bench.calling import Call, sent
from bench.costs.bodies import as_2_2_1
from bench.costs.cpu import Cost
from bench.costs.peers import LIBRARIES, Library, ahead, beside
from bench.peers.nothing import Nothing
from entrypoints.sandbox.charging import cdr
from entrypoints.sandbox.wire import encode

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library to beat, with a venv that has it in version 1.2."""
    mine = tmp_path / "fast-ocpi/lib/python3.11/site-packages/fast_ocpi-1.2.dist-info"
    mine.mkdir(parents=True)
    (mine / "METADATA").write_text("Metadata-Version: 2.1\nName: fast-ocpi\nVersion: 1.2\n")
    return Library("fast-ocpi", "fast", is_to_beat=True, venvs=tmp_path)


@pytest.fixture
def failing() -> Iterator[str]:
    """The URL of a server that answers HTTP 500, and 1000 in the body."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(500)
            self.end_headers()
            self.wfile.write(b'{"status_code": 1000}')

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/versions"
        server.shutdown()


def test_a_library_counts_as_installed_once_its_venv_is_complete(library: Library) -> None:
    before = library.is_installed
    (library.venvs / library.name / ".installed").touch()

    assert (before, library.is_installed) == (False, True)


def test_the_table_names_the_version_that_was_measured(library: Library) -> None:
    [line] = beside([library], {"hub": Cost(2.0), library.title: Cost(4.0)})

    assert line.name == "… fast-ocpi 1.2, stores nothing"
    assert line.value == 4.0


def test_a_request_that_no_library_was_asked_has_no_lines(library: Library) -> None:
    assert beside([library], {"hub": Cost(2.0)}) == []


def test_the_hub_is_ahead_where_it_costs_no_more(library: Library) -> None:
    def verdict(hub_ms: float) -> list[bool | None]:
        lines = ahead([library], {library.title: Cost(4.0)}, Cost(hub_ms))
        return [line.is_met for line in lines]

    assert (verdict(4.0), verdict(4.1)) == ([True], [False])


def test_a_library_that_is_not_to_be_beaten_decides_nothing(library: Library) -> None:
    other = Library(library.name, library.module, venvs=library.venvs)

    assert ahead([other], {other.title: Cost(1.0)}, Cost(2.0)) == []


def test_a_cdr_for_the_peers_has_its_cost_without_and_with_taxes() -> None:
    whole = json.loads(encode(cdr()))

    sent_on = json.loads(as_2_2_1(encode(cdr())))

    assert sent_on == whole | {"total_cost": {"excl_vat": 9.0, "incl_vat": 10.71}}


def test_the_peers_list_their_locations_in_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "locations.json"
    kept.write_text('[{"id": "LOC1"}, {"id": "LOC2"}, {"id": "LOC3"}]')
    monkeypatch.setenv("BENCH_LOCATIONS", str(kept))

    first = asyncio.run(Nothing.list("locations", "CPO", {"offset": 0, "limit": 2}))
    last = asyncio.run(Nothing.list("locations", "CPO", {"offset": 2, "limit": 1}))

    assert first == ([{"id": "LOC1"}, {"id": "LOC2"}], 3, False)
    assert last == ([{"id": "LOC3"}], 3, True)


def test_each_library_that_is_measured_is_one_that_make_bench_installs() -> None:
    [installed] = re.findall(r"^PEERS +:= (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert installed.split() == [each.name for each in LIBRARIES]
    assert all((ROOT / f"requirements-{each.name}.lock").exists() for each in LIBRARIES)


def test_an_answer_under_an_http_error_is_no_success(failing: str) -> None:
    [answer] = sent([Call("GET", failing, {})])

    assert answer.code == 0
