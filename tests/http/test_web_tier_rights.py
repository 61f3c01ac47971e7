"""The web tier's database user may add CDRs to the archive, and may not change or remove one.

The roles are those that docs/operators.md gives, read out of it: what stands there is what is
tried here.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from adapters.mongo.archive import ARCHIVE, CONFLICTS
from adapters.mongo.client import Mongo, Record
from entrypoints import bootstrap, cli
from entrypoints.checks import checks
from entrypoints.embedded import launch, mongo_store
from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import cdr, session, tariff, token
from entrypoints.sandbox.commands import stop_session
from entrypoints.sandbox.fixtures import location
from entrypoints.settings import Settings
from tests.http.hub_server import HubServer, environment_of, serving

_DATABASE = "ocpi_hub"
_OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"
_COMMANDS = re.compile(r"^ +db\.(createRole|createUser)\((\{.*?\})\)$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A mongod that lets no client in without a password; its URL without user and database."""
    folder = tmp_path_factory.mktemp("guarded")
    key = folder / "key"
    key.write_text("keyOfAReplicaSetOfOne")
    key.chmod(0o600)
    store = mongo_store(folder / "db", flags=("--auth", "--keyFile", str(key)))
    server = launch(store, folder / "log")
    with MongoClient[Record](store.url) as first:
        first.admin.command("createUser", "root", pwd="root", roles=["root"])
    with MongoClient[Record](_as("root", store.url), authSource="admin") as root:
        _follow_the_operators_guide(root[_DATABASE])
    yield store.url
    server.terminate()
    server.wait()


@pytest.fixture
def hub(guarded: str, redis_url: str) -> Iterator[HubServer]:
    """A hub whose stores were made ready by one user and are used by the other."""
    owner = environment_of(_as("hub_owner", guarded), _DATABASE, redis_url)
    bootstrap.prepare_stores(Settings.read(owner))
    web = environment_of(_as("hub_web", guarded), _DATABASE, redis_url)
    with serving(web) as running:
        yield running


def _as(user: str, url: str) -> str:
    return url.replace("mongodb://", f"mongodb://{user}:{user}@")


def _follow_the_operators_guide(database: Database[Record]) -> None:
    """Run the commands of the guide; each user's password is its name."""
    for kind, text in _COMMANDS.findall(_OPERATORS.read_text(encoding="utf-8")):
        document: dict[str, Any] = json.loads(text)
        if kind == "createRole":
            database.command("createRole", document.pop("role"), **document)
        else:
            user = document.pop("user")
            database.command("createUser", user, **{**document, "pwd": user})


def test_the_web_tier_does_all_that_it_has_to(hub: HubServer) -> None:
    with (
        Platform([("CPO", "DE", "ABC", "ABC")]) as cpo,
        Platform([("EMSP", "NL", "MS1", "MS1")]) as msp,
    ):
        hub.register(cpo, "CPO:DE:ABC")
        hub.register(msp, "EMSP:NL:MS1")
        to_hub = cpo.hub.hub_party
        at = ("DE", "ABC")
        put = cpo.hub.push
        assert put("PUT", "locations", (*at, "LOC1"), location(), to=to_hub).ok
        assert put("PUT", "tariffs", (*at, "TARIFF1"), tariff(), to=to_hub).ok
        assert put("PUT", "sessions", (*at, "SESSION1"), session(), to=to_hub).ok
        assert msp.hub.push("PUT", "tokens", ("NL", "MS1", "CARD"), token(uid="CARD")).ok
        assert put("POST", "cdrs", (), cdr(), to=to_hub).ok
        assert put("POST", "cdrs", (), cdr(remark="another"), to=to_hub).code == 2001
        assert put("POST", "cdrs", (), cdr(id="CDR2"), to=("NL", "MS1")).ok
        stop = stop_session(msp.callback_url("commands"))
        assert (
            msp.hub.push("POST", "commands", ("STOP_SESSION",), stop).data["result"] == "ACCEPTED"
        )
        hook = {"url": "https://hooks.example", "events": ["cdr.delivered"]}
        made = hub.call("POST", "/webhooks", by=cpo.hub, body=hook)
        assert hub.call("DELETE", f"/webhooks/{made.data['id']}", by=cpo.hub).ok
        hub.call("POST", "/agreements", body={"one": "DE-ABC", "other": "NL-MS1"})
        assert hub.call("PUT", "/agreements/DE-ABC~NL-MS1/fees/EUR", body={"percent": 1}).ok
        hub.herald()
        hub.container.hub.cdr_obligations.sweep()
        assert hub.get("/cdrs/verify").data["delivered"] == 2
        for path in ("/cdrs", "/cdrs/conflicts", "/sessions", "/sessions/unbilled", "/settlement"):
            assert hub.get(path).ok
        assert hub.call("POST", "/cdrs/replay", body={"party": "NL-MS1", "since": "2020-01-01"}).ok
        assert hub.get("/locations/search?lat=52.5&lon=13.4", by=msp.hub).data
        assert hub.get("/quarantine").ok
        assert hub.call("DELETE", "/partners/NL-MS1").ok


@pytest.mark.parametrize("collection", [ARCHIVE, CONFLICTS])
def test_the_web_tier_can_change_and_remove_no_cdr(hub: HubServer, collection: str) -> None:
    """Nor may it make an index: one that expires would remove them (TTL)."""
    cdrs = hub.container.mongo()[collection]

    for forbidden in (
        lambda: cdrs.update_many({}, {"$set": {"body": b""}}),
        lambda: cdrs.replace_one({}, {}, upsert=True),
        lambda: cdrs.find_one_and_update({}, {"$set": {"turn": 9}}),
        lambda: cdrs.delete_many({}),
        cdrs.drop,
        lambda: cdrs.rename("elsewhere", dropTarget=True),
        lambda: cdrs.create_index("received_at", expireAfterSeconds=1),
        lambda: cdrs.database.client.drop_database(_DATABASE),
        lambda: list(cdrs.aggregate([{"$match": {}}, {"$out": collection}])),
    ):
        with pytest.raises(OperationFailure, match="not authorized"):
            forbidden()


def test_the_guide_names_every_collection_that_there_is(hub: HubServer, guarded: str) -> None:
    with MongoClient[Record](_as("root", guarded), authSource="admin") as root:
        there_are = set(root[_DATABASE].list_collection_names())

    named = set(re.findall(r'"collection": "(\w+)"', _OPERATORS.read_text(encoding="utf-8")))
    assert there_are - {"system.views"} <= named


@pytest.fixture
def closed_in_the_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command's process ends with its clients; here they end with the test."""
    opened: list[Database[Record]] = []
    opens = Mongo._open

    def remembered(mongo: Mongo) -> Database[Record]:
        opened.append(opens(mongo))
        return opened[-1]

    monkeypatch.setattr(Mongo, "_open", remembered)
    yield
    for database in opened:
        database.client.close()


@pytest.mark.usefixtures("closed_in_the_end")
@pytest.mark.parametrize(
    "command",
    [
        "partner list",
        "agreement list",
        "delivery list",
        "cdr verify",
        "session quiet",
        "webhook list",
        "settlement",
        "prepare",
        "web",
        "worker --queue pump",
        "sweeper",
        "up",
    ],
)
def test_a_wrong_password_is_one_clear_line_in_every_command(
    guarded: str,
    redis_url: str,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = guarded.replace("mongodb://", "mongodb://hub_web:mistyped@")
    for name, value in environment_of(wrong, _DATABASE, redis_url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["ocpi-hub", *command.split()])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 1
    said = capsys.readouterr()
    reason = "MongoDB refuses the user or the password in HUB_MONGO_URL"
    assert (said.out, said.err) == ("", f"ocpi-hub: {reason}\n")


def test_check_says_that_the_password_is_wrong(guarded: str, redis_url: str) -> None:
    wrong = guarded.replace("mongodb://", "mongodb://hub_web:mistyped@")

    found = list(checks(Settings.read(environment_of(wrong, _DATABASE, redis_url))))

    assert "BAD  MongoDB: MongoDB refuses the user or the password in HUB_MONGO_URL" in {
        str(each) for each in found
    }
