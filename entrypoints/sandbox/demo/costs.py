"""The chapter of the tariff: what charging costs at a connector, by day and by night, and no more.

The hub knows which of a tariff's prices apply by the clock at the charger; an app need not.
"""

import time
from decimal import Decimal
from typing import Final

from entrypoints.sandbox.charging import tariff
from entrypoints.sandbox.demo.day import Day, Push, key_of, name_of, shown
from entrypoints.sandbox.demo.telling import Unexpected, expect
from entrypoints.sandbox.wire import Document, stamp

_ID: Final = "DAY-NIGHT"
_BY_DAY, _BY_NIGHT = Decimal("0.49"), Decimal("0.29")
_EVSE, _CONNECTOR = "BER-ALEX-1", "1"
_PATH: Final = f"DE/ABC/BER-ALEX/evses/{_EVSE}/connectors/{_CONNECTOR}/tariffs"


def a_driver_asks_the_price(day: Day) -> None:
    """A tariff is pushed once, asked for by moment, and deleted everywhere."""
    with day.tell.step("ABC Charging tells its tariff, and puts it on a connector"):
        offered = _tariff()
        _tell_arrivals(day, _push(day, "PUT", offered), "PUT")
        push = day.change("BER-ALEX", (_EVSE, _CONNECTOR), tariff_ids=[_ID])
        for emsp in day.emsps:
            push.at(emsp)
        day.tell.say(f"{_BY_DAY} EUR a kWh, from 22:00 to 06:00 {_BY_NIGHT} EUR; at {_EVSE}")
    with day.tell.step("A driver at Alexanderplatz asks what it costs: at noon, and at night"):
        _expect_price(day, "2026-07-01T10:00:00Z", "12:00", _BY_DAY)
        _expect_price(day, "2026-07-01T21:30:00Z", "23:30", _BY_NIGHT)
    with day.tell.step("The tariff is deleted: it is gone at every eMSP"):
        _tell_arrivals(day, _push(day, "DELETE", offered), "DELETE")
        for emsp in day.emsps:
            held = emsp.holds("tariffs", *key_of(offered))
            expect(held is None, f"no tariff at {name_of(emsp)}", f"{held}")
        data = _asked(day, stamp())
        expect(data["unknown"] == [_ID], f"{_ID} to be unknown", f"{data}")
        day.tell.say(f"the hub knows no {_ID} any more")


def _tariff() -> Document:
    night = {"start_time": "22:00", "end_time": "06:00"}
    elements = [
        {"price_components": [_energy(_BY_NIGHT)], "restrictions": night},
        {"price_components": [_energy(_BY_DAY)]},
    ]
    return tariff(id=_ID, elements=elements, last_updated=stamp())


def _energy(price: Decimal) -> Document:
    return {"type": "ENERGY", "price": price, "vat": Decimal("19.0"), "step_size": 1}


def _push(day: Day, method: str, item: Document) -> Push:
    began, hub = time.time(), day.cpo.hub
    body = item if method == "PUT" else None
    answer = hub.push(method, "tariffs", key_of(item), body, to=hub.hub_party)
    expect(answer.ok, f"success for {method} of {_ID}", shown(answer))
    return Push(began, answer, (time.time() - began) * 1000)


def _tell_arrivals(day: Day, push: Push, method: str) -> None:
    came = ", ".join(f"{name_of(emsp)} after {push.ms_to(emsp):.0f} ms" for emsp in day.emsps)
    day.tell.say(f"{method} tariffs/{_ID} -> {shown(push.answer)}; at {came}")


def _expect_price(day: Day, at: str, there: str, price: Decimal) -> None:
    """:raises Unexpected: unless the one candidate that counts at that moment has this price."""
    data = _asked(day, at)
    [offer] = data["tariffs"]
    [energy] = offer["prices"]
    [counts] = energy["candidates"]
    came = counts["price_component"]["price"]
    expect(came == price, f"{price}", f"{came}")
    expect(there in data["local_time"], f"{there} at the charger", data["local_time"])
    day.tell.say(f"  {there} in {data['time_zone']}: {came} {offer['tariff']['currency']} a kWh")


def _asked(day: Day, at: str) -> Document:
    """The quote of the hub for that moment."""
    emsp = day.emsps[0]
    url = f"{day.hub.url}/hub/v1/locations/{_PATH}?at={at}"
    answer = emsp.hub.call("GET", url, token=emsp.hub.peer.token)
    if not answer.ok or not isinstance(answer.data, dict):
        raise Unexpected("a quote", shown(answer))
    day.tell.say(f"{name_of(emsp)} asks GET .../connectors/{_CONNECTOR}/tariffs?at={at}")
    return answer.data
