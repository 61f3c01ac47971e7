"""No token is found where it has no business: not in a log, not in Redis, not in MongoDB (I10)."""

import base64
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from pymongo import MongoClient
from redis import Redis

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import token as card_of
from entrypoints.sandbox.fixtures import location
from tests.e2e.hub_process import HubProcess, free_port, ocpi_hub, until

PLANTED = "a-secret-in-a-query-or-a-header"
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    settings = {"HUB_ALLOW_PRIVATE_NETWORKS": "1", "HUB_LOG_LEVEL": "debug"}
    planned = HubProcess(tmp_path / "hub", free_port(), settings)
    yield planned.start()
    planned.kill()


def test_no_token_is_written_anywhere_in_clear(hub: HubProcess) -> None:
    versions_url = f"http://127.0.0.1:{hub.port}/ocpi/versions"
    with Platform([("CPO", "DE", "ABC", "")]) as cpo, Platform([("EMSP", "NL", "MS1", "")]) as msp:
        invitations = [_invitation(hub, "CPO:DE:ABC"), _invitation(hub, "EMSP:NL:MS1")]
        cpo.hub.register(versions_url, invitations[0])
        msp.hub.register(versions_url, invitations[1])
        msp.behave("http:401", "locations")
        cpo.hub.push("PUT", "locations", ("DE", "ABC", "LOC1"), location(), to=cpo.hub.hub_party)
        cpo.hub.push("PUT", "locations", ("DE", "ABC", "LOC2"), b"{bad", to=cpo.hub.hub_party)
        msp.wait_for(lambda received: received.module == "locations")
        cpo.hub.call("GET", versions_url, token="an-unknown-token")
        cpo.hub.call("GET", f"{versions_url}?token={PLANTED}", token=cpo.hub.peer.token)
        cpo.hub.call("GET", f"{versions_url}/{PLANTED}", token=cpo.hub.peer.token)
        cpo.hub.call("GET", versions_url, token=cpo.hub.peer.token, headers={"X-Api-Key": PLANTED})
        operators = _operators_token(hub)
        api = f"http://127.0.0.1:{hub.port}/hub/v1/partners"
        assert cpo.hub.call("GET", api, token=operators).status == 200
        cpo.hub.call("POST", f"{api}/connect", token=operators, body={"token": operators})
        tokens = {*invitations, "an-unknown-token", hub_admin_token(hub), operators}
        tokens |= _tokens_of(cpo) | _tokens_of(msp)
        until(lambda: "verdict=token_dead" in _logs(hub), 60)
        logs, page = _logs(hub), _metrics(hub)
        bundled = _bundle(hub)
        written = logs + page + _in_redis(hub) + _in_mongo(hub) + bundled

    assert len(tokens) == 9
    assert "request surface=ocpi partner=DE-ABC method=PUT module=locations http=201" in logs
    assert "ocpi_hub_requests_total" in page
    paths = bundled.replace(f"/versions/{PLANTED}", "")
    assert PLANTED not in logs + page + paths, "the journal has paths, and no values of a query"
    assert "verdict=token_dead" in bundled
    own = json.loads((hub.folder / "secrets.json").read_text())
    assert not [name for name, secret in own.items() if secret in bundled]
    assert "401" in written, "what is looked through holds nothing"
    for token in tokens:
        assert token not in written
        assert base64.b64encode(token.encode()).decode() not in written


def test_a_cards_uid_is_in_no_log(hub: HubProcess) -> None:
    """It opens charging. The card is pushed, relayed, published, refused and lost here."""
    versions_url = f"http://127.0.0.1:{hub.port}/ocpi/versions"
    uid = "C0FFEE-SECRET-CARD"
    with Platform([("CPO", "DE", "ABC", "")]) as cpo, Platform([("EMSP", "NL", "MS1", "")]) as msp:
        cpo.hub.register(versions_url, _invitation(hub, "CPO:DE:ABC"))
        msp.hub.register(versions_url, _invitation(hub, "EMSP:NL:MS1"))
        place, card = ("NL", "MS1", uid), card_of("NL", "MS1", uid)
        msp.hub.push("PUT", "tokens", place, card, to=msp.hub.hub_party)
        cpo.wait_for(lambda received: received.module == "tokens")
        msp.hub.push("PUT", "tokens", place, card, to=("DE", "ABC"))
        msp.hub.push("PUT", "tokens", place, b"{bad", to=msp.hub.hub_party)
        msp.hub.push("PUT", "tokens", place, card | {"uid": "other"}, to=msp.hub.hub_party)
        url = cpo.hub.url("tokens", "SENDER", (uid, "authorize"))
        cpo.hub.call("POST", url, token=cpo.hub.peer.token, body=b"")
        cpo.hub.call("POST", url, token="unknown", body=b"")
        cpo.behave("http:500", "tokens")
        newer = card | {"valid": False, "last_updated": "2030-01-01T00:00:00Z"}
        msp.hub.push("PUT", "tokens", place, newer, to=msp.hub.hub_party)
        cpo.wait_for(lambda received: b"2030" in received.body)
        cpo.listener.stop()
        msp.hub.push("PUT", "tokens", place, newer, to=("DE", "ABC"))

    assert "module=tokens" in _logs(hub), "nothing is logged"
    assert uid not in _metrics(hub)
    assert [line for line in _logs(hub).splitlines() if uid.lower() in line.lower()] == []


def _invitation(hub: HubProcess, role: str) -> str:
    ran = ocpi_hub(
        "partner", "invite", "--name", role, "--role", role, environment=hub.environment()
    )
    return str(json.loads(ran.stdout)["token"])


def _operators_token(hub: HubProcess) -> str:
    named = ("operator", "add", "anna", "--role", "admin", "--json")
    return str(json.loads(ocpi_hub(*named, environment=hub.environment()).stdout)["token"])


def hub_admin_token(hub: HubProcess) -> str:
    return str(json.loads((hub.folder / "secrets.json").read_text())["HUB_ADMIN_TOKEN"])


def _tokens_of(platform: Platform) -> set[str]:
    """Its own token at the hub, and the hub's at the platform."""
    peer = platform.connection.peer
    assert peer is not None
    [calls_in] = {
        base64.b64decode(received.headers["authorization"].split()[1]).decode()
        for received in platform.received
    }
    return {peer.token, calls_in}


def _logs(hub: HubProcess) -> str:
    logs = [path.read_text(errors="replace") for path in (hub.folder / "logs").iterdir()]
    return "\n".join([hub.said(), *logs])


def _bundle(hub: HubProcess) -> str:
    """Every byte of a bundle of the last hour, and the names of its parts."""
    path = hub.folder.with_suffix(".tar.gz")
    made = ocpi_hub("bundle", "--since", "1h", "--to", str(path), environment=hub.environment())
    assert made.returncode == 0, made.stderr
    with tarfile.open(path) as archive:
        parts = {each.name: archive.extractfile(each) for each in archive}
        return "".join(f"{name}\n{part.read().decode()}" for name, part in parts.items() if part)


def _metrics(hub: HubProcess) -> str:
    with urlopen(f"http://127.0.0.1:{hub.port}/metrics", timeout=60) as answer:
        return str(answer.read().decode())


def _in_redis(hub: HubProcess) -> str:
    with Redis.from_url(hub.running()["EMBEDDED_REDIS_URL"]) as redis:
        return repr([(key, redis.dump(key)) for key in redis.scan_iter()])


def _in_mongo(hub: HubProcess) -> str:
    with MongoClient[dict[str, object]](hub.running()["EMBEDDED_MONGO_URL"]) as mongo:
        names = [name for name in mongo.list_database_names() if name not in ("admin", "config")]
        return repr(
            [
                list(mongo[database][collection].find())
                for database in names
                for collection in mongo[database].list_collection_names()
            ]
        )
