"""Credit CDRs: how one fits the CDR that it takes back, and what became of that question.

Only the cost is negated; everything else says once more what was charged (OCPI 2.3.0, mod_cdrs,
Credit CDRs).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from domain.documents import Document, JsonValue, as_document, as_documents, ci, same
from domain.errors import Problem

_EQUAL = (
    "start_date_time",
    "end_date_time",
    "session_id",
    "booking_id",
    "cdr_token",
    "auth_method",
    "authorization_reference",
    "cdr_location",
    "meter_id",
    "currency",
    "tariffs",
    "charging_periods",
    "signed_data",
    "total_fixed_cost",
    "total_energy",
    "total_energy_cost",
    "total_time",
    "total_time_cost",
    "total_parking_time",
    "total_parking_cost",
    "total_reservation_cost",
    "home_charging_compensation",
)
_ITS_OWN = (
    "country_code",
    "party_id",
    "id",
    "total_cost",
    "credit",
    "credit_reference_id",
    "last_updated",
)
"""The two codes are the owner's in both: a Credit CDR names its original below its own owner."""

_DIFFERS = "differs from the CDR that is credited"
_NOT_NEGATED = "is not the negative of what is credited"


def misfits(credit: Document, original: Document) -> Iterator[Problem]:
    """Where the credit says something else than its original, field by field."""
    for name in _EQUAL:
        if not same(_comparable(credit, name), _comparable(original, name)):
            yield Problem(name, _DIFFERS)
    yield from _not_negated(as_document(credit["total_cost"]), as_document(original["total_cost"]))


def notes_that_differ(credit: Document, original: Document) -> tuple[str, ...]:
    """The fields that may differ, and do: remarks, the invoice's id, what OCPI does not know."""
    free = {*credit, *original}.difference(_EQUAL, _ITS_OWN)
    return tuple(sorted(name for name in free if not same(credit.get(name), original.get(name))))


def _comparable(document: Document, name: str) -> JsonValue:
    """The token's party is of CiStrings: it is the same in either case."""
    value = document.get(name)
    if name != "cdr_token" or not isinstance(value, Mapping):
        return value
    codes = {code: ci(value.get(code)) for code in ("country_code", "party_id")}
    return {**value, **codes}


def _not_negated(cost: Document, original: Document) -> Iterator[Problem]:
    if not _negates(cost["before_taxes"], original["before_taxes"]):
        yield Problem("total_cost.before_taxes", _NOT_NEGATED)
    lines, originals = as_documents(cost.get("taxes")), as_documents(original.get("taxes"))
    if len(lines) != len(originals):
        yield Problem("total_cost.taxes", _DIFFERS)
        return
    for place, (line, billed) in enumerate(zip(lines, originals, strict=True)):
        if not _negates(line["amount"], billed["amount"]):
            yield Problem(f"total_cost.taxes[{place}].amount", _NOT_NEGATED)
        for name in ("name", "account_number", "percentage"):
            if not same(line.get(name), billed.get(name)):
                yield Problem(f"total_cost.taxes[{place}].{name}", _DIFFERS)


def _negates(one: JsonValue, other: JsonValue) -> bool:
    """To the last digit; `-` would round to the digits of the context."""
    return Decimal(str(one)) == Decimal(str(other)).copy_negate()
