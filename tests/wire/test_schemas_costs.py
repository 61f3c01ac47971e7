"""A body that is refused costs about as much as an accepted one, with any contents."""

from time import process_time
from typing import Any

import pytest

from adapters.ocpi import exact_json
from adapters.ocpi.schemas import OcpiSchemas
from adapters.ocpi.schemas.compiled import CompiledCheck, classes_below
from adapters.ocpi.schemas.explaining import problems
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.shapes import ListOf, fields_of
from domain.errors import InvalidDocument
from tests.wire import documents

MIB = 1_048_576
MANY = 300_000
EVSES = 4000
SCHEMAS = OcpiSchemas()
LONGEST_S = 1.0
"""Orders of magnitude above what it takes, and below what going through all of it takes."""


def fields() -> dict[str, OcpiField]:
    return {
        f"{schema.__name__}.{name}": field
        for kind in KINDS.values()
        for schema in classes_below(kind)
        for name, field in fields_of(schema).items()
    }


FIELDS = fields()
HUGE: dict[str, Any] = {
    "letters": "a" * MIB,
    "halves": "\ud800" * MIB,
    "dots": "." * MIB,
    "zeros": "0" * MIB,
    "a time and more": "2026-01-01T00:00:00." + "0" * MIB,
    "a url and more": "https://" + "%" * MIB,
    "objects": [{}] * MANY,
    "strings": ["A"] * MANY,
    "nulls": [None] * MANY,
    "numbers": [0] * MANY,
    "keys": {str(number): 0 for number in range(MANY // 30)},
}


class _NeverLookedAt(OcpiField):
    def fault(self, value: Any) -> str | None:
        raise AssertionError("it was looked at")


@pytest.mark.parametrize("huge", HUGE)
def test_no_field_takes_long_over_something_huge(huge: str) -> None:
    value = HUGE[huge]
    for name, field in FIELDS.items():
        check = CompiledCheck.of(field)
        began = process_time()

        accepted = check.accepts(value)
        found = any(problems(field, value))

        assert process_time() - began < LONGEST_S, name
        assert not (accepted and found), name


@pytest.mark.parametrize("name", [name for name, each in FIELDS.items() if type(each) is ListOf])
def test_a_list_that_is_too_long_is_refused_before_its_entries_are_looked_at(name: str) -> None:
    field = FIELDS[name]
    assert isinstance(field, ListOf)

    too_long = ListOf(_NeverLookedAt(), at_least=field.at_least, most=field.most, key=field.key)

    [problem] = problems(too_long, [{}] * (field.most + 1))

    assert str(problem) == f"{field.most + 1:,} entries, at most {field.most:,} are accepted"


def cost(kind: str, document: Any) -> tuple[float, InvalidDocument | None]:
    began = process_time()
    try:
        SCHEMAS.check(kind, document)
    except InvalidDocument as invalid:
        return process_time() - began, invalid
    return process_time() - began, None


def full(**further: Any) -> dict[str, Any]:
    """A valid location of about 1 MiB."""
    return {**documents.arrived(documents.LOCATION), "evses": evses(**further)}


def evses(**further: Any) -> list[dict[str, Any]]:
    plain = documents.arrived(documents.EVSE)
    return [{**plain, "uid": f"E{number}", **further} for number in range(EVSES)]


def refused() -> dict[str, Any]:
    good = full()
    bad_evse = {**good["evses"][0], "uid": "LAST", "status": 1}
    return {
        "the last field": {**good, "last_updated": "x"},
        "the last evse": {**good, "evses": [*good["evses"][:-1], bad_evse]},
        "each evse": full(status="x"),
        "halves of characters": {**full(note="\ud800"), "last_updated": "x"},
        "empty evses": {**good, "evses": [{}] * 340_000},
        "empty images": {**good, "evses": evses()[:300] + [{"images": [{}] * 1000}] * 300},
        "empty evses within bounds": {**good, "evses": [{}] * 10_000},
        "one uid": {**good, "evses": [{**each, "uid": "E"} for each in good["evses"]]},
    }


REFUSED = refused()


@pytest.mark.parametrize("why", REFUSED)
def test_a_refused_location_costs_no_more_than_three_accepted_ones(why: str) -> None:
    raw = exact_json.dump(full())
    began = process_time()
    accepted, nothing = cost("location", exact_json.parse(raw))
    accepted = process_time() - began

    spent, invalid = min((cost("location", REFUSED[why]) for _ in range(3)), key=lambda it: it[0])

    assert nothing is None
    assert invalid is not None
    assert spent < 3 * accepted
    assert len(invalid.problems) <= 20
    assert len(str(invalid)) <= 255


def test_what_is_left_out_is_counted() -> None:
    some = {**full(), "evses": evses(status="x")[:900]}

    _, invalid = cost("location", some)

    assert invalid is not None
    assert (len(invalid.problems), invalid.more) == (20, 880)
    assert str(invalid).endswith("; and 898 more")


def test_counting_ends_somewhere() -> None:
    _, invalid = cost("location", {**full(), "evses": [{}] * 10_000})

    assert invalid is not None
    assert invalid.more == 1_000


@pytest.mark.parametrize("kind", ["versions", "version_details"])
def test_a_handshake_full_of_nothing_is_refused_at_once(kind: str) -> None:
    document: Any = [{}] * MANY
    if kind == "version_details":
        document = {"version": "2.3.0", "endpoints": document}

    spent, invalid = cost(kind, document)

    assert spent < 0.1
    assert "300,000 entries, at most 1,000 are accepted" in str(invalid)
