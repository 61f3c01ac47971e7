"""What is pushed to a partner, chosen by itself, by an operator, and on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.fixtures import location
from tests.http.commands import failed, printed, run
from tests.http.hub_server import HubServer

DOCS = Path(__file__).parents[4] / "docs"
ALL: dict[str, Any] = {"countries": [], "owners": [], "bbox": None}
MODULES = ("locations", "tariffs", "tokens", "sessions", "hubclientinfo")
CHOSEN = {
    "push": {
        "locations": {"countries": ["de", "AT"], "owners": ["NL-MS1"], "bbox": [5.8, 47, 15.1, 55]},
        "tariffs": {"countries": ["DE"]},
        "sessions": {},
    },
    "pull": ["tokens"],
}
OF_OPERATOR = "/partners/NL-MS1/interest"


def choose(hub: HubServer, msp: Platform, body: Any) -> Answer:
    return hub.call("PUT", "/interest", by=msp.hub, body=body)


def push(hub: HubServer, cpo: Platform, name: str = "LOC1", **said: Any) -> None:
    document = location(id=name, **said)
    assert hub.call("PUT", f"/locations/{name}", by=cpo.hub, body=document).ok
    hub.deliver()


def test_everything_is_pushed_where_nothing_was_chosen(hub: HubServer, msp: Platform) -> None:
    shown = hub.get("/interest", by=msp.hub)

    assert shown.data == {
        "push": dict.fromkeys(MODULES, ALL),
        "pull": [],
        "revision": 0,
        "changed": None,
        "in_step": True,
    }
    assert hub.get("/partners/NL-MS1").data["interest"] == shown.data


def test_a_partner_chooses_for_itself_and_operators_see_it(hub: HubServer, msp: Platform) -> None:
    chosen = choose(hub, msp, CHOSEN)

    assert chosen.status == 200
    locations = chosen.data["push"]["locations"]
    assert (locations["countries"], locations["owners"]) == (["AT", "DE"], ["NL-MS1"])
    assert list(map(float, locations["bbox"])) == [5.8, 47, 15.1, 55]
    assert chosen.data["push"]["tariffs"] == {**ALL, "countries": ["DE"]}
    assert chosen.data["push"]["sessions"] == chosen.data["push"]["hubclientinfo"] == ALL
    assert (chosen.data["pull"], chosen.data["revision"]) == (["tokens"], 1)
    assert chosen.data["changed"].endswith("Z")
    assert hub.get("/interest", by=msp.hub).data == hub.get(OF_OPERATOR).data == chosen.data


def test_what_is_shown_can_be_put_again(hub: HubServer, msp: Platform) -> None:
    shown = choose(hub, msp, CHOSEN).data

    again = choose(hub, msp, {"push": shown["push"], "pull": shown["pull"]})

    assert again.data == shown


def test_an_operator_chooses_for_a_partner_and_resets_it(hub: HubServer, msp: Platform) -> None:
    chosen = hub.call("PUT", OF_OPERATOR, body={"pull": ["locations"]})
    reset = hub.call("DELETE", OF_OPERATOR)

    assert (chosen.data["pull"], chosen.data["in_step"]) == (["locations"], True)
    assert (reset.data["pull"], reset.data["in_step"]) == ([], False)
    assert hub.call("PUT", "/partners/none/interest", body={}).status == 404


def test_a_partner_resets_its_own(hub: HubServer, msp: Platform) -> None:
    choose(hub, msp, CHOSEN)

    assert hub.call("DELETE", "/interest", by=msp.hub).data["pull"] == []


def test_it_is_for_whom_it_is_about_and_operators(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    assert [hub.call(each, "/interest", body={}).status for each in ("PUT", "DELETE")] == [403, 403]
    assert hub.get("/interest").status == 403
    assert hub.get(OF_OPERATOR, by=cpo.hub).status == 403
    assert hub.call("PUT", OF_OPERATOR, by=msp.hub, body={}).status == 403


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"pull": ["cdrs"]}, "cdrs: the hub answers for CDRs: they are delivered to each platform"),
        ({"push": {"commands": {}}}, "commands: the hub pushes no such module"),
        ({"push": {"locations": {"countries": ["DE", "ZY"]}}}, "countries[1]: Not a country of"),
        ({"push": {"locations": {"owners": ["SE-NON"]}}}, "owners: SE-NON is no party that"),
        ({"push": {"locations": {"owners": ["SE-NONE"]}}}, "owners[0]: String does not match"),
        ({"push": {"locations": {"bbox": [1, 2, 3]}}}, "bbox: Length must be 4."),
        ({"push": {"locations": {"bbox": [1, 2, 3, 91]}}}, "bbox: not a number from -90 to 90"),
        ({"push": {"locations": {"bbox": [1, 5, 3, 4]}}}, "bbox: south is north of north"),
        ({"push": {"locations": {"bbox": [1, 2, 3, "4"]}}}, "bbox[3]: expected a number"),
        ({"push": {"tariffs": {"bbox": [1, 2, 3, 4]}}}, "tariffs: has no place on the map"),
        ({"push": {"sessions": {"countries": ["DE"]}}}, "sessions: is pushed whole or pulled"),
        ({"push": {"locations": {}}, "pull": ["locations"]}, "pull[0]: locations is pushed, too"),
        ({"push": {"locations": {"city": "Berlin"}}}, "city: Unknown field."),
        ({"pull": ["tokens"] * 11}, "pull: Longer than maximum length 10."),
        ({"push": {"locations": {"owners": ["DE-ABC"] * 501}}}, "owners: Longer than maximum"),
        ({"only": "DE"}, "only: Unknown field."),
    ],
)
def test_what_cannot_be_chosen_says_why_and_changes_nothing(
    hub: HubServer, msp: Platform, body: Any, message: str
) -> None:
    answer = choose(hub, msp, body)

    assert (answer.status, answer.code) == (422, 2001)
    assert message in answer.message
    assert hub.get("/interest", by=msp.hub).data["revision"] == 0


def test_it_decides_what_is_pushed_and_not_what_is_listed(
    hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform
) -> None:
    choose(hub, msp, {"push": {"locations": {"owners": ["BE-ELE"]}}})

    push(hub, cpo)

    assert other_msp.holds("locations", "DE", "ABC", "LOC1") is not None
    assert msp.holds("locations", "DE", "ABC", "LOC1") is None
    assert [each["id"] for each in hub.get("/locations", by=msp.hub).data] == ["LOC1"]
    choose(hub, msp, {"push": {"locations": {"countries": ["DE"]}}})
    push(hub, cpo, "LOC2")
    assert msp.holds("locations", "DE", "ABC", "LOC2") is not None


def test_an_operator_narrows_and_widens_on_the_command_line(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    wanted = ("--push", "locations=de,AT,DE-ABC@5.8,47.2,15.1,55.1", "--pull", "tokens")
    changed = printed(hub, "partner", "set", "NL-MS1", *wanted)
    further = printed(hub, "partner", "set", "NL-MS1", "--push", "tariffs=DE", "--push", "tokens")

    interest = changed["interest"]
    assert interest["push"]["locations"]["countries"] == ["AT", "DE"]
    assert interest["push"]["locations"]["owners"] == ["DE-ABC"]
    assert list(map(float, interest["push"]["locations"]["bbox"])) == [5.8, 47.2, 15.1, 55.1]
    assert interest["pull"] == ["tokens"]
    assert further["interest"]["push"]["locations"] == interest["push"]["locations"]
    assert further["interest"]["push"]["tariffs"]["countries"] == ["DE"]
    assert further["interest"]["pull"] == []
    assert further["approved"] == changed["approved"]
    assert printed(hub, "partner", "show", "NL-MS1")["interest"] == further["interest"]
    again = printed(hub, "partner", "set", "NL-MS1", "--push", "all", "--pull", "sessions")
    assert again["interest"]["push"]["locations"] == ALL
    assert again["interest"]["pull"] == ["sessions"]


def test_the_command_says_what_is_pushed_now(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    narrowed = (
        "--push",
        "locations=DE,DE-ABC@176.123456,-20,-178,-15.5",
        "--push",
        "tariffs@0,0,1,1",
    )

    refused = failed(hub, "partner", "set", "NL-MS1", *narrowed)
    said = run(hub, "partner", "set", "NL-MS1", *narrowed[:2], "--pull", "tokens").stdout
    reset = run(hub, "partner", "set", "NL-MS1", "--push", "all").stdout

    assert "tariffs: has no place on the map" in refused
    assert said.endswith(
        "; locations of DE, DE-ABC inside 176.123456,-20,-178,-15.5 pushed; tokens pulled\n"
    )
    assert reset.endswith("; all is pushed\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--push", "locations=ZY"), "ZY is not a country of ISO 3166-1 such as DE"),
        (("--push", "locations=DEABCD"), "not a party: 'DEABCD'"),
        (("--push", "locations@1,2,3"), "not west,south,east,north"),
        (("--push", "locations=DE", "--pull", "locations"), "locations is named twice"),
    ],
)
def test_what_cannot_be_typed_is_refused(
    hub: HubServer, arguments: tuple[str, ...], message: str
) -> None:
    ended = run(hub, "partner", "set", "NL-MS1", *arguments)

    assert ended.returncode == 2
    assert message in ended.stderr


def test_the_examples_of_the_documents_work(hub: HubServer, msp: Platform) -> None:
    guide = (DOCS / "partners.md").read_text(encoding="utf-8")
    said = guide.partition("/hub/v1/interest\" -d '")[2].partition("'\n")[0]
    lines = (DOCS / "operators.md").read_text(encoding="utf-8").splitlines()
    [typed] = [line.partition("#")[0].split() for line in lines if "set NL-MS1 --push" in line]

    chosen = choose(hub, msp, json.loads(said))
    changed = run(hub, *typed[1:])

    assert (chosen.status, chosen.data["pull"]) == (200, ["tokens"])
    narrowed = "locations of AT, DE pushed; tariffs of AT, DE pushed; tokens pulled"
    assert changed.stdout.endswith(f"; {narrowed}\n")
