"""Currencies and countries are real ones, and compared as OCPI says: string or CiString."""

import pytest

from adapters.ocpi.exact_json import parse
from tests.wire.documents import CDR, LOCATION, SESSION, TARIFF, changed, check, problems

CURRENCY = "not a currency of ISO 4217 in upper case such as EUR"
COUNTRY = "not a country of ISO 3166-1 in upper case such as DEU"


@pytest.mark.parametrize("code", ["EUR", "CHF", "BGN", "HRK", "XCG", "SLE"])
@pytest.mark.parametrize(("kind", "document"), [("session", SESSION), ("tariff", TARIFF)])
def test_a_currency_of_today_or_of_late_is_taken(
    kind: str, document: dict[str, object], code: str
) -> None:
    check(kind, changed(document, "currency", code))


@pytest.mark.parametrize("code", ["eur", "Eur", "EUX", "ABC", "DEM"])
@pytest.mark.parametrize(
    ("kind", "document"), [("session", SESSION), ("tariff", TARIFF), ("cdr", CDR)]
)
def test_a_currency_that_does_not_exist_is_refused(
    kind: str, document: dict[str, object], code: str
) -> None:
    assert problems(kind, changed(document, "currency", code)) == {"currency": CURRENCY}


@pytest.mark.parametrize("code", ["DEU", "XKX", "GBR"])
def test_a_country_is_three_letters_of_iso_3166(code: str) -> None:
    check("location", changed(LOCATION, "country", code))
    check("cdr", changed(CDR, "cdr_location.country", code))


@pytest.mark.parametrize("code", ["deu", "GER", "EUR"])
def test_a_country_that_does_not_exist_is_refused(code: str) -> None:
    assert problems("location", changed(LOCATION, "country", code)) == {"country": COUNTRY}
    refused = problems("cdr", changed(CDR, "cdr_location.country", code))
    assert refused == {"cdr_location.country": COUNTRY}


@pytest.mark.parametrize("code", ["DE", "de", "dE", "XK", "ZZ"])
def test_a_country_code_is_a_cistring(code: str) -> None:
    check("cdr", changed(CDR, "country_code", code))
    check("cdr", changed(CDR, "cdr_token.country_code", code))


@pytest.mark.parametrize("code", ["UK", "EU", "00", "D "])
def test_a_country_code_that_does_not_exist_is_refused(code: str) -> None:
    refused = problems("cdr", changed(CDR, "cdr_token.country_code", code))
    assert refused == {"cdr_token.country_code": "not a country of ISO 3166-1"}


@pytest.mark.parametrize(
    "number", [b"1.7763568394002505E-15", b"0.1234567890123456789012345678901234", b"1E+60"]
)
def test_what_machines_really_write_is_a_number_of_a_bill(number: bytes) -> None:
    check("cdr", changed(CDR, "total_cost.before_taxes", parse(number)))


@pytest.mark.parametrize("number", [b"1E+61", b"1E-61", b"1" * 61, b"1E+99999999999999999999"])
def test_a_number_that_takes_long_to_reckon_with_is_refused(number: bytes) -> None:
    refused = problems("cdr", changed(CDR, "total_cost.before_taxes", parse(number)))
    reason = "not a number of at most 60 digits with an exponent within 60"
    assert refused == {"total_cost.before_taxes": reason}


def test_a_limit_of_any_size_is_whole_tenths() -> None:
    periods = [{"start_period": 0, "limit": 1}]
    profile = {"charging_rate_unit": "W", "charging_profile_period": periods}
    document = {"start_date_time": "2026-01-01T10:00:00Z", "charging_profile": profile}
    place = "charging_profile.charging_profile_period.0.limit"

    check("active_charging_profile", changed(document, place, parse(b"1E+60")))
    refused = problems("active_charging_profile", changed(document, place, parse(b"1E-60")))
    assert list(refused.values()) == ["not a multiple of 0.1"]
