"""When a location is open (OCPI 2.3.0, mod_locations, Hours)."""

from collections.abc import Iterator
from re import fullmatch

from adapters.ocpi.schemas.notations import OcpiDateTime, OpeningTime
from adapters.ocpi.schemas.numbers import Int
from adapters.ocpi.schemas.patterns import TIME
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, rule
from adapters.ocpi.schemas.types import Boolean
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight


@rule("`period_end` after `period_begin`: over midnight, or until 00:00", Weight.COSMETIC)
def ends_later(hours: Document) -> Iterator[Problem]:
    begin, end = str(hours.get("period_begin")), str(hours.get("period_end"))
    if fullmatch(TIME, begin) and fullmatch(TIME, end) and end <= begin:
        yield Problem("period_end", "not later than period_begin")


@rule("`regular_hours` without 24/7, and with it none", Weight.COSMETIC)
def regular_hours_if_not_always(opening: Document) -> Iterator[Problem]:
    always, regular = opening.get("twentyfourseven"), opening.get("regular_hours")
    if always is False and not regular:
        yield Problem("regular_hours", "required with twentyfourseven=false")
    if always is True and regular:
        yield Problem("regular_hours", "only with twentyfourseven=false")


class RegularHours(ObjectSchema):
    rules = (ends_later,)

    weekday = Int(least=1, most=7)
    period_begin = OpeningTime()
    period_end = OpeningTime()


class ExceptionalPeriod(ObjectSchema):
    period_begin = OcpiDateTime()
    period_end = OcpiDateTime()


class Hours(ObjectSchema):
    rules = (regular_hours_if_not_always,)

    twentyfourseven = Boolean()
    regular_hours = ListOf(Nested(RegularHours))
    exceptional_openings = ListOf(Nested(ExceptionalPeriod))
    exceptional_closings = ListOf(Nested(ExceptionalPeriod))
