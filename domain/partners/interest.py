"""What a reader wants to have pushed to it: its own choice, among what it may see.

It is about pushes alone. Lists and searches show all as before, and what another party addresses
to the reader by name is passed on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from domain.partners.party import PartyId
from domain.places import Box, Place

_MOST_OUTGROWN = 8
_Reader = TypeVar("_Reader")


@dataclass(frozen=True)
class Interest:
    """What of one module is pushed: all, a part of it, or nothing (`is_pulled`: it reads lists).

    A part is of owners that are in one of `countries`, by their own country code, or are named in
    `owners`: where neither is said, of each owner. With a `box`, what stands outside is left out.
    """

    countries: frozenset[str] = frozenset()
    owners: frozenset[PartyId] = frozenset()
    box: Box | None = None
    is_pulled: bool = False

    def takes(self, owner: PartyId, place: Place | None, *, deleted: bool) -> bool:
        """Whether the owner's object is pushed; one without a known place is in each box.

        That an object is deleted is told beyond countries, owners and box: no list says so.
        """
        if self.is_pulled or deleted:
            return not self.is_pulled
        inside = self.box is None or place is None or self.box.holds(place)
        return inside and self._takes_owner(owner)

    def is_within(self, other: "Interest") -> bool:
        """Whether `other` surely takes all that this takes: narrowing makes up for nothing."""
        if self.is_pulled or other == EVERYTHING:
            return True
        if other.is_pulled or other.box not in (None, self.box):
            return False
        return self._owners_are_within(other)

    def _takes_owner(self, owner: PartyId) -> bool:
        if not self.countries and not self.owners:
            return True
        return owner.country_code in self.countries or owner in self.owners

    def _owners_are_within(self, other: "Interest") -> bool:
        if not other.countries and not other.owners:
            return True
        if not self.countries and not self.owners:
            return False
        return self.countries <= other.countries and all(map(other._takes_owner, self.owners))


@dataclass(frozen=True)
class Interested(Generic[_Reader]):
    """Readers of a module, by what they want: those of one owner are found without all others.

    Each at its place in the order that they came in. What a box leaves out is not known here.
    """

    told: Mapping[int, _Reader]
    of_all: dict[int, _Reader] = field(default_factory=dict)
    of_country: dict[str, dict[int, _Reader]] = field(default_factory=dict)
    of_owner: dict[PartyId, dict[int, _Reader]] = field(default_factory=dict)

    @classmethod
    def among(cls, readers: Iterable[tuple[Interest, _Reader]]) -> "Interested[_Reader]":
        """Those of the readers that are told anything."""
        told = {place: each for place, each in enumerate(readers) if not each[0].is_pulled}
        found = cls({place: reader for place, (_, reader) in told.items()})
        for place, (interest, reader) in told.items():
            if not interest.countries and not interest.owners:
                found.of_all[place] = reader
            for country in interest.countries:
                found.of_country.setdefault(country, {})[place] = reader
            for owner in interest.owners:
                found.of_owner.setdefault(owner, {})[place] = reader
        return found

    def in_objects_of(self, owner: PartyId, *, deleted: bool) -> Iterable[_Reader]:
        """Who may want to be told of an object of this owner's; of a deleted one, all."""
        if deleted:
            return self.told.values()
        country, own = self.of_country.get(owner.country_code), self.of_owner.get(owner)
        if not country and not own:
            return self.of_all.values()
        found = {**self.of_all, **(country or {}), **(own or {})}
        return [found[place] for place in sorted(found)]


EVERYTHING = Interest()
NOTHING = Interest(is_pulled=True)


@dataclass(frozen=True)
class Choice:
    """An interest in one module, and since when it holds."""

    module: str
    interest: Interest
    since: datetime


@dataclass(frozen=True)
class Interests:
    """A partner's choices, one a module; of a module without one everything is pushed.

    `outgrown` are earlier choices: what one of them left out, and the present one takes, the reader
    may lack until it is brought into step.
    """

    choices: tuple[Choice, ...] = ()
    outgrown: tuple[Choice, ...] = ()
    revision: int = 0
    changed_at: datetime | None = None

    def of(self, module: str) -> Interest:
        """The interest in this module."""
        for choice in self.choices:
            if choice.module == module:
                return choice.interest
        return EVERYTHING

    def chosen(self) -> dict[str, Interest]:
        """The interests by their modules, where a choice was made."""
        return {choice.module: choice.interest for choice in self.choices}

    def changed(self, chosen: Mapping[str, Interest], *, now: datetime) -> "Interests":
        """With these choices in the place of the present ones; the same if they are the same."""
        held = {choice.module: choice for choice in self.choices}
        choices = tuple(
            held[module] if self.of(module) == interest else Choice(module, interest, now)
            for module, interest in sorted(chosen.items())
            if interest != EVERYTHING
        )
        if choices == self.choices:
            return self
        left = (choice for choice in self.choices if choice not in choices)
        fresh = replace(self, choices=choices, revision=self.revision + 1, changed_at=now)
        outgrown = [
            each
            for each in (*self.outgrown, *left)
            if not fresh.of(each.module).is_within(each.interest)
        ]
        return replace(fresh, outgrown=_bounded(outgrown))

    def in_step(self) -> "Interests":
        """The same, once the reader is sent all that it may lack."""
        return replace(self, outgrown=())


def _bounded(outgrown: Iterable[Choice]) -> tuple[Choice, ...]:
    """A few of them; of many what each module came to at worst: nothing was pushed."""
    found = tuple(outgrown)
    if len(found) <= _MOST_OUTGROWN:
        return found
    since = {each.module: each.since for each in sorted(found, key=lambda each: each.since)[::-1]}
    return tuple(Choice(module, NOTHING, at) for module, at in sorted(since.items()))
