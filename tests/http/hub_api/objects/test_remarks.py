"""Remarks, and how strictly a connection is judged: by the hub API and the command line."""

import json
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import cdr
from entrypoints.sandbox.fixtures import location
from tests.http.bills import post
from tests.http.commands import run
from tests.http.hub_server import HubServer

BROKEN = [{"language": "de", "text": "links\nhinten"}]
SAID = "directions[0].text: not a string without control characters or line breaks"


def told(hub: HubServer, *arguments: str) -> Any:
    ended = run(hub, *arguments, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


def push(cpo: Platform, name: str) -> Any:
    odd = location(id=name, directions=BROKEN)
    return cpo.hub.push("PUT", "locations", ("DE", "ABC", name), odd)


def options(hub: HubServer, body: dict[str, Any]) -> Any:
    return hub.call("PATCH", "/partners/DE-ABC/options", body=body)


def test_a_feed_with_line_breaks_is_pulled_and_its_remarks_are_shown(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    for number in range(3):
        cpo.own("locations", location(id=f"ODD{number}", directions=BROKEN))
    cpo.own("locations", location(id="WELL"))
    hub.container.hub.pulls_of_partners.pull(hub.get("/partners/DE-ABC").data["id"])

    listed = hub.get("/remarks?partner=DE-ABC&module=locations")

    assert hub.get("/quarantine").data == []
    assert {each["object"] for each in listed.data} == {"ODD0", "ODD1", "ODD2"}
    assert {(each["owner"], each["count"]) for each in listed.data} == {("DE-ABC", 1)}
    assert listed.data[0]["remarks"] == [SAID]
    assert listed.headers["x-total-count"] == "3"
    assert hub.get("/remarks?limit=1", by=cpo.hub).data == listed.data[:1]
    assert hub.get("/remarks", by=msp.hub).data == []
    assert hub.get("/remarks?partner=DE-ABC", by=msp.hub).status == 403
    assert told(hub, "partner", "remarks", "DE-ABC") == listed.data
    assert told(hub, "partner", "remarks", "--module", "tokens") == []


def test_a_push_is_judged_as_its_connection_says(hub: HubServer, cpo: Platform) -> None:
    assert push(cpo, "L1").code == 2001

    shown = options(hub, {"validation": {"push": "remark"}}).data["options"]
    answer = push(cpo, "L1")

    assert shown["validation"] == {"push": "remark", "pull": "default", "cdr": "default"}
    assert (answer.status, answer.code, answer.message) == (
        201,
        1000,
        f"taken with 1 remark: {SAID}",
    )
    assert "data" not in json.loads(answer.raw)
    options(hub, {"validation": {"push": "default"}})
    assert push(cpo, "L2").code == 2001


def test_a_bill_is_taken_with_its_remarks(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    bill = cdr()
    odd = {**bill["cdr_location"], "address": "Street\n1"}

    answer = post(cpo, cdr_location=odd)

    assert (answer.code, answer.message.partition(": ")[0]) == (1000, "taken with 1 remark")
    [shown] = hub.get("/remarks?module=cdrs").data
    assert shown["object"] == bill["id"].upper()


def test_options_are_set_by_the_command_line_and_roles_stay(hub: HubServer, cpo: Platform) -> None:
    before = hub.get("/partners/DE-ABC").data

    shown = told(hub, "partner", "set", "DE-ABC", "--validation", "cdr=enforce", "--raw-token-in")
    again = told(hub, "partner", "set", "DE-ABC", "--validation", "off", "--post-credentials-200")

    assert shown["options"] == {
        "validation": {"push": "default", "pull": "default", "cdr": "enforce"},
        "raw_token_in": True,
        "raw_token_out": False,
        "post_credentials_200": False,
        "sends_per_s": 0,
        "sends_at_once": 0,
    }
    assert again["options"]["validation"] == dict.fromkeys(("push", "pull", "cdr"), "off")
    assert (again["options"]["raw_token_in"], again["options"]["post_credentials_200"]) == (
        True,
        True,
    )
    assert again["approved"] == before["approved"]
    table = run(hub, "partner", "set", "DE-ABC", "--validation", "default")
    assert table.stdout.endswith("push=default, pull=default, cdr=default, raw_token_in,"
                                 " post_credentials_200\n")  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {"validation": {"push": "lax"}},
        {"validation": {"pushes": "off"}},
        {"raw_token_in": 7},
        {"x": 1},
    ],
)
def test_options_that_are_none_are_refused(hub: HubServer, cpo: Platform, body: Any) -> None:
    assert (options(hub, body).status, options(hub, body).code) == (422, 2001)


def test_words_that_are_no_mode_are_refused(hub: HubServer, cpo: Platform) -> None:
    ended = run(hub, "partner", "set", "DE-ABC", "--validation", "lax")

    assert ended.returncode == 2
    assert "push, pull, cdr and enforce, remark, off" in ended.stderr


def test_a_partner_sets_no_options(hub: HubServer, cpo: Platform) -> None:
    answer = hub.call("PATCH", "/partners/DE-ABC/options", body={}, by=cpo.hub)

    assert answer.status == 403


def test_what_is_quarantined_says_so_and_is_let_in_by_the_operator(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    cpo.own("locations", location(id="BAD", facilities=[""]))
    cpo.own("locations", location(id="WORSE", publish="yes"))
    hub.container.hub.pulls_of_partners.pull(hub.get("/partners/DE-ABC").data["id"])
    change = {"status": "CHARGING", "last_updated": "2026-11-28T00:00:00Z"}

    refused = cpo.hub.push("PATCH", "locations", ("DE", "ABC", "bad", "E1"), change)
    aside = {each["object"]: each for each in hub.get("/quarantine").data}
    path = f"/quarantine/{aside['BAD']['id']}/accept"

    assert (refused.status, refused.code) == (404, 2003)
    since = aside["BAD"]["since"]
    assert refused.message == f"BAD is quarantined since {since}, because facilities[0]: empty"
    assert hub.call("POST", path, by=cpo.hub).status == 403
    assert hub.call("POST", path).data["accepted"]
    assert told(hub, "partner", "quarantine", "--accept", aside["BAD"]["id"])["accepted"]
    assert hub.get("/locations/DE/ABC/BAD").data["id"] == "BAD"
    worse = hub.call("POST", f"/quarantine/{aside['WORSE']['id']}/accept")
    assert (worse.status, worse.code) == (422, 2001)
    assert hub.call("POST", "/quarantine/0123456789ab/accept").status == 404
