"""What commands show is what the hub API answers: the same rows, the same filters, one spelling."""

import json
from decimal import Decimal
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import session, tariff, token
from entrypoints.sandbox.fixtures import connector, evse, location
from tests.http.bills import post, ref_of
from tests.http.commands import run
from tests.http.hub_server import HubServer


def told(hub: HubServer, *arguments: str) -> Any:
    """The one JSON value that a command prints, and nothing else."""
    ended = run(hub, *arguments, "--json")
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    return json.loads(ended.stdout, parse_float=Decimal)


def failure(hub: HubServer, *arguments: str) -> str:
    """Why a command could not do it."""
    ended = run(hub, *arguments)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr.removeprefix("ocpi-hub: ").rstrip()


@pytest.fixture
def street(hub: HubServer, cpo: Platform, msp: Platform) -> HubServer:
    """LOC1 of DE-ABC with a tariff at its connector, a session, and a card of NL-MS1."""
    site = location(evses=[evse(evse_id="DE*ABC*E1", connectors=[connector(tariff_ids=["T1"])])])
    assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=site).ok
    for platform, module, key, document in (
        (cpo, "tariffs", ("DE", "ABC", "T1"), tariff(id="T1")),
        (cpo, "sessions", ("DE", "ABC", "S1"), session(id="S1")),
        (msp, "tokens", ("NL", "MS1", "CARD"), token(uid="CARD")),
    ):
        assert platform.hub.push("PUT", module, key, document, to=platform.hub.hub_party).ok
    return hub


def test_objects_are_listed_and_shown_alike(street: HubServer) -> None:
    connector_ = "/locations/DE/ABC/LOC1/evses/EVSE1/connectors/1"
    at = "2026-01-15T12:00:00Z"
    alike: tuple[tuple[tuple[str, ...], str], ...] = (
        (("location", "list"), "/locations"),
        (("location", "show", "DE-ABC/LOC1"), "/locations/DE/ABC/LOC1"),
        (("location", "show", "DE-ABC/LOC1", "DE*ABC*E1", "1"), connector_),
        (("location", "search", "--status", "AVAILABLE"), "/locations/search?status=AVAILABLE"),
        (("location", "search", "--party", "DE-ABC"), "/locations/search?party=DE-ABC"),
        (("tariff", "list", "--party", "DE-ABC"), "/tariffs?party=DE-ABC"),
        (("tariff", "show", "DE-ABC/T1"), "/tariffs/DE/ABC/T1"),
        (
            ("tariff", "quote", "DE-ABC/LOC1", "EVSE1", "1", "--at", at),
            f"{connector_}/tariffs?at={at}",
        ),
        (("token", "show", "NL-MS1/CARD"), "/tokens/NL/MS1/CARD"),
        (("session", "list", "--party", "NL-MS1"), "/sessions?party=NL-MS1"),
        (("session", "show", "DE-ABC/S1"), "/sessions/DE/ABC/S1"),
        (("command", "list"), "/commands"),
        (("lane", "list", "--partner", "NL-MS1"), "/lanes?partner=NL-MS1"),
        (("partner", "list"), "/partners"),
    )
    for arguments, path in alike:
        assert told(street, *arguments) == street.get(path).data, path
    for arguments in (
        ("location", "list"),
        ("location", "search", "--lat", "50", "--lon", "3", "--radius-m", "500000"),
        ("tariff", "list"),
        ("tariff", "quote", "DE-ABC/LOC1", "EVSE1", "1"),
        ("command", "list"),
    ):
        assert run(street, *arguments).returncode == 0, arguments


def test_a_table_of_objects_names_their_owner(street: HubServer) -> None:
    for group, name in (("location", "LOC1"), ("tariff", "T1"), ("session", "S1")):
        headings, row = run(street, group, "list").stdout.splitlines()

        assert (headings.split()[:2], row.split()[:2]) == (["OWNER", "ID"], ["DE-ABC", name])


def test_what_is_not_there_is_an_error_on_both_sides(street: HubServer) -> None:
    for arguments, path in (
        (("session", "list", "--party", "DE-ABX"), "/sessions?party=DE-ABX"),
        (("location", "search", "--party", "DE-ABX"), "/locations/search?party=DE-ABX"),
        (("cdr", "list", "--party", "DE-ABX"), "/cdrs/deliveries?party=DE-ABX"),
        (("cdr", "export", "--party", "DE-ABX"), "/cdrs?party=DE-ABX"),
        (("tariff", "show", "DE-ABC/T2"), "/tariffs/DE/ABC/T2"),
        (("command", "show", "nothing"), "/commands/nothing"),
        (("webhook", "show", "nothing"), "/webhooks/nothing"),
        (("lane", "list", "--partner", "DE-ABX"), "/lanes?partner=DE-ABX"),
    ):
        answer = street.get(path)
        assert (answer.status, answer.message) == (404, failure(street, *arguments)), path
    assert "DE-ABX" in failure(
        street, "cdr", "replay", "--party", "DE-ABX", "--since", "2026-01-01"
    )
    assert "DE-ABX" in failure(street, "agreement", "add", "DE-ABX", "NL-MS1")
    body = {"one": "DE-ABX", "other": "NL-MS1"}
    assert street.call("POST", "/agreements", body=body).status == 404
    replay = {"party": "DE-ABX", "since": "2026-01-01"}
    assert street.call("POST", "/cdrs/replay", body=replay).status == 404
    for arguments in (("session", "show", "S1"), ("cdr", "list", "--session", "S1")):
        assert run(street, *arguments).returncode == 2
    for query in ("session=S1", "least=much", "least=NaN", "currency=EURO", "party=DE", "state=x"):
        assert street.get(f"/cdrs/deliveries?{query}").status == 400, query
    assert "no time between" in failure(
        street, "cdr", "list", "--since", "2026-02-01", "--before", "2026-02-01"
    )


def test_a_partner_asks_for_its_own_parties_alone(street: HubServer, msp: Platform) -> None:
    assert street.get("/sessions?party=NL-MS1", by=msp.hub).data == [session(id="S1")]
    assert street.get("/sessions?party=DE-ABC", by=msp.hub).status == 403


def test_cdrs_are_found_by_session_time_and_amount(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    for name in ("A", "B"):
        post(cpo, id=name, session_id=f"S-{name}")
    [first, _] = told(hub, "cdr", "list")
    billed = {name: first[name] for name in ("session", "kwh", "total", "currency")}

    assert billed["session"] == "DE-ABC/S-A"
    assert (billed["currency"], billed["total"] > 0, billed["kwh"] > 0) == ("EUR", True, True)
    total = str(billed["total"])
    for options, names in (
        ({"session": "DE-ABC/S-B"}, ["B"]),
        ({"session": "DE-ABC/S-C"}, []),
        ({"least": total, "most": total, "currency": "EUR"}, ["A", "B"]),
        ({"least": f"{total}1"}, []),
        ({"currency": "CHF"}, []),
        ({"since": "2020-01-01", "before": "2100-01-01", "state": "due"}, ["A", "B"]),
        ({"before": "2020-01-01"}, []),
    ):
        asked = [text for name, value in options.items() for text in (f"--{name}", value)]
        query = "&".join(f"{name}={value}" for name, value in options.items())
        listed = told(hub, "cdr", "list", *asked)
        assert [each["cdr"]["id"] for each in listed] == names, options
        assert listed == hub.get(f"/cdrs/deliveries?{query}").data, options
    *_, heading, sums = run(hub, "cdr", "list").stdout.splitlines()
    assert heading.split() == ["CURRENCY", "CDRS", "KWH", "TOTAL"]
    assert sums.split() == ["EUR", "2", str(2 * billed["kwh"]), str(2 * billed["total"])]


def test_the_cdr_itself_is_shown_and_exported(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    ref = ref_of(post(cpo))
    document = hub.get(f"/cdrs/{ref}").data

    assert told(hub, "cdr", "show", "--document", "DE-ABC/CDR1") == document
    assert told(hub, "cdr", "export", "--party", "NL-MS1") == [document] == hub.get("/cdrs").data
    [line] = run(hub, "cdr", "export").stdout.splitlines()
    assert json.loads(line, parse_float=Decimal) == document
    assert hub.get("/cdrs?party=NL-MS1").data == [document]
    assert told(hub, "cdr", "replay", ref)["ref"] == ref
    assert hub.call("POST", "/cdrs/DE/ABC/CDR1/replay").data["ref"] == ref


def test_what_differs_from_the_bill_that_has_the_id_is_shown(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    post(cpo)
    assert post(cpo, total_energy=Decimal("99.5")).code == 2001

    [conflict] = told(hub, "cdr", "conflicts")

    assert hub.get("/cdrs/conflicts").data == [conflict]
    assert [each["field"] for each in conflict["differs"]] == ["total_energy"]
    assert conflict["differs"][0]["refused"] == Decimal("99.5")
    assert conflict["partner"]["partner_id"] == "DE-ABC"
    row = run(hub, "cdr", "conflicts").stdout.splitlines()[1]
    assert "DE-ABC/CDR1  DE-ABC" in row
    assert "total_energy: " in row
    assert row.endswith("-> 99.5")


def test_a_list_of_what_is_owed_says_why(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    hub.deliver()
    url = "http://127.0.0.1:9/hook"
    body = {"url": url, "events": ["cdr.accepted"], "partner": "NL-MS1"}
    hook = hub.call("POST", "/webhooks", body=body).data
    msp.behave("http:500", "cdrs")
    for _ in range(6):
        post(cpo, id=f"CDR{_}")
    for _ in range(6):
        hub.pump()
    hub.container.hub.sweep.cdr_events.sweep()

    rows = told(hub, "delivery", "list")

    assert rows == hub.get("/deliveries").data
    by_hook = [each for each in rows if each["webhook"] is not None]
    assert {each["webhook"]["url"] for each in by_hook} == {url}
    assert {(each["partner"], each["event"]) for each in by_hook} == {(None, "cdr.accepted")}
    cdrs = [each for each in rows if each["module"] == "cdrs" and each["webhook"] is None]
    lane = cdrs[0]["lane"]
    assert (lane["breaker"], lane["failures_in_a_row"] >= 5) == ("open", True)
    assert all(each["why"].startswith("its lane is held back after ") for each in cdrs)
    assert all("HTTP 500" in each["why"] and lane["probe_at"] in each["why"] for each in cdrs)
    table = run(hub, "delivery", "list").stdout
    assert all(text in table for text in ("cdr.accepted: cdrs DE-ABC/", url, "NL-MS1"))
    lanes = told(hub, "lane", "list")
    assert lanes == hub.get("/lanes").data
    assert "NL-MS1" in run(hub, "lane", "list").stdout
    assert told(hub, "webhook", "show", hook["id"]) == hub.get(f"/webhooks/{hook['id']}").data
    assert "NL-MS1" in run(hub, "webhook", "list").stdout
    retried = hub.call("POST", "/deliveries/retry", body={"partner": "NL-MS1"})
    assert retried.data == {"retried": len(cdrs)}
    assert told(hub, "delivery", "retry", "--partner", "NL-MS1") == retried.data


def test_a_credit_waits_behind_what_it_credits(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    msp.behave("http:500", "cdrs")
    ref = ref_of(post(cpo))
    credit = {"id": "CR1", "credit": True, "credit_reference_id": "CDR1"}
    original = hub.get(f"/cdrs/{ref}").data
    cost = original["total_cost"]
    negated: dict[str, Any] = {"before_taxes": -cost["before_taxes"]}
    negated["taxes"] = [{**tax, "amount": -tax["amount"]} for tax in cost.get("taxes", [])]
    assert post(cpo, **{**original, **credit, "total_cost": negated}).ok

    [waiting] = told(hub, "delivery", "list", "--state", "waiting")

    assert (waiting["behind"], waiting["why"]) == (ref, f"waits behind {ref}")


def test_partners_are_told_of_and_stood_in_for_by_the_api_too(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    off = hub.call("PUT", "/partners/NL-MS1/stand-in", body={"allowed": False})
    told_ = hub.call("POST", "/partners/announce").data
    again = hub.call("POST", "/partners/announce").data
    whole = hub.call("POST", "/partners/DE-ABC/sync", body={"whole": True})

    assert off.data["stand_in"] is False
    assert [(each["partner_id"], each["failure"]) for each in told_] == [("DE-ABC", None)]
    assert again == told(hub, "partner", "announce") == []
    assert whole.status == 202
    assert all(each["whole"] for each in hub.get("/partners/DE-ABC").data["pulls"])
    mine = {"url": "https://hooks.example/x", "events": ["cdr.parked"], "partner": "DE-ABC"}
    assert hub.call("POST", "/webhooks", by=cpo.hub, body=mine).status == 403
