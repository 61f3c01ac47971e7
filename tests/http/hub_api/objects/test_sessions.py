"""Sessions as those who may see them get them, and what the watchdogs tell operators."""

from datetime import timedelta
from typing import Any

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import cdr, session
from tests.http.hub_server import HubServer

_S1 = "/sessions/DE/ABC/S1"


def _push(cpo: Platform, name: str, **fields: Any) -> None:
    document = session(id=name, **fields)
    assert cpo.hub.push("PUT", "sessions", ("DE", "ABC", name), document, to=cpo.hub.hub_party).ok


def _let_pass(hub: HubServer, hours: int) -> None:
    """As if the hub had last heard of every session so many hours ago."""
    heard = hub.container.clock.now() - timedelta(hours=hours)
    hub.container.mongo()["objects_sessions"].update_many({}, {"$set": {"watched.heard_at": heard}})


def test_a_session_is_its_owners_and_the_one_emsps_whose_token_it_is(
    hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform
) -> None:
    _push(cpo, "S1")

    for by in (cpo.hub, msp.hub, None):
        assert hub.get(_S1, by=by).data == session(id="S1")
        assert hub.get("/sessions", by=by).data == [session(id="S1")]
    assert hub.get(_S1, by=other_msp.hub).status == 404
    assert hub.get("/sessions", by=other_msp.hub).data == []
    assert hub.get("/sessions/DEU/ABC/S1").code == 2001


def test_sessions_that_have_gone_quiet_are_listed_until_they_are_heard_of(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _push(cpo, "S1")
    _push(cpo, "DONE", status="COMPLETED")
    _let_pass(hub, 23)
    assert hub.get("/sessions/quiet").data == []
    _let_pass(hub, 25)

    [quiet] = hub.get("/sessions/quiet").data

    assert (quiet["owner"], quiet["id"]) == ("DE-ABC", "S1")
    assert (quiet["status"], quiet["reader"]) == ("ACTIVE", "NL-MS1")
    assert quiet["heard"] < hub.container.clock.now().isoformat()
    assert quiet["last_updated"].startswith("2026-01-15T08:00:00")
    _push(cpo, "S1", last_updated="2026-01-15T09:00:00Z")
    assert hub.get("/sessions/quiet").data == []


def test_a_completed_session_without_a_cdr_is_listed_after_a_day(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _push(cpo, "S1", status="COMPLETED")
    _let_pass(hub, 25)

    assert [each["id"] for each in hub.get("/sessions/unbilled").data] == ["S1"]
    bill = cdr(session_id="S1")
    assert cpo.hub.push("POST", "cdrs", (), bill, to=cpo.hub.hub_party).ok
    assert hub.get("/sessions/unbilled").data == []
