"""What a reader is told that charging costs at a connector (TA-4)."""

from typing import Any

import pytest

from application.objects.quotes import Quote
from domain.errors import InvalidParameter, UnknownObject
from domain.objects.stored import ObjectKey, PartPath
from domain.partners.agreements import AgreementPolicy
from domain.partners.party import PartyId, Role
from domain.times import format_time, parse_time
from tests.builders import (
    ABC,
    HUB,
    LOC1,
    NOON,
    XYZ,
    a_connector,
    a_location,
    a_partner,
    a_price,
    a_role,
    a_tariff,
    an_element,
    an_evse,
    at,
)
from tests.unit.application.house import House
from tests.unit.application.tariffs import ELE, a_pricing_house, keep_tariff, push_tariff, withdraw

DAY = {"start_time": "08:00", "end_time": "20:00"}


def at_connector(house: House, *tariff_ids: str, zone: str = "Europe/Berlin") -> None:
    """LOC1 has one connector, with these tariffs."""
    connector = a_connector(tariff_ids=list(tariff_ids) or None)
    evses = [an_evse("E1", connectors=[connector])]
    house.push(a_location(evses=evses, time_zone=zone))


def named(house: House, tariff_id: str, **fields: Any) -> None:
    key = ObjectKey("tariffs", ABC, tariff_id)
    push_tariff(house, a_tariff(tariff_id, **fields), key=key)


def quoted(
    house: House, reader: PartyId = XYZ, when: str | None = None, path: PartPath = ("E1", "1")
) -> Quote:
    moment = None if when is None else parse_time(when)
    return house.tariff_quotes.quote(house.stored(LOC1), path, reader=reader, at=moment)


def offered(quote: Quote) -> list[str]:
    return [offer.tariff.id for offer in quote.offers]


@pytest.fixture
def house() -> House:
    return a_pricing_house()


def test_a_quote_has_the_connectors_tariffs_in_the_owners_order(house: House) -> None:
    at_connector(house, "T2", "T1", "t2")
    named(house, "T1")
    named(house, "T2")
    named(house, "T3")

    quote = quoted(house)

    assert offered(quote) == ["T2", "T1"]
    assert (quote.not_valid, quote.unknown) == ((), ())
    assert (quote.owner, quote.location_id, quote.path) == (ABC, "LOC1", ("E1", "1"))


def test_without_a_moment_it_is_now(house: House) -> None:
    at_connector(house)

    quote = quoted(house)

    assert (quote.at, quote.offers) == (NOON, ())


def test_the_location_has_its_own_time(house: House) -> None:
    elements = [an_element(a_price("TIME"), **DAY), an_element(a_price("ENERGY"))]
    named(house, "T1", elements=elements)

    def allowed(zone: str, when: str) -> tuple[int, ...]:
        at_connector(house, "T1", zone=zone)
        [offer] = quoted(house, when=when).offers
        return offer.elements

    assert allowed("Europe/Berlin", "2026-01-15T06:59:59Z") == (1,)
    assert allowed("Europe/Berlin", "2026-01-15T07:00:00Z") == (0, 1)
    assert allowed("Europe/Berlin", "2026-07-15T06:00:00Z") == (0, 1)
    assert allowed("America/Los_Angeles", "2026-01-15T15:00:00Z") == (1,)


def test_local_time_says_what_the_clocks_there_show(house: House) -> None:
    at_connector(house, zone="Asia/Kathmandu")

    quote = quoted(house, when="2026-01-15T20:00:00Z")

    assert quote.local.replace(tzinfo=None).isoformat() == "2026-01-16T01:45:00"
    assert quote.time_zone == "Asia/Kathmandu"


def test_prices_come_with_the_tariff(house: House) -> None:
    at_connector(house, "T1")
    named(house, "T1")

    [offer] = quoted(house).offers

    [price] = offer.prices
    assert (price.dimension, [each.element for each in price.candidates]) == ("ENERGY", [0])


def test_what_has_ended_or_is_not_known_is_named(house: House) -> None:
    at_connector(house, "OVER", "T1", "NONE", "SOON")
    named(house, "T1", start_date_time=at(-1), end_date_time=at(1))
    named(house, "OVER", end_date_time=at(0))
    named(house, "SOON", start_date_time=at(1))

    quote = quoted(house)

    assert offered(quote) == ["T1"]
    assert (quote.not_valid, quote.unknown) == (("OVER", "SOON"), ("NONE",))


def test_a_deleted_tariff_is_unknown(house: House) -> None:
    at_connector(house, "T1")
    push_tariff(house, a_tariff())
    withdraw(house)

    assert quoted(house).unknown == ("T1",)


def test_a_reader_gets_its_own_copy_and_not_others(house: House) -> None:
    at_connector(house, "T1")
    keep_tariff(house, a_tariff())

    assert offered(quoted(house)) == ["T1"]
    assert quoted(house, ELE).unknown == ("T1",)
    assert offered(quoted(house, ABC)) == []
    assert offered(quoted(house, HUB)) == []


def test_other_operators_are_told_no_prices(house: House) -> None:
    other = PartyId("FR", "OPS")
    house.with_partners(a_partner("ops", a_role(Role.CPO, other)))
    at_connector(house, "T1")
    named(house, "T1")

    assert quoted(house, other).unknown == ("T1",)
    assert offered(quoted(house, ABC)) == offered(quoted(house, HUB)) == ["T1"]


def test_who_may_not_see_the_owner_sees_no_tariff_of_it() -> None:
    house = a_pricing_house(policy=AgreementPolicy.REQUIRED)
    at_connector(house, "T1")
    named(house, "T1")

    assert quoted(house).unknown == ("T1",)
    assert offered(quoted(house, ABC)) == ["T1"]


@pytest.mark.parametrize("path", [("E9", "1"), ("E1", "9")])
def test_a_connector_that_is_not_there_has_no_quote(house: House, path: PartPath) -> None:
    at_connector(house, "T1")

    with pytest.raises(UnknownObject, match="9"):
        quoted(house, path=path)


def test_before_and_after_time_there_is_no_local_time(house: House) -> None:
    at_connector(house, zone="America/Los_Angeles")

    with pytest.raises(InvalidParameter, match="at: "):
        quoted(house, when="0001-01-01T00:00:00Z")
    assert format_time(quoted(house, when="9999-12-31T23:59:59Z").at).startswith("9999")
