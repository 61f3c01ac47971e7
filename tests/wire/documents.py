"""One valid document of each kind that the tests change one thing in."""

import json
from typing import Any

from adapters.ocpi.exact_json import parse
from adapters.ocpi.schemas import OcpiSchemas
from domain.errors import InvalidDocument

Json = dict[str, Any]

NOW = "2026-01-31T12:00:00Z"
_OWNER = {"country_code": "DE", "party_id": "ABC"}

CONNECTOR: Json = {
    "id": "1",
    "standard": "IEC_62196_T2",
    "format": "SOCKET",
    "power_type": "AC_3_PHASE",
    "max_voltage": 230,
    "max_amperage": 32,
    "tariff_ids": ["T1"],
    "last_updated": NOW,
}
EVSE: Json = {"uid": "E1", "status": "AVAILABLE", "connectors": [CONNECTOR], "last_updated": NOW}
HOURS: Json = {
    "twentyfourseven": False,
    "regular_hours": [{"weekday": 1, "period_begin": "08:00", "period_end": "20:00"}],
}
PARKING: Json = {
    "id": "P1",
    "vehicle_types": ["VAN"],
    "restricted_to_type": False,
    "reservation_required": False,
}
LOCATION: Json = {
    **_OWNER,
    "id": "LOC1",
    "publish": True,
    "address": "Straße 1",
    "city": "Köln",
    "country": "DEU",
    "coordinates": {"latitude": "50.937531", "longitude": "6.960279"},
    "time_zone": "Europe/Berlin",
    "opening_times": HOURS,
    "evses": [EVSE],
    "parking_places": [PARKING],
    "last_updated": NOW,
}
TARIFF: Json = {
    **_OWNER,
    "id": "T1",
    "currency": "EUR",
    "elements": [{"price_components": [{"type": "ENERGY", "price": 0.25, "step_size": 1}]}],
    "tax_included": "NO",
    "last_updated": NOW,
}
CDR_TOKEN: Json = {
    "country_code": "NL",
    "party_id": "MS1",
    "uid": "AABBCC",
    "type": "RFID",
    "contract_id": "NL-MS1-C1",
}
PERIOD: Json = {"start_date_time": NOW, "dimensions": [{"type": "ENERGY", "volume": 12.5}]}
CDR: Json = {
    **_OWNER,
    "id": "CDR1",
    "start_date_time": NOW,
    "end_date_time": NOW,
    "cdr_token": CDR_TOKEN,
    "auth_method": "WHITELIST",
    "cdr_location": {
        "id": "LOC1",
        "address": "Straße 1",
        "city": "Köln",
        "country": "DEU",
        "coordinates": {"latitude": "50.937531", "longitude": "6.960279"},
        "evse_uid": "E1",
        "evse_id": "DE*ABC*E1",
        "connector_id": "1",
        "connector_standard": "IEC_62196_T2",
        "connector_format": "SOCKET",
        "connector_power_type": "AC_3_PHASE",
    },
    "currency": "EUR",
    "tariffs": [TARIFF],
    "charging_periods": [PERIOD],
    "total_cost": {"before_taxes": 4.00},
    "total_energy": 12.5,
    "total_time": 1.25,
    "last_updated": NOW,
}
SESSION: Json = {
    **_OWNER,
    "id": "S1",
    "start_date_time": NOW,
    "kwh": 0,
    "cdr_token": CDR_TOKEN,
    "auth_method": "COMMAND",
    "location_id": "LOC1",
    "evse_uid": "#NA",
    "connector_id": "#NA",
    "currency": "EUR",
    "status": "RESERVATION",
    "last_updated": NOW,
}
TOKEN: Json = {
    **CDR_TOKEN,
    "issuer": "MS1",
    "valid": True,
    "whitelist": "ALLOWED",
    "last_updated": NOW,
}
CREDENTIALS: Json = {
    "token": "ebf3b399-779f-4497-9b9d-ac6ad3cc44d2",
    "url": "https://ms1.example/ocpi/versions",
    "roles": [
        {
            "role": "EMSP",
            "business_details": {"name": "MS1"},
            "party_id": "MS1",
            "country_code": "NL",
        }
    ],
}


def arrived(document: Any) -> Any:
    """The document as the hub has it: sent as JSON, and parsed."""
    return parse(json.dumps(document, default=float).encode())


def changed(document: Any, path: str, value: Any) -> Any:
    """The document as it arrived, with `value` at a path such as `evses.0.uid`."""
    copy = arrived(document)
    place, last = _place(copy, path)
    place[last] = value
    return copy


def without(document: Any, path: str) -> Any:
    """The document as it arrived, without the field at the path."""
    copy = arrived(document)
    place, last = _place(copy, path)
    del place[last]
    return copy


def check(kind: str, document: Any) -> None:
    OcpiSchemas().check(kind, document)


def problems(kind: str, document: Any) -> dict[str, str]:
    """The reasons for which it is refused, by path; none if it is accepted."""
    try:
        OcpiSchemas().check(kind, document)
    except InvalidDocument as refusal:
        return {problem.path: problem.reason for problem in refusal.problems}
    return {}


def _place(document: Any, path: str) -> tuple[Any, str | int]:
    *above, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = document
    for step in above:
        place = place[step]
    return place, last
