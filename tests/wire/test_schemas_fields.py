"""Every class, field, cardinality, length and enum of OCPI's tables is in our schemas.

`ocpi_fields.json` holds the tables; what differs on purpose stands here, with its reason.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.ocpi.schemas.compiled import classes_below
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.notations import OcpiDateTime
from adapters.ocpi.schemas.numbers import Int, Number
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, OneByOne, fields_of
from adapters.ocpi.schemas.types import (
    Boolean,
    CiString,
    ClosedEnum,
    OpenEnum,
    Text,
    Url,
)

TABLES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "ocpi_fields.json").read_text(encoding="utf-8")
)
SCHEMAS = {schema.__name__: schema for field in KINDS.values() for schema in classes_below(field)}

OF_OTHER_MODULES = {"booking_id", "preauthorize_amount", "booking"}
"""Optional fields that the Bookings and Payments modules add to the core's classes."""

MORE_VALUES = {
    "Role": ["PTP"],  # C-CONF-8
    "CdrDimensionType": ["RESERVATION_EXPIRES", "RESERVATION_OVERTIME"],  # Bookings
}
LENGTHS = {
    ("CdrLocation", "address"): 255,  # E4
    ("CdrLocation", "state"): 45,  # E4
    ("GeoLocation", "latitude"): None,  # E3, as the next three: the pattern counts
    ("GeoLocation", "longitude"): None,
    ("AdditionalGeoLocation", "latitude"): None,
    ("AdditionalGeoLocation", "longitude"): None,
    ("RegularHours", "period_begin"): None,  # the pattern is of this length, as those below
    ("RegularHours", "period_end"): None,
    ("TariffRestrictions", "start_time"): None,
    ("TariffRestrictions", "end_time"): None,
    ("TariffRestrictions", "start_date"): None,
    ("TariffRestrictions", "end_date"): None,
    ("RegularHours", "weekday"): 1,
}
TYPES: dict[type[OcpiField], str] = {
    OcpiDateTime: "DateTime",
    Url: "URL",
    CiString: "CiString",
    Text: "string",
    Number: "number",
    Int: "int",
    Boolean: "boolean",
}


def cardinality(field: OcpiField) -> str:
    if isinstance(field, ListOf):
        return {0: "*", 1: "+"}[field.at_least]
    return "1" if field.required else "?"


def type_of(field: OcpiField) -> str | set[str]:
    """A class by its name, an enum by its values, else the table's word for the type."""
    if isinstance(field, ListOf):
        return type_of(field.entry)
    if isinstance(field, Nested | OneByOne):
        return field.schema.__name__
    if isinstance(field, ClosedEnum | OpenEnum):
        return {type(field).__name__, *field.values}
    return next(word for known, word in TYPES.items() if isinstance(field, known))


def length_of(field: OcpiField) -> int | None:
    if isinstance(field, ListOf):
        return length_of(field.entry)
    if isinstance(field, Int) and field.most < 2**63 - 1:
        return len(str(field.most))
    return field.length if isinstance(field, Text) and not isinstance(field, Url) else None


def expected_type(table: str) -> str | set[str]:
    name = table.split("(")[0]
    if name in TABLES["closed_enums"]:
        return {"ClosedEnum", *TABLES["closed_enums"][name], *MORE_VALUES.get(name, ())}
    if name in TABLES["open_enums"]:
        return {"OpenEnum", *TABLES["open_enums"][name]}
    return name


def expected_length(owner: str, field: str, table: str) -> int | None:
    found = re.search(r"\((\d+)\)", table)
    return LENGTHS.get((owner, field), int(found[1]) if found else None)


def core_fields(name: str) -> dict[str, OcpiField]:
    fields = fields_of(SCHEMAS[name])
    return {field: found for field, found in fields.items() if field not in OF_OTHER_MODULES}


def test_every_class_of_the_tables_has_a_schema_and_no_schema_is_without_one() -> None:
    assert set(SCHEMAS) == set(TABLES["classes"])


@pytest.mark.parametrize("name", TABLES["classes"])
def test_a_schema_has_the_fields_of_its_table_with_their_cardinality(name: str) -> None:
    found = {field: cardinality(it) for field, it in core_fields(name).items()}

    assert found == {field: card for field, (_, card) in TABLES["classes"][name].items()}


@pytest.mark.parametrize("name", TABLES["classes"])
def test_the_fields_have_the_types_of_the_table(name: str) -> None:
    found = {field: type_of(it) for field, it in core_fields(name).items()}

    assert found == {f: expected_type(type_) for f, (type_, _) in TABLES["classes"][name].items()}


@pytest.mark.parametrize("name", TABLES["classes"])
def test_the_fields_have_the_lengths_of_the_table(name: str) -> None:
    found = {field: length_of(it) for field, it in core_fields(name).items()}

    assert found == {
        field: expected_length(name, field, type_)
        for field, (type_, _) in TABLES["classes"][name].items()
    }


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_schema_is_made_of_ocpi_fields_only(schema: type[ObjectSchema]) -> None:
    assert len(fields_of(schema)) == len(schema().fields)


def test_the_bare_string_that_answers_charging_preferences_is_of_its_enum() -> None:
    assert type_of(KINDS["charging_preferences_response"]) == expected_type(
        "ChargingPreferencesResponse"
    )
