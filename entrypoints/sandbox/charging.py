"""Valid tokens, tariffs, sessions and CDRs per OCPI 2.3.0 edition 2: one charge that adds up."""

from decimal import Decimal
from typing import Any

from entrypoints.sandbox.fixtures import UPDATED
from entrypoints.sandbox.wire import Document


def token(cc: str = "NL", pid: str = "MS1", uid: str = "012345678", **fields: Any) -> Document:
    """A valid RFID card that is always asked for; `fields` win."""
    return {
        "country_code": cc,
        "party_id": pid,
        "uid": uid,
        "type": "RFID",
        "contract_id": f"{cc}{pid}C{uid}",
        "issuer": f"{cc}*{pid}",
        "valid": True,
        "whitelist": "NEVER",
        "last_updated": UPDATED,
    } | fields


def cdr_token(cc: str = "NL", pid: str = "MS1", uid: str = "012345678") -> Document:
    """The part of a token that sessions and CDRs carry."""
    whole = token(cc, pid, uid)
    return {
        name: whole[name] for name in ("country_code", "party_id", "uid", "type", "contract_id")
    }


def tariff(cc: str = "DE", pid: str = "ABC", id: str = "TARIFF1", **fields: Any) -> Document:
    """0.45 a kWh, 19 % VAT on top; `fields` win."""
    component = {
        "type": "ENERGY",
        "price": Decimal("0.45"),
        "vat": Decimal("19.0"),
        "step_size": 1,
    }
    return {
        "country_code": cc,
        "party_id": pid,
        "id": id,
        "currency": "EUR",
        "elements": [{"price_components": [component]}],
        "tax_included": "NO",
        "last_updated": UPDATED,
    } | fields


def charging_period(start: str = "2026-01-15T07:00:00Z", kwh: str = "1.5") -> Document:
    """So many kWh from `start` on."""
    energy = {"type": "ENERGY", "volume": Decimal(kwh)}
    return {"start_date_time": start, "dimensions": [energy]}


def session(cc: str = "DE", pid: str = "ABC", id: str = "SESSION1", **fields: Any) -> Document:
    """An active session at LOC1 with the card of NL/MS1; `fields` win."""
    return {
        "country_code": cc,
        "party_id": pid,
        "id": id,
        "start_date_time": "2026-01-15T07:00:00Z",
        "kwh": Decimal("12.5"),
        "cdr_token": cdr_token(),
        "auth_method": "AUTH_REQUEST",
        "location_id": "LOC1",
        "evse_uid": "EVSE1",
        "connector_id": "1",
        "currency": "EUR",
        "status": "ACTIVE",
        "last_updated": UPDATED,
    } | fields


def cdr(cc: str = "DE", pid: str = "ABC", id: str = "CDR1", **fields: Any) -> Document:
    """20 kWh in one hour, 9.00 and VAT, by `tariff()`, with the card of NL/MS1; `fields` win."""
    period = charging_period(kwh="20.0")
    return {
        "country_code": cc,
        "party_id": pid,
        "id": id,
        "start_date_time": "2026-01-15T07:00:00Z",
        "end_date_time": "2026-01-15T08:00:00Z",
        "session_id": "SESSION1",
        "cdr_token": cdr_token(),
        "auth_method": "AUTH_REQUEST",
        "cdr_location": _cdr_location(),
        "currency": "EUR",
        "tariffs": [tariff(cc, pid)],
        "charging_periods": [period | {"tariff_id": "TARIFF1"}],
        "total_cost": {
            "before_taxes": Decimal("9.00"),
            "taxes": [{"name": "VAT", "percentage": Decimal("19.0"), "amount": Decimal("1.71")}],
        },
        "total_energy": Decimal("20.0"),
        "total_time": Decimal("1.0"),
        "last_updated": UPDATED,
    } | fields


def credit_of(original: Document, **fields: Any) -> Document:
    """The Credit CDR of `original`: its own id, and the costs taken back (mod_cdrs, Credit CDRs).

    Nothing but total_cost is negated; `fields` win.
    """
    cost = original["total_cost"]
    taxes = [tax | {"amount": -tax["amount"]} for tax in cost.get("taxes") or []]
    named = {"taxes": taxes} if taxes else {}
    return (
        original
        | {
            "id": f"{original['id']}-C",
            "credit": True,
            "credit_reference_id": original["id"],
            "total_cost": {"before_taxes": -cost["before_taxes"], **named},
        }
        | fields
    )


def preferences(profile: str = "FAST", **fields: Any) -> Document:
    """How a driver would like to be charged; `fields` win."""
    return {"profile_type": profile} | fields


def _cdr_location() -> Document:
    return {
        "id": "LOC1",
        "address": "Alexanderplatz 1",
        "city": "Berlin",
        "postal_code": "10178",
        "country": "DEU",
        "coordinates": {"latitude": "52.52437", "longitude": "13.41053"},
        "evse_uid": "EVSE1",
        "evse_id": "DE*ABC*E1",
        "connector_id": "1",
        "connector_standard": "IEC_62196_T2",
        "connector_format": "SOCKET",
        "connector_power_type": "AC_3_PHASE",
    }
