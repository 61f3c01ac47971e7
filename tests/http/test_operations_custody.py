"""The operators' commands about sessions, CDRs, money and webhooks."""

import json
from decimal import Decimal

from domain.cdrs.custody import delivery_id_of
from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import session
from tests.http.bills import bills_at, post, ref_of
from tests.http.commands import failed, printed, run
from tests.http.hub_server import HubServer


def test_cdrs_are_listed_by_party_state_and_time(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    done = ref_of(post(cpo, id="DONE"))
    hub.deliver()
    msp.behave("http:500", "cdrs")
    owed = ref_of(post(cpo, id="OWED"))
    hub.pump()

    def refs(*arguments: str) -> list[str]:
        return [each["ref"] for each in printed(hub, "cdr", "list", *arguments)]

    assert refs() == [done, owed]
    assert refs("--state", "due") == [owed]
    assert refs("--state", "delivered_unconfirmed") == []
    assert refs("--party", "NL-MS1", "--since", "2020-01-01") == [done, owed]
    assert refs("--since", "2100-01-01T00:00:00Z") == []
    assert "no partner has the party BE-ELE" in failed(hub, "cdr", "list", "--party", "BE-ELE")
    heading, first, second, *_ = run(hub, "cdr", "list").stdout.splitlines()
    assert heading.split()[:4] == ["REF", "CDR", "SESSION", "RECEIVER"]
    assert all(text in first for text in (done, "DE-ABC/DONE", "NL-MS1", "delivered"))
    assert all(text in second for text in (owed, "due", "no envelope"))


def test_a_cdr_is_shown_with_every_attempt(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    msp.behave("http:500", "cdrs", times=1)
    ref = ref_of(post(cpo))
    hub.pump()
    hub.call("POST", f"/cdrs/{ref}/replay")
    hub.pump()

    shown = printed(hub, "cdr", "show", ref)
    text = run(hub, "cdr", "show", "de-abc/cdr1").stdout

    assert shown == hub.get(f"/cdrs/{ref}/delivery").data
    assert [each["http"] for each in shown["attempts"]] == [500, 201]
    assert "DE-ABC/CDR1" in text
    fields, _, attempts = text.partition("\n\n")
    assert any(line.split() == ["state", "delivered"] for line in fields.splitlines())
    heading, away, taken = attempts.splitlines()
    assert heading.split() == ["AT", "HTTP", "OCPI", "UNSURE", "REASON"]
    assert (away.split()[1], taken.split()[1]) == ("500", "201")
    assert "no such CDR" in failed(hub, "cdr", "show", "DE-ABC/CDR2")


def test_a_delivery_is_shown_with_every_attempt_and_parked(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    msp.behave("http:500", "cdrs")
    post(cpo)
    hub.pump()
    [listed] = printed(hub, "delivery", "list", "--state", "due", "--partner", "NL-MS1")

    shown = printed(hub, "delivery", "show", listed["short_id"])

    assert shown == {**listed, "tries": [listed["last"]]}
    assert "500" in run(hub, "delivery", "show", listed["short_id"]).stdout.splitlines()[-1]
    assert run(hub, "delivery", "park", listed["short_id"]).returncode == 0
    assert [each["id"] for each in printed(hub, "delivery", "list", "--state", "parked")] == [
        listed["id"]
    ]
    assert "only a CDR that is due" in failed(hub, "delivery", "park", listed["short_id"])


def test_verifying_prints_the_counts_one_a_line(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    post(cpo)
    hub.deliver()

    ended = run(hub, "cdr", "verify")

    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        "archived: 1",
        "delivered: 1",
        "pending: 0",
        "refused: 0",
        "parked: 0",
        "by pull: 0",
        "it adds up",
    ]


def test_verifying_ends_with_1_and_the_refs_where_it_does_not_add_up(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    damaged, lost = ref_of(post(cpo, id="CDR1")), ref_of(post(cpo, id="CDR2"))
    stores = hub.container.mongo()
    stores["cdrs"].update_one({"_id": damaged}, {"$set": {"body": b"{}"}})
    stores["deliveries"].delete_one({"_id": delivery_id_of(lost)})

    ended = run(hub, "cdr", "verify")
    as_json = run(hub, "cdr", "verify", "--json")

    assert (ended.returncode, as_json.returncode) == (1, 1)
    assert ended.stdout.splitlines()[-3:] == [
        f"damaged: {damaged}",
        f"not owed: {lost}",
        "it does NOT add up",
    ]
    assert json.loads(as_json.stdout)["adds_up"] is False


def test_one_cdr_or_all_of_a_party_are_handed_over_again(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    post(cpo)
    hub.deliver()

    assert run(hub, "cdr", "replay", "DE-ABC/CDR1").returncode == 0
    hub.pump()
    assert bills_at(msp) == 2
    all_ = run(hub, "cdr", "replay", "--party", "NL-MS1", "--since", "2020-01-01")
    assert (all_.returncode, all_.stdout) == (0, "1 to be delivered again\n")
    hub.pump()
    assert bills_at(msp) == 3


def test_conflicts_are_listed(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    ref = ref_of(post(cpo))
    post(cpo, remark="another")

    [told] = printed(hub, "cdr", "conflicts")

    assert (told["ref"], told["document"]["remark"]) == (ref, "another")
    assert "DE-ABC/CDR1" in run(hub, "cdr", "conflicts").stdout


def test_sessions_are_listed_and_so_are_those_that_are_amiss(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    for name, status in (("QUIET", "ACTIVE"), ("UNBILLED", "COMPLETED")):
        document = session(id=name, status=status)
        key = ("DE", "ABC", name)
        assert cpo.hub.push("PUT", "sessions", key, document, to=cpo.hub.hub_party).ok
    assert printed(hub, "session", "quiet") == printed(hub, "session", "unbilled") == []
    hub.container.mongo()["objects_sessions"].update_many(
        {}, [{"$set": {"watched.heard_at": {"$subtract": ["$watched.heard_at", 90_000_000]}}}]
    )

    assert printed(hub, "session", "list") == hub.get("/sessions").data
    assert "BE-ELE" in failed(hub, "session", "list", "--party", "BE-ELE")
    assert printed(hub, "session", "quiet") == hub.get("/sessions/quiet").data
    assert printed(hub, "session", "unbilled") == hub.get("/sessions/unbilled").data
    assert "QUIET" in run(hub, "session", "quiet").stdout
    table = run(hub, "session", "list", "--party", "NL-MS1").stdout
    assert all(text in table for text in ("DE-ABC", "UNBILLED", "COMPLETED", "NL-MS1"))


def test_the_hubs_share_is_agreed_and_settled(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    run(hub, "agreement", "add", "DE-ABC", "NL-MS1")
    fee = ("--currency", "eur", "--fixed", "0.10", "--percent", "1.5")

    priced = printed(hub, "agreement", "fee", "NL-MS1", "DE-ABC", *fee)
    post(cpo)

    assert priced["fees"] == [
        {"currency": "EUR", "fixed": Decimal("0.10"), "percent": Decimal("1.5")}
    ]
    assert "0.10 EUR + 1.5 %" in run(hub, "agreement", "list").stdout
    settled = printed(hub, "settlement", "--from", "2020-01-01", "--to", "2100-01-01")
    assert settled == hub.get("/settlement?from=2020-01-01&to=2100-01-01").data
    text = run(hub, "settlement").stdout
    assert all(each in text for each in ("DE-ABC", "NL-MS1", "10.71", "0.23500", "10.47500"))
    assert printed(hub, "settlement", "--from", "2100-01-01")["totals"] == []
    assert "0 or more" in failed(
        hub, "agreement", "fee", "DE-ABC~NL-MS1", "--currency", "EUR", "--percent", "101"
    )


def test_webhooks_are_added_listed_and_removed(hub: HubServer, cpo: Platform) -> None:
    url = ("--url", "https://hooks.example/ocpi", "--event", "cdr.parked")

    made = printed(hub, "webhook", "add", *url, "--event", "cdr.delivered")
    own = printed(hub, "webhook", "add", *url, "--partner", "DE-ABC")

    assert made["secret"].startswith("whsec_")
    assert printed(hub, "webhook", "list") == hub.get("/webhooks").data
    assert [each["id"] for each in hub.get("/webhooks", by=cpo.hub).data] == [own["id"]]
    table = run(hub, "webhook", "list").stdout
    assert "cdr.parked" in table
    assert "whsec_" not in table
    assert run(hub, "webhook", "remove", made["id"]).returncode == 0
    assert "no subscription" in failed(hub, "webhook", "remove", made["id"])
    wrong = ("--url", "ftp://hooks.example", "--event", "cdr.parked")
    assert "url" in failed(hub, "webhook", "add", *wrong)


def test_making_the_indexes_can_be_repeated(hub: HubServer) -> None:
    hub.container.mongo()["cdrs"].drop_index("key")

    assert [run(hub, "prepare").returncode for _ in range(2)] == [0, 0]
    assert "key" in hub.container.mongo()["cdrs"].index_information()


def test_doubtful_cdrs_are_listed_with_their_reasons(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    post(cpo, end_date_time="2026-01-15T06:00:00Z")

    assert printed(hub, "cdr", "doubtful") == hub.get("/cdrs/doubtful").data
    said = run(hub, "cdr", "doubtful").stdout
    assert "DE-ABC/CDR1" in said
    assert "end_date_time is before start_date_time" in said
