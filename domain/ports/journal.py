"""The journal: what went over the wire, written beside the work and read by people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.journal.figures import Figure, FigureQuery
from domain.journal.legs import Leg, LegQuery, Spoken


class Journal(Protocol):
    """Where legs are noted."""

    def note(self, leg: Leg, asked: Spoken | None = None, answered: Spoken | None = None) -> None:
        """Keep it, soon, with what was said, without secrets.

        Never raises and never waits: what there is no room for is counted.
        """
        ...

    def close(self) -> None:
        """Write what was noted by this process, within seconds."""
        ...


class JournalReader(Protocol):
    """The legs that were noted and are still kept."""

    def legs(self, query: LegQuery, *, limit: int, newest: bool = True) -> Sequence[Leg]:
        """Those that fit, the newest first, or the oldest; with neither headers nor bodies."""
        ...

    def with_messages(self, leg: Leg) -> Leg:
        """The same with headers and bodies, where they are kept still."""
        ...

    def figures(self, query: FigureQuery, *, limit: int) -> Sequence[Figure]:
        """What legs came to, the oldest first; some seconds behind, minutes for eight days."""
        ...

    def expire(self, now: datetime) -> Sequence[str]:
        """Drop what is older than is to be kept, by whole days; what was dropped. May be repeated.

        Messages are kept for fewer days than the rest.
        """
        ...
