"""Credit CDRs: how one fits the CDR that it takes back, and what became of that question.

Only the cost is negated; everything else says once more what was charged (OCPI 2.3.0, mod_cdrs,
Credit CDRs).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.documents import Document, JsonValue, as_document, as_documents, ci
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


class Judgement(StrEnum):
    """Whether a CDR may be handed over for what it is.

    SOUND: it credits nothing, or fits what it credits. AWAITS: its original has not come. UNFIT:
    it does not fit. ALONE: its original did not come in time, so the receiver has to judge.
    """

    SOUND = "sound"
    AWAITS = "awaits"
    UNFIT = "unfit"
    ALONE = "alone"

    @property
    def counts(self) -> bool:
        """Whether its figures are part of the settlement, and its receiver is shown it."""
        return self in (Judgement.SOUND, Judgement.ALONE)


UNCOUNTED = tuple(each for each in Judgement if not each.counts)


@dataclass(frozen=True)
class Standing:
    """A judgement, the delivery that must be done first (empty: none), and what people should know.

    `remark` names the fields that differ, or says why it does not fit.
    """

    judgement: Judgement = Judgement.SOUND
    behind: str = ""
    remark: str = ""


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


def same(one: JsonValue, other: JsonValue) -> bool:
    """Equal as JSON: numbers by value, null and an empty list as if the field were not there."""
    if _is_nothing(one) or _is_nothing(other):
        return _is_nothing(one) and _is_nothing(other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(one.get(name), other.get(name)) for name in {*one, *other})
    if isinstance(one, str | bool) or isinstance(other, str | bool):
        return type(one) is type(other) and one == other
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


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


def _is_nothing(value: JsonValue) -> bool:
    return value is None or (
        isinstance(value, Sequence) and not isinstance(value, str) and not value
    )
