"""Finding CDRs by session, time and amount; and what two bills of one id differ in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.memory import MemoryArchive
from application.cdrs.search import CdrQuery, CdrSearch, Contested
from application.partners.names import PartnerNames
from domain.cdrs.custody import Billed
from domain.delivery.deliveries import DeliveryState
from domain.errors import NotReplaceable, UnknownPartner
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId, Role
from tests.builders import ABC, HUB, NOON, XYZ, a_partner, a_role
from tests.charging import a_cdr, a_credit
from tests.unit.application.billing import post
from tests.unit.application.house import House

STRANGER = PartyId("BE", "ELE")


def costs(name: str, net: str, **further: Any) -> dict[str, Any]:
    """A CDR of this total, without taxes."""
    return a_cdr(name, total_cost={"before_taxes": Decimal(net)}, **further)


@pytest.fixture
def market(market: House) -> House:
    """A, B and its credit C, a minute apart; B alone bills the session S2 and is in CHF."""
    post(market, costs("A", "10", session_id="S1"))
    market.clock.advance(60)
    billed = costs("B", "20.50", session_id="S2", currency="CHF")
    post(market, billed)
    market.clock.advance(60)
    cost = {"before_taxes": Decimal(-10)}
    post(market, a_credit("C", of="A", total_cost=cost, session_id="S1"))
    return market


def finding(house: House) -> CdrSearch:
    search: CdrSearch = house.cdr_search
    return search


def found(house: House, **wanted: Any) -> list[str]:
    listed = finding(house).listed(CdrQuery(**wanted))
    return [each.filed.key.id for each in listed]


def test_without_figures_the_accounts_list_them(market: House) -> None:
    assert found(market) == ["A", "B", "C"]
    assert found(market, since=NOON + timedelta(seconds=60)) == ["B", "C"]
    assert found(market, before=NOON + timedelta(seconds=60)) == ["A"]
    assert found(market, before=NOON + timedelta(seconds=60), party=ABC) == ["A"]
    assert found(market, before=NOON, state=DeliveryState.PARKED) == []
    assert found(market, limit=1) == ["A"]


def test_a_session_has_its_bills(market: House) -> None:
    assert found(market, session=ObjectKey("sessions", ABC, "S2")) == ["B"]
    assert found(market, session=ObjectKey("sessions", ABC, "S3")) == []
    assert found(market, session=ObjectKey("sessions", ABC, "S2"), currency="EUR") == []
    assert found(market, session=ObjectKey("sessions", ABC, "S1")) == ["A", "C"]


def test_a_session_goes_together_with_time_and_party(market: House) -> None:
    session = ObjectKey("sessions", ABC, "S1")
    assert found(market, session=session, since=NOON + timedelta(seconds=120)) == ["C"]
    assert found(market, session=session, before=NOON + timedelta(seconds=120)) == ["A"]
    assert found(market, session=session, party=XYZ) == ["A", "C"]
    assert found(market, session=session, party=STRANGER) == []


def test_amounts_are_of_the_total(market: House) -> None:
    assert found(market, least=Decimal("20.50")) == ["B"]
    assert found(market, least=Decimal("20.51")) == []
    assert found(market, most=Decimal(0)) == ["C"]
    assert found(market, least=Decimal(0), most=Decimal(10)) == ["A"]
    assert found(market, currency="EUR") == ["A", "C"]
    assert found(market, currency="EUR", limit=1) == ["A"]


def test_amounts_go_together_with_the_rest(market: House) -> None:
    least = Decimal(-100)
    assert found(market, least=least, party=XYZ) == ["A", "B", "C"]
    assert found(market, least=least, party=STRANGER) == []
    assert found(market, least=least, since=NOON + timedelta(seconds=60)) == ["B", "C"]
    assert found(market, least=least, before=NOON + timedelta(seconds=60)) == ["A"]
    assert found(market, least=least, state=DeliveryState.DUE) == ["A", "B"]


def test_parked_by_age_counts_as_parked(market: House) -> None:
    market.clock.advance(31 * 86_400)

    assert found(market, least=Decimal(15), state=DeliveryState.PARKED) == ["B"]


def test_of_two_bills_with_one_id_what_differs_is_told(market: House) -> None:
    with pytest.raises(NotReplaceable):
        post(market, costs("A", "11", session_id="S1"))

    [contested] = finding(market).conflicts()

    assert [(each.path, each.one, each.other) for each in contested.differs] == [
        ("total_cost.before_taxes", 10, 11)
    ]


def test_without_the_bill_that_has_the_id_nothing_is_compared(market: House) -> None:
    with pytest.raises(NotReplaceable):
        post(market, costs("A", "11"))
    market.archive.held.clear()

    [contested] = finding(market).conflicts()

    assert contested == Contested(contested.conflict, ())


def test_figures_are_read_no_further_than_is_asked_for(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    billed, read = MemoryArchive.billed, list[str]()

    def noting(archive: MemoryArchive, **wanted: Any) -> Iterator[Billed]:
        for each in billed(archive, **wanted):
            read.append(each.ref)
            yield each

    monkeypatch.setattr(MemoryArchive, "billed", noting)

    assert found(market, most=Decimal(10), limit=1) == ["A"]
    assert len(read) == 1


def test_a_partys_figures_are_put_in_order(market: House, monkeypatch: pytest.MonkeyPatch) -> None:
    billed = MemoryArchive.billed

    def backwards(archive: MemoryArchive, **wanted: Any) -> Iterator[Billed]:
        return reversed(list(billed(archive, **wanted)))

    monkeypatch.setattr(MemoryArchive, "billed", backwards)

    assert found(market, least=Decimal(-100), party=XYZ) == ["A", "B", "C"]


class _Torn(MemoryArchive):
    """An archive that names a bill which it cannot read."""

    def naming(self, sessions: Sequence[ObjectKey]) -> Mapping[str, ObjectKey]:
        return {"gone": sessions[0]}


def test_a_bill_that_cannot_be_read_is_passed_over(market: House) -> None:
    finder = market.wiring.another(CdrSearch, bills=_Torn())

    assert finder.listed(CdrQuery(session=ObjectKey("sessions", ABC, "S1"))) == ()


def test_a_party_that_is_not_known_is_an_error(market: House) -> None:
    hub_party = PartyId("DE", "ROM")
    market.with_partners(
        a_partner("other", a_role(Role.CPO, STRANGER), hub_party=hub_party),
    )
    naming = PartnerNames(market.directories)

    assert [naming.party(each) for each in (ABC, HUB, hub_party)] == [ABC, HUB, hub_party]
    with pytest.raises(UnknownPartner, match="no partner has the party DE-ABX"):
        naming.party(PartyId("DE", "ABX"))
