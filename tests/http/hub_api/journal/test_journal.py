"""What went over the wire, as operators and partners are told of it."""

from collections.abc import Callable

import pytest

from entrypoints.hub_api.journal import journal
from entrypoints.sandbox import Platform
from entrypoints.sandbox.commands import start_session
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer

NAME = "locations/DE-ABC/LOC1"


@pytest.mark.parametrize("name", ["C-42", NAME])
def test_a_trace_tells_who_sent_what_and_what_is_owed(hub: HubServer, told: str, name: str) -> None:
    story = hub.get(f"/trace?of={name}").data

    legs = [
        (leg["direction"], leg["purpose"], leg["partner"]["partner_id"], leg["http"], leg["ocpi"])
        for leg in story["legs"]
    ]
    assert legs[0] == ("in", "received", "DE-ABC", 201, 1000)
    assert ("out", "delivered", "NL-MS1", 201, 1000) in legs
    assert ("out", "delivered", "BE-ELE", 500, None) in legs
    assert {leg["correlation_id"] for leg in story["legs"]} == {told}
    assert [each["receiver"] for each in story["owed"]] == ["BE-ELE"]


def test_a_trace_has_what_was_said(hub: HubServer, told: str) -> None:
    first = hub.get(f"/trace?of={told}").data["legs"][0]

    assert '"id":"LOC1"' in first["request"]["body"].replace(" ", "")
    assert first["request"]["headers"]["Authorization"] == "***"
    assert '"status_code":1000' in first["answer"]["body"]


def test_a_trace_has_so_many_bytes_of_bodies_and_all_legs(
    hub: HubServer, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_SHOWN", 1)

    legs = hub.get(f"/trace?of={told}").data["legs"]

    assert [leg["request"] is not None for leg in legs] == [True] + [False] * (len(legs) - 1)
    assert len(legs) > 2


def test_a_partner_is_told_of_its_own_legs_and_learns_of_no_other(
    hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform, told: str
) -> None:
    mine = hub.get(f"/trace?of={told}", by=msp.hub)
    others = hub.get(f"/trace?of={told}", by=other_msp.hub)

    assert [leg["partner"]["partner_id"] for leg in mine.data["legs"]] == ["NL-MS1"]
    assert mine.data["owed"] == []
    assert {leg["partner"]["partner_id"] for leg in others.data["legs"]} == {"BE-ELE"}
    assert [each["receiver"] for each in others.data["owed"]] == ["BE-ELE"]
    owners = hub.get(f"/trace?of={told}", by=cpo.hub)
    assert {leg["direction"] for leg in owners.data["legs"]} == {"in"}
    assert owners.data["owed"] == []


@pytest.mark.parametrize("asker", ["msp", "cpo"])
def test_what_is_anothers_looks_like_what_is_not_there(
    hub: HubServer, cpo: Platform, msp: Platform, asker: str
) -> None:
    hub.deliver()
    by, other = (msp, cpo) if asker == "msp" else (cpo, msp)
    headers = {"X-Correlation-ID": "C-43"}
    hub.call("GET", "/locations", by=other.hub, headers=headers)
    hub.container.journal.close()

    theirs, none = (hub.get(f"/trace?of={name}", by=by.hub) for name in ("C-43", "C-44"))

    assert (theirs.status, theirs.message) == (none.status, none.message) == (404, none.message)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("module=locations", {"BE-ELE", "NL-MS1"}),
        ("partner=NL-MS1&module=locations", {"NL-MS1"}),
        ("party=NL-MS1&other=NL-HUB&module=locations", {"NL-MS1"}),
        ("outcome=http", {"BE-ELE"}),
        ("outcome=no%20answer", set()),
        ("about=locations/DE-ABC/LOC1&partner=BE-ELE", {"BE-ELE"}),
        ("slower_than_ms=999999", set()),
        ("before=2020-01-01", set()),
        ("since=2020-01-01&limit=1000&module=locations", {"BE-ELE", "NL-MS1"}),
    ],
)
def test_a_search_by_each_of_its_filters(
    hub: HubServer, told: str, query: str, found: set[str]
) -> None:
    legs = hub.get(f"/journal?{query}").data

    assert {leg["partner"]["partner_id"] for leg in legs if leg["direction"] == "out"} == found


def test_a_partner_searches_its_own(hub: HubServer, msp: Platform, told: str) -> None:
    legs = hub.get("/journal?limit=1000", by=msp.hub).data

    assert {leg["partner"]["partner_id"] for leg in legs} == {"NL-MS1"}
    assert hub.get("/journal?partner=BE-ELE", by=msp.hub).status == 403
    assert hub.get("/journal?party=BE-ELE", by=msp.hub).data == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "outcome=9", "slower_than_ms=-1", "since=soon", "party=ABCDEFG"]
    + ["since=2026-02-01&before=2026-01-01", "odd=1"],
)
def test_a_wrong_filter_is_refused(hub: HubServer, query: str) -> None:
    assert hub.get(f"/journal?{query}").status == 400


def test_a_trace_of_nothing_is_refused(hub: HubServer) -> None:
    assert hub.get("/trace").status == 400
    assert hub.get("/trace?of=nothing").status == 404


@pytest.mark.parametrize(
    ("behaves", "http", "reason", "told"),
    [
        (lambda msp: msp.behave("http:500", "locations"), 500, "", 4000),
        (None, 201, "Success", 1000),
    ],
)
def test_a_request_that_is_passed_on_has_both_legs(
    hub: HubServer,
    cpo: Platform,
    msp: Platform,
    behaves: Callable[[Platform], object] | None,
    http: int,
    reason: str,
    told: int,
) -> None:
    hub.deliver()
    if behaves is not None:
        behaves(msp)
    to = ("NL", "MS1")
    cpo.hub.push("PUT", "locations", ("DE", "ABC", "LOC9"), location(id="LOC9"), to=to)
    hub.container.journal.close()

    came, went = hub.get("/trace?of=locations/DE-ABC/LOC9").data["legs"]

    assert (came["direction"], came["decision"], came["rule"]) == ("in", "direct", "R-4")
    assert (came["from"], came["to"]) == (went["from"], went["to"]) == ("DE-ABC", "NL-MS1")
    assert (went["purpose"], went["http"], went["reason"] or "") == ("relayed", http, reason)
    assert came["ocpi"] == told
    assert came["correlation_id"] == went["correlation_id"]
    assert came["request_id"] != went["request_id"]


def test_a_leg_says_what_was_changed_in_what_was_passed_on(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    url = msp.callback_url("commands", "1")
    msp.hub.push("POST", "commands", ("START_SESSION",), start_session(url), to=("DE", "ABC"))
    hub.container.journal.close()

    [came] = hub.get("/journal?module=commands&partner=NL-MS1").data

    assert came["rewritten"] == ["response_url"]


def test_a_leg_says_what_was_odd_about_what_was_taken(hub: HubServer, cpo: Platform) -> None:
    lenient = {"validation": {"push": "remark"}}
    assert hub.call("PATCH", "/partners/DE-ABC/options", body=lenient).ok
    odd = location(id="ODD", directions=[{"language": "de", "text": "links\nhinten"}])
    answer = cpo.hub.push("PUT", "locations", ("DE", "ABC", "ODD"), odd, to=cpo.hub.hub_party)
    hub.container.journal.close()

    [leg] = hub.get("/journal?about=locations/DE-ABC/ODD").data

    assert answer.message.startswith("taken with")
    assert (leg["remarks"], leg["reason"]) == (answer.message, None)


@pytest.mark.parametrize("by", ["hour", "minute"])
def test_figures_say_how_requests_ended(hub: HubServer, told: str, by: str) -> None:
    figures = hub.get(f"/figures?by={by}&module=locations&direction=out").data

    ended = {(each["partner"]["partner_id"], each["outcome"]): each["count"] for each in figures}
    assert ended == {("NL-MS1", "1xxx"): 1, ("BE-ELE", "http 5xx"): 1}
    assert {each["p95_ms"] is None or each["p95_ms"] > 0 for each in figures} == {True}


def test_a_partner_has_figures_of_its_own(hub: HubServer, msp: Platform, told: str) -> None:
    figures = hub.get("/figures", by=msp.hub).data

    assert {each["partner"]["partner_id"] for each in figures} == {"NL-MS1"}
    assert hub.get("/figures?partner=BE-ELE", by=msp.hub).status == 403


@pytest.mark.parametrize(
    "query",
    ["by=day", "direction=up", "outcome=5xxx", "since=2026-02-01&before=2026-01-01", "limit=0"],
)
def test_figures_that_cannot_be_are_refused(hub: HubServer, query: str) -> None:
    answer = hub.get(f"/figures?{query}")

    assert answer.status == 400
    assert answer.message.startswith(query.partition("=")[0])
