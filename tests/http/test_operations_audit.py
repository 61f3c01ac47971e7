"""Acts of the command line are on record: the system's user, the reason, before and after."""

import json
import pwd
import socket
from os import getuid

import pytest

from adapters.mongo.audit import COLLECTION
from entrypoints.sandbox import Platform
from tests.http.commands import failed, printed, run
from tests.http.hub_server import HubServer


def test_an_act_is_on_record_with_the_systems_user_and_the_reason(
    hub: HubServer, cpo: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "anna")
    monkeypatch.setenv("SSH_CLIENT", "192.0.2.7 50000 22")
    printed(hub, "partner", "suspend", "DE-ABC", "--reason", "ticket 4711")

    done, begun = printed(hub, "audit", "list", "--act", "partner.suspend")
    user = f"{pwd.getpwuid(getuid()).pw_name} (sudo of anna)"
    place = f"{socket.gethostname()} (ssh from 192.0.2.7)"
    assert (done["actor_kind"], done["actor"], done["place"]) == ("command_line", user, place)
    assert (done["object"], done["reason"], done["outcome"]) == ("DE-ABC", "ticket 4711", "done")
    assert done["before"] == {"state": "REGISTERED"}
    assert done["after"] == {"state": "SUSPENDED"}
    assert (begun["outcome"], begun["id"]) == ("begun", done["id"])


def test_what_is_refused_and_what_is_typed_wrongly(hub: HubServer) -> None:
    assert "no partner is called" in failed(hub, "partner", "suspend", "DE-XYZ")
    assert run(hub, "partner", "invite").returncode == 2
    assert run(hub, "delivery", "retry").returncode == 2
    assert run(hub, "agreement", "remove", "x").returncode == 2
    assert run(hub, "cdr", "replay").returncode == 2

    refused, begun = printed(hub, "audit", "list")
    assert (refused["act"], refused["object"]) == ("partner.suspend", "DE-XYZ")
    assert (refused["failure"], begun["outcome"]) == ("UnknownPartner", "begun")


def test_what_is_made_is_named_and_its_secret_is_not(hub: HubServer, cpo: Platform) -> None:
    invited = printed(hub, "partner", "invite", "--name", "MS1", "--role", "EMSP:NL-MS1")
    printed(hub, "agreement", "add", "DE-ABC", "NL-MS1")
    printed(hub, "agreement", "fee", "NL-MS1", "DE-ABC", "--currency", "EUR", "--percent", "1.50")
    hook = ("--url", "http://127.0.0.1:9/?planted", "--event", "cdr.parked")
    hooked = printed(hub, "webhook", "add", *hook)
    operator = printed(hub, "operator", "add", "anna", "--role", "finance")

    objects = {each["act"]: each for each in reversed(printed(hub, "audit", "list"))}
    assert objects["partner.invite"]["object"] == "NL-MS1"
    assert objects["agreement.fee"]["object"] == objects["agreement.add"]["object"]
    assert objects["agreement.fee"]["after"]["fees"][0]["percent"] == "1.50"
    assert objects["webhook.add"]["object"] == hooked["id"]
    assert objects["operator.add"]["object"] == "anna"
    assert objects["operator.add"]["after"]["role"] == "finance"
    trail = run(hub, "audit", "export").stdout
    for secret in (invited["token"], hooked["secret"], operator["token"], "planted"):
        assert secret not in trail


def test_reading_leaves_no_record_and_accepting_does(hub: HubServer, cpo: Platform) -> None:
    known = len(printed(hub, "audit", "list"))

    printed(hub, "partner", "quarantine")
    assert len(printed(hub, "audit", "list")) == known
    failed(hub, "partner", "quarantine", "--accept", "none")
    assert len(printed(hub, "audit", "list")) == known + 2


def test_a_command_that_ends_with_1_is_on_record_as_failed(hub: HubServer, cpo: Platform) -> None:
    cpo.behave("http:500", "locations")
    assert run(hub, "partner", "sync", "DE-ABC").returncode == 1

    assert printed(hub, "audit", "list", "--act", "partner.sync")[0]["outcome"] == "failed"


def test_operators_are_made_listed_and_revoked(hub: HubServer) -> None:
    made = printed(hub, "operator", "add", "anna", "--role", "observer")
    assert hub.call("GET", "/partners", token=made["token"]).status == 200
    assert made["token"] not in run(hub, "operator", "list").stdout
    assert "observer" in run(hub, "operator", "list").stdout

    assert run(hub, "operator", "revoke", "anna").stdout == "anna is revoked\n"

    assert hub.call("GET", "/partners", token=made["token"]).status == 401
    assert printed(hub, "operator", "list")[0]["revoked"] is not None
    assert "taken" in failed(hub, "operator", "add", "anna", "--role", "admin")
    assert "no operator is called" in failed(hub, "operator", "revoke", "bo")
    assert run(hub, "operator", "add", "bo", "--role", "root").returncode == 2


def test_the_trail_is_shown_verified_and_exported(hub: HubServer) -> None:
    printed(hub, "operator", "add", "anna", "--role", "observer", "--reason", "new")
    assert "operator.add" in run(hub, "audit", "list").stdout

    verified = run(hub, "audit", "verify")
    sound = printed(hub, "audit", "verify")
    assert verified.stdout == f"2 records are sound; the last one has {sound['hash']}\n"
    assert run(hub, "audit", "verify", "--head", "unknown").returncode == 1
    lines = [json.loads(line) for line in run(hub, "audit", "export").stdout.splitlines()]
    assert [each["number"] for each in lines] == [1, 2]
    assert lines[1]["hash"] == sound["hash"]
    assert json.loads(lines[1]["after"])["name"] == "anna"
    assert printed(hub, "audit", "export", "--after", "1") == lines[1:]
    assert "no time between" in failed(
        hub, "audit", "list", "--since", "2026-01-02", "--before", "2026-01-01"
    )


def test_after_one_byte_was_changed_verify_ends_with_1(hub: HubServer) -> None:
    printed(hub, "operator", "add", "anna", "--role", "observer", "--reason", "new")
    trail = hub.container.mongo.beside(hub.container.settings.audit_database)()[COLLECTION]
    trail.update_one({"_id": 1}, {"$set": {"reason": "nev"}})

    verified = run(hub, "audit", "verify")

    assert (verified.returncode, verified.stdout) == (
        1,
        "0 records are sound; the last one has -\nBROKEN: record 1 was changed\n",
    )


def test_what_is_no_record_is_exported_as_its_number(hub: HubServer) -> None:
    trail = hub.container.mongo.beside(hub.container.settings.audit_database)()[COLLECTION]
    trail.insert_one({"_id": 1})

    assert run(hub, "audit", "export").stdout == '{"number":1}\n'
