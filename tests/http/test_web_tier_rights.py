"""The web tier's database user may add CDRs to the archive, and may not change or remove one.

The roles are those that docs/operators.md gives, read out of it: what stands there is what is
tried here.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import OperationFailure

from adapters.mongo.archive import ARCHIVE, CONFLICTS
from adapters.mongo.audit import COLLECTION as TRAIL
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
_AUDIT = "ocpi_hub_audit"
_COMMANDS = re.compile(
    r"^ +db\.getSiblingDB\(\"(\w+)\"\)\.(createRole|createUser)\((\{.*?\})\)$",
    re.MULTILINE | re.DOTALL,
)


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
        _follow_the_operators_guide(root)
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


def _follow_the_operators_guide(client: MongoClient[Record]) -> None:
    """Run the commands of the guide; each user's password is its name."""
    for name, kind, text in _COMMANDS.findall(_OPERATORS.read_text(encoding="utf-8")):
        database, document = client[name], json.loads(text)
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


def test_the_web_tier_can_add_to_the_audit_trail_and_read_it(hub: HubServer) -> None:
    trail = hub.container.hub.audit_trail
    before = trail.verify()

    hub.call("POST", "/agreements", body={"one": "DE-ABC", "other": "NL-MS1"})

    after = trail.verify()
    assert (before.fault, after.fault) == ("", "")
    assert after.records == before.records + 2
    assert hub.get("/audit").data[0]["act"] == "agreement.add"


def test_the_web_tier_can_change_and_remove_no_record_of_the_audit_trail(hub: HubServer) -> None:
    hub.call("POST", "/operators", body={"name": f"a{uuid4().hex[:20]}", "role": "observer"})
    trail = hub.container.mongo.beside(_AUDIT)()[TRAIL]

    assert _what_is_allowed(trail) == []


def _what_is_allowed(records: Collection[Record]) -> list[str]:
    """Which ways to change or remove a record the user has."""
    name = records.name
    forbidden: dict[str, Callable[[], object]] = {
        "update": lambda: records.update_many({}, {"$set": {"act": ""}}),
        "replace": lambda: records.replace_one({}, {}, upsert=True),
        "find and update": lambda: records.find_one_and_update({}, {"$set": {"act": ""}}),
        "delete": lambda: records.delete_many({}),
        "drop": records.drop,
        "rename": lambda: records.rename("elsewhere", dropTarget=True),
        "expire": lambda: records.create_index("at", expireAfterSeconds=1),
        "cap": lambda: records.database.command("collMod", name, validator={}),
        "drop the database": lambda: records.database.client.drop_database(records.database),
        "write over": lambda: list(records.aggregate([{"$match": {}}, {"$out": name}])),
        "merge into": lambda: list(records.aggregate([{"$match": {}}, {"$merge": name}])),
    }
    allowed = []
    for way, tried in forbidden.items():
        try:
            tried()
        except OperationFailure as refused:
            if "not authorized" in str(refused):
                continue
        allowed.append(way)
    return allowed


@pytest.mark.parametrize("collection", [ARCHIVE, CONFLICTS])
def test_the_web_tier_can_change_and_remove_no_cdr(hub: HubServer, collection: str) -> None:
    """Nor may it make an index: one that expires would remove them (TTL)."""
    cdrs = hub.container.mongo()[collection]

    assert _what_is_allowed(cdrs) == []


def test_the_guide_names_every_collection_that_there_is(hub: HubServer, guarded: str) -> None:
    with MongoClient[Record](_as("root", guarded), authSource="admin") as root:
        there_are = {
            each for name in (_DATABASE, _AUDIT) for each in root[name].list_collection_names()
        }

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

    assert "BAD  MongoDB: refuses the user or the password in HUB_MONGO_URL" in {
        str(each) for each in found
    }
