"""`ocpi-hub up` on a fresh folder: it listens, heals, stops without a trace, and keeps its data."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from tests.e2e.hub_process import HubProcess, free_port, ocpi_hub, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One that runs, for tests that leave it running."""
    planned = HubProcess(tmp_path_factory.mktemp("up") / "hub", free_port())
    try:
        yield planned.start()
        planned.stop()
    finally:
        planned.kill()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[HubProcess]:
    """One for a test to start and stop; all that is left of it ends with the test."""
    planned = HubProcess(tmp_path / "hub", free_port())
    yield planned
    planned.kill()


def test_it_says_where_it_listens_who_it_is_and_what_to_type_next(hub: HubProcess) -> None:
    said = hub.said()

    assert f"NL-HUB listens on http://127.0.0.1:{hub.port}" in said
    assert f"http://127.0.0.1:{hub.port}/ocpi/versions" in said
    assert "ocpi-hub partner invite" in said
    assert hub.get("/readyz") == 200


def test_every_part_of_it_runs(hub: HubProcess) -> None:
    for part in ("mongod", "valkey-server", "gunicorn", "publish", "pump", "sweeper"):
        assert hub.processes(part), part


def test_a_command_in_another_shell_finds_it_by_its_folder_alone(hub: HubProcess) -> None:
    environment = hub.environment()
    del environment["PORT"]

    checked = ocpi_hub("check", environment=environment)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"http://127.0.0.1:{hub.port}/ocpi/versions" in checked.stdout


def test_its_secrets_are_for_its_owner_alone_and_never_on_the_terminal(hub: HubProcess) -> None:
    secrets = hub.folder / "secrets.json"

    assert secrets.stat().st_mode & 0o777 == 0o600
    assert not [
        line for line in secrets.read_text().split('"') if len(line) > 30 and line in hub.said()
    ]


def test_a_second_hub_in_the_same_folder_is_refused_in_one_line(hub: HubProcess) -> None:
    second = ocpi_hub("up", environment=hub.environment() | {"PORT": str(free_port())})

    assert second.returncode == 1
    assert f"a hub runs there already (process {hub.process.pid})" in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert hub.get("/readyz") == 200


@pytest.mark.parametrize("part", ["gunicorn", "sweeper", "publish", "valkey-server", "mongod"])
def test_what_crashes_is_started_again(hub: HubProcess, part: str) -> None:
    before = hub.processes(part)

    os.kill(min(before), signal.SIGKILL)

    until(lambda: hub.processes(part) - before and hub.get("/readyz") == 200, within_s=30)


def test_ctrl_c_leaves_no_process_and_the_next_start_finds_the_data(fresh: HubProcess) -> None:
    fresh.start()
    with MongoClient[dict[str, str]](fresh.running()["EMBEDDED_MONGO_URL"]) as client:
        client.up.kept.insert_one({"it": "stays"})

    assert fresh.stop(signal.SIGINT) == 0
    assert not fresh.processes()
    assert fresh.get("/readyz") == 0

    fresh.start()
    with MongoClient[dict[str, str]](fresh.running()["EMBEDDED_MONGO_URL"]) as client:
        assert client.up.kept.count_documents({"it": "stays"}) == 1
    assert fresh.stop(signal.SIGTERM) == 0
    assert not fresh.processes()


@pytest.mark.parametrize("killed", ["ocpi-hub", "supervisord"])
def test_killing_what_holds_it_together_leaves_nothing_behind(
    fresh: HubProcess, killed: str
) -> None:
    fresh.start()

    os.kill(min(fresh.processes(killed)), signal.SIGKILL)

    until(lambda: not fresh.processes(), within_s=60)
    fresh.process.wait()
    fresh.start()
    assert fresh.stop() == 0


def refusal(hub: HubProcess, **settings: str) -> str:
    """The one line that `up` ends with, before it started anything."""
    refused = ocpi_hub("up", environment=hub.environment() | settings)
    assert refused.returncode == 1
    assert not hub.processes()
    [line] = refused.stderr.splitlines()
    return line


def test_a_port_in_use_is_one_line(fresh: HubProcess) -> None:
    with socket.create_server(("127.0.0.1", fresh.port)):
        assert f"127.0.0.1:{fresh.port} is in use: choose another" in refusal(fresh)


def test_a_port_in_use_behind_the_scenes_is_one_line(fresh: HubProcess) -> None:
    (fresh.folder / "mongo").mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        (fresh.folder / "mongo" / "hub.port").write_text(str(port))

        assert f"port {port} of this hub's mongod is in use" in refusal(fresh)


def test_a_folder_that_cannot_be_written_to_is_one_line(fresh: HubProcess) -> None:
    fresh.folder.write_text("a file")

    assert "no folder to write to" in refusal(fresh)


@pytest.mark.parametrize("setting", ["HUB_MONGOD", "HUB_REDIS_SERVER"])
def test_a_missing_program_is_one_line(fresh: HubProcess, setting: str) -> None:
    assert f"{setting}=/not/there: no such program" in refusal(fresh, **{setting: "/not/there"})


def test_a_missing_library_is_one_line_that_names_debians_package(fresh: HubProcess) -> None:
    program = fresh.folder.with_suffix(".mongod")
    program.write_text(
        "#!/bin/sh\necho 'mongod: error while loading shared libraries: libcurl.so.4: cannot open"
        " shared object file: No such file or directory' >&2\nexit 127\n"
    )
    program.chmod(0o755)

    assert "apt-get install libcurl4" in refusal(fresh, HUB_MONGOD=str(program))


def test_a_bad_setting_is_one_line(fresh: HubProcess) -> None:
    assert "HUB_PAGE_LIMIT=abc: not a whole number" in refusal(fresh, HUB_PAGE_LIMIT="abc")


def test_a_store_of_ones_own_asks_for_secrets_of_ones_own(
    fresh: HubProcess, mongo_url: str
) -> None:
    said = refusal(fresh, HUB_MONGO_URL=mongo_url, HUB_PUBLIC_URL="https://hub.example")

    assert "HUB_SECRET_KEYS is not set" in said


def test_stores_that_are_named_are_used_and_not_started(
    fresh: HubProcess, mongo_url: str, redis_url: str, database_name: str
) -> None:
    server, _, options = mongo_url.partition("/?")
    fresh.settings = {
        "HUB_MONGO_URL": f"{server}/{database_name}?{options}",
        "HUB_REDIS_URL": redis_url,
        "HUB_PUBLIC_URL": f"http://127.0.0.1:{fresh.port}",
        "HUB_SECRET_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "HUB_TOKEN_PEPPER": "sixteen-characters",
        "HUB_ADMIN_TOKEN": "the-operator-" * 3,
    }

    fresh.start()

    assert fresh.get("/readyz") == 200
    assert not fresh.processes("mongod") | fresh.processes("valkey-server")
    assert not (fresh.folder / "secrets.json").exists()
    assert fresh.stop() == 0


def test_without_a_running_hub_one_line_says_what_to_do(fresh: HubProcess) -> None:
    checked = ocpi_hub("check", environment=fresh.environment())

    assert checked.returncode == 1
    assert checked.stderr == (
        f"ocpi-hub: no hub runs in {fresh.folder}: start one (make run), or set HUB_MONGO_URL\n"
    )
