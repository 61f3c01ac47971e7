"""What CDRs come to: to the last digit, for operators all of it, for partners their own pairs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.partners.party import PartyId
from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import cdr, cdr_token, credit_of
from tests.http.hub_server import HubServer

_FEE = "/agreements/DE-ABC~NL-MS1/fees/eur"
_SUMS = ("cdrs", "credits", "kwh", "net", "taxes", "gross", "hub_share", "due_to_cpo")


def _post(cpo: Platform, document: dict[str, Any]) -> None:
    assert cpo.hub.push("POST", "cdrs", (), document, to=cpo.hub.hub_party).ok


def _price(hub: HubServer, fixed: str, percent: str) -> None:
    hub.container.hub.administration.agree(PartyId("DE", "ABC"), PartyId("NL", "MS1"))
    fee = {"fixed": Decimal(fixed), "percent": Decimal(percent)}
    assert hub.call("PUT", _FEE, body=fee).ok


def test_an_agreement_gets_the_hubs_share_and_shows_it(hub: HubServer) -> None:
    _price(hub, "0.10", "1.5")

    [made] = hub.get("/agreements").data

    fee = {"currency": "EUR", "fixed": Decimal("0.10"), "percent": Decimal("1.5")}
    assert made["fees"] == [fee]
    assert b'"fixed":0.10,"percent":1.5' in hub.get("/agreements").raw
    replaced = hub.call("PUT", _FEE, body={"percent": 2})
    assert replaced.data["fees"] == [{"currency": "EUR", "fixed": 0, "percent": 2}]


@pytest.mark.parametrize(
    "fee",
    [
        {"fixed": "0.10"},
        {"fixed": True},
        {"fixed": Decimal("-0.01")},
        {"percent": Decimal("100.1")},
        {"percent": Decimal(f"1.{'1' * 60}")},
        {"shared": 1},
    ],
)
def test_what_is_no_share_is_refused(hub: HubServer, fee: dict[str, Any]) -> None:
    _price(hub, "0.10", "1.5")

    refused = hub.call("PUT", _FEE, body=fee)

    assert (refused.status, refused.code) == (422, 2001)
    assert hub.get("/agreements").data[0]["fees"][0]["fixed"] == Decimal("0.10")


def test_a_share_is_of_an_agreement_and_a_currency(hub: HubServer) -> None:
    assert hub.call("PUT", "/agreements/DE-ABC~NL-MS1/fees/EUR", body={}).status == 404
    _price(hub, "0", "0")
    assert hub.call("PUT", "/agreements/DE-ABC~NL-MS1/fees/EURO", body={}).code == 2001


def test_the_positions_add_up_to_the_totals_with_every_digit(
    hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform
) -> None:
    _price(hub, "0.10", "1.5")
    _post(cpo, cdr())
    _post(cpo, cdr(id="CDR2", cdr_token=cdr_token("BE", "ELE")))

    answer = hub.get("/settlement")

    theirs, ours = answer.data["positions"]
    [total] = answer.data["totals"]
    period = f"{hub.container.clock.now():%Y-%m}"
    assert (ours["cpo"], ours["emsp"], ours["period"]) == ("DE-ABC", "NL-MS1", period)
    assert [ours[name] for name in _SUMS] == [
        1,
        0,
        Decimal("20.0"),
        Decimal("9.00"),
        Decimal("1.71"),
        Decimal("10.71"),
        Decimal("0.235"),
        Decimal("10.475"),
    ]
    assert theirs["hub_share"] == 0
    assert total["currency"] == "EUR"
    assert all(total[name] == ours[name] + theirs[name] for name in _SUMS)
    assert b'"gross":10.71,"hub_share":0.23500,"due_to_cpo":10.47500' in answer.raw


def test_a_credit_takes_back_all_of_what_it_credits(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _price(hub, "0.10", "1.5")
    _post(cpo, cdr())
    _post(cpo, credit_of(cdr()))

    [total] = hub.get("/settlement").data["totals"]

    assert [total[name] for name in _SUMS] == [2, 1, 0, 0, 0, 0, 0, 0]


def test_a_partner_sees_the_pairs_that_it_is_in(
    hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform
) -> None:
    _post(cpo, cdr())
    _post(cpo, cdr(id="CDR2", cdr_token=cdr_token("BE", "ELE")))

    def pairs(platform: Platform) -> list[str]:
        answer = hub.get("/settlement", by=platform.hub)
        assert sum(total["cdrs"] for total in answer.data["totals"]) == len(
            answer.data["positions"]
        )
        return [each["emsp"] for each in answer.data["positions"]]

    assert pairs(cpo) == ["BE-ELE", "NL-MS1"]
    assert pairs(msp) == ["NL-MS1"]
    assert pairs(other_msp) == ["BE-ELE"]


def test_a_settlement_is_of_what_was_accepted_in_a_time(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _post(cpo, cdr())
    today = hub.container.clock.now()
    tomorrow = today + timedelta(days=1)

    def cdrs(query: str) -> int:
        return sum(each["cdrs"] for each in hub.get(f"/settlement?{query}").data["totals"])

    assert cdrs(f"from={today:%Y-%m-%d}&to={tomorrow:%Y-%m-%dT%H:%M:%SZ}") == 1
    assert cdrs(f"from={tomorrow:%Y-%m-%d}") == 0
    assert cdrs("to=2020-01-01") == 0
    assert hub.get("/settlement?from=2020-01-01").data["from"] == "2020-01-01T00:00:00.000Z"
    assert hub.get("/settlement?from=January").code == 2001
    assert hub.get("/settlement?to=2026-13-01").code == 2001
