"""What becomes of single values on the way down: texts, times, and enums that 2.2.1 closes."""

from collections.abc import Mapping

from domain.bridging.classes import VALUES
from domain.bridging.crossing import GONE, Crossing, Gone, Rule
from domain.bridging.losses import LossClass, Place
from domain.documents import JsonValue, ci

_TO_THE_SECOND = len("2026-01-31T12:00:00")
_PAYMENT_PARTY = "PTP"


def widened(enum: str, wide: str) -> Rule:
    """A value that 2.2.1 does not have is said as `wide`."""
    known = VALUES[enum]

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
        if isinstance(value, str) and value in known:
            return value
        if not isinstance(value, str):
            crossing.note(place, LossClass.UNCHANGED, value)
            return value
        crossing.note(place, LossClass.WIDENED, value)
        return wide

    return through


def among(enum: str) -> Rule:
    """Of a list the values that 2.2.1 has."""
    known = VALUES[enum]

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
        if not isinstance(value, list):
            crossing.note(place, LossClass.UNCHANGED, value)
            return value
        strange = {each for each in value if isinstance(each, str) and each not in known}
        if not strange:
            return value
        crossing.note(place, LossClass.DROPPED, sorted(strange))
        return [each for each in value if not isinstance(each, str) or each in known]

    return through


def if_known(enum: str) -> Rule:
    """An optional value that 2.2.1 has, or nothing."""
    known = VALUES[enum]

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        if isinstance(value, str) and value not in known:
            crossing.note(place, LossClass.DROPPED, value)
            return None if crossing.is_patch else GONE
        return value

    return through


def kept(enum: str) -> Rule:
    """A value that has to be there, and that nothing can stand for."""
    known = VALUES[enum]

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
        if not isinstance(value, str) or value not in known:
            crossing.note(place, LossClass.UNCHANGED, value)
        return value

    return through


def known_by(field: str, enum: str, rule: Rule) -> Rule:
    """An entry of a list whose `field` 2.2.1 knows, or that belongs to a module of the partner."""
    known = VALUES[enum]

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        said = value.get(field) if isinstance(value, Mapping) else None
        if isinstance(said, str) and said not in known and said not in crossing.dialect.modules:
            crossing.note(place, LossClass.DROPPED, said)
            return GONE
        return rule(value, place, crossing)

    return through


def shortened(longest: int) -> Rule:
    """A text that some partners take as long as it was before 2026."""

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
        if not crossing.dialect.short_fields or not isinstance(value, str):
            return value
        if len(value) > longest:
            crossing.note(place, LossClass.SHORTENED, value)
        return value[:longest]

    return through


def to_the_second(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """A time without its fractions, for partners that take none."""
    if not crossing.dialect.whole_seconds or not isinstance(value, str):
        return value
    second, rest = value[:_TO_THE_SECOND], value[_TO_THE_SECOND:]
    if not rest.startswith(".") or not rest[1:].removesuffix("Z").isdecimal():
        return value
    crossing.note(place, LossClass.ROUNDED, value)
    return f"{second}Z" if rest.endswith("Z") else second


def role_down(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """PTP comes from the Payments module: another partner knows it as OTHER."""
    if value != _PAYMENT_PARTY or "payments" in crossing.dialect.modules:
        return value
    crossing.note(place, LossClass.WIDENED, value)
    return "OTHER"


def readable_tariffs(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
    """The ids of tariffs without those that are withheld from the partner."""
    if not crossing.withheld or not isinstance(value, list):
        return value
    named = {each for each in value if isinstance(each, str) and ci(each) in crossing.withheld}
    if not named:
        return value
    crossing.note(place, LossClass.MONEY, sorted(named))
    return [each for each in value if not isinstance(each, str) or each not in named]
