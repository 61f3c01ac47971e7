"""What the stores say is the matter, at this moment: each condition is found by a look of its own.

A look costs the same however much is owed: each reads up to a bound.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from application.cdrs.session_watchdog import SessionWatchdog
from application.partners.directories import Directories
from domain import errors
from domain.delivery.backlog import LaneBacklog
from domain.delivery.deliveries import DeliveryClass, DeliveryState, LaneId
from domain.operators.alarm_kinds import THE_HUB, AlarmKind
from domain.operators.alarms import Rung
from domain.partners.naming import called
from domain.partners.partner import Partner, PartnerState, TokenUse
from domain.ports import Backlog, CdrHandovers, Clock, Secrets, SubscriptionStore
from domain.times import format_time

MOST_LANES = 1_000
MOST_CDRS = 1_000
MOST_SESSIONS = 200
BEHIND_AFTER = timedelta(minutes=5)
OVERDUE_AFTER = timedelta(days=1)
OFTEN, SELDOM = timedelta(0), timedelta(minutes=1)


class Look(NamedTuple):
    """Which kinds it finds all of, how, and how often it is worth its price."""

    kinds: frozenset[AlarmKind]
    find: Callable[[], Iterable[Rung]]
    every: timedelta


@dataclass(frozen=True)
class Conditions:
    """`after_s`: for how long a lane is held, or a partner away, before an operator is called."""

    backlog: Backlog
    handovers: CdrHandovers
    directories: Directories
    subscriptions: SubscriptionStore
    session_watchdog: SessionWatchdog
    secrets: Secrets
    clock: Clock
    after_s: int

    def looks(self) -> tuple[Look, ...]:
        """All of them."""
        kinds = AlarmKind
        lanes = {kinds.LANE_HELD, kinds.LANE_BEHIND, kinds.CDR_OVERDUE}
        partners = {kinds.PARTNER_AWAY, kinds.PARTNER_WAITS, kinds.INVITATION_EXPIRED}
        return (
            Look(frozenset(lanes), self.lanes, OFTEN),
            Look(frozenset(partners), self.partners, OFTEN),
            Look(frozenset({kinds.CDR_PARKED}), self.parked, SELDOM),
            Look(frozenset({kinds.CDR_MISSING}), self.unbilled, SELDOM),
            Look(frozenset({kinds.KEY_LOST, kinds.KEY_OLD}), self.keys, SELDOM),
        )

    def lanes(self) -> Iterator[Rung]:
        """Lanes that are held back, or behind though they are well, and CDRs owed for a day."""
        owed = self.backlog.backlog(lanes=MOST_LANES, most=1)
        names = self._names(owed)
        now = self.clock.now()
        for each in owed:
            if (whom := names.get(each.lane.target)) is None:
                continue
            name, age = each.lane.delivery_class, now - each.since
            said = f"{name.value}: the oldest is owed since {format_time(each.since)}"
            if name is DeliveryClass.CDR and age >= OVERDUE_AFTER:
                yield Rung(AlarmKind.CDR_OVERDUE, whom, said)
            if each.is_held and age >= timedelta(seconds=self.after_s):
                yield Rung(AlarmKind.LANE_HELD, whom, said)
            if not each.is_held and name is DeliveryClass.STATE and age >= BEHIND_AFTER:
                yield Rung(AlarmKind.LANE_BEHIND, whom, said)

    def partners(self) -> Iterator[Rung]:
        """Partners that are away, wait for approval, or let their invitation expire."""
        now = self.clock.now()
        for partner in self.directories.known().partners:
            heard = max(filter(None, (partner.last_seen, partner.registered_at)), default=now)
            is_away = partner.is_registered and not partner.reachable
            if is_away and now - heard >= timedelta(seconds=self.after_s):
                said = f"last seen at {format_time(heard)}"
                yield Rung(AlarmKind.PARTNER_AWAY, called(partner), said)
            if partner.waiting or partner.waiting_hub:
                roles = ", ".join(
                    f"{each.role.value} {each.party.spelled}" for each in partner.waiting
                )
                yield Rung(AlarmKind.PARTNER_WAITS, called(partner), roles or "a hub's party")
            if _is_expired(partner, now):
                yield Rung(AlarmKind.INVITATION_EXPIRED, called(partner), partner.name)

    def parked(self) -> Iterator[Rung]:
        """CDRs that wait for an operator, by their receivers.

        Where there are many, the newest of one receiver are looked for behind those of another.
        """
        parked = self.handovers.listed((DeliveryState.PARKED,), limit=MOST_CDRS)
        many = Counter(each.receiver.spelled for each in parked)
        for receiver, number in many.items():
            yield Rung(AlarmKind.CDR_PARKED, receiver, f"{number} of the oldest {MOST_CDRS}")
        for receiver in self._parked_behind() if len(parked) == MOST_CDRS else ():
            if receiver not in many:
                many[receiver] = 1
                yield Rung(AlarmKind.CDR_PARKED, receiver, f"behind the oldest {MOST_CDRS}")

    def _parked_behind(self) -> Iterator[str]:
        """The receivers of what is parked in each partner's own lane."""
        for partner in self.directories.known().partners:
            lane = LaneId(partner.id, DeliveryClass.CDR)
            for each in self.handovers.listed((DeliveryState.PARKED,), lane=lane, limit=1):
                yield each.receiver.spelled

    def unbilled(self) -> Iterator[Rung]:
        """Sessions without a CDR, by their CPOs."""
        found = self.session_watchdog.unbilled(limit=MOST_SESSIONS)
        many = Counter(each.key.owner.spelled for each in found)
        for owner, number in many.items():
            yield Rung(AlarmKind.CDR_MISSING, owner, f"{number} of the oldest {MOST_SESSIONS}")

    def keys(self) -> Iterator[Rung]:
        """Secrets that no key opens, or an older one."""
        sealed = [
            (called(each), each.id, each.outbound_token)
            for each in self.directories.known().partners
            if each.outbound_token is not None
        ]
        hooks = [(f"webhook {each.id}", each.id, each.secret) for each in self.subscriptions.all()]
        old = 0
        for whom, owner, secret in (*sealed, *hooks):
            try:
                old += not self.secrets.is_newest(secret, partner_id=owner)
            except errors.SecretUnreadable as unreadable:
                yield Rung(AlarmKind.KEY_LOST, whom, str(unreadable))
        if old:
            yield Rung(AlarmKind.KEY_OLD, THE_HUB, f"{old} of {len(sealed) + len(hooks)}")

    def _names(self, owed: Iterable[LaneBacklog]) -> Mapping[str, str]:
        """Of partners, and of operators' webhooks; a partner's own webhook is its own affair."""
        hooks = {each.lane.target for each in owed if each.lane.is_webhook}
        owners = self.subscriptions.owners(hooks) if hooks else {}
        partners = self.directories.known().by_id
        return {name: called(partner) for name, partner in partners.items()} | {
            name: f"webhook {name}" for name, owner in owners.items() if owner is None
        }


def _is_expired(partner: Partner, now: datetime) -> bool:
    if partner.state is not PartnerState.INVITED:
        return False
    invitations = [each for each in partner.tokens if each.use is TokenUse.INVITATION]
    return bool(invitations) and not any(each.is_alive(now) for each in invitations)
