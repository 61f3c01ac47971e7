"""Tariffs: what charging costs, and which of its prices can apply at a moment.

OCPI 2.3.0, mod_tariffs. The domain decides what follows from the clock alone. What hangs on the
charge itself (its energy, power or length, a reservation) is for the app or party that knows it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from domain.documents import Document, JsonValue, as_document, as_documents
from domain.objects.carried import OcpiObject
from domain.times import parse_time

CHARGING = "CHARGING"
"""What a price is for, unless its element says that it is for a reservation or a booking."""

_PURPOSES = ("reservation", "booking")
_BY_THE_CLOCK = frozenset({"start_time", "end_time", "start_date", "end_date", "day_of_week"})
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_MIDNIGHT = "00:00"


@dataclass(frozen=True)
class Candidate:
    """A PriceComponent that may be the one that counts.

    `element` is the position of its element in the tariff; `conditions` are the restrictions that
    hang on the charge, as the owner wrote them. Empty: it counts for every charge.
    """

    element: int
    component: Document
    conditions: Document


@dataclass(frozen=True)
class DimensionPrice:
    """What one dimension costs: the first candidate whose conditions the charge meets (TA-4).

    Where it meets none, the dimension costs nothing. `purpose` is CHARGING, or what else is paid
    for: a ReservationRestrictionType or a BookingRestrictionType.
    """

    dimension: str
    purpose: str
    candidates: tuple[Candidate, ...]


class _Allowed(NamedTuple):
    """An element that the clock allows, and its position in the tariff."""

    position: int
    element: Document


@dataclass(frozen=True)
class Tariff(OcpiObject):
    """A Tariff document, word for word as its owner wrote it."""

    kinds: ClassVar[tuple[str, ...]] = ("tariff",)

    def is_valid_at(self, moment: datetime) -> bool:
        """From `start_date_time` on, and before `end_date_time`; both are UTC."""
        start, end = self.document.get("start_date_time"), self.document.get("end_date_time")
        if start is not None and moment < parse_time(str(start)):
            return False
        return end is None or moment < parse_time(str(end))

    def elements_at(self, local: datetime) -> tuple[int, ...]:
        """The positions of the elements that the clock allows; `local` as the location's clock."""
        return tuple(allowed.position for allowed in self._elements_at(local))

    def prices_at(self, local: datetime) -> tuple[DimensionPrice, ...]:
        """What can be paid for at that moment, in the order of the elements (TA-4).

        Behind a candidate without conditions there is none: it always comes first.
        """
        found: dict[tuple[str, str], list[Candidate]] = {}
        for allowed in self._elements_at(local):
            restrictions = _restrictions(allowed.element)
            purpose = _purpose(restrictions)
            for component in as_documents(allowed.element["price_components"]):
                candidates = found.setdefault((str(component["type"]), purpose), [])
                if not candidates or _hangs_on_the_charge(candidates[-1].conditions):
                    conditions = _conditions(restrictions)
                    candidates.append(Candidate(allowed.position, component, conditions))
        return tuple(DimensionPrice(*slot, tuple(candidates)) for slot, candidates in found.items())

    def _elements_at(self, local: datetime) -> Iterator[_Allowed]:
        for position, element in enumerate(as_documents(self.document["elements"])):
            if _is_allowed(_restrictions(element), local):
                yield _Allowed(position, element)


def _restrictions(element: Document) -> Document:
    """Those that are there: null is absent."""
    written = as_document(element.get("restrictions") or {})
    return {name: value for name, value in written.items() if value is not None}


def _conditions(restrictions: Document) -> Document:
    """What the hub does not decide; unknown ones too: a reader may know them (T-EXT-1)."""
    return {name: value for name, value in restrictions.items() if name not in _BY_THE_CLOCK}


def _purpose(restrictions: Document) -> str:
    named = (restrictions[name] for name in _PURPOSES if name in restrictions)
    return str(next(named, CHARGING))


def _hangs_on_the_charge(conditions: Document) -> bool:
    """Whether there is more to it than what it is for."""
    return any(name not in _PURPOSES for name in conditions)


def _is_allowed(restrictions: Document, local: datetime) -> bool:
    """Whether every restriction by the clock holds, each for itself (TA-6)."""
    day, time = local.date().isoformat(), local.time().isoformat("minutes")
    if day < str(restrictions.get("start_date", day)):
        return False
    if "end_date" in restrictions and day >= str(restrictions["end_date"]):
        return False
    if not _is_one_of(_DAYS[local.weekday()], restrictions.get("day_of_week")):
        return False
    start = str(restrictions.get("start_time", _MIDNIGHT))
    end = str(restrictions.get("end_time", _MIDNIGHT))
    return _is_between(time, start, end)


def _is_one_of(day: str, days: JsonValue) -> bool:
    """No day, or an empty list of them, is every day."""
    named = days if isinstance(days, Sequence) else ()
    return not named or day in named


def _is_between(time: str, start: str, end: str) -> bool:
    """An end before the start is on the next day, where 00:00 is the end of this one.

    An end that equals the start is a whole day later.
    """
    if start < end:
        return start <= time < end
    return time >= start or time < end
