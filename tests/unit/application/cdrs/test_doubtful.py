"""Doubtful CDRs are listed with the reason, and nothing of them is held back."""

from typing import Any

import pytest

from domain.delivery.deliveries import DeliveryState
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from tests.builders import XYZ, at
from tests.charging import a_cdr, a_cost, a_credit, a_period
from tests.unit.application.billing import REFUSING, TAKING, handed, post, pump, says, state
from tests.unit.application.cdrs.test_asked_meanwhile import Meanwhile
from tests.unit.application.house import House

POWER = {"start_date_time": at(0), "dimensions": [{"type": "POWER", "volume": 11}]}
DOUBTFUL: dict[str, tuple[dict[str, Any], str]] = {
    "ends before": ({"end_date_time": at(-7200)}, "end_date_time is before start_date_time"),
    "2099": (
        {"start_date_time": "2099-01-01T00:00:00Z", "end_date_time": "2099-01-01T01:00:00Z"},
        "start_date_time is later than the CDR came",
    ),
    "negative": ({"total_cost": a_cost("-1")}, "total_cost is negative, and it is no Credit CDR"),
    "negative with taxes": (
        {"total_cost": a_cost("1", "-2")},
        "total_cost is negative, and it is no Credit CDR",
    ),
    "dimension": (
        {"charging_periods": [a_period(), POWER]},
        "charging_periods have dimensions that belong to sessions alone",
    ),
}


def reasons(market: House) -> dict[str, tuple[str, ...]]:
    """What is doubtful, once each CDR has been looked into."""
    market.cdr_events.sweep()
    return {each.filed.key.id: each.reasons for each in market.doubtful_cdrs.listed()}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_can_hardly_be_meant_is_listed_and_delivered(market: House, name: str) -> None:
    fields, reason = DOUBTFUL[name]

    taken = post(market, a_cdr(**fields))
    pump(market)

    assert reasons(market) == {"CDR1": (reason,)}
    assert state(market, taken) is DeliveryState.DELIVERED


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"start_date_time": "1970-1-1T00:00:00Z"},
        {"start_date_time": None, "end_date_time": None},
        {"start_date_time": at(3600), "end_date_time": at(3600)},
        {"total_cost": a_cost("0")},
        {"session_id": None},
        {"charging_periods": None},
    ],
)
def test_what_is_usual_is_not_doubted(market: House, fields: dict[str, Any]) -> None:
    post(market, a_cdr(**fields))

    assert reasons(market) == {}


def test_a_session_that_is_billed_twice_is_doubted_until_one_is_credited(market: House) -> None:
    post(market)
    assert reasons(market) == {}
    post(market, a_cdr("CDR2"))
    assert reasons(market) == {"CDR2": ("its session is billed by another CDR too: CDR1",)}
    assert market.bell.rung == [Rung(AlarmKind.CDR_DOUBTFUL, "DE-ABC")]

    post(market, a_credit())

    assert reasons(market) == {}


def test_of_bills_that_come_together_the_later_ones_are_doubted(market: House) -> None:
    for name in ("CDR1", "CDR2", "CDR3"):
        post(market, a_cdr(name))
        market.clock.advance(0.001)

    assert reasons(market) == {
        "CDR2": ("its session is billed by another CDR too: CDR1",),
        "CDR3": ("its session is billed by another CDR too: CDR1",),
    }


def test_a_cdr_is_looked_into_again_where_that_was_not_noted(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(market)
    taken = post(market, a_cdr("CDR2"))
    with monkeypatch.context() as dying:
        dying.setattr(type(market.ledger), "told", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            market.cdr_events.sweep()

    assert "CDR2" in reasons(market)
    assert handed(market, taken).what.doubts == ("billed_twice",)


def test_a_bill_that_may_still_be_declined_is_looked_into_later(market: House) -> None:
    post(market)
    says(market, Meanwhile(lambda: market.cdr_events.sweep(), then=TAKING))

    taken = post(market, a_cdr("CDR2"), to=XYZ)

    assert handed(market, taken).what.doubts == ()
    assert "CDR2" in reasons(market)


def test_a_bill_that_is_credited_itself_is_not_doubted_any_more(market: House) -> None:
    post(market)
    post(market, a_cdr("CDR2"))

    post(market, a_credit("CDR2-C", of="CDR2"))

    assert reasons(market) == {}


def test_a_credit_and_a_declined_cdr_bill_no_session(market: House) -> None:
    says(market, REFUSING)
    post(market, to=XYZ)
    post(market, a_cdr("CDR2"))
    post(market, a_credit("CDR2-C", of="CDR2"))

    assert reasons(market) == {}


def test_a_credit_that_awaits_its_original_takes_nothing_back_yet(market: House) -> None:
    post(market, a_credit(total_energy=1))
    post(market)
    post(market, a_cdr("CDR2"))

    assert reasons(market)["CDR2"] == ("its session is billed by another CDR too: CDR1",)
    assert reasons(market)["CDR1-C"] == (
        "it does not fit the CDR that it credits, and is not delivered "
        "(total_energy: differs from the CDR that is credited)",
    )


def test_a_credit_that_stayed_alone_is_listed(market: House) -> None:
    post(market, a_credit())
    market.clock.advance(86_400)
    market.cdr_obligations.sweep()

    assert reasons(market) == {
        "CDR1-C": ("the CDR that it credits has not come (CDR1 has not come)",)
    }


def test_a_delivery_without_a_cdr_is_not_listed(market: House) -> None:
    post(market, a_cdr(total_cost=a_cost("-1")))
    market.archive.held.clear()

    assert reasons(market) == {}
