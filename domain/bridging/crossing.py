"""The one walk that both directions are made of: it copies nothing that stays as it is.

A shape says for one class what becomes of its fields. The walk follows shapes and never the
document, so it is as deep as OCPI's tables, with any document.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto

from domain.bridging.dialect import Dialect
from domain.bridging.losses import (
    MOST_LOSSES,
    Converted,
    Inexpressible,
    InexpressiblePatch,
    LossClass,
    Noted,
    Place,
    path_of,
)
from domain.bridging.tokens import TokenTypes
from domain.documents import Document, JsonValue


class Gone(Enum):
    """What is there instead of a value that is left out."""

    GONE = auto()


GONE = Gone.GONE
_NO_TOKENS: TokenTypes = {}


class Crossing:
    """One conversion under way: what it goes by, and what was lost so far."""

    __slots__ = ("dialect", "is_exacting", "is_patch", "losses", "more", "tokens", "withheld")

    def __init__(
        self,
        dialect: Dialect,
        *,
        is_patch: bool = False,
        tokens: TokenTypes = _NO_TOKENS,
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        self.dialect, self.is_patch = dialect, is_patch
        self.is_exacting = dialect.short_fields or dialect.whole_seconds
        self.tokens, self.withheld = tokens, withheld
        self.losses: list[Noted] = []
        self.more = 0

    def note(
        self,
        place: Place | None,
        what: LossClass,
        was: JsonValue,
        *,
        bound: Decimal | None = None,
    ) -> None:
        """Name what is lost at a place; beyond 1,000 losses it is only counted."""
        if len(self.losses) < MOST_LOSSES:
            self.losses.append((place, what, was, bound))
        else:
            self.more += 1

    def forget(self, losses: int, more: int) -> None:
        """What was noted since there were so many: what it was about is left out as a whole."""
        del self.losses[losses:]
        self.more = more

    def refusal(self, place: Place | None, reason: str) -> Inexpressible:
        """What says that the value at the place cannot be said in the other version."""
        kind = InexpressiblePatch if self.is_patch else Inexpressible
        return kind(path_of(place), reason)

    def over(self, document: JsonValue | Gone, before: JsonValue) -> Converted:
        """What the conversion came to."""
        if document is GONE:
            return Converted(None, tuple(self.losses), self.more)
        is_emptied = self.is_patch and _is_bare(document) and not _is_bare(before)
        return Converted(document, tuple(self.losses), self.more, is_emptied)


Rule = Callable[[JsonValue, Place | None, Crossing], JsonValue | Gone]
"""Makes of a value what the other version has in its place; of an odd one it makes nothing else."""
Rules = tuple[tuple[str, Rule], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One class: what becomes of its fields.

    `known`: the fields that the other version names; None: all pass. `fresh`: those that it is
    known to lack, and what their loss is. `of_modules`: fields of optional modules, and which.
    `exacting`: the rules with those that only some partners need.
    """

    rules: Rules
    exacting: Rules = ()
    known: frozenset[str] | None = None
    fresh: Mapping[str, LossClass] = field(default_factory=dict)
    of_modules: Mapping[str, str] = field(default_factory=dict)

    def through(self, value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue:
        """The object as the other version has it; the same one where nothing changes."""
        if type(value) is not dict and not isinstance(value, Mapping):
            crossing.note(place, LossClass.UNCHANGED, value)
            return value
        changed: dict[str, JsonValue] | None = None
        if self.known is not None and not self.known.issuperset(value):
            changed = self._named(value, self.known, place, crossing)
        rules = self.exacting if self.exacting and crossing.is_exacting else self.rules
        for name, rule in rules:
            old = value.get(name)
            if old is None:
                continue
            new = rule(old, (place, name), crossing)
            if new is not old:
                changed = dict(value) if changed is None else changed
                if isinstance(new, Gone):
                    del changed[name]
                else:
                    changed[name] = new
        return value if changed is None else changed

    def _named(
        self, value: Document, known: frozenset[str], place: Place | None, crossing: Crossing
    ) -> dict[str, JsonValue]:
        """The fields that the other version names, or that its speaker takes all the same."""
        kept: dict[str, JsonValue] = {}
        for name, each in value.items():
            if name in known or self._is_taken(name, crossing.dialect):
                kept[name] = each
            elif each is not None and each != []:
                crossing.note((place, name), self.fresh.get(name, LossClass.DROPPED), each)
        return kept

    def _is_taken(self, name: str, dialect: Dialect) -> bool:
        if name in self.of_modules:
            return self.of_modules[name] in dialect.modules
        return dialect.extra_fields and name not in self.fresh


def inside(rule: Rule) -> Rule:
    """The rule for each entry of a list, or for the one value."""

    def through(value: JsonValue, place: Place | None, crossing: Crossing) -> JsonValue | Gone:
        if type(value) is not list:
            return rule(value, place, crossing)
        changed: list[JsonValue] | None = None
        for index, old in enumerate(value):
            new = rule(old, (place, index), crossing)
            if new is not old and changed is None:
                changed = value[:index]
            if changed is not None and not isinstance(new, Gone):
                changed.append(new)
        return value if changed is None else changed

    return through


def _is_bare(document: JsonValue | Gone) -> bool:
    """Whether a PATCH says nothing but when."""
    return isinstance(document, Mapping) and not document.keys() - {"last_updated"}
