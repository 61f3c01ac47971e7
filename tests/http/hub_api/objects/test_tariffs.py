"""Tariffs for parties that may list them, and what charging costs at a connector (D-8)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.charging import tariff
from entrypoints.sandbox.fixtures import connector, evse, location
from tests.http.hub_server import HubServer

_OWNED = "/locations/DE/ABC/LOC1/evses/EVSE1/connectors/1/tariffs"
_SHORT = "/locations/LOC1/evses/EVSE1/connectors/1/tariffs"


@pytest.fixture
def other_cpo(hub: HubServer) -> Iterator[Platform]:
    """FR-XYZ, another CPO."""
    with Platform([("CPO", "FR", "XYZ", "XYZ")]) as platform:
        yield hub.register(platform, "CPO:FR:XYZ")


def _push(cpo: Platform, document: dict[str, Any], *, to: tuple[str, str] | None = None) -> None:
    segments = tuple(str(document[name]) for name in ("country_code", "party_id", "id"))
    to = to or cpo.hub.hub_party
    assert cpo.hub.push("PUT", "tariffs", segments, document, to=to).ok


def _delete(cpo: Platform, tariff_id: str) -> Answer:
    to = cpo.hub.hub_party
    return cpo.hub.push("DELETE", "tariffs", ("DE", "ABC", tariff_id), to=to)


def _at_connector(hub: HubServer, cpo: Platform, *tariff_ids: str, **fields: Any) -> None:
    plug = connector(tariff_ids=list(tariff_ids))
    site = location(evses=[evse(evse_id="DE*ABC*E1", connectors=[plug])], **fields)
    assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=site).status == 201


def _component(dimension: str = "ENERGY", price: str = "0.45") -> dict[str, Any]:
    return {"type": dimension, "price": Decimal(price), "step_size": 1}


def test_the_list_has_everything_the_caller_may_see_by_pages(
    hub: HubServer, cpo: Platform, msp: Platform, other_cpo: Platform
) -> None:
    documents = [tariff(id=f"T{number}") for number in (1, 2, 3)]
    for document in documents:
        _push(cpo, document)
    _push(cpo, tariff(id="MINE"), to=("NL", "MS1"))

    first = hub.get("/tariffs?limit=3", by=msp.hub)

    assert first.data == documents
    assert first.headers["x-total-count"] == "4"
    assert first.headers["link"].startswith(
        f"<{hub.url}/hub/v1/tariffs?offset=3&limit=3&hub_after="
    )
    assert [each["id"] for each in hub.get("/tariffs?offset=3", by=msp.hub).data] == ["MINE"]
    assert hub.get("/tariffs").data == hub.get("/tariffs", by=cpo.hub).data == documents
    assert hub.get("/tariffs", by=other_cpo.hub).data == []


def test_one_tariff_is_as_its_owner_wrote_it(
    hub: HubServer, cpo: Platform, msp: Platform, other_cpo: Platform
) -> None:
    document = tariff(id="T/1", elements=[{"price_components": [_component(price="0.450")]}])
    _push(cpo, document)

    answer = hub.get("/tariffs/de/abc/t%2F1", by=msp.hub)

    assert answer.data == document
    assert b'"price":0.450' in answer.raw.replace(b" ", b"")
    assert hub.get("/tariffs/DE/ABC/T%2F1", by=other_cpo.hub).status == 404
    assert hub.get("/tariffs/DE/ABC/NONE", by=msp.hub).status == 404
    assert hub.get("/tariffs/DEU/ABC/T%2F1").code == 2001


def test_a_deleted_tariff_is_not_there_any_more(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _push(cpo, tariff(id="T1"))
    assert _delete(cpo, "T1").ok

    assert hub.get("/tariffs/DE/ABC/T1", by=msp.hub).status == 404
    assert hub.get("/tariffs", by=msp.hub).data == []
    assert _delete(cpo, "T1").status == 404


def test_readers_are_told_of_a_delete(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    _push(cpo, tariff(id="T1"))
    hub.deliver()
    assert msp.holds("tariffs", "DE", "ABC", "T1") == tariff(id="T1")

    _delete(cpo, "T1")
    hub.deliver()

    assert msp.holds("tariffs", "DE", "ABC", "T1") is None


@pytest.mark.parametrize("path", [_OWNED, _SHORT, _SHORT.replace("EVSE1", "DE*ABC*E1")])
def test_a_quote_says_what_charging_costs_and_where_and_when(
    hub: HubServer, cpo: Platform, msp: Platform, path: str
) -> None:
    _at_connector(hub, cpo, "T1", "NONE")
    _push(cpo, tariff(id="T1", elements=[{"price_components": [_component()]}]))

    answer = hub.get(f"{path}?at=2026-07-01T22:30:00Z", by=msp.hub)

    assert (answer.status, answer.code) == (200, 1000)
    assert answer.data == {
        "at": "2026-07-01T22:30:00.000Z",
        "local_time": "2026-07-02T00:30:00",
        "time_zone": "Europe/Berlin",
        "owner": "DE-ABC",
        "location_id": "LOC1",
        "evse_uid": "EVSE1",
        "connector_id": "1",
        "tariffs": [
            {
                "tariff": tariff(id="T1", elements=[{"price_components": [_component()]}]),
                "elements": [0],
                "prices": [
                    {
                        "dimension": "ENERGY",
                        "purpose": "CHARGING",
                        "candidates": [
                            {"element": 0, "price_component": _component(), "conditions": {}}
                        ],
                    }
                ],
            }
        ],
        "not_valid": [],
        "unknown": ["NONE"],
    }


def test_the_hub_decides_by_the_clock_and_leaves_the_charge_to_the_reader(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _at_connector(hub, cpo, "T1")
    night = {"start_time": "22:00", "end_time": "06:00", "max_kwh": Decimal("20.5")}
    elements = [
        {"price_components": [_component(price="0.25")], "restrictions": night},
        {"price_components": [_component(), _component("FLAT", "1.00")]},
    ]
    _push(cpo, tariff(id="T1", elements=elements))

    def candidates(at: str) -> list[Any]:
        [offer] = hub.get(f"{_OWNED}?at={at}", by=msp.hub).data["tariffs"]
        return [
            (price["dimension"], each["element"], each["conditions"])
            for price in offer["prices"]
            for each in price["candidates"]
        ]

    by_day: list[Any] = [("ENERGY", 1, {}), ("FLAT", 1, {})]
    assert candidates("2026-01-15T20:59:59Z") == by_day
    assert candidates("2026-01-15T21:00:00Z") == [
        ("ENERGY", 0, {"max_kwh": Decimal("20.5")}),
        *by_day,
    ]
    assert candidates("2026-01-16T05:00:00Z") == by_day


def test_without_a_moment_it_is_now(hub: HubServer, cpo: Platform) -> None:
    _at_connector(hub, cpo, "OVER", "T1")
    _push(cpo, tariff(id="T1", start_date_time="2020-01-01T00:00:00Z"))
    _push(cpo, tariff(id="OVER", end_date_time="2020-01-01T00:00:00Z"))

    data = hub.get(_OWNED).data

    assert [each["tariff"]["id"] for each in data["tariffs"]] == ["T1"]
    assert (data["not_valid"], data["unknown"]) == (["OVER"], [])


@pytest.mark.parametrize("at", ["today", "2026-01-15T21:00:00+01:00", "", "9999-12-31T23:59:59Z"])
def test_a_moment_that_is_none_there_is_refused(hub: HubServer, cpo: Platform, at: str) -> None:
    _at_connector(hub, cpo, "T1")

    answer = hub.get(f"{_OWNED}?at={quote(at)}")

    assert (answer.status, answer.code) == (400, 2001)
    assert answer.message.startswith("at: ")


def test_what_is_not_known_is_not_found(hub: HubServer, cpo: Platform) -> None:
    _at_connector(hub, cpo, "T1")

    for path in ("connectors/9/tariffs", "connectors/1/prices"):
        assert hub.get(_OWNED.replace("connectors/1/tariffs", path)).status == 404
    assert hub.get(_OWNED.replace("EVSE1", "NONE")).status == 404
    assert hub.get(_OWNED.replace("LOC1", "NONE")).code == 2003
