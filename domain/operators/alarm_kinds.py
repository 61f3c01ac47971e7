"""THE TABLE of what can be the matter: what each kind of alarm is, and what to do about it.

The runbook is made of it.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

THE_HUB = "hub"
"""Whom an alarm is about that is about no partner."""


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
