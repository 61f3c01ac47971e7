"""The audit trail in the hub API: every act with who and why, no secret, no byte changed."""

import re
from typing import Any

import pytest

from adapters.mongo.audit import COLLECTION
from domain.partners.limits import LimitClass
from entrypoints import limit_settings
from entrypoints.hub_api.route import Who
from entrypoints.hub_api.routes import ROUTES
from entrypoints.sandbox import Platform
from tests.http.hub_server import ADMIN, HubServer, hub_server

Shown = dict[str, Any]


@pytest.fixture
def anna(hub: HubServer) -> str:
    """An operator's token."""
    answer = hub.call("POST", "/operators", body={"name": "anna", "role": "operator"})
    return str(answer.data["token"])


def last(hub: HubServer, query: str = "") -> list[Shown]:
    """The records, the last one first."""
    answer = hub.get(f"/audit{query}")
    assert answer.status == 200
    return list(answer.data)


def ended(hub: HubServer, act: str) -> Shown:
    """How the last act of this name ended; it has begun before."""
    done, begun = last(hub, f"?act={act}")[:2]
    assert (begun["outcome"], begun["id"]) == ("begun", done["id"])
    return done


def test_an_act_is_on_record_with_who_where_what_and_why(
    hub: HubServer, cpo: Platform, anna: str
) -> None:
    why = {"Hub-Reason": "asked by phone, ticket 4711"}
    assert hub.call("POST", "/partners/DE-ABC/suspend", token=anna, headers=why).ok

    done = ended(hub, "partner.suspend")
    assert (done["actor_kind"], done["actor"], done["role"]) == ("operator", "anna", "operator")
    assert (done["place"], done["object"]) == ("127.0.0.1", "DE-ABC")
    assert (done["reason"], done["outcome"]) == ("asked by phone, ticket 4711", "done")
    assert (done["before"]["state"], done["after"]["state"]) == ("REGISTERED", "SUSPENDED")


def test_every_endpoint_that_changes_something_leaves_its_records(
    hub: HubServer, cpo: Platform
) -> None:
    """Also where it is refused; nothing that is named here is there."""
    for line in [each for each in ROUTES if each.act]:
        path = re.sub("<[a-z_]+>", "NL-XYZ", line.path)
        by = cpo.hub if line.who is Who.PARTNER else None
        known = len(last(hub, f"?act={line.act}&limit=100"))

        hub.call(line.method, path, by=by, body={})

        ended(hub, line.act)
        assert len(last(hub, f"?act={line.act}&limit=100")) == known + 2, line.path


def test_the_token_from_the_environment_is_named_as_that(hub: HubServer) -> None:
    hub.call("POST", "/agreements", body={"one": "DE-ABC", "other": "NL-MS1"})

    refused = ended(hub, "agreement.add")
    assert (refused["actor"], refused["role"]) == ("HUB_ADMIN_TOKEN", "admin")
    assert (refused["outcome"], refused["failure"]) == ("failed", "UnknownPartner")
    assert refused["object"] == "DE-ABC~NL-MS1"


def test_what_a_new_thing_is_called_is_on_record(hub: HubServer, cpo: Platform) -> None:
    hook = {"url": "https://hooks.example/x?key=planted", "events": ["cdr.parked"]}
    made = hub.call("POST", "/webhooks", body=hook)
    roles = [{"role": "EMSP", "country_code": "NL", "party_id": "MS1"}]
    hub.call("POST", "/partners", body={"name": "MS1", "roles": roles})

    assert ended(hub, "webhook.add")["object"] == made.data["id"]
    assert ended(hub, "webhook.add")["after"]["url"] == "https://hooks.example/x?..."
    invited = ended(hub, "partner.invite")
    assert (invited["object"], invited["after"]["state"]) == ("NL-MS1", "INVITED")
    hub.call("DELETE", f"/webhooks/{made.data['id']}")
    assert ended(hub, "webhook.remove")["before"]["id"] == made.data["id"]


def test_a_partner_s_own_acts_are_on_record(hub: HubServer, cpo: Platform) -> None:
    assert hub.call("PUT", "/interest", by=cpo.hub, body={"pull": ["tokens"]}).ok

    done = ended(hub, "interest.set")
    assert (done["actor_kind"], done["actor"], done["object"]) == ("partner", "DE-ABC", "DE-ABC")
    assert done["after"]["interest"]["pull"] == ["tokens"]


def test_a_partner_names_no_other_one_in_its_records(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    hub.call("PUT", "/interest", by=cpo.hub, body={"pull": ["tokens"], "partner": "NL-MS1"})
    body = {"webhook_id": "other", "webhook": "other", "partner": "NL-MS1"}
    hub.call("DELETE", "/webhooks/mine", by=cpo.hub, body=body)

    assert ended(hub, "interest.set")["object"] == "DE-ABC"
    assert ended(hub, "webhook.remove")["object"] == "mine"


def test_a_partner_that_acts_all_the_time_has_to_wait(
    mongo_url: str, database_name: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit_settings, "ALWAYS", {LimitClass.ACTS: 2})
    with (
        hub_server(mongo_url, database_name, redis_url) as hub,
        Platform([("CPO", "DE", "ABC", "")]) as cpo,
    ):
        hub.register(cpo, "CPO:DE:ABC")
        hub.container.hub.request_gates.of(LimitClass.ACTS).minutes.clear()  # as in the next minute
        answers = [hub.call("DELETE", "/webhooks/none", by=cpo.hub)]
        while answers[-1].status != 429:
            answers.append(hub.call("DELETE", "/webhooks/none", by=cpo.hub))

        assert {each.status for each in answers[:-1]} == {404}
        assert int(answers[-1].headers["retry-after"]) > 0
        assert len(last(hub, "?act=webhook.remove")) == 2 * (len(answers) - 1)


def test_reading_leaves_no_record_of_a_named_operator_and_a_count_of_the_environment_s(
    hub: HubServer, anna: str
) -> None:
    known = len(last(hub))
    hub.call("GET", "/partners", token=anna)
    hub.get("/partners")
    assert len(last(hub)) == known

    hub.container.tally.flush()

    [counted] = last(hub, "?act=environment.read")
    assert (counted["outcome"], counted["actor"]) == ("counted", "HUB_ADMIN_TOKEN")
    assert counted["count"] == 3
    assert counted["place"] == "127.0.0.1"


def test_wrong_tokens_are_one_record_with_a_count(hub: HubServer) -> None:
    stranger = Platform([("OTHER", "NL", "TST", "")]).hub
    for n in range(3):
        hub.call("GET", "/partners", token=f"planted-{n}")
        stranger.call("GET", f"{hub.url}/ocpi/versions", token=f"planted-{n}")
    hub.call("GET", "/partners", token="")
    hub.container.tally.flush()

    [counted] = last(hub, "?act=authentication.refused")
    assert (counted["count"], counted["place"], counted["actor_kind"]) == (
        6,
        "127.0.0.1",
        "unknown",
    )
    assert "planted" not in repr(last(hub))


def test_what_a_role_may_not_do_is_counted(hub: HubServer, anna: str) -> None:
    hub.call("GET", "/operators", token=anna)
    hub.container.tally.flush()

    [counted] = last(hub, "?act=operator.refused")
    assert (counted["actor"], counted["role"], counted["outcome"]) == (
        "anna",
        "operator",
        "counted",
    )


def test_no_secret_is_in_any_record(hub: HubServer, cpo: Platform, anna: str) -> None:
    """Planted wherever an operator can write one, and those that the hub makes."""
    roles = [{"role": "EMSP", "country_code": "NL", "party_id": "MS1"}]
    planted = {"name": "MS1", "url": "http://u:planted@127.0.0.1:9/v?planted", "token": "planted"}
    hub.call("POST", "/partners/connect", body={**planted, "roles": roles})
    hub.call("POST", "/partners/connect", body={"token": {"planted": 1}, "planted": "planted"})
    invited = hub.call("POST", "/partners", body={"name": "MS1", "roles": roles})
    rotated = {"compromised": True, "token": "planted"}
    hub.call("POST", "/partners/DE-ABC/rotate", body=rotated)
    hub.call("POST", "/partners/DE-ABC/rotate", body={"compromised": True})
    hook = {"url": "https://planted:planted@h.example/?planted", "events": ["cdr.parked"]}
    hooked = hub.call("POST", "/webhooks", body=hook)
    other = hub.call("POST", "/operators", body={"name": "bo", "role": "admin"})
    hub.call("POST", "/operators", token="planted", body={"name": "cy", "role": "admin"})
    hub.container.tally.flush()

    secrets = {
        "planted",
        ADMIN,
        anna,
        invited.data["token"],
        other.data["token"],
        cpo.hub.peer.token,
    }
    secrets |= {hooked.data["secret"]} if hooked.ok else set()
    kept = list(hub.container.mongo.beside(hub.container.settings.audit_database)()["trail"].find())
    assert len(kept) > 12
    assert not [secret for secret in secrets if secret in repr(kept)]
    assert not [secret for secret in secrets if secret in repr(last(hub, "?limit=100"))]


def test_the_chain_is_verified_and_after_one_byte_was_changed_refused(
    hub: HubServer, anna: str
) -> None:
    sound = hub.get("/audit/verify").data
    assert (sound["records"], sound["fault"]) == (2, None)
    assert hub.get(f"/audit/verify?head={sound['hash']}").data["fault"] is None
    trail = hub.container.mongo.beside(hub.container.settings.audit_database)()[COLLECTION]
    trail.update_one({"_id": 2}, {"$set": {"actor": "HUB_ADMIN_TOKEM"}})

    refused = hub.get("/audit/verify").data

    assert (refused["records"], refused["fault"]) == (1, "record 2 was changed")


def test_records_are_found_by_what_they_have(hub: HubServer, cpo: Platform, anna: str) -> None:
    hub.call("POST", "/partners/DE-ABC/suspend", token=anna)
    hub.call("POST", "/partners/DE-ABC/resume")

    assert {each["act"] for each in last(hub, "?actor=anna")} == {"partner.suspend"}
    acts = {each["act"] for each in last(hub, "?object=DE-ABC&limit=100")}
    assert acts >= {"partner.suspend", "partner.resume", "partner.invite"}
    assert len(last(hub, "?act=operator&since=2020-01-01")) == 2
    assert last(hub, "?before=2020-01-01") == []
    assert len(last(hub, "?limit=1")) == 1
    assert hub.get("/audit?since=2021-01-01&before=2020-01-01").status == 400


def test_a_reason_is_a_bounded_line_in_any_language(hub: HubServer, cpo: Platform) -> None:
    why = "Störung " + "x" * 600
    raw = why.encode().decode("latin-1")
    assert hub.call("POST", "/partners/DE-ABC/suspend", headers={"Hub-Reason": raw}).ok

    assert ended(hub, "partner.suspend")["reason"] == why[:500]


def test_without_its_record_nothing_is_done(
    hub: HubServer, cpo: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.mongo import MongoAudit
    from domain import errors

    def away(store: MongoAudit, record: object) -> None:
        raise errors.StoreUnavailable("the audit trail is away")

    with monkeypatch.context() as patch:
        patch.setattr(MongoAudit, "append", away)
        answer = hub.call("POST", "/partners/DE-ABC/suspend")

    assert (answer.status, answer.code) == (503, 3000)
    assert hub.get("/partners/DE-ABC").data["state"] == "REGISTERED"
