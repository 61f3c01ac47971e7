"""`ocpi-hub trace`, `journal` and `figures`, as an operator runs them beside a running hub."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.journal.legs import Direction, Leg, Purpose
from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.builders import NOON
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
    assert "owed to BE-ELE since 20" in said
    assert "(BE-ELE)" not in said
    assert "a delivery, from " in said
    assert "delivered" not in said
    assert "nothing is owed" not in said


def test_of_a_change_that_went_out_with_a_later_one_it_says_where_to_look(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    for minute in (1, 2):
        body = location(last_updated=f"2026-01-15T08:0{minute}:00Z")
        key = ("DE", "ABC", body["id"])
        assert cpo.hub.push("PUT", "locations", key, body, to=cpo.hub.hub_party).ok
    hub.deliver()
    hub.container.journal.close()

    pushed = hub.get("/journal?partner=DE-ABC&module=locations").data
    later, first = (each["correlation_id"] for each in pushed if each["direction"] == "in")
    assert "see ocpi-hub trace locations/DE/ABC/LOC1" in run(hub, "trace", first).stdout
    said = run(hub, "trace", later).stdout
    assert "hub -> NL-MS1  PUT" in said
    assert "see ocpi-hub" not in said


def test_what_was_pushed_by_the_hub_api_is_found_by_its_object(
    hub: HubServer, cpo: Platform
) -> None:
    assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location()).ok
    hub.container.journal.close()

    assert "DE-ABC -> hub  PUT /hub/v1/locations/LOC1" in run(hub, "trace", NAME).stdout


def test_what_came_much_later_has_its_moment(hub: HubServer) -> None:
    first = Leg(NOON, Direction.IN, Purpose.RECEIVED, "", "GET", "/", "C-1", "R1", 1.0)
    soon = first._replace(at=NOON + timedelta(seconds=1), direction=Direction.OUT)
    late = first._replace(at=NOON + timedelta(minutes=2))
    for number, leg in enumerate((first, soon, late)):
        hub.container.journal.note(leg._replace(request_id=f"Q-{number}"))
    hub.container.journal.close()

    said = run(hub, "trace", "C-1").stdout

    assert "an unknown caller -> hub  GET" in said
    assert "+1000 ms  hub -> a webhook of the operators" in said
    assert "\n2026-01-01 12:02:00.000" in said


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
    assert run(hub, "journal", "--since", "1h", "--partner", "BE-ELE", "--limit", "1").stdout
    assert "http 5xx" in run(hub, "journal", "--outcome", "5xx").stderr
    assert "2h or 3d ago" in run(hub, "journal", "--since", "soon").stderr


def test_a_time_with_nothing_in_it_is_an_error(hub: HubServer) -> None:
    for command in ("journal", "figures"):
        assert "there is no time between them" in failed(
            hub, command, "--since", "2026-02-01", "--before", "2026-02-01"
        )


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
