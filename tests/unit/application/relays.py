"""Requests that are passed on to a party."""

from typing import Any

from application.routing.passed import Passed
from domain.errors import (
    OutboundFailed,
)
from domain.partners.party import Interface
from domain.ports import WireAnswer
from tests.builders import ABC, XYZ
from tests.unit.application.house import House


def passed(**fields: Any) -> Passed:
    """XYZ asks ABC for its locations."""
    usual: Any = {
        "method": "GET",
        "module": "locations",
        "interface": Interface.SENDER,
        "suffix": "",
        "query": "",
        "body": None,
        "correlation_id": "C-1",
        "requester": "emsp",
        "sender": XYZ,
        "receiver": ABC,
    }
    return Passed(**{**usual, **fields})


def given(house: House, *answers: WireAnswer | OutboundFailed) -> None:
    house.wire.script.extend(answers)
