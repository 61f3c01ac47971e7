"""Bringing a partner into step after a suspension: nothing was sent to it, nothing taken from it.

What was published meanwhile is sent to it, its own lists are pulled, and so are the sessions of
the CPOs that may have had some for it: those were refused, and are not kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from application.modules import MODULES, STORED
from application.objects.publishing import Publisher
from application.objects.pulls import Pulls
from application.objects.widening import Widening
from application.partners.directories import Directories
from domain import errors
from domain.objects.stored import Stored, UnseenChange
from domain.partners.partner import Partner
from domain.partners.party import Interface
from domain.ports import (
    Clock,
    DeliveryQueue,
    Ids,
    Lanes,
    ObjectStore,
    PartnerNotes,
    PartnerStore,
    Wake,
)

_AT_ONCE = 500
_SETTLED_AFTER = timedelta(seconds=5)
"""How long after `resume` all that was published at that moment is noted in the store."""
_SESSIONS = MODULES["sessions"]


@dataclass(frozen=True)
class CatchUp:
    """What `resume` has to make good. Each step is safe to repeat."""

    objects: ObjectStore
    partners: PartnerStore
    partner_notes: PartnerNotes
    directories: Directories
    queue: DeliveryQueue
    lanes: Lanes
    publisher: Publisher
    widening: Widening
    pulls_of_partners: Pulls
    wake: Wake
    ids: Ids
    clock: Clock

    def begin(self, partner: Partner) -> None:
        """Have its lists pulled, and the sessions of every CPO that it may see."""
        self.lanes.half_open(partner.id, now=self.clock.now())
        self.wake.pump()
        self.wake.synchronize(partner.id)
        if partner.behind_since is not None and partner.parties_in(_SESSIONS.readers):
            for cpo in self._may_have_sessions_for(partner):
                self._pull_sessions_again(cpo, since=partner.behind_since)

    def sweep(self) -> int:
        """Bring into step who was resumed, or wants more; how many deliveries that made."""
        before, partners = self.clock.now() - _SETTLED_AFTER, self.partners.all()
        return sum(map(self.widening.bring_into_step, partners)) + sum(
            self._owe_missed(partner)
            for partner in partners
            if partner.is_registered
            and partner.behind_since is not None
            and (partner.resumed_at is None or partner.resumed_at <= before)
        )

    def _owe_missed(self, partner: Partner) -> int:
        requested = 0
        since = partner.behind_since or self.clock.now()
        unseen = UnseenChange(scope=(), correlation_id=self.ids.new())
        for module in STORED:
            for published in self._published_since(module, since):
                requests = self.publisher.requests_for(partner, published, unseen)
                if requests:
                    self.queue.owe(requests, now=self.clock.now())
                requested += len(requests)
        try:
            self.partners.save(replace(partner, behind_since=None))
        except errors.RecordChanged:
            return requested
        self.wake.pump()
        return requested

    def _published_since(self, module: str, since: datetime) -> Iterator[Sequence[Stored]]:
        after = ""
        while published := self.objects.published_since(
            module, since=since, after=after, limit=_AT_ONCE
        ):
            yield published
            last = published[-1]
            since, after = last.published_at or since, str(last.key)

    def _may_have_sessions_for(self, partner: Partner) -> Iterator[Partner]:
        directory = self.directories.read()
        for cpo in directory.registered:
            owners = cpo.parties_in(_SESSIONS.owners)
            is_read = cpo.endpoint(_SESSIONS.id, Interface.SENDER) is not None
            is_seen = any(directory.sees(partner, owner) for owner in owners)
            if cpo.id != partner.id and is_read and is_seen:
                yield cpo

    def _pull_sessions_again(self, cpo: Partner, *, since: datetime) -> None:
        """Also what is being read now: what came of it before the partner was back is lost."""
        pulled = dict(cpo.synced).get(_SESSIONS.id)
        if pulled is not None and pulled > since:
            self.partner_notes.pulled(cpo.id, _SESSIONS.id, at=since)
        from_ = None if pulled is None else min(pulled, since)
        self.pulls_of_partners.start_anew(cpo, _SESSIONS, since=from_)
