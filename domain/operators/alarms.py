"""Alarms: what an operator has to do something about, one record for each kind and whom.

THE TABLE of kinds is `MEANINGS`; the runbook is made of it. Raised again, an alarm counts up; it is
over when what it tells of is, and stays to be seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from domain.documents import Document
from domain.noted_text import storable
from domain.times import format_time

THE_HUB = "hub"
"""Whom an alarm is about that is about no partner."""
WRITTEN_EVERY = timedelta(minutes=1)
LONGEST_WHOM = 80
_LONGEST_SAID = 200


class AlarmKind(StrEnum):
    """What can be the matter."""

    LANE_HELD = "lane.held"
    LANE_BEHIND = "lane.behind"
    HUB_REFUSED = "hub.refused"
    KEY_LOST = "key.lost"
    KEY_OLD = "key.old"
    PARTNER_AWAY = "partner.away"
    PARTNER_WAITS = "partner.waits"
    INVITATION_EXPIRED = "invitation.expired"
    CDR_OVERDUE = "cdr.overdue"
    CDR_PARKED = "cdr.parked"
    CDR_CONFLICT = "cdr.conflict"
    CDR_DOUBTFUL = "cdr.doubtful"
    CDR_MISSING = "cdr.missing"
    OBJECT_QUARANTINED = "object.quarantined"
    JOURNAL_DROPS = "journal.drops"
    REDIS_AWAY = "redis.away"
    CLOCK_SKEW = "clock.skew"
    TURN_FAILS = "turn.fails"
    SWEEPER_STANDS = "sweeper.stands"


class Meaning(NamedTuple):
    """What it is, and what to do, in a sentence each.

    `lasts`: told of by an event, it is over when it was not raised again for so long. None: the
    sweeper looks whether it is so.
    """

    what: str
    do: str
    lasts: timedelta | None = None


_QUARTER, _DAY = timedelta(minutes=15), timedelta(days=1)
MEANINGS: Mapping[AlarmKind, Meaning] = {
    AlarmKind.LANE_HELD: Meaning(
        "Sending to this partner, or to a webhook of the operators, has been held back for longer"
        " than `HUB_ALARM_AFTER_S`, and something is owed.",
        "`ocpi-hub lane list` says why; tell the partner. The lane goes on by itself.",
    ),
    AlarmKind.LANE_BEHIND: Meaning(
        "The partner is well, and what it is owed is older than five minutes.",
        "Look whether the pumps run, and for `rests` in their log; else start more of them.",
    ),
    AlarmKind.HUB_REFUSED: Meaning(
        "The partner answers 401 or 403: it does not take the hub's token.",
        "`ocpi-hub partner rotate`; if that fails, `ocpi-hub partner invite --again`.",
        _QUARTER,
    ),
    AlarmKind.KEY_LOST: Meaning(
        "No key of `HUB_SECRET_KEYS` opens the token that the hub has for this partner.",
        "Put the former key back behind the newest one, or invite the partner again.",
    ),
    AlarmKind.KEY_OLD: Meaning(
        "Tokens or webhooks' secrets are sealed under a key that is not the newest one.",
        "`ocpi-hub partner reseal`; then take the former key out of `HUB_SECRET_KEYS`.",
    ),
    AlarmKind.PARTNER_AWAY: Meaning(
        "The partner has not answered for longer than `HUB_ALARM_AFTER_S`: others see it OFFLINE.",
        "Tell the partner. When it calls, or answers a probe, it is CONNECTED again.",
    ),
    AlarmKind.PARTNER_WAITS: Meaning(
        "The partner has named a role, or a hub's party, that no operator has approved.",
        "`ocpi-hub partner show`, then `ocpi-hub partner approve` or `reject`.",
    ),
    AlarmKind.INVITATION_EXPIRED: Meaning(
        "An invitation has expired, and the partner has not registered with it.",
        "`ocpi-hub partner invite --again`, or `ocpi-hub partner remove`.",
    ),
    AlarmKind.CDR_OVERDUE: Meaning(
        "The partner lacks a CDR that it has been owed for more than a day.",
        "`ocpi-hub cdr list --state due` says which and why; tell the eMSP.",
    ),
    AlarmKind.CDR_PARKED: Meaning(
        "The eMSP refused a CDR three times, or a Credit CDR does not fit what it credits.",
        "`ocpi-hub cdr list --state parked`; settle it, then `ocpi-hub delivery retry`.",
    ),
    AlarmKind.CDR_CONFLICT: Meaning(
        "The CPO has posted another CDR under the id of one that the hub has: it was refused.",
        "`ocpi-hub cdr conflicts` says what differs; tell the CPO to use another id.",
        _DAY,
    ),
    AlarmKind.CDR_DOUBTFUL: Meaning(
        "A CDR of this CPO is delivered, and people should look at it.",
        "`ocpi-hub cdr doubtful` says why; talk to the CPO.",
        _DAY,
    ),
    AlarmKind.CDR_MISSING: Meaning(
        "Sessions of this CPO ended more than a day ago, and no CDR names them.",
        "`ocpi-hub session unbilled` lists them; ask the CPO for the CDRs.",
    ),
    AlarmKind.OBJECT_QUARANTINED: Meaning(
        "An object in this partner's lists is wrong, and was quarantined.",
        "`ocpi-hub partner quarantine` says why; tell the partner, or let it in with `--accept`.",
        _DAY,
    ),
    AlarmKind.JOURNAL_DROPS: Meaning(
        "The journal had no room for requests, and dropped them.",
        "Look whether the journal's database answers, and is fast enough.",
        _QUARTER,
    ),
    AlarmKind.REDIS_AWAY: Meaning(
        "Redis took no wake-ups. Nothing is lost: the sweeper finds all of it, some seconds later.",
        "Bring Redis back.",
        timedelta(minutes=5),
    ),
    AlarmKind.CLOCK_SKEW: Meaning(
        "The clock of this machine differs from MongoDB's by two seconds or more.",
        "Put the time service of both machines right.",
        timedelta(minutes=3),
    ),
    AlarmKind.TURN_FAILS: Meaning(
        "A background task of this name ended in an error that the hub did not foresee.",
        "Report the traceback in the log of the process.",
        _QUARTER,
    ),
    AlarmKind.SWEEPER_STANDS: Meaning(
        "No sweeper has looked for a minute; a web process found that when `/readyz` was asked.",
        "Start one; its log says why it ended.",
        timedelta(minutes=2),
    ),
}
"""THE TABLE of what each kind means."""


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
