"""Valid commands and charging profiles per OCPI 2.3.0 edition 2, and operators that obey them."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from entrypoints.sandbox.charging import token
from entrypoints.sandbox.exchange import Behaviour, Exchange
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.reply import Reply, success
from entrypoints.sandbox.routing import PartyId
from entrypoints.sandbox.wire import Document, HubUnreachable


def start_session(response_url: str, *, card: Document | None = None, **fields: Any) -> Document:
    """Start at LOC1, EVSE1 with the card of NL/MS1; `fields` win."""
    return {
        "response_url": response_url,
        "token": card or token(),
        "location_id": "LOC1",
        "evse_uid": "EVSE1",
    } | fields


def stop_session(response_url: str, session_id: str = "SESSION1") -> Document:
    return {"response_url": response_url, "session_id": session_id}


def reserve_now(response_url: str, *, card: Document | None = None, **fields: Any) -> Document:
    """Reserve LOC1 for years to come, as RES1; `fields` win."""
    return {
        "response_url": response_url,
        "token": card or token(),
        "expiry_date": "2099-01-15T09:00:00Z",
        "reservation_id": "RES1",
        "location_id": "LOC1",
    } | fields


def cancel_reservation(response_url: str, reservation_id: str = "RES1") -> Document:
    return {"response_url": response_url, "reservation_id": reservation_id}


def unlock_connector(response_url: str, **fields: Any) -> Document:
    """Unlock connector 1 of EVSE1 at LOC1; `fields` win."""
    return {
        "response_url": response_url,
        "location_id": "LOC1",
        "evse_uid": "EVSE1",
        "connector_id": "1",
    } | fields


def charging_profile(**fields: Any) -> Document:
    """At most 11 kW, from now on; `fields` win."""
    period = {"start_period": 0, "limit": 11000}
    return {"charging_rate_unit": "W", "charging_profile_period": [period]} | fields


def set_charging_profile(response_url: str, **fields: Any) -> Document:
    return {"charging_profile": charging_profile(**fields), "response_url": response_url}


def active_charging_profile(**fields: Any) -> Document:
    return {
        "start_date_time": "2026-01-15T07:00:00Z",
        "charging_profile": charging_profile(**fields),
    }


def carrying_out(
    operator: Platform, results: Sequence[Document], *, timeout: int = 30
) -> Behaviour:
    """A behaviour: every command is ACCEPTED, and these results follow, one after the other.

    They go where the command says, from a thread of their own, as a charger's would.
    """

    def behave(exchange: Exchange) -> Reply:
        asked = exchange.request
        url = asked.parameter("response_url") or asked.json()["response_url"]
        told = (operator, url, asked.from_, results)
        threading.Thread(target=_tell, args=told, daemon=True).start()
        return success({"result": "ACCEPTED", "timeout": timeout})

    return behave


def _tell(operator: Platform, url: str, to: PartyId, results: Sequence[Document]) -> None:
    """If the hub is gone meanwhile, the results are dropped."""
    with suppress(HubUnreachable):
        for result in results:
            operator.hub.callback(url, result, to=to)
