"""The journal in memory: all of it, for as long as the process lives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import attrgetter

from application.modules import NAMES
from domain.journal.figures import Figure, FigureQuery, figures_of
from domain.journal.legs import Leg, LegQuery, Spoken
from domain.journal.secrets import message_of


@dataclass(frozen=True)
class MemoryJournal:
    noted: list[Leg] = field(default_factory=list)

    def note(self, leg: Leg, asked: Spoken | None = None, answered: Spoken | None = None) -> None:
        self.noted.append(
            leg._replace(
                id=str(len(self.noted)),
                asked=None if asked is None else message_of(asked),
                answered=None if answered is None else message_of(answered),
            )
        )

    def close(self) -> None:
        """All is there already."""

    def legs(self, query: LegQuery, *, limit: int, newest: bool = True) -> Sequence[Leg]:
        fitting = (
            leg._replace(asked=None, answered=None) for leg in self.noted if query.includes(leg)
        )
        found = sorted(fitting, key=attrgetter("at"), reverse=newest)
        return tuple(islice(found, limit))

    def with_messages(self, leg: Leg) -> Leg:
        held = (each for each in self.noted if each.id == leg.id)
        return next(held, leg)

    def figures(self, query: FigureQuery, *, limit: int) -> Sequence[Figure]:
        found = figures_of(self.noted, query.span, NAMES)
        return tuple(each for each in found if query.includes(each.slot))[:limit]

    def expire(self, now: datetime) -> Sequence[str]:
        return ()
