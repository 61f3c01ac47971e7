"""Valid locations per OCPI 2.3.0 edition 2, and six sites in Europe to show: the examples in the
specification are not all valid, so there are our own.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from entrypoints.sandbox.wire import Document

UPDATED: Final = "2026-01-15T08:00:00Z"


def connector(id: str = "1", **fields: Any) -> Document:
    """A type 2 socket of 22 kW; `fields` win."""
    return {
        "id": id,
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "max_voltage": 230,
        "max_amperage": 32,
        "last_updated": UPDATED,
    } | fields


def fast_connector(id: str = "1", *, kilowatts: int = 150, **fields: Any) -> Document:
    """A CCS cable."""
    return connector(
        id,
        standard="IEC_62196_T2_COMBO",
        format="CABLE",
        power_type="DC",
        max_voltage=920,
        max_amperage=500,
        max_electric_power=kilowatts * 1000,
        **fields,
    )


def evse(uid: str = "EVSE1", **fields: Any) -> Document:
    """An available EVSE with one connector; `fields` win."""
    return {
        "uid": uid,
        "status": "AVAILABLE",
        "capabilities": ["RFID_READER", "REMOTE_START_STOP_CAPABLE"],
        "connectors": [connector()],
        "last_updated": UPDATED,
    } | fields


def location(
    cc: str = "DE",
    pid: str = "ABC",
    id: str = "LOC1",
    *,
    evses: Sequence[Document] | None = None,
    lat: str = "52.52437",
    lon: str = "13.41053",
    name: str = "Alexanderplatz",
    **fields: Any,
) -> Document:
    """A published location with one EVSE, EVSE1. `lat`, `lon`: five to seven decimals."""
    return {
        "country_code": cc,
        "party_id": pid,
        "id": id,
        "publish": True,
        "name": name,
        "address": "Alexanderplatz 1",
        "city": "Berlin",
        "postal_code": "10178",
        "country": "DEU",
        "coordinates": {"latitude": lat, "longitude": lon},
        "evses": [evse()] if evses is None else list(evses),
        "time_zone": "Europe/Berlin",
        "last_updated": UPDATED,
    } | fields


class _Site(NamedTuple):
    owner: tuple[str, str]
    id: str
    name: str
    address: str
    city: str
    postal_code: str
    country: str
    time_zone: str
    at: tuple[str, str]
    parking: str
    facilities: tuple[str, ...]
    evse_prefix: str
    slow: int
    fast: int


_SITES: Final = (
    _Site(
        ("DE", "ABC"), "BER-ALEX", "Alexanderplatz", "Alexanderplatz 1", "Berlin", "10178", "DEU",
        "Europe/Berlin", ("52.52192", "13.41321"), "UNDERGROUND_GARAGE", ("MALL", "METRO_STATION"),
        "DE*ABC*E", 4, 0,
    ),
    _Site(
        ("DE", "ABC"), "A9-FRAENK", "Rastplatz Fränkische Schweiz", "A9, Ausfahrt 44", "Pegnitz",
        "91257", "DEU", "Europe/Berlin", ("49.74582", "11.52143"), "ALONG_MOTORWAY",
        ("RESTAURANT", "FUEL_STATION"), "DE*ABC*E", 0, 4,
    ),
    _Site(
        ("FR", "XYZ"), "PAR-BERCY", "Bercy Village", "128 Quai de Bercy", "Paris", "75012", "FRA",
        "Europe/Paris", ("48.83312", "2.38645"), "PARKING_GARAGE", ("MALL", "CAFE"),
        "FR*XYZ*E", 3, 1,
    ),
    _Site(
        ("FR", "XYZ"), "LYO-PARTD", "Gare Part-Dieu", "5 Place Charles Béraudier", "Lyon", "69003",
        "FRA", "Europe/Paris", ("45.76058", "4.85945"), "PARKING_LOT", ("TRAIN_STATION",),
        "FR*XYZ*E", 2, 2,
    ),
    _Site(
        ("ES", "CP6"), "BCN-SANTS", "Estació de Sants", "Plaça dels Països Catalans", "Barcelona",
        "08014", "ESP", "Europe/Madrid", ("41.37906", "2.14006"), "PARKING_GARAGE",
        ("TRAIN_STATION", "HOTEL"), "ES*CP6*E", 2, 1,
    ),
    _Site(
        ("ES", "CP6"), "MAD-ATOCH", "Atocha", "Ronda de Atocha 2", "Madrid", "28012", "ESP",
        "Europe/Madrid", ("40.40655", "-3.68943"), "ON_STREET", ("MUSEUM", "TRAIN_STATION"),
        "ES*CP6*E", 2, 0,
    ),
)  # fmt: skip


def _built(site: _Site) -> Document:
    fast_from = site.slow
    evses = [
        evse(
            f"{site.id}-{number + 1}",
            evse_id=f"{site.evse_prefix}{site.id.replace('-', '')}*{number + 1}",
            physical_reference=str(number + 1),
            connectors=[connector() if number < fast_from else fast_connector()],
        )
        for number in range(site.slow + site.fast)
    ]
    latitude, longitude = site.at
    return location(
        *site.owner,
        site.id,
        evses=evses,
        lat=latitude,
        lon=longitude,
        name=site.name,
        address=site.address,
        city=site.city,
        postal_code=site.postal_code,
        country=site.country,
        time_zone=site.time_zone,
        parking_type=site.parking,
        facilities=list(site.facilities),
        opening_times={"twentyfourseven": True},
    )


DEMO_LOCATIONS: Final = tuple(_built(site) for site in _SITES)
"""Of the CPOs DE/ABC, FR/XYZ and ES/CP6, two each."""
