"""CDR obligations: every CDR in the archive has one delivery, in its receiver's lane.

The delivery is derived from the archive: if a process dies between the two writes, the sweep makes
up for it. The delivery moves along when a party comes back on another platform.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from application.cdrs.credit_pairs import CreditPairs
from application.cdrs.doubtful import DoubtfulCdrs
from application.modules import MODULES
from application.partners.directories import Directories
from domain.cdrs.custody import Filed, state_of
from domain.cdrs.doubts import OF_JUDGEMENTS
from domain.delivery.deliveries import (
    CdrDelivery,
    DeliveryClass,
    DeliveryOf,
    DeliveryState,
    LaneId,
)
from domain.delivery.standing import Judgement, Standing
from domain.delivery.what import CdrHandover, EventType
from domain.partners.directory import Directory
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId
from domain.ports import CdrArchive, CdrLedger, Clock, Lanes, WaitingCredits

_CDRS = MODULES["cdrs"]
_LEFT_BEHIND = timedelta(seconds=2)
_LOOKED_BACK = timedelta(minutes=10)
_WHOLE_EVERY = timedelta(days=1)
_AT_ONCE = 500
_LOOK_AGAIN = timedelta(seconds=30)


@dataclass
class _Looked:
    """How far the sweep has looked: this process begins with the whole archive."""

    until: datetime | None = None
    whole_at: datetime | None = None


@dataclass(frozen=True)
class CdrObligations:
    """Derives deliveries. Everything in it is safe to repeat."""

    archive: CdrArchive
    ledger: CdrLedger
    waiting_credits: WaitingCredits
    lanes: Lanes
    directories: Directories
    credit_pairs: CreditPairs
    doubtful_cdrs: DoubtfulCdrs
    clock: Clock
    looked: _Looked = field(default_factory=_Looked)

    def platform(self, owner: PartyId, reader: PartyId) -> Partner | None:
        """The platform that owes what the owner bills, None if the owner knows no such party."""
        return self.directories.known().find(reader, roles=_CDRS.readers, sender=owner)

    def delivery(self, filed: Filed, partner: Partner) -> CdrDelivery:
        """What is owed of it: no push to an eMSP that takes none, none before its original."""
        standing = self.credit_pairs.standing(filed)
        state = state_of(standing, is_pushed=_takes_cdrs(partner))
        doubts = tuple(each.value for each in self.doubtful_cdrs.about(filed))
        handover = CdrHandover(
            ref=filed.ref,
            key=filed.key,
            untold=_events_of(state),
            doubts=doubts + _doubts_of(standing),
        )
        return DeliveryOf(
            id=filed.delivery_id,
            lane=LaneId(partner.id, DeliveryClass.CDR),
            receiver=filed.receiver,
            what=handover.judged(standing),
            revision=filed.turn + 1,
            since=filed.received_at,
            due=filed.received_at,
            state=state,
        )

    def owe(self, filed: Filed) -> None:
        """Owe a filed CDR that has no delivery: its process died in between.

        Its receiver was known when it was filed; a party that has left since keeps its lane.
        """
        directory = self.directories.known()
        partner = _platform_ever(directory, filed.receiver)
        if partner is not None:
            self.ledger.owe(filed, self.delivery(filed, partner))

    def sweep(self) -> int:
        """Owe what has no delivery yet, and let go what may go now; how many CDRs that were.

        The whole archive at the start and once a day, else what came in the last minutes.
        """
        now = self.clock.now()
        whole_at = self.looked.whole_at
        is_whole = whole_at is None or now - whole_at >= _WHOLE_EVERY
        since = None if is_whole else self.looked.until
        owed = self._owe_all(self.archive.refs(since=since, before=now - _LEFT_BEHIND))
        self.looked.until = now - _LOOKED_BACK
        if is_whole:
            self.looked.whole_at = now
        judged = sum(map(self._judge_again, self.waiting_credits.awaiting(now=now, limit=_AT_ONCE)))
        return owed + judged + self.ledger.unblock() + self._move_to_present_platform(now)

    def judge(self, credit: Filed) -> bool:
        """Let a Credit CDR go that awaited its original, or park it; False if it awaits it still.

        Safe to repeat.
        """
        standing = self.credit_pairs.standing(credit)
        partner = _platform_ever(self.directories.known(), credit.receiver)
        if standing.judgement is Judgement.AWAITS or partner is None:
            return False
        state = state_of(standing, is_pushed=_takes_cdrs(partner))
        return self.waiting_credits.judge(
            credit.delivery_id,
            standing,
            state,
            doubts=_doubts_of(standing),
            now=self.clock.now(),
        )

    def _judge_again(self, waiting: CdrDelivery) -> bool:
        """However many wait, one sweep looks at some; the others have their turn."""
        credit = self.archive.get(waiting.what.ref)
        if credit is not None and self.judge(credit):
            return True
        now = self.clock.now()
        late = waiting.since + timedelta(seconds=self.credit_pairs.waits_s)
        turn = now + _LOOK_AGAIN
        self.waiting_credits.look_again(waiting.id, at=min(turn, late) if late > now else turn)
        return False

    def _owe_all(self, refs: Iterator[str]) -> int:
        owed = 0
        while batch := list(islice(refs, _AT_ONCE)):
            missing = self.ledger.unowed(batch, for_good=True)
            for filed in filter(None, map(self.archive.get, sorted(missing))):
                self.owe(filed)
            owed += len(missing)
        return owed

    def _move_to_present_platform(self, now: datetime) -> int:
        """Move what waits for a platform that is gone to the one that has the party now.

        It is due there at once, however long the hub meant to wait for the platform that is gone.
        """
        directory = self.directories.known()
        return sum(self._rehome_lane(directory, lane, now) for lane in self.ledger.lanes())

    def _rehome_lane(self, directory: Directory, lane: LaneId, now: datetime) -> int:
        moved = 0
        partner = directory.by_id.get(lane.target)
        gone = [] if partner is None else _parties_lost(partner)
        for party in gone:
            found = _platform_now(directory, party)
            if found is not None:
                new = LaneId(found.id, DeliveryClass.CDR)
                if count := self.ledger.rehome(party, old=lane, new=new):
                    self.lanes.release(new, now=now)
                    moved += count
        return moved


def _events_of(state: DeliveryState) -> tuple[EventType, ...]:
    """What subscribers are to be told of a CDR that begins in this state."""
    accepted, parked = EventType.CDR_ACCEPTED, EventType.CDR_PARKED
    return (accepted, parked) if state is DeliveryState.PARKED else (accepted,)


def _doubts_of(standing: Standing) -> tuple[str, ...]:
    """What the judgement leaves in doubt."""
    doubt = OF_JUDGEMENTS.get(standing.judgement)
    return () if doubt is None else (doubt.value,)


def _takes_cdrs(partner: Partner) -> bool:
    return partner.endpoint(_CDRS.id, Interface.RECEIVER) is not None


def _parties_lost(partner: Partner) -> list[PartyId]:
    """The parties that the platform had once and has no more."""
    has = set(partner.parties) if partner.is_registered else set()
    had = dict.fromkeys((*partner.parties, *(role.party for role in partner.dropped)))
    return [party for party in had if party not in has]


def _platform_now(directory: Directory, party: PartyId) -> Partner | None:
    """The registered platform that has the party in a role that owes CDRs, else in any."""
    holders = [partner for partner in directory.registered if party in partner.parties]
    fit = [partner for partner in holders if partner.has_role(party, _CDRS.readers)]
    return next(iter((*fit, *holders)), None)


def _platform_ever(directory: Directory, party: PartyId) -> Partner | None:
    """That, or the platform that had the party last: what is owed to it waits there."""
    had = [
        partner
        for partner in directory.partners
        if party in (*partner.known_parties, *(role.party for role in partner.dropped))
    ]
    return _platform_now(directory, party) or (had[-1] if had else None)
