"""What is stored may be anything that was once taken: no conversion fails at it."""

from itertools import product
from time import process_time
from typing import Any

import pytest

from domain.bridging import down, up
from domain.bridging.classes import KINDS, PATCHED
from domain.bridging.crossing import Crossing
from domain.bridging.dialect import Dialect
from domain.bridging.losses import (
    LONGEST,
    MOST_LOSSES,
    Inexpressible,
    Loss,
    LossClass,
    glimpse,
)
from tests.unit.domain.bridging.bridged import a_cdr, a_location, an_evse

DIALECTS = [Dialect(), Dialect(True, True, True, True, True, True, frozenset({"bookings"}))]
DEEP: Any = []
for _ in range(100_000):
    DEEP = [DEEP]
ODD: list[Any] = [None, True, "", "x" * 10**6, 7, 2**70, [], {}, [[]], [None], {"a": {}}, DEEP]
FIELDS = (
    *("evses", "connectors", "tariffs", "elements", "price_components", "restrictions", "roles"),
    *("total_cost", "cdr_token", "type", "energy_mix", "environ_impact", "min_price", "token"),
    *("tax_included", "standard", "capabilities", "last_updated", "address", "charging_periods"),
    *("dimensions", "role", "identifier", "version", "parking", "hub_party_id", "tariff_ids"),
)
LONGEST_S = 2.0
"""Some hundred times what it takes: a machine may be busy."""


def convert(kind: str, document: Any, dialect: Dialect) -> None:
    """Both ways, whole and as a PATCH."""
    ways: list[Any] = [down.whole, up.whole]
    ways += [down.patch, up.patch] if kind in PATCHED else []
    for way in ways:
        try:
            converted = way(kind, document, dialect)
        except Inexpressible:
            continue
        assert all(len(loss.was) <= LONGEST for loss in converted.losses)


@pytest.mark.parametrize("kind", KINDS)
def test_no_odd_value_fails(kind: str) -> None:
    for dialect, odd in product(DIALECTS, ODD):
        convert(kind, odd, dialect)
        convert(kind, dict.fromkeys(FIELDS, odd), dialect)
        convert(kind, {name: [dict.fromkeys(FIELDS, odd)] for name in FIELDS}, dialect)
        convert(kind, {name: dict.fromkeys(FIELDS, odd) for name in FIELDS}, dialect)


MANY = 100_000
HUGE = {
    "evses": a_location(*[an_evse(parking=[1])] * MANY),
    "values": a_location(facilities=[f"F{at}" for at in range(MANY)]),
    "fields": {f"x{at}": at for at in range(MANY)},
    "letters": {"x" * 10**6: "y" * 10**6, "\ud800": "\x00"},
    "prices": a_cdr(total_cost={"before_taxes": 1, "taxes": [{"name": "A", "amount": 1}] * MANY}),
    "tariffs": a_cdr(tariffs=[{"elements": [], "tax_included": "?"}] * MANY),
}


@pytest.mark.parametrize("huge", HUGE)
def test_something_huge_takes_as_long_as_it_is_and_its_losses_are_bounded(huge: str) -> None:
    kind = "cdr" if huge in ("prices", "tariffs") else "location"
    began = process_time()

    converted = down.whole(kind, HUGE[huge])

    assert process_time() - began < LONGEST_S
    assert len(converted.losses) <= MOST_LOSSES
    assert all(len(loss.was) <= LONGEST and len(loss.path) < 400 for loss in converted.losses)


def test_what_is_beyond_a_thousand_losses_is_counted() -> None:
    converted = down.whole("location", HUGE["fields"])

    assert (len(converted.losses), converted.more) == (MOST_LOSSES, MANY - MOST_LOSSES)


def test_what_is_forgotten_is_not_counted_either() -> None:
    crossing = Crossing(Dialect())
    for _ in range(MOST_LOSSES + 1):
        crossing.note(None, LossClass.DROPPED, 1)

    crossing.forget(1, 0)

    assert crossing.over({}, {}).losses == (Loss("", LossClass.DROPPED, "1"),)


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (2**64, "a long integer"),
        ("a\x00b\ud800", "a b\ufffd"),
        ({"a": {}}, "an object of 1 fields"),
        ([], "a list of 0"),
        (["A", "B"], "A, B"),
        (["A", 1], "a list of 2"),
        (["A" * 80], "A" * 80),
        (["A"] * 21, "A, " * 19 + "A… (21 in all)"),
    ],
)
def test_a_loss_tells_what_was_there(value: Any, seen: str) -> None:
    assert glimpse(value) == seen


def test_a_glimpse_of_long_texts_is_short_and_says_how_many() -> None:
    seen = glimpse(["A" * 79, "B"])

    assert seen.endswith("… (2 in all)")
    assert len(seen) == LONGEST
