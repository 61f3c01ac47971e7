"""What operators list of CDRs: by party, by what became of them, from a moment on."""

from datetime import timedelta

import pytest

from domain.delivery.deliveries import DeliveryState
from domain.partners.party import PartyId
from tests.builders import ABC, XYZ
from tests.charging import a_cdr, a_cdr_token, a_credit
from tests.unit.application.billing import a_payer, post
from tests.unit.application.charging_now import report_to_hub, settle
from tests.unit.application.house import House

QRS = PartyId("BE", "QRS")


@pytest.fixture
def market(market: House) -> House:
    """AGED, then a month later PARKED, DUE and its credit; OTHERS is QRS's, which pulls it."""
    market.with_partners(a_payer("other", QRS, endpoints=()))
    post(market, a_cdr("AGED"))
    market.clock.advance(timedelta(days=30).total_seconds())
    market.delivery_overview.park(post(market, a_cdr("PARKED")).filed.delivery_id)
    for document in (
        a_cdr("DUE"),
        a_credit("DUE-C", of="DUE"),
        a_cdr("OTHERS", cdr_token=a_cdr_token(QRS)),
    ):
        market.clock.advance(1)
        post(market, document)
    return market


def listed(market: House, **wanted: object) -> list[str]:
    found = market.cdr_accounting.listed(**wanted)  # type: ignore[arg-type]
    return [handed.filed.key.id for handed in found]


def test_all_are_listed_oldest_first(market: House) -> None:
    assert listed(market) == ["AGED", "PARKED", "DUE", "DUE-C", "OTHERS"]
    assert listed(market, limit=2) == ["AGED", "PARKED"]


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (DeliveryState.PARKED, ["AGED", "PARKED"]),
        (DeliveryState.DUE, ["AGED", "DUE"]),
        (DeliveryState.WAITING, ["DUE-C"]),
        (DeliveryState.BY_PULL, ["OTHERS"]),
        (DeliveryState.DELIVERED, []),
    ],
)
def test_those_in_a_state_are_listed_aged_ones_as_parked(
    market: House, state: DeliveryState, names: list[str]
) -> None:
    assert listed(market, state=state) == names


def test_which_are_parked_by_age_is_said(market: House) -> None:
    aged, parked = market.cdr_accounting.listed(state=DeliveryState.PARKED)

    assert (aged.is_parked_by_age, parked.is_parked_by_age) == (True, False)
    assert market.cdr_accounting.find(aged.filed.ref, by=None).is_parked_by_age


def test_those_of_one_party_are_what_it_bills_or_owes(market: House) -> None:
    assert listed(market, party=QRS) == ["OTHERS"]
    assert listed(market, party=XYZ, state=DeliveryState.DUE) == ["AGED", "DUE"]
    assert len(listed(market, party=ABC)) == 5


def test_those_since_a_moment_are_listed(market: House) -> None:
    since = market.clock.now() - timedelta(seconds=2)

    assert listed(market, since=since) == ["DUE", "DUE-C", "OTHERS"]
    assert listed(market, since=since, state=DeliveryState.DUE) == ["DUE"]


def test_deliveries_of_other_classes_are_not_cdrs(market: House) -> None:
    report_to_hub(market)
    market.publisher.sweep(older_than_s=-1.0)

    assert listed(market, state=DeliveryState.DUE) == ["AGED", "DUE"]
    settle(market)
