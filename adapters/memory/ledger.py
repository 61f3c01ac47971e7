"""The ledger of CDRs' deliveries in memory: the queue's own records, looked at by what is owed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.memory.archive import MemoryArchive
from adapters.memory.cdr_outbox import MemoryCdrOutbox
from domain.cdrs.custody import (
    Filed,
    LedgerCount,
    awaits_original,
    delivery_id_of,
    is_counted,
)
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import CdrDelivery, DeliveryState, LaneId
from domain.delivery.lanes import Lease
from domain.delivery.standing import Standing
from domain.delivery.what import EventType
from domain.objects.paging import ListPosition, Page, PageRequest, fitting
from domain.partners.party import PartyId

_MOVED = frozenset({DeliveryState.DUE, DeliveryState.WAITING, DeliveryState.PARKED})


@dataclass(frozen=True)
class MemoryLedger(MemoryCdrOutbox):
    """`records` are those of the MemoryDeliveries that it stands beside."""

    archive: MemoryArchive

    def owe(
        self,
        filed: Filed,
        delivery: CdrDelivery,
        *,
        lease: Lease | None = None,
        waits: bool = True,
    ) -> bool:
        with self.records.lock:
            if delivery.id in self.records.held:
                return False
            self.records.write(delivery)
            if lease is not None:
                self.records.fences[delivery.id] = lease.fence
            return True

    def get(self, ref: str) -> CdrDelivery | None:
        with self.records.lock:
            return self._of(delivery_id_of(ref))

    def promise(self, delivery_id: str) -> bool:
        with self.records.lock:
            held = self._of(delivery_id)
            if held is None or held.state is DeliveryState.DECLINED:
                return False
            self._note(held, replace(held.what, promised=True))
            return True

    def decline(self, lease: Lease, delivery_id: str, attempt: Attempt) -> bool:
        with self.records.lock:
            held = self._of(delivery_id)
            if held is None or held.what.promised:
                return False
            if not self.records.is_claimed_by(lease, held):
                return False
            declined = replace(
                held,
                state=DeliveryState.DECLINED,
                sending=None,
                attempts=1,
                last=attempt,
                what=replace(held.what, untold=()),
            )
            self.records.unclaimed(declined)
            self.records.note(delivery_id, attempt)
            return True

    def counted(self, refs: Sequence[str]) -> frozenset[str]:
        wanted = {delivery_id_of(ref) for ref in refs}
        found = self._where(lambda each: each.id in wanted and is_counted(each))
        return frozenset(each.what.ref for each in found)

    def awaiting(self, *, now: datetime, limit: int) -> tuple[CdrDelivery, ...]:
        found = self._where(lambda each: awaits_original(each) and each.due <= now)
        return tuple(sorted(found, key=lambda each: each.due)[:limit])

    def look_again(self, delivery_id: str, *, at: datetime) -> None:
        with self.records.lock:
            held = self._of(delivery_id)
            if held is not None and awaits_original(held):
                self.records.write(replace(held, due=at))

    def doubtful(self, *, limit: int) -> tuple[CdrDelivery, ...]:
        found = self._where(lambda each: each.what.doubts != ())
        kept = [each for each in found if each.state is not DeliveryState.DECLINED]
        return tuple(sorted(kept, key=lambda each: each.since, reverse=True)[:limit])

    def judge(
        self,
        delivery_id: str,
        standing: Standing,
        state: DeliveryState,
        *,
        doubts: Sequence[str],
        now: datetime,
    ) -> bool:
        with self.records.lock:
            held = self._of(delivery_id)
            if held is None or not awaits_original(held):
                return False
            known = tuple(dict.fromkeys((*held.what.doubts, *doubts)))
            handover = replace(held.what.judged(standing), doubts=known)
            if state is DeliveryState.PARKED:
                handover = handover.telling(EventType.CDR_PARKED)
            self.records.unclaimed(replace(held, state=state, due=now, what=handover))
            return True

    def lanes(self) -> frozenset[LaneId]:
        with self.records.lock:
            return frozenset(each.lane for each in self._where(lambda each: each.state in _MOVED))

    def rehome(self, receiver: PartyId, *, old: LaneId, new: LaneId) -> int:
        with self.records.lock:
            left = self._where(
                lambda each: (each.receiver, each.lane) == (receiver, old) and each.state in _MOVED
            )
            for delivery in left:
                self.records.unclaimed(replace(delivery, lane=new))
            return len(left)

    def unblock(self) -> int:
        with self.records.lock:
            return self.records.let_go()

    def unowed(self, refs: Sequence[str], *, for_good: bool = False) -> frozenset[str]:
        with self.records.lock:
            return frozenset(ref for ref in refs if delivery_id_of(ref) not in self.records.held)

    def page(self, request: PageRequest, *, party: PartyId | None) -> Page:
        listed = [
            (_place(delivery), filed)
            for delivery in self._where(lambda each: _is_listed(each, party))
            if (filed := self.archive.get(delivery.what.ref)) is not None
            and request.covers(filed.last_updated)
        ]
        listed.sort(key=lambda entry: entry[0])
        ahead = listed[request.offset :]
        if request.after is not None:
            ahead = [entry for entry in listed if entry[0] > request.after]
        shown = fitting(
            ahead,
            lambda entry: len(entry[1].body),
            limit=request.limit,
            most_bytes=request.most_bytes,
        )
        return Page(
            items=tuple(filed.body for _, filed in shown.items),
            total=len(listed),
            more=shown.more,
            last=shown.items[-1][0] if shown.items else None,
        )

    def deliveries(self, *, receiver: PartyId, since: datetime) -> tuple[CdrDelivery, ...]:
        return self._where(lambda each: each.receiver == receiver and each.since >= since)

    def listed(
        self,
        states: Iterable[DeliveryState],
        *,
        party: PartyId | None = None,
        lane: LaneId | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int,
    ) -> tuple[CdrDelivery, ...]:
        wanted = frozenset(states)
        found = self._where(
            lambda each: (
                each.state in wanted
                and _is_theirs(each, party)
                and lane in (None, each.lane)
                and (since is None or each.since >= since)
                and (before is None or each.since < before)
            )
        )
        return found[:limit]

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        with self.records.lock:
            return self.records.journal.get(delivery_id, ())

    def park(self, delivery_id: str, *, now: datetime) -> bool:
        with self.records.lock:
            held = self._of(delivery_id)
            if held is None or held.state is not DeliveryState.DUE:
                return False
            handover = held.what.telling(EventType.CDR_PARKED)
            parked = replace(held, state=DeliveryState.PARKED, due=now, what=handover)
            self.records.unclaimed(parked)
            return True

    def counts(self, *, aged_before: datetime) -> LedgerCount:
        known = self._where(lambda each: True)
        aged = [
            each for each in known if each.state is DeliveryState.DUE and each.since < aged_before
        ]
        return LedgerCount(Counter(each.state for each in known), len(aged))


def _is_listed(delivery: CdrDelivery, party: PartyId | None) -> bool:
    """Whether it is in custody, and this party bills it, or owes it where it fits."""
    if delivery.state is DeliveryState.DECLINED:
        return False
    if party in (None, delivery.key.owner):
        return True
    return party == delivery.receiver and delivery.what.judgement.counts


def _is_theirs(delivery: CdrDelivery, party: PartyId | None) -> bool:
    return party in (None, delivery.key.owner, delivery.receiver)


def _place(delivery: CdrDelivery) -> ListPosition:
    return ListPosition(int(delivery.since.timestamp() * 1_000_000), delivery.id)
