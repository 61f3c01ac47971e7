"""Documents for property tests: valid ones, made from the schemas, and how they go wrong."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from adapters.ocpi.exact_json import dump, parse
from adapters.ocpi.schemas import codes, notations, numbers
from adapters.ocpi.schemas import types as t
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, OneByOne, fields_of

_PRINTABLE = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
_ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
_VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
_LETTERS = st.characters(min_codepoint=0x61, max_codepoint=0x7A)

_NOTATIONS: dict[type[OcpiField], SearchStrategy[Any]] = {
    t.Url: st.text(_VISIBLE, min_size=1, max_size=240).map("https://".__add__),
    notations.TimeZone: st.sampled_from(["Europe/Berlin", "UTC", "America/Argentina/Ushuaia"]),
    notations.CdrDateTime: st.just("1970-1-1T00:00:00Z"),
    notations.OcpiDateTime: st.builds(
        lambda at, end: at.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + end,
        st.datetimes(),
        st.sampled_from(["", "Z", ".5Z", ".1234Z", ".12345"]),
    ),
    notations.LocalDate: st.dates().map(lambda day: day.isoformat()),
    notations.LocalTime: st.times().map(lambda at: f"{at:%H:%M}"),
    notations.Latitude: st.sampled_from(["-12.1234567", "0.00000", "90.00000", "50.937531"]),
    notations.Longitude: st.sampled_from(["-126.1234567", "180.00000", "6.960279"]),
    t.Boolean: st.booleans(),
    OneByOne: st.none() | st.booleans() | st.just({}),
    codes.Currency: st.sampled_from(["EUR", "CHF", "XXX", "BGN"]),
    codes.Country: st.sampled_from(["DEU", "FRA", "XKX"]),
    codes.CountryCode: st.sampled_from(["DE", "de", "Fr", "XK"]),
}

NASTY_VALUES: tuple[Any, ...] = (
    *(None, True, False, "", "\n", "DC\n", "x" * 6000, "é", "\x00", "a\u2028b", "true", "1"),
    *("2026-02-30T10:00:00Z", "2026-01-01T10:00:00+00:00", "24:00", "1.2", "https://\n"),
    *([], {}, [None], [[]], ["\x7f"], {"uid": {}}, [{}], "not/a/zone", "\ud800", ["\udfff"]),
    *(0, 1, -1, 7, 8, 36, 2**63 - 1, -(2**63), 10**5),
    *map(parse, (b"1E+300000", b"1e5", b"16.0", b"0.05", b"1E-13", b"9223372036854775808")),
    *map(parse, (b"123456789012345678901", b"1E+61", b"0.12345678901234567")),
)
"""Values that are wrong nearly everywhere, each in a way of its own."""
NASTY = st.sampled_from(NASTY_VALUES).map(deepcopy)


@cache
def valid(field: OcpiField) -> SearchStrategy[Any]:
    """Values that `field` accepts by itself; the rules between fields are not looked at."""
    for kind, notation in _NOTATIONS.items():
        if isinstance(field, kind):
            return notation
    if isinstance(field, ListOf):
        return st.lists(valid(field.entry), min_size=field.at_least, max_size=2)
    if isinstance(field, Nested):
        return _objects(field.schema)
    if isinstance(field, t.OpenEnum):
        return st.sampled_from(field.values) | _texts(field)
    if isinstance(field, t.ClosedEnum):
        return st.sampled_from(field.values)
    return _numbers(field) if isinstance(field, numbers.Int | numbers.Number) else _texts(field)


def _texts(field: OcpiField) -> SearchStrategy[str]:
    assert isinstance(field, t.Text)
    alphabet = {t.CiString: _ASCII, t.CredentialsToken: _VISIBLE, t.IsoCode: _LETTERS}
    chosen = next((it for kind, it in alphabet.items() if isinstance(field, kind)), _PRINTABLE)
    return st.text(chosen, min_size=field.shortest, max_size=field.length or 80)


def _numbers(field: numbers.Int | numbers.Number) -> SearchStrategy[Any]:
    if isinstance(field, numbers.Int):
        return st.integers(field.least, field.most)
    places = 4 if field.step is None else 1
    return st.decimals(max(field.least, -(10**12)), min(field.most, 10**12), places=places).map(
        lambda number: parse(f"{number:f}".encode())
    )


@st.composite
def _objects(draw: DrawFn, schema: type[ObjectSchema]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, field in fields_of(schema).items():
        if field.required or draw(st.integers(0, 3)) == 0:
            document[name] = draw(valid(field))
    return document


@st.composite
def spoilt(draw: DrawFn, document: Any) -> Any:
    """The document after one to three mishaps: a field gone, doubled, of another type or longer."""
    copy = parse(dump(document))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(copy))
        if not places:
            return draw(NASTY)
        container, key = draw(st.sampled_from(places))
        draw(st.sampled_from([_replace, _replace, _remove, _lengthen, _add]))(
            draw(NASTY), container, key
        )
    return copy


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in the document."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _replace(nasty: Any, container: Any, key: Any) -> None:
    container[key] = nasty


def _remove(_: Any, container: Any, key: Any) -> None:
    del container[key]


def _lengthen(_: Any, container: Any, key: Any) -> None:
    """A line break after a string, a list's first entry once more, a boolean as a string."""
    value = container[key]
    if isinstance(value, str):
        container[key] = value + "\n"
    elif isinstance(value, list):
        container[key] = value + value[:1]
    elif isinstance(value, bool):
        container[key] = str(value)


def _add(nasty: Any, container: Any, key: Any) -> None:
    if isinstance(container, dict):
        container[f"{key}_x"] = nasty
