"""Doubts about a CDR: what people should look at, though nothing of it is held back.

The hub carries what the CPO wrote; it says where that can hardly be meant so.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from domain.cdrs.cdr import Cdr
from domain.cdrs.clearing import exact
from domain.delivery.standing import Judgement
from domain.documents import JsonValue, as_documents
from domain.times import parse_time

_CLOCKS_DIFFER_BY = timedelta(hours=1)
_OF_SESSIONS_ALONE = frozenset(
    {"CURRENT", "ENERGY_EXPORT", "ENERGY_IMPORT", "POWER", "STATE_OF_CHARGE"}
)
"""Dimensions that shall not be used in CDRs (CDR-4)."""


class Doubt(StrEnum):
    """Why a CDR is doubtful."""

    ENDS_BEFORE_START = "ends_before_start"
    NOT_YET = "not_yet"
    NEGATIVE = "negative"
    SESSION_DIMENSION = "session_dimension"
    BILLED_TWICE = "billed_twice"
    ALONE = "alone"
    UNFIT = "unfit"

    @property
    def reason(self) -> str:
        """The same in words."""
        return _REASONS[self]


_REASONS = {
    Doubt.ENDS_BEFORE_START: "end_date_time is before start_date_time",
    Doubt.NOT_YET: "start_date_time is later than the CDR came",
    Doubt.NEGATIVE: "total_cost is negative, and it is no Credit CDR",
    Doubt.SESSION_DIMENSION: "charging_periods have dimensions that belong to sessions alone",
    Doubt.BILLED_TWICE: "its session is billed by another CDR too",
    Doubt.ALONE: "the CDR that it credits has not come",
    Doubt.UNFIT: "it does not fit the CDR that it credits, and is not delivered",
}

OF_JUDGEMENTS = {Judgement.ALONE: Doubt.ALONE, Judgement.UNFIT: Doubt.UNFIT}
"""What a judgement leaves in doubt."""


def doubts_about(cdr: Cdr, *, received_at: datetime) -> Iterator[Doubt]:
    """What the document alone gives reason for."""
    begun, ended = (_moment(cdr.document.get(f"{each}_date_time")) for each in ("start", "end"))
    if begun is not None and ended is not None and ended < begun:
        yield Doubt.ENDS_BEFORE_START
    if begun is not None and begun > received_at + _CLOCKS_DIFFER_BY:
        yield Doubt.NOT_YET
    if cdr.credited is None and _is_negative(cdr):
        yield Doubt.NEGATIVE
    if _OF_SESSIONS_ALONE & set(_dimensions(cdr)):
        yield Doubt.SESSION_DIMENSION


def _is_negative(cdr: Cdr) -> bool:
    account = cdr.account()
    with exact():
        return account.net < 0 or account.net + account.taxes < 0


def _moment(value: JsonValue) -> datetime | None:
    """None where it is not there, or is the literal for an unknown time."""
    try:
        return None if value is None else parse_time(str(value))
    except ValueError:
        return None


def _dimensions(cdr: Cdr) -> Iterator[str]:
    for period in as_documents(cdr.document.get("charging_periods")):
        for dimension in as_documents(period.get("dimensions")):
            yield str(dimension["type"])
