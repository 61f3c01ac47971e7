"""Legs for tests."""

from datetime import UTC, datetime
from typing import Any

from domain.journal.legs import Direction, Leg, Purpose
from tests.builders import ABC, XYZ

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def a_leg(**fields: Any) -> Leg:
    """A PUT of ABC's LOC1 to XYZ, which was taken."""
    usual: dict[str, Any] = {
        "at": NOON,
        "direction": Direction.IN,
        "purpose": Purpose.RECEIVED,
        "partner_id": "cpo",
        "method": "PUT",
        "address": "/ocpi/2.3.0/receiver/locations/DE/ABC/LOC1",
        "correlation_id": "C-1",
        "request_id": "Q-1",
        "elapsed_ms": 5.0,
        "module": "locations",
        "sender": ABC,
        "receiver": XYZ,
        "http": 200,
        "ocpi": 1000,
        "about": "locations/DE/ABC/LOC1",
    }
    return Leg(**{**usual, **fields})
