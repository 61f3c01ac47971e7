"""`ocpi-hub trace`, `journal` and `figures`, as an operator runs them beside a running hub."""

import json
from decimal import Decimal
from typing import Any

from tests.http.commands import failed, printed, run
from tests.http.hub_server import HubServer

NAME = "locations/DE-ABC/LOC1"


def _lines(text: str) -> list[Any]:
    return [json.loads(line, parse_float=Decimal) for line in text.splitlines()]


def test_a_trace_is_told_as_a_person_would(hub: HubServer, told: str) -> None:
    ended = run(hub, "trace", NAME)

    assert (ended.returncode, ended.stderr) == (0, "")
    said = ended.stdout
    assert "DE-ABC -> hub  PUT /hub/v1/locations/LOC1  201 1000" in said
    assert "hub -> NL-MS1  PUT" in said
    assert "hub -> BE-ELE  PUT" in said
    assert "500" in said
    assert "owed to BE-ELE" in said
    assert "nothing is owed" not in said


def test_a_trace_shows_what_was_said(hub: HubServer, told: str) -> None:
    said = run(hub, "trace", told, "--messages").stdout

    assert "> Authorization: ***" in said
    assert '"LOC1"' in said


def test_a_trace_is_the_same_as_of_the_hub_api(hub: HubServer, told: str) -> None:
    [story] = _lines(run(hub, "trace", told, "--json").stdout)

    assert story == hub.get(f"/trace?of={told}").data


def test_a_trace_of_nothing_is_one_clear_line(hub: HubServer) -> None:
    assert failed(hub, "trace", "nothing") == "ocpi-hub: nothing about nothing is in the journal"


def test_the_journal_is_searched_a_line_a_leg(hub: HubServer, told: str) -> None:
    legs = _lines(run(hub, "journal", "--module", "locations", "--json").stdout)

    newest_first = hub.get("/journal?module=locations").data
    assert legs == newest_first[::-1]
    shown = run(hub, "journal", "--partner", "BE-ELE", "--outcome", "http 5xx").stdout
    [line] = shown.splitlines()
    assert "hub -> BE-ELE  PUT" in line
    assert run(hub, "journal", "--outcome", "5xx").returncode == 2


def test_what_is_shown_unmasked_is_on_record(hub: HubServer, told: str) -> None:
    assert run(hub, "trace", told, "--reason", "a driver asks").returncode == 0
    assert not [each for each in printed(hub, "audit", "list") if each["act"] == "trace"]
    assert run(hub, "trace", told, "--unmask", "--reason", "a driver asks").returncode == 0

    noted = [each for each in printed(hub, "audit", "list") if each["act"] == "trace"]
    assert {each["reason"] for each in noted} == {"a driver asks"}


def test_figures_are_those_of_the_hub_api(hub: HubServer, told: str) -> None:
    options = ("--module", "locations", "--direction", "out")

    assert (
        printed(hub, "figures", *options) == hub.get("/figures?module=locations&direction=out").data
    )
    heading, *rows = run(hub, "figures", *options, "--by", "minute").stdout.splitlines()
    assert heading.split()[:3] == ["AT", "DIRECTION", "PARTNER"]
    assert {row.split()[2] for row in rows} == {"NL-MS1", "BE-ELE"}
