"""Pushes of LOC1, whole and in part, and requests that are passed on."""

from typing import Any

from application.objects.pushed import Accepted
from tests.builders import Doc, at
from tests.unit.application.house import House


def take(house: House, document: Doc, *path: str, method: str = "PUT", **fields: Any) -> Accepted:
    return house.object_intake.take(house.pushed(document, *path, method=method, **fields))


def patch(house: House, updated: float, *path: str, **fields: Any) -> Accepted:
    return take(house, {**fields, "last_updated": at(updated)}, *path, method="PATCH")
