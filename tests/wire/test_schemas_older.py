"""2.2.1's field tables: derived from those of 2.3.0, and judged by 2.2.1's own documents."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.ocpi.schemas import OcpiSchemas
from adapters.ocpi.schemas.compiled import classes_below
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.older import OLDER_KINDS, PriceOf221
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, fields_of
from adapters.ocpi.schemas.types import ClosedEnum, OpenEnum
from domain.bridging.classes import FIELDS, OF_MODULES, VALUES
from domain.bridging.classes import KINDS as BRIDGED
from domain.errors import InvalidDocument
from tests.wire import documents
from tests.wire.documents import arrived, changed, without

OLDER = OcpiSchemas("2.2.1")
NEWER = OcpiSchemas()
NOT_CONVERTED = {"SignedData", "SignedValue"}
OF_BOOKINGS = {"booking", "booking_request"}
SHARED = {"versions", "version", "version_details", "endpoint"}


def classes(kinds: dict[str, OcpiField]) -> dict[str, type[ObjectSchema]]:
    return {each.__name__: each for field in kinds.values() for each in classes_below(field)}


OLDER_CLASSES = classes({kind: field for kind, field in OLDER_KINDS.items() if kind not in SHARED})


def in_221(kind: str) -> Any:
    """The usual document of a kind as a 2.2.1 platform writes it."""
    price = {"excl_vat": Decimal("4.00"), "incl_vat": Decimal("4.40")}
    location = without(documents.LOCATION, "parking_places")
    tariff = {**without(documents.TARIFF, "tax_included"), "min_price": price}
    cdr = {**documents.CDR, "total_cost": price, "tariffs": [tariff]}
    session = {**documents.SESSION, "total_cost": {"excl_vat": 0}}
    hub = {**documents.CREDENTIALS["roles"][0], "role": "HUB"}
    found = {
        "location": location,
        "evse": documents.EVSE,
        "connector": documents.CONNECTOR,
        "tariff": tariff,
        "cdr": cdr,
        "session": session,
        "token": documents.TOKEN,
        "credentials": {**documents.CREDENTIALS, "roles": [hub]},
    }
    return arrived(found[kind])


KINDS_IN_221 = ["location", "evse", "connector", "tariff", "cdr", "session", "token", "credentials"]


def problems(kind: str, document: Any) -> dict[str, str]:
    """What is wrong with it in 2.2.1."""
    try:
        OLDER.check(kind, document)
    except InvalidDocument as refused:
        return {problem.path: problem.reason for problem in refused.problems}
    return {}


@pytest.mark.parametrize("kind", KINDS_IN_221)
def test_a_document_of_2_2_1_is_taken(kind: str) -> None:
    assert not problems(kind, in_221(kind))


@pytest.mark.parametrize("kind", ["tariff", "cdr", "session", "credentials"])
def test_and_it_is_none_of_2_3_0(kind: str) -> None:
    with pytest.raises(InvalidDocument):
        NEWER.check(kind, in_221(kind))


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("connector", "standard", "MCS"),
        ("connector", "standard", "NLNTM-PLUG"),
        ("evse", "parking_restrictions", ["TAXIS"]),
        ("evse", "capabilities", ["NLNTM-PAY"]),
        ("location", "facilities", ["SAUNA"]),
        ("location", "parking_type", "ROOFTOP"),
        ("token", "type", "EMAID"),
        ("session", "cdr_token", {**documents.CDR_TOKEN, "type": "EMAID"}),
        ("tariff", "min_price", {"before_taxes": 4}),
        ("cdr", "total_cost", {"excl_vat": "4"}),
        ("cdr", "total_cost", {"before_taxes": 4, "taxes": []}),
        ("credentials", "roles.0.role", "UTILITY"),
    ],
)
def test_what_2_2_1_does_not_have_is_refused(kind: str, path: str, value: Any) -> None:
    assert problems(kind, changed(in_221(kind), path, value))


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("location", "help_phone", 112),
        ("evse", "parking", "many"),
        ("tariff", "tax_included", "MAYBE"),
        ("credentials", "hub_party_id", "?"),
        ("token", "type", "APP_USER"),
        ("credentials", "roles.0.role", "PTP"),
        ("cdr", "booking_id", "B1"),
    ],
)
def test_fields_that_2_2_1_does_not_name_are_not_looked_at(
    kind: str, path: str, value: Any
) -> None:
    assert not problems(kind, changed(in_221(kind), path, value))


def test_a_patch_is_checked_by_the_same_tables() -> None:
    patch = arrived({"total_cost": {"excl_vat": 0.6}, "last_updated": documents.NOW})

    OLDER.check_patch("session", patch)
    with pytest.raises(InvalidDocument):
        NEWER.check_patch("session", patch)
    with pytest.raises(InvalidDocument):
        OLDER.check_patch("token", arrived({"type": "EMAID", "last_updated": documents.NOW}))


def test_both_versions_have_the_same_kinds_and_share_lists_of_versions() -> None:
    assert OLDER_KINDS.keys() == KINDS.keys() == BRIDGED.keys() - OF_BOOKINGS
    assert all(OLDER_KINDS[kind] is KINDS[kind] for kind in SHARED)


def test_classes_that_both_versions_have_alike_are_the_same() -> None:
    alike = {name for name, schema in classes(KINDS).items() if OLDER_CLASSES.get(name) is schema}

    assert {"Hours", "ChargingProfile", "SignedData", "LocationReferences"} <= alike
    assert not alike & {"Location", "EVSE", "Connector", "Token", "Tariff", "CDR", "ClientInfo"}


@pytest.mark.parametrize("name", sorted(OLDER_CLASSES.keys() - NOT_CONVERTED - {"PriceOf221"}))
def test_the_bridge_and_the_schemas_name_the_same_fields(name: str) -> None:
    bridged = {word.partition(":")[0] for word in FIELDS[name].split()}

    assert bridged | set(OF_MODULES.get(name, ())) == set(fields_of(OLDER_CLASSES[name]))


def test_no_enum_of_2_2_1_is_open_and_the_bridge_knows_their_values() -> None:
    inner = [
        field.entry if isinstance(field, ListOf) else field
        for schema in OLDER_CLASSES.values()
        for field in fields_of(schema).values()
    ]
    closed = {frozenset(field.values) for field in inner if isinstance(field, ClosedEnum)}
    own_lists = {"CommandType", "ModuleID", "VersionNumber"}

    assert not [field for field in inner if isinstance(field, OpenEnum)]
    assert all(VALUES[name] in closed for name in VALUES.keys() - own_lists)


def test_a_price_is_net_and_gross() -> None:
    limits = OLDER_CLASSES["Tariff"]

    limit = fields_of(limits)["min_price"]

    assert isinstance(limit, Nested)
    assert limit.schema is PriceOf221
    assert {name: field.required for name, field in fields_of(PriceOf221).items()} == {
        "excl_vat": True,
        "incl_vat": False,
    }
