"""What checks that are off let in, the domain can read: they never cover a field that it reads."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.ocpi import exact_json
from adapters.ocpi.schemas import OcpiSchemas
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.listing import weights
from adapters.ocpi.schemas.shapes import ListOf, Nested, fields_of
from adapters.system import SystemZones
from application.modules import MODULES
from application.objects.pushed import unsafe_ids
from domain.cdrs.cdr import Cdr
from domain.cdrs.doubts import doubts_about
from domain.documents import Document
from domain.errors import InvalidDocument
from domain.objects.carried import OcpiObject
from domain.objects.levels import is_older, own_times
from domain.objects.locations import Location
from domain.objects.tariffs import Tariff
from domain.objects.tokens import Token
from domain.validation import Mode
from tests.wire import documents

SCHEMAS = OcpiSchemas()
NOW = datetime(2026, 1, 31, 13, tzinfo=UTC)
GARBAGE: tuple[Any, ...] = (
    *(None, "", "x", "a\nb", "\x00", 0, -1, 7, 10**18, True, False, [], [None], ["x"], [[]], {}),
    *(
        [{}],
        {"x": 1},
        [{"x": None}],
        exact_json.parse(b"16.0"),
        exact_json.parse(b"1e59"),
        exact_json.parse(b"0.5"),
    ),
    *("24:00", "W. Europe Standard Time", "50.9", "https://x.example", "1970-1-1T00:00:00Z"),
)
WHOLE = {
    "location": documents.LOCATION,
    "tariff": documents.TARIFF,
    "token": documents.TOKEN,
    "session": documents.SESSION,
    "cdr": documents.CDR,
}


def spoilt(field: Any, value: Any) -> Iterator[Any]:
    """The value with each field of it, and of what is below, in turn missing or garbage."""
    if isinstance(field, ListOf):
        for index, entry in enumerate(value):
            yield from (
                [*value[:index], each, *value[index + 1 :]] for each in spoilt(field.entry, entry)
            )
    elif isinstance(field, Nested):
        for name, child in fields_of(field.schema).items():
            yield {key: held for key, held in value.items() if key != name}
            yield from ({**value, name: garbage} for garbage in GARBAGE)
            if isinstance(value.get(name), dict | list):
                yield from ({**value, name: each} for each in spoilt(child, value[name]))


def read(module: str, document: Document) -> None:
    """All that the domain reads of an object when it comes, is changed, found and quoted."""
    kind = MODULES[module].object
    whole = kind(document)
    assert all(part is not None for part in (whole.owner, whole.id, whole.kind, whole.segments))
    assert whole.query is not None
    whole.facets(), whole.watched(), whole.reader, whole.parts
    unsafe_ids(kind, document)
    exact_json.dump(document)
    patch: Document = {"last_updated": "2026-01-31T12:30:00Z"}
    changed = whole.patched((), patch)
    is_older(patch, whole, (), own_times={}, now=NOW)
    own_times(patch, whole, changed, (), known={})
    list(changed.problems_after(whole))
    if more := _MORE.get(kind):
        more(whole)


def _of_location(whole: Any) -> None:
    evse = documents.arrived(documents.EVSE)
    SystemZones().named(whole.time_zone)
    whole.with_part(("E1",), evse)
    if whole.part(("E1",)) is None:
        return
    whole.with_part(("E1", "1"), evse["connectors"][0])
    whole.patched((), {"evses": [{"uid": "E1", "last_updated": documents.NOW}]})
    whole.tariff_ids(("E1", "1")), whole.evse_uid("E1"), whole.for_drivers(), whole.time_zone


def _of_tariff(whole: Any) -> None:
    whole.is_valid_at(NOW), whole.prices_at(NOW), whole.elements_at(NOW)


def _of_token(whole: Any) -> None:
    whole.may_be_answered_for, whole.stand_in_answer()


def _of_cdr(whole: Any) -> None:
    whole.account(), whole.session, whole.credited
    list(whole.problems_with(whole))
    whole.remark_on(whole)
    list(doubts_about(whole, received_at=NOW))


_MORE: dict[type[OcpiObject], Callable[[Any], None]] = {
    Location: _of_location,
    Tariff: _of_tariff,
    Token: _of_token,
    Cdr: _of_cdr,
}


@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_taken_with_checks_off_can_be_read(kind: str) -> None:
    module = {"cdr": "cdrs"}.get(kind, f"{kind}s")
    taken = 0
    for document in spoilt(KINDS[kind], documents.arrived(WHOLE[kind])):
        try:
            remarks = SCHEMAS.check(kind, document, Mode.OFF)
        except InvalidDocument:
            continue
        taken += bool(remarks)
        read(module, document)
    assert taken > 10


def test_the_partner_guide_has_the_list_of_which_check_is_which() -> None:
    with open("docs/partners.md", encoding="utf-8") as guide:
        whole = guide.read()

    printed = whole.partition("<!-- weights:")[2].partition("-->\n")[2].partition("\n<!-- /w")[0]

    assert printed == weights()
