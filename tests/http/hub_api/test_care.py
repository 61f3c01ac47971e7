"""Pulling, telling roles, and what is quarantined, by the hub API."""

from redis import Redis

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer


def _pull(hub: HubServer, name: str) -> None:
    hub.container.hub.pulls_of_partners.pull(hub.get(f"/partners/{name}").data["id"])


def test_a_partner_says_how_it_is_and_when_it_was_pulled(hub: HubServer, cpo: Platform) -> None:
    before = hub.get("/partners/DE-ABC").data
    _pull(hub, "DE-ABC")

    shown = hub.get("/partners/DE-ABC").data

    assert (before["status"], before["pulled"], before["stand_in"]) == ("CONNECTED", {}, True)
    assert set(shown["pulled"]) == {"locations", "sessions", "tariffs"}
    assert hub.call("POST", "/partners/DE-ABC/suspend").data["status"] == "SUSPENDED"


def test_an_invited_party_is_planned_only_if_it_was_announced(
    hub: HubServer, msp: Platform
) -> None:
    for name, party_id, announce in (("quiet", "QUI", False), ("loud", "XYZ", True)):
        roles = [{"role": "CPO", "country_code": "FR", "party_id": party_id}]
        body = {"name": name, "roles": roles, "announce": announce}
        hub.call("POST", "/partners", body=body)

    assert hub.get("/partners/quiet").data["status"] is None
    assert hub.get("/partners/loud").data["status"] == "PLANNED"
    hub.deliver()
    told = {each["party_id"]: each["status"] for each in msp.held.all("hubclientinfo")}
    assert told["XYZ"] == "PLANNED"
    assert "QUI" not in told


def test_a_pull_is_left_to_a_worker(hub: HubServer, cpo: Platform, redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()

        answer = hub.call("POST", "/partners/DE-ABC/sync")

        assert (answer.status, answer.data["name"]) == (202, "CPO:DE:ABC")
        assert redis.llen("rq:queue:sync") == 1
    assert hub.call("POST", "/partners/XX-XXX/sync").status == 404


def test_who_is_not_registered_is_neither_pulled_nor_told(hub: HubServer, cpo: Platform) -> None:
    hub.call("POST", "/partners/DE-ABC/suspend")

    for step in ("sync", "announce"):
        answer = hub.call("POST", f"/partners/DE-ABC/{step}")
        assert (answer.status, answer.code) == (409, 2000)


def test_a_partner_is_told_of_the_parties_that_it_reaches(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    assert hub.call("POST", "/partners/DE-ABC/announce").ok

    [put] = [each for each in cpo.received if each.module == "credentials"]
    assert put.method == "PUT"
    assert "MS1" in {role["party_id"] for role in put.json()["roles"]}


def test_what_could_not_be_taken_is_shown_to_the_operator_and_its_owner(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    cpo.own("locations", location(id="GOOD"))
    cpo.own("locations", location(id="BAD", country="Germany"))
    _pull(hub, "DE-ABC")

    [shown] = hub.get("/quarantine").data

    assert (shown["module"], shown["object"]) == ("locations", "BAD")
    assert shown["partner"]["id"] == hub.get("/partners/DE-ABC").data["id"]
    assert shown["partner"]["partner_id"] == "DE-ABC"
    assert [problem.split(":")[0] for problem in shown["problems"]] == ["country"]
    assert shown["document"]["country"] == "Germany"
    assert hub.get("/quarantine?partner=DE-ABC").data == [shown]
    assert hub.get("/quarantine", by=cpo.hub).data == [shown]
    assert hub.get("/quarantine", by=msp.hub).data == []
    assert hub.get("/quarantine?partner=DE-ABC", by=msp.hub).status == 403
    assert hub.get("/locations/GOOD", by=msp.hub).ok
