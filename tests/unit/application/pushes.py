"""Pushes of LOC1, whole and in part, and requests that are passed on."""

from dataclasses import dataclass, replace
from typing import Any

from adapters.memory import MemoryObjects
from application.objects.pushed import Accepted
from domain.objects.stored import Stored
from tests.builders import Doc, at
from tests.unit.application.house import House


@dataclass(frozen=True)
class BusyObjects(MemoryObjects):
    """Another process writes right before each of the first `times` writes of what is there."""

    times: int = 1

    def save(self, stored: Stored) -> Stored:
        held = self.get(stored.key, stored.audience)
        if held is not None and held.revision <= self.times:
            super().save(replace(held, origin="other"))
        return super().save(stored)


def take(house: House, document: Doc, *path: str, method: str = "PUT", **fields: Any) -> Accepted:
    return house.object_intake.take(house.pushed(document, *path, method=method, **fields))


def patch(house: House, updated: float, *path: str, **fields: Any) -> Accepted:
    return take(house, {**fields, "last_updated": at(updated)}, *path, method="PATCH")
