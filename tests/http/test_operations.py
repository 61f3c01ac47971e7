"""The operators' commands as operators run them: processes of their own, beside a running hub."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.e2e.hub_process import ocpi_hub
from tests.http.commands import failed, printed, run, run_by
from tests.http.hub_server import HubServer, environment_of


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A CPO that the hub does not know."""
    with Platform([("CPO", "DE", "ABC", "ABC Charging")]) as running:
        yield running


def test_an_invitation_is_one_json_object_and_lets_the_partner_in(
    hub: HubServer, platform: Platform
) -> None:
    ended = run(hub, "partner", "invite", "--name", "ABC", "--role", "CPO:DE:ABC")

    invitation = json.loads(ended.stdout)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert set(invitation) == {"id", "partner_id", "token", "versions_url"}
    assert invitation["partner_id"] == "DE-ABC"
    assert platform.hub.register(invitation["versions_url"], invitation["token"]).status == 201
    [shown] = printed(hub, "partner", "list")
    assert (shown["id"], shown["state"]) == (invitation["id"], "REGISTERED")


def test_connecting_ends_with_0_once_registered(hub: HubServer, platform: Platform) -> None:
    url, token = platform.versions_url, platform.invite()

    options = ("--url", url, "--token", token, "--name", "ABC", "--role", "CPO:DE:ABC")
    ended = run(hub, "partner", "connect", *options)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "CPO DE-ABC" in ended.stdout
    assert hub.get("/locations", by=platform.hub).status == 200


def test_connecting_without_a_role_names_the_command_that_approves(
    hub: HubServer, platform: Platform
) -> None:
    url, token = platform.versions_url, platform.invite()

    ended = run(hub, "partner", "connect", "--url", url, "--token", token, "--name", "ABC")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "ocpi-hub partner approve" in ended.stdout
    assert hub.get("/locations", by=platform.hub).status == 403
    assert "CPO DE-ABC" in run(hub, "partner", "approve", "ABC").stdout
    assert hub.get("/locations", by=platform.hub).status == 200


def test_an_operator_says_what_a_partner_may_speak_for(hub: HubServer, cpo: Platform) -> None:
    wanted = ("--role", "CPO:DE:ABC", "--role", "CPO:DE:*", "--hub-party", "DE-HUB")

    changed = printed(hub, "partner", "set", "DE-ABC", *wanted)

    roles = [(role["role"], role["party_id"]) for role in changed["approved"]["roles"]]
    assert roles == [("CPO", "ABC"), ("CPO", "*")]
    assert changed["approved"]["hub_party"] == "DE-HUB"
    assert "EMSP DE-HUB" in changed["keeps"]
    assert run(hub, "partner", "remove", "DE-ABC").returncode == 0
    assert "partner release" in failed(
        hub, "partner", "invite", "--name", "New", "--role", "CPO:DE:ABC"
    )
    partner_id = printed(hub, "partner", "show", "DE-ABC")["id"]
    assert "keeps nothing" in run(hub, "partner", "release", "DE-ABC").stdout
    invited = run(hub, "partner", "invite", "--again", partner_id)
    assert json.loads(invited.stdout)["id"] == partner_id


def test_a_rejected_partner_is_unregistered(hub: HubServer, platform: Platform) -> None:
    url, token = platform.versions_url, platform.invite()
    assert not run(
        hub, "partner", "connect", "--url", url, "--token", token, "--name", "ABC"
    ).returncode

    assert printed(hub, "partner", "reject", "ABC")["state"] == "UNREGISTERED"


def test_connecting_with_a_wrong_token_is_one_clear_line(
    hub: HubServer, platform: Platform
) -> None:
    line = failed(
        hub, "partner", "connect", "--url", platform.versions_url, "--token", "x", "--name", "ABC"
    )

    assert line.startswith("ocpi-hub: ")
    assert "401" in line


def test_partners_are_listed_as_a_table(hub: HubServer, cpo: Platform) -> None:
    heading, row = run(hub, "partner", "list").stdout.splitlines()

    columns = "ID NAME STATE PARTIES STATUS REACHABLE LAST SEEN LAST PULL"
    assert heading.split() == columns.split()
    assert "CPO DE-ABC" in row
    assert "CONNECTED" in row


def test_a_partner_is_suspended_resumed_rotated_and_removed(hub: HubServer, cpo: Platform) -> None:
    before = cpo.hub.peer.token

    assert printed(hub, "partner", "suspend", "DE-ABC")["state"] == "SUSPENDED"
    assert printed(hub, "partner", "resume", "DE-ABC")["state"] == "REGISTERED"
    assert run(hub, "partner", "rotate", "DE-ABC", "--compromised").returncode == 0
    assert cpo.hub.peer.token != before
    assert hub.call("GET", "/locations", token=before).status == 401
    assert run(hub, "partner", "remove", "DE-ABC").returncode == 0
    assert printed(hub, "partner", "show", "DE-ABC")["state"] == "UNREGISTERED"


def test_a_partner_is_shown_in_words_and_its_endpoints_as_a_table(
    hub: HubServer, cpo: Platform
) -> None:
    said = run(hub, "partner", "show", "DE-ABC").stdout

    shown = dict(line.split("  ", 1) for line in said.splitlines() if "  " in line)
    words = {name: shown[name].strip() for name in ("approved", "waiting", "options", "interest")}
    assert words == {
        "approved": "CPO DE-ABC",
        "waiting": "-",
        "options": "push=default, pull=default, cdr=default",
        "interest": "all is pushed",
    }
    assert "{" not in said
    assert ["IDENTIFIER", "ROLE", "URL", "FAULT"] in [line.split() for line in said.splitlines()]


def test_setting_nothing_says_what_can_be_set_and_is_not_on_record(
    hub: HubServer, cpo: Platform
) -> None:
    ended = run(hub, "partner", "set", "DE-ABC")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "say what to set: a role, an option, or what is pushed" in ended.stderr
    assert printed(hub, "audit", "list", "--act", "partner.set") == []


def test_a_partner_that_is_not_there_is_one_clear_line(hub: HubServer) -> None:
    assert "no partner is called 'DE-XYZ'" in failed(hub, "partner", "show", "DE-XYZ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("partner", "invite", "--name", "ABC"),
        ("partner", "invite", "--again", "ABC", "--role", "CPO:DE:ABC"),
        ("partner", "set", "ABC", "--role", "CPO:D:*"),
        ("partner", "invite", "--name", "ABC", "--role", "HUB:DE:ABC"),
        ("partner", "invite", "--name", "ABC", "--role", "CPO:DE:ABC", "--days", "0"),
        ("delivery", "list", "--state", "lost"),
        ("delivery", "retry"),
        ("delivery", "retry", "0123456789ab", "--partner", "DE-ABC"),
        ("location", "lists"),
        ("partner", "stand-in", "DE-ABC"),
        ("agreement", "add", "DE-ABC", "unknown"),
        ("agreement", "remove", "DE-ABC"),
        ("cdr", "list", "--state", "lost"),
        ("cdr", "list", "--since", "yesterday"),
        ("cdr", "list", "--party", "unknown"),
        ("cdr", "show"),
        ("cdr", "show", "unknown/CDR1"),
        ("cdr", "replay"),
        ("cdr", "replay", "--party", "NL-MS1"),
        ("cdr", "replay", "DE-ABC/CDR1", "--party", "NL-MS1", "--since", "2026-01-01"),
        ("delivery", "park"),
        ("session", "list", "--limit", "0"),
        ("settlement", "--from", "January"),
        ("agreement", "fee", "DE-ABC~NL-MS1"),
        ("agreement", "fee", "DE-ABC~NL-MS1", "--currency", "EURO"),
        ("agreement", "fee", "DE-ABC~NL-MS1", "--currency", "EUR", "--percent", "some"),
        ("agreement", "fee", "DE-ABC~NL-MS1", "--currency", "EUR", "--fixed", "NaN"),
        ("webhook", "add", "--url", "https://hooks.example"),
        ("webhook", "add", "--url", "https://hooks.example", "--event", "cdr.lost"),
    ],
)
def test_wrong_arguments_end_with_2_and_say_how_it_is_used(arguments: tuple[str, ...]) -> None:
    nowhere = environment_of("mongodb://127.0.0.1:1", "nothing", "redis://127.0.0.1:1/0")

    ended = run_by(nowhere, *arguments)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: ")


def test_deliveries_are_listed_shown_and_tried_again(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    msp.behave("ocpi:2001", "locations")
    hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location())
    hub.container.hub.sweep.publisher.sweep(older_than_s=-1)
    hub.pump()

    [listed] = printed(hub, "delivery", "list", "--partner", "NL-MS1", "--state", "refused")
    table = run(hub, "delivery", "list").stdout
    shown = printed(hub, "delivery", "show", listed["id"])

    assert shown == listed
    assert all(text in table for text in (listed["short_id"], "NL-MS1", "locations DE-ABC/LOC1"))
    assert run(hub, "delivery", "retry", listed["short_id"]).returncode == 0
    assert hub.get(f"/deliveries/{listed['short_id']}").data["state"] == "due"
    again = run(hub, "delivery", "retry", "--partner", "NL-MS1")
    assert (again.returncode, again.stdout) == (0, "1 tried again now\n")
    assert "nothing is owed" in failed(hub, "delivery", "show", "0123456789ab")


def test_agreements_are_made_listed_and_ended(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    made = printed(hub, "agreement", "add", "NL-MS1", "de/abc")

    assert made["id"] == "DE-ABC~NL-MS1"
    assert printed(hub, "agreement", "list") == [made] == hub.get("/agreements").data
    assert made["id"] in run(hub, "agreement", "list").stdout
    assert run(hub, "agreement", "remove", "NL-MS1", "DE-ABC").returncode == 0
    assert "no agreement DE-ABC~NL-MS1" in failed(hub, "agreement", "remove", made["id"])
    assert "between two parties" in failed(hub, "agreement", "add", "DE-ABC", "DE-ABC")


def test_a_partners_lists_are_pulled_and_what_is_bad_is_set_aside(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    cpo.own("locations", location(id="GOOD"))
    cpo.own("locations", location(id="BAD", country="Germany"))

    pulled, *others = printed(hub, "partner", "sync", "DE-ABC", "--whole")
    [aside] = printed(hub, "partner", "quarantine", "DE-ABC")
    table = run(hub, "partner", "quarantine").stdout

    assert (pulled["module"], pulled["party"]) == ("locations", "DE-ABC")
    assert (pulled["seen"], pulled["stored"], pulled["quarantined"]) == (2, 1, 1)
    assert {each["module"] for each in others} == {"sessions", "tariffs"}
    assert {each["seen"] for each in others} == {0}
    assert (aside["object"], aside["document"]["country"]) == ("BAD", "Germany")
    assert all(text in table for text in (" DE-ABC  ", "BAD", "country"))
    assert printed(hub, "partner", "quarantine", "NL-MS1") == []
    assert set(printed(hub, "partner", "show", "DE-ABC")["pulled"]) == {
        "locations",
        "sessions",
        "tariffs",
    }


def test_a_list_that_cannot_be_read_ends_the_pull_with_1(hub: HubServer, cpo: Platform) -> None:
    cpo.behave("http:500", "locations")

    ended = run(hub, "partner", "sync", "DE-ABC")

    assert ended.returncode == 1
    assert "HTTP 500" in ended.stdout


def test_partners_are_told_of_the_parties_that_they_reach_once(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    told = run(hub, "partner", "announce").stdout
    again = run(hub, "partner", "announce").stdout

    assert told.splitlines() == ["CPO:DE:ABC is told of the parties that it reaches"]
    assert again.splitlines() == ["every partner knows the parties that it reaches"]
    [put] = [each for each in cpo.received if each.module == "credentials"]
    assert "MS1" in {role["party_id"] for role in put.json()["roles"]}


def test_a_partner_that_cannot_be_told_is_named(hub: HubServer, cpo: Platform) -> None:
    cpo.behave("http:500", "credentials")

    ended = run(hub, "partner", "announce", "DE-ABC")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("CPO:DE:ABC could not be told: ")


def test_a_partner_is_stood_in_for_or_not(hub: HubServer, msp: Platform) -> None:
    assert printed(hub, "partner", "stand-in", "NL-MS1", "--off")["stand_in"] is False
    assert printed(hub, "partner", "stand-in", "NL-MS1", "--on")["stand_in"] is True


def test_an_invitation_can_be_announced(hub: HubServer) -> None:
    arguments = ("partner", "invite", "--name", "ABC", "--role", "CPO:DE:ABC", "--announce")

    assert run(hub, *arguments).returncode == 0
    assert printed(hub, "partner", "show", "ABC")["status"] == "PLANNED"


def test_without_a_hub_commands_say_what_to_set(tmp_path: Any) -> None:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("HUB_")}

    ended = ocpi_hub("partner", "list", environment={**environment, "HUB_DATA_DIR": str(tmp_path)})

    assert ended.returncode == 1
    assert "HUB_MONGO_URL" in ended.stderr
