"""What the core hands around cannot be changed by its receivers."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import is_dataclass

import pytest

import adapters.mongo
import application
import domain

_STATE = {
    "Bucket",
    "Ended",
    "Hold",
    "Kept",
    "LaneTurns",
    "Lately",
    "LeasedLane",
    "Minute",
    "Pump",
    "ReaderTurn",
    "Resting",
    "SendLimits",
    "_Asked",
    "_Looked",
    "_Turn",
}
"""What remembers something between calls, on purpose."""


def dataclasses() -> Iterator[type]:
    """Every dataclass of the core, and of the stores that hold the truth."""
    for package in (domain, application, adapters.mongo):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            yield from (
                each
                for each in vars(module).values()
                if isinstance(each, type) and is_dataclass(each) and each.__module__ == found.name
            )


@pytest.mark.parametrize("known", list(dataclasses()), ids=lambda each: each.__qualname__)
def test_a_dataclass_is_frozen(known: type) -> None:
    if known.__name__ in _STATE:
        return
    assert known.__dataclass_params__.frozen  # type: ignore[attr-defined]
