"""A hub that starts on the data of the version before owes, delivers and tells all the same.

`earlier/` has the stores of a hub of that version, which was killed while an eMSP and a webhook
were away: two locations, two CDRs, a Credit CDR whose original has not come, and nine events were
owed. Its keys and tokens were made for this test alone.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from bson import json_util
from pymongo import MongoClient

from adapters.system import SystemClock
from entrypoints.embedded import launch, mongo_store
from entrypoints.sandbox import Platform, Received, Reply
from entrypoints.sandbox.charging import cdr, cdr_token
from entrypoints.sandbox.server import Listener
from tests.conformance.running import SETTINGS
from tests.e2e.hub_process import HubProcess, free_port, ocpi_hub, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
_EARLIER = Path(__file__).with_name("earlier")
_AWARE = json_util.JSONOptions(tz_aware=True)
_WITHIN_S = 120.0
_NAMES = ("hub", "cpo", "emsp", "hook")


@dataclass
class Upgraded:
    """The hub of this version, and the others of that day, on the data of the version before."""

    hub: HubProcess
    cpo: Platform
    emsp: Platform
    told: list[dict[str, Any]] = field(default_factory=list)

    def take(self, received: Received) -> Reply:
        """The webhook is there again."""
        self.told.append(json.loads(received.body))
        return Reply(204)

    def cdrs(self) -> list[str]:
        """The ids of the CDRs that the eMSP was given, in order."""
        posts = [each for each in self.emsp.received if each.method == "POST"]
        return [each.json()["id"] for each in posts if each.module == "cdrs"]

    def locations(self) -> dict[str, Any]:
        """What the eMSP has of each location now."""
        pushes = [each for each in self.emsp.received if each.module == "locations"]
        return {each.segments[2]: each for each in pushes}

    def owed(self) -> list[dict[str, Any]]:
        """What operators are shown."""
        listed = ocpi_hub("delivery", "list", "--json", environment=self.hub.environment())
        assert listed.returncode == 0, listed.stderr
        found: list[dict[str, Any]] = json.loads(listed.stdout)
        return found


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("upgrade")
    ports = {name: free_port() for name in _NAMES}
    _restore(folder / "hub", ports)
    with ExitStack() as stack:
        cpo, emsp = (
            stack.enter_context(_platform(folder, name, ports)) for name in ("cpo", "emsp")
        )
        hub = HubProcess(folder / "hub", ports["hub"], SETTINGS)
        there = Upgraded(hub, cpo, emsp)
        webhook = Listener("127.0.0.1", ports["hook"], there.take)
        webhook.start()
        stack.callback(webhook.stop)
        stack.callback(hub.kill)
        hub.start()
        yield there


def test_what_was_owed_of_objects_and_cdrs_is_delivered(upgraded: Upgraded) -> None:
    until(lambda: {"CDR-OWED", "CDR-OWED-C"} <= set(upgraded.cdrs()), _WITHIN_S)
    until(lambda: set(upgraded.locations()) == {"LOC1", "LOC2"}, _WITHIN_S)

    assert upgraded.cdrs() == ["CDR-OWED", "CDR-OWED-C"]
    evse = upgraded.locations()["LOC2"].json()["evses"][0]
    assert evse["status"] == "CHARGING", "the change that was waiting went out with the rest"


def test_what_was_owed_to_a_webhook_is_told_with_what_it_is_about(upgraded: Upgraded) -> None:
    def about(event: str, name: str) -> list[Any]:
        return sorted(each["data"][name] for each in upgraded.told if each["type"] == event)

    accepted = ["CDR-DONE", "CDR-OWED", "CDR-OWED-C", "CDR-TO-COME-C"]
    until(lambda: about("cdr.accepted", "id") == accepted, _WITHIN_S)
    until(lambda: about("cdr.delivered", "id") == accepted[:3], _WITHIN_S)
    until(lambda: about("command.result", "status"), _WITHIN_S)

    assert about("session.updated", "id") == ["S1"]
    assert about("command.result", "command") == ["START_SESSION"]
    assert about("command.result", "result") == ["ACCEPTED"]
    assert "partner.status" in {each["type"] for each in upgraded.told}


def test_the_credit_whose_original_had_not_come_goes_behind_it(upgraded: Upgraded) -> None:
    [waiting] = [each for each in upgraded.owed() if each["module"] == "cdrs"]
    assert (waiting["object"]["id"], waiting["state"]) == ("CDR-TO-COME-C", "waiting")
    assert waiting["why"] == "waits for the CDR that it credits"
    payer = ("NL", "MS1")
    original = cdr("DE", "ABC", "CDR-TO-COME", cdr_token=cdr_token(*payer), session_id="S-TO-COME")

    answer = upgraded.cpo.hub.push("POST", "cdrs", (), original, to=payer)

    assert (answer.status, answer.code) == (201, 1000)
    until(lambda: "CDR-TO-COME-C" in upgraded.cdrs(), _WITHIN_S)
    assert upgraded.cdrs()[-2:] == ["CDR-TO-COME", "CDR-TO-COME-C"]


def test_every_cdr_is_there_and_nothing_is_owed_any_more(upgraded: Upgraded) -> None:
    until(lambda: not upgraded.owed(), _WITHIN_S)

    verified = ocpi_hub("cdr", "verify", environment=upgraded.hub.environment())

    assert verified.returncode == 0, verified.stdout


def _restore(folder: Path, ports: dict[str, int]) -> None:
    """The folder of a hub that was killed, and left until all that it owed was due."""
    folder.mkdir(mode=0o700)
    (folder / "secrets.json").write_text(_read("secrets", ports))
    (folder / "secrets.json").chmod(0o600)
    stores = json_util.loads(_read("stores", ports), json_options=_AWARE)
    last_due = max(each["due"] for each in stores["deliveries"])
    passed = SystemClock().now() - last_due
    store = mongo_store(folder / "mongo")
    server = launch(store, folder / "mongod.log")
    with MongoClient[Any](store.url) as client:
        for name, records in stores.items():
            client["ocpi_hub"][name].insert_many(_later(records, passed))
    server.terminate()
    server.wait()


def _platform(folder: Path, name: str, ports: dict[str, int]) -> Platform:
    own = {"cpo": ("CPO", "DE", "ABC", "ABC Charging"), "emsp": ("EMSP", "NL", "MS1", "Mobility")}
    place = folder / name
    place.mkdir()
    (place / "connection.json").write_text(_read(name, ports))
    return Platform([own[name]], data_dir=place)


def _read(name: str, ports: dict[str, int]) -> str:
    text = (_EARLIER / f"{name}.json").read_text()
    for each, port in ports.items():
        text = text.replace(f"{each.upper()}_PORT", str(port))
    return text


def _later(value: Any, passed: Any) -> Any:
    """The same, with every moment so much later."""
    match value:
        case datetime():
            return value + passed
        case dict():
            return {name: _later(each, passed) for name, each in value.items()}
        case list():
            return [_later(each, passed) for each in value]
        case _:
            return value
