"""Alarms: what an operator has to do something about, one record for each kind and whom.

Raised again, an alarm counts up; it is over when what it tells of is, and stays to be seen.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from domain.documents import Document
from domain.noted_text import storable
from domain.operators.alarm_kinds import MEANINGS, THE_HUB, AlarmKind
from domain.times import format_time

WRITTEN_EVERY = timedelta(minutes=1)
LONGEST_WHOM = 80
_LONGEST_SAID = 200


class Rung(NamedTuple):
    """What is the matter, with whom (a partner's id, `hub`, ...), and a few words more."""

    kind: AlarmKind
    whom: str = THE_HUB
    said: str = ""


@dataclass(frozen=True)
class Acknowledged:
    """That an operator looks after it: who, and since when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Alarm:
    """One kind and whom. `since` is when it was raised this time, `times` how often since then.

    `episode` counts how often it was raised after it was over. `untold` are the types of events
    that no subscriber has a delivery of yet.
    """

    kind: AlarmKind
    whom: str
    said: str
    since: datetime
    seen_at: datetime
    times: int = 1
    episode: int = 1
    acknowledged: Acknowledged | None = None
    cleared_at: datetime | None = None
    untold: tuple[str, ...] = ()
    revision: int = 0

    @property
    def id(self) -> str:
        """12 hexadecimal digits, the same whenever it is raised again."""
        return id_of(self.kind, self.whom)

    @property
    def is_open(self) -> bool:
        return self.cleared_at is None

    def again(self, rung: Rung, *, times: int, now: datetime) -> "Alarm":
        """Raised again: counted up while it is open, else a new episode of it."""
        if self.is_open:
            seen_at = max(self.seen_at, now)
            return replace(self, said=_said(rung), seen_at=seen_at, times=self.times + times)
        fresh = alarm_of(rung, times=times, now=now)
        return replace(fresh, episode=self.episode + 1, revision=self.revision)

    def cleared(self, now: datetime) -> "Alarm":
        """Over."""
        return replace(self, cleared_at=now, untold=(*self.untold, CLEARED))

    def is_ahead(self, now: datetime) -> bool:
        """Whether it was seen in the future: by a machine whose clock was wrong, or is right."""
        return self.seen_at - now > WRITTEN_EVERY

    def may_be_over(self, now: datetime) -> bool:
        """Whether it was not raised again for as long as its kind lasts."""
        lasts = MEANINGS[self.kind].lasts
        return lasts is not None and now - self.seen_at >= lasts


RAISED, CLEARED = "alarm.raised", "alarm.cleared"
"""Types of events: those of `EventType`, which stands in another room."""


def id_of(kind: AlarmKind, whom: str) -> str:
    """What the alarm of this kind and whom is called."""
    return sha256(f"{kind.value}|{whom}".encode()).hexdigest()[:12]


def alarm_of(rung: Rung, *, times: int, now: datetime) -> Alarm:
    """The alarm that is raised first."""
    return Alarm(rung.kind, whom_of(rung), _said(rung), now, now, times, untold=(RAISED,))


def whom_of(rung: Rung) -> str:
    """As it is kept."""
    return storable(rung.whom, LONGEST_WHOM)


def shown(alarm: Alarm) -> Document:
    """As operators see it, on each way."""
    by = alarm.acknowledged
    meaning = MEANINGS[alarm.kind]
    return {
        "id": alarm.id,
        "kind": alarm.kind.value,
        "whom": alarm.whom,
        "state": "open" if alarm.is_open else "cleared",
        "said": alarm.said,
        "what": meaning.what,
        "do": meaning.do,
        "since": format_time(alarm.since),
        "last_seen": format_time(alarm.seen_at),
        "times": alarm.times,
        "episode": alarm.episode,
        "acknowledged": None if by is None else {"by": by.by, "at": format_time(by.at)},
        "cleared": None if alarm.cleared_at is None else format_time(alarm.cleared_at),
    }


def _said(rung: Rung) -> str:
    return storable(rung.said, _LONGEST_SAID)
