"""Requests beyond a limit: how they are answered, who sees it, and what they do not cost."""

import base64
from collections.abc import Iterator

import pytest

from domain.partners.limits import OF_PARTNERS, LimitClass
from entrypoints.sandbox import Platform
from tests.http.bills import post
from tests.http.commands import printed
from tests.http.hub_server import HubServer, hub_server
from tests.http.minutes import early_in_a_minute
from tests.http.test_metrics import series

LISTS, CDRS, HUB_API, WRONG = 4, 2, 3, 5


@pytest.fixture
def hub(mongo_url: str, database_name: str, redis_url: str) -> Iterator[HubServer]:
    """A hub with limits that a test reaches."""
    further = {
        "HUB_LIMIT_LISTS": str(LISTS),
        "HUB_LIMIT_CDRS": str(CDRS),
        "HUB_LIMIT_HUB_API": str(HUB_API),
        "HUB_WRONG_TOKENS_PER_MINUTE": str(WRONG),
        "HUB_TRUSTED_PROXIES": "127.0.0.1",
    }
    with hub_server(mongo_url, database_name, redis_url, **further) as running:
        yield running


@pytest.fixture(autouse=True)
def _minute() -> None:
    early_in_a_minute()


def _lists(platform: Platform, times: int) -> list[int]:
    client = platform.hub
    return [client.get("locations", to=client.hub_party).status for _ in range(times)]


def _uses(hub: HubServer, by: Platform) -> dict[str, dict[str, object]]:
    return {row["class"]: row for row in hub.get("/limits", by=by.hub).data}


def test_beyond_its_limit_a_partner_is_told_how_long_to_wait(hub: HubServer, msp: Platform) -> None:
    assert _lists(msp, LISTS) == [200] * LISTS
    refused = msp.hub.get("locations", to=msp.hub.hub_party)

    assert (refused.status, refused.code) == (429, 2000)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "lists" in refused.message
    assert refused.headers["x-request-id"] == refused.request_id


def test_a_partner_beyond_its_limit_keeps_out_no_other(
    hub: HubServer, msp: Platform, other_msp: Platform
) -> None:
    assert _lists(msp, LISTS + 3)[LISTS:] == [429] * 3

    assert _lists(other_msp, LISTS) == [200] * LISTS


def test_a_cdr_is_kept_out_by_no_other_class_and_taken_when_it_comes_again(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _lists(cpo, LISTS + 1)
    answers = [post(cpo, id=f"CDR{number}") for number in range(CDRS + 1)]
    assert [each.status for each in answers] == [201] * CDRS + [429]

    gate = hub.container.hub.request_gates.of(LimitClass.CDRS)
    gate.minutes.clear()  # as in the next minute
    assert post(cpo, id=f"CDR{CDRS}").status == 201


def test_partner_and_operator_see_what_is_used(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _lists(msp, LISTS + 2)

    row = _uses(hub, msp)["lists"]
    assert (row["limit"], row["used"]) == (LISTS, LISTS)
    assert 1 <= int(str(row["frees_in_s"])) <= 60
    [first, *_] = hub.get("/limits").data
    assert (first["partner"]["partner_id"], first["class"], first["used"]) == (
        "NL-MS1",
        "lists",
        LISTS,
    )
    assert set(_uses(hub, cpo)) == {each.value for each in OF_PARTNERS}
    assert hub.get("/limits?partner=DE-ABC", by=msp.hub).status == 403


def test_the_command_line_shows_the_same(hub: HubServer, msp: Platform) -> None:
    _lists(msp, 2)
    hub.container.hub.request_gates.settle()

    [shown] = [row for row in printed(hub, "limits", "NL-MS1") if row["class"] == "lists"]
    [told] = [row for row in hub.get("/limits?partner=NL-MS1").data if row["class"] == "lists"]

    assert (shown["limit"], shown["used"], shown["partner"]) == (LISTS, 2, told["partner"])
    assert told["used"] == 2


def test_what_says_how_long_to_wait_is_answered_all_the_same(hub: HubServer, msp: Platform) -> None:
    statuses = [hub.get("/locations", by=msp.hub).status for _ in range(HUB_API + 1)]
    assert statuses == [200] * HUB_API + [429]

    assert _uses(hub, msp)["hub_api"]["used"] == HUB_API


def test_operators_have_no_limit(hub: HubServer) -> None:
    assert {hub.get("/partners").status for _ in range(HUB_API + 5)} == {200}


def test_what_is_refused_is_counted_by_partner_and_class_and_kept_in_no_journal(
    hub: HubServer, msp: Platform
) -> None:
    limited = ("ocpi_hub_requests_limited_total", ("lists", "NL-MS1"))
    before = series(hub).get(limited, 0.0)
    _lists(msp, LISTS + 3)
    hub.container.journal.close()

    assert series(hub)[limited] == before + 3
    legs = hub.get("/journal?partner=NL-MS1&module=locations").data
    assert {leg["http"] for leg in legs} == {200}


def _wrong(hub: HubServer, platform: Platform, token: str, forwarded: str = "") -> int:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    url = f"{hub.url}/ocpi/versions"
    return platform.hub.call("GET", url, token=token, headers=headers).status


def test_guesses_beyond_the_limit_ask_no_store_and_good_tokens_pass(
    hub: HubServer, cpo: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [_wrong(hub, cpo, f"guess-{each}") for each in range(WRONG)] == [401] * WRONG
    asked: list[str] = []
    partners = hub.container.hub.credentials_server.partners
    for name in ("by_token", "by_spent"):
        monkeypatch.setattr(type(partners), name, lambda *_: asked.append("the store"))

    assert {_wrong(hub, cpo, f"more-{each}") for each in range(10)} == {429}
    assert asked == []
    assert _wrong(hub, cpo, cpo.hub.peer.token) == 200
    assert hub.get("/partners").status == 200


def test_behind_a_proxy_that_is_trusted_each_address_counts_for_itself(
    hub: HubServer, cpo: Platform
) -> None:
    one = [_wrong(hub, cpo, f"guess-{each}", "192.0.2.1") for each in range(WRONG + 1)]
    assert one == [401] * WRONG + [429]

    assert _wrong(hub, cpo, "guess", "192.0.2.1, 192.0.2.2") == 401
    assert _wrong(hub, cpo, "guess", "192.0.2.3, 192.0.2.1") == 429
    assert _wrong(hub, cpo, "guess") == 401


def test_a_revoked_operators_token_that_comes_again_asks_no_store(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hub.call("POST", "/operators", body={"name": "bo", "role": "observer"})
    hub.call("DELETE", "/operators/bo")
    token = str(made.data["token"])
    assert hub.call("GET", "/partners", token=token).status == 401
    store = hub.container.hub.operator_tokens.operators
    monkeypatch.setattr(type(store), "by_fingerprint", lambda *_: 1 / 0)

    assert hub.call("GET", "/partners", token=token).status in (401, 429)


def test_a_token_that_is_written_as_it_is_is_known_too(hub: HubServer, cpo: Platform) -> None:
    hub.call("PATCH", "/partners/DE-ABC/options", body={"raw_token_in": True})
    for each in range(WRONG + 1):
        _wrong(hub, cpo, f"guess-{each}")
    headers = {"Authorization": f"Token {cpo.hub.peer.token}"}
    url = f"{hub.url}/ocpi/versions"

    assert cpo.hub.call("GET", url, headers=headers).status == 200
    written = base64.b64encode(f"{cpo.hub.peer.token}\n".encode()).decode()
    example = {"Authorization": f"Token {written}"}
    assert cpo.hub.call("GET", url, headers=example).status == 200


def test_the_audit_trail_has_the_address_that_called_the_proxy(
    hub: HubServer, cpo: Platform
) -> None:
    through = {"X-Forwarded-For": "198.51.100.1, 192.0.2.9"}
    assert hub.call("POST", "/partners/DE-ABC/suspend", headers=through).ok

    [record, *_] = hub.get("/audit?act=partner.suspend").data
    assert record["place"] == "192.0.2.9"
