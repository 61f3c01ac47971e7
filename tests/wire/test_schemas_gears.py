"""The compiled check never accepts what the fields refuse, and it accepts what is usual.

The two say the same thing in two languages; these tests hold them together.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.ocpi.exact_json import dump, parse
from adapters.ocpi.schemas.compiled import CompiledCheck, classes_below
from adapters.ocpi.schemas.explaining import problems
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.patches import patch_of
from adapters.ocpi.schemas.shapes import ListOf, Nested, fields_of
from domain.times import parse_time
from tests.examples import examples as share_of
from tests.wire import documents
from tests.wire.strategies import NASTY_VALUES, spoilt, valid

PATCHED = ("location", "evse", "connector", "session", "token")
CHECKS = {
    **{kind: CompiledCheck.of(field) for kind, field in KINDS.items()},
    **{f"{kind} patch": CompiledCheck.of(patch_of(KINDS[kind])) for kind in PATCHED},
}
USUAL = {
    "location": documents.LOCATION,
    "evse": documents.EVSE,
    "connector": documents.CONNECTOR,
    "tariff": documents.TARIFF,
    "cdr": documents.CDR,
    "session": documents.SESSION,
    "token": documents.TOKEN,
    "credentials": documents.CREDENTIALS,
}


def scalars() -> dict[str, OcpiField]:
    """One field of each type and parameters that occurs in a schema."""
    found = {}
    for kind in KINDS.values():
        for schema in classes_below(kind):
            for field in fields_of(schema).values():
                inner = field.entry if isinstance(field, ListOf) else field
                if not isinstance(inner, Nested):
                    found[_name(inner)] = inner
    return found


def _name(field: OcpiField) -> str:
    bounds = ("length", "least", "most", "step", "values")
    return " ".join([type(field).__name__, *(str(getattr(field, it, "")) for it in bounds)])


SCALARS = scalars()


def fields_accept(field: OcpiField, value: Any) -> bool:
    return not any(problems(field, value))


def quick(examples: int) -> settings:
    return settings(
        max_examples=share_of(examples),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("field", SCALARS.values(), ids=[name[:40] for name in SCALARS])
def test_of_a_single_field_the_two_gears_think_alike(field: OcpiField) -> None:
    check = CompiledCheck.of(field)

    @quick(15)
    @given(valid(field))
    def accepts_what_is_valid(value: Any) -> None:
        arrived = parse(dump(value))
        assert fields_accept(field, arrived)
        assert check.accepts(arrived)

    @quick(40)
    @given(st.text(max_size=50) | valid(field).map(lambda it: f"{it}\n") | st.integers())
    def refuses_what_is_not(value: Any) -> None:
        assert not check.accepts(value) or fields_accept(field, value)

    for nasty in NASTY_VALUES:
        assert not check.accepts(nasty) or fields_accept(field, nasty)
    accepts_what_is_valid()
    refuses_what_is_not()


@pytest.mark.parametrize("kind", CHECKS)
@quick(10)
@given(data=st.data())
def test_of_a_valid_object_the_two_gears_think_alike(kind: str, data: st.DataObject) -> None:
    check = CHECKS[kind]
    document = parse(dump(data.draw(valid(check.field))))

    assert check.accepts(document) is fields_accept(check.field, document)


@pytest.mark.parametrize("kind", CHECKS)
@quick(40)
@given(data=st.data())
def test_a_spoilt_object_passes_the_compiled_check_only_if_the_fields_agree(
    kind: str, data: st.DataObject
) -> None:
    check = CHECKS[kind]
    document = data.draw(spoilt(data.draw(valid(check.field))))

    assert not check.accepts(document) or fields_accept(check.field, document)


@pytest.mark.parametrize("kind", USUAL)
@quick(150)
@given(data=st.data())
def test_a_usual_object_that_is_spoilt_is_judged_alike(kind: str, data: st.DataObject) -> None:
    check = CHECKS[kind]
    document = data.draw(spoilt(documents.arrived(USUAL[kind])))

    assert not check.accepts(document) or fields_accept(check.field, document)


@pytest.mark.parametrize("kind", USUAL)
def test_a_usual_object_never_reaches_the_slow_gear(kind: str) -> None:
    assert CHECKS[kind].accepts(documents.arrived(USUAL[kind]))


@quick(200)
@given(valid(KINDS["client_info"]))
def test_every_time_that_is_accepted_is_a_moment_for_the_domain(client: Any) -> None:
    parse_time(client["last_updated"])
