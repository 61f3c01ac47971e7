"""What a conversion could not say: named, bounded, and told apart by what it means to a reader.

A partner may send a document that is nothing but losses, so what is kept of each is short, and of
too many there is only their number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.documents import JsonValue
from domain.errors import HubError
from domain.noted_text import storable

MOST_LOSSES = 1000
LONGEST = 80
"""Characters that are kept of what was there, and of a name in a path."""
_SHOWN = 20
_LARGEST = 64

Place = tuple["Place | None", str | int]
"""Where a value is: the place of what it is in, and its name or number there."""


class LossClass(StrEnum):
    """What became of what was there.

    DROPPED: left out. REGULATORY: left out, and AFIR asks for it. WIDENED: said by a more general
    value. ROUNDED: a number to its last decimals, a time to its second. SHORTENED: the end of a
    text cut off. MONEY: details of taxes, or a tariff of a CDR, left out; what is owed is the same.
    RESTATED: the same amount said in another way, such as net for gross. UNCHANGED: no value of
    the version, or of no use to it, and sent as it was.
    """

    DROPPED = "dropped"
    REGULATORY = "regulatory"
    WIDENED = "widened"
    ROUNDED = "rounded"
    SHORTENED = "shortened"
    MONEY = "money"
    RESTATED = "restated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Loss:
    """At `path` of the document as it came, such as `evses[3].parking`, `was` stood.

    `was` has at most 80 characters of it. `bound`: how far off a rounded number is at most.
    """

    path: str
    what: LossClass
    was: str
    bound: Decimal | None = None


Noted = tuple[Place | None, LossClass, JsonValue, Decimal | None]
"""A loss as the walk notes it; what it reads like is made when it is asked for."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A document in the words of the other version, and what is lost by it.

    `document` is the very one that was given if there was nothing to change. None: the other
    version has no such object, and nothing is sent. `more`: how many losses beyond the 1,000 that
    are named. `is_emptied`: all that a PATCH said has no words there; it is answered 1000, kept,
    and not forwarded.
    """

    document: JsonValue
    noted: tuple[Noted, ...] = field(default=(), repr=False)
    more: int = 0
    is_emptied: bool = False

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What is lost, in the order of the document."""
        return tuple(
            Loss(path_of(place), what, glimpse(was), bound)
            for place, what, was, bound in self.noted
        )

    @property
    def classes(self) -> frozenset[LossClass]:
        """Which losses there are: cheaper than naming them."""
        return frozenset([what for _, what, _, _ in self.noted])


class Inexpressible(HubError):
    """Said in the other version it would mean another sum of money: it is not sent (4000)."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}" if path else reason)


class InexpressiblePatch(Inexpressible):
    """The other version has no words for this change alone, and may have for the whole (2001)."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, f"{reason}; PUT the whole object")


def path_of(place: Place | None) -> str:
    """`evses[3].status`, from the outermost object on."""
    names: list[str] = []
    while place is not None:
        place, name = place
        names.append(f"[{name}]" if isinstance(name, int) else f".{storable(name, LONGEST)}")
    return "".join(reversed(names)).removeprefix(".")


def glimpse(value: JsonValue) -> str:
    """What stood there, in at most 80 characters, without going into it."""
    if isinstance(value, str):
        return storable(value, LONGEST)
    if isinstance(value, Mapping):
        return f"an object of {len(value):,} fields"
    if isinstance(value, list):
        return _some(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and value.bit_length() > _LARGEST:
        return "a long integer"
    return str(value)[:LONGEST]


def _some(values: list[JsonValue]) -> str:
    """The texts of a list, as many as there is room for, else their number alone."""
    first = values[:_SHOWN]
    if not first or not all(isinstance(each, str) for each in first):
        return f"a list of {len(values):,}"
    told = ", ".join(storable(str(each), LONGEST) for each in first)
    return told if len(told) <= LONGEST and len(first) == len(values) else _and_more(told, values)


def _and_more(told: str, values: list[JsonValue]) -> str:
    end = f"… ({len(values):,} in all)"
    return told[: LONGEST - len(end)] + end
