"""Work that never ends, and records that cannot be read: the processes that work go on.

A job of the pump ends while there is still work, so that another one takes over and no job grows
old. A turn of the sweeper that fails is one turn.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints import jobs
from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.builders import NOON
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import until
from tests.http.hub_server import HubServer, hub_server

PATIENCE_S = 60.0
MANY = 60


@pytest.fixture
def served(
    mongo_url: str, database_name: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubServer]:
    """A hub in this process; jobs that are called here find it."""
    with hub_server(mongo_url, database_name, redis_url) as running:
        monkeypatch.setattr(jobs, "_container", lambda: running.container)
        yield running


def test_a_job_of_the_pump_ends_while_there_is_work_and_leaves_it_to_the_next(
    served: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LONGEST_S", 0.5)
    monkeypatch.setattr(jobs, "STRETCH_S", 0.2)
    hub = served.container.hub
    with (
        Platform([("CPO", "DE", "ABC", "A")]) as cpo,
        Platform([("EMSP", "NL", "MS1", "M")]) as msp,
    ):
        served.register(cpo, "CPO:DE:ABC")
        served.register(msp, "EMSP:NL:MS1")
        served.deliver()
        msp.behave("slow:0.5", "locations")
        for number in range(MANY):
            document = location(id=f"LOC{number}")
            assert served.call("PUT", f"/locations/LOC{number}", by=cpo.hub, body=document).ok
        hub.sweep.publisher.sweep(older_than_s=-1)

        job = threading.Thread(target=jobs.pump)
        job.start()
        job.join(PATIENCE_S)

        assert not job.is_alive()
        [lane] = {each.lane for each in hub.delivery_overview.owed()}
        assert not hub.pump.in_hand
        assert not hub.pump.lanes.is_empty(lane), "the job ended when the work did"
        msp.behave("well")


def _log(hub: RunningHub, name: str) -> str:
    path: Path = hub.process.folder / "logs" / f"{name}.log"
    return path.read_text(encoding="utf-8", errors="replace")


def test_a_turn_of_the_sweeper_that_fails_ends_neither_the_sweeper_nor_the_pump(
    hub: RunningHub,
) -> None:
    """A record that is not the hub's, such as a restored backup of another version may hold."""
    before = hub.process.processes("cli\0sweeper"), hub.process.processes("--queue\0pump")
    deliveries = hub.inside.mongo()["deliveries"]
    said = _log(hub, "sweeper").count("Traceback")
    odd = {"_id": "odd", "state": "due", "lane": "no lane", "due": NOON}
    deliveries.insert_one(odd)
    try:
        until(lambda: _log(hub, "sweeper").count("Traceback") >= said + 2, PATIENCE_S)
    finally:
        deliveries.delete_one({"_id": "odd"})

    assert before == (
        hub.process.processes("cli\0sweeper"),
        hub.process.processes("--queue\0pump"),
    )
