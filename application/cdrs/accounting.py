"""Accounting for CDRs: what became of each, whether any is missing, and what it all comes to.

Everything is counted anew from the archive; nothing is kept that could be wrong (I8, D-21).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from domain import errors
from domain.cdrs.clearing import Line, SettlementPosition, Total, totals
from domain.cdrs.custody import Billed, Count, Filed
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import CdrDelivery, DeliveryState, aged_before, is_parked_by_age
from domain.objects.paging import Page, PageRequest
from domain.objects.stored import ObjectKey
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import (
    CdrAccounts,
    CdrArchive,
    CdrBills,
    CdrHandovers,
    CdrLedger,
    Clock,
    Deliveries,
    Wake,
)

_AT_ONCE = 500


@dataclass(frozen=True)
class CdrWithDelivery:
    """A CDR and how its delivery stands, with every attempt where one CDR is asked for.

    `is_parked_by_age`: it is due for 30 days; people should know, though it is tried all the same.
    """

    filed: Filed
    delivery: CdrDelivery | None
    attempts: tuple[Attempt, ...] = ()
    is_parked_by_age: bool = False


@dataclass(frozen=True)
class CdrAccounting:
    """Reads the archive and the ledger together. `by` None is the hub's operators."""

    archive: CdrArchive
    bills: CdrBills
    ledger: CdrLedger
    accounts: CdrAccounts
    handovers: CdrHandovers
    deliveries: Deliveries
    wake: Wake
    clock: Clock

    def page(self, request: PageRequest, *, party: PartyId | None) -> Page:
        """CDRs in custody that the party bills or owes (None: all), in order of acceptance."""
        return self.accounts.page(request, party=party)

    def find(self, name: ObjectKey | str, *, by: Partner | None) -> CdrWithDelivery:
        """The CDR of this ref, or the last one of this key, for its owner and its receiver.

        :raises UnknownObject: for every other party.
        """
        filed = self.archive.get(name) if isinstance(name, str) else self.archive.latest(name)
        if filed is None or not _may_see(by, filed):
            raise errors.UnknownObject("no such CDR")
        delivery = self.ledger.get(filed.ref)
        if _is_declined(delivery) and by is not None and filed.key.owner not in by.parties:
            raise errors.UnknownObject("no such CDR")
        return replace(
            self.with_delivery(filed), attempts=self.handovers.attempts(filed.delivery_id)
        )

    def listed(
        self,
        *,
        party: PartyId | None = None,
        state: DeliveryState | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int = 100,
    ) -> tuple[CdrWithDelivery, ...]:
        """CDRs that the party bills or owes, received from `since` on and before `before`.

        Oldest first.

        Parked by age counts as parked.
        """
        if state is None and party is None:
            oldest = islice(self.archive.received(since=since, before=before), limit)
            return tuple(self.with_delivery(filed) for filed in oldest)
        found = self._filed_in_state(state, party=party, since=since, before=before, limit=limit)
        return tuple(self.with_delivery(filed) for filed in found)

    def replay(self, ref: str) -> bool:
        """Deliver one CDR again, delivered or not; False if there is nothing to deliver."""
        filed = self.archive.get(ref)
        if filed is None:
            raise errors.UnknownObject("no such CDR")
        known = self.deliveries.retry(filed.delivery_id, now=self.clock.now())
        self.wake.pump()
        return known

    def replay_since(self, receiver: PartyId, since: datetime) -> int:
        """Deliver again all that this party was to get since then; how many that is."""
        now = self.clock.now()
        found = self.handovers.deliveries(receiver=receiver, since=since)
        again = frozenset(delivery.id for delivery in found)
        known = sum(
            self.deliveries.retry(each.id, now=now, behind=self._must_follow(each, again))
            for each in found
        )
        self.wake.pump()
        return known

    def verify(self) -> Count:
        """Hash the whole archive again, and hold it against the deliveries (I8)."""
        archived, damaged, unowed, batch = 0, list[str](), list[str](), list[str]()
        for filed in self.archive.received():
            archived += 1
            batch.append(filed.ref)
            if not filed.is_whole:
                damaged.append(filed.ref)
            if len(batch) == _AT_ONCE:
                unowed += sorted(self.ledger.unowed(batch))
                batch = []
        unowed += sorted(self.ledger.unowed(batch))
        owed = self.accounts.counts(aged_before=aged_before(self.clock.now()))
        return Count(archived, owed.states, owed.parked_by_age, tuple(damaged), tuple(unowed))

    def settlement(
        self, *, since: datetime | None, before: datetime | None, by: Partner | None
    ) -> dict[SettlementPosition, Total]:
        """Totals of the CDRs accepted in that time, by pair, currency and month of acceptance.

        By when the hub accepted them: a month that is over never changes any more.
        """
        return totals(self._settlement_lines(since, before, by))

    def _must_follow(self, delivery: CdrDelivery, again: frozenset[str]) -> str:
        """What a Credit CDR must not overtake, if that is delivered again too."""
        filed = self.archive.get(delivery.what.ref)
        credited = None if filed is None else filed.credited
        original = None if credited is None else self.archive.latest(credited)
        is_ahead = original is not None and original.delivery_id in again
        return original.delivery_id if original is not None and is_ahead else ""

    def with_delivery(self, filed: Filed) -> CdrWithDelivery:
        """A CDR with its delivery, without the attempts."""
        delivery = self.ledger.get(filed.ref)
        is_aged = delivery is not None and is_parked_by_age(delivery, self.clock.now())
        return CdrWithDelivery(filed, delivery, is_parked_by_age=is_aged)

    def _filed_in_state(
        self,
        state: DeliveryState | None,
        *,
        party: PartyId | None,
        since: datetime | None,
        before: datetime | None,
        limit: int,
    ) -> Iterator[Filed]:
        states = DeliveryState if state is None else (state,)
        found = self.handovers.listed(states, party=party, since=since, before=before, limit=limit)
        if state is DeliveryState.PARKED:
            old = min(aged_before(self.clock.now()), before or datetime.max.replace(tzinfo=UTC))
            due = (DeliveryState.DUE,)
            aged = self.handovers.listed(due, party=party, since=since, before=old, limit=limit)
            found = tuple(sorted((*found, *aged), key=lambda each: each.since))[:limit]
        for delivery in found:
            filed = self.archive.get(delivery.what.ref)
            if filed is not None:
                yield filed

    def _settlement_lines(
        self, since: datetime | None, before: datetime | None, by: Partner | None
    ) -> Iterator[Line]:
        """Of what is in custody: neither declined nor undecided, and no credit that is unfit."""
        parties = None if by is None else by.parties
        billed = self.bills.billed(since=since, before=before, parties=parties)
        while batch := list(islice(billed, _AT_ONCE)):
            counted = self.accounts.counted([each.ref for each in batch])
            yield from (_settlement_line(each) for each in batch if each.ref in counted)


def _settlement_line(billed: Billed) -> Line:
    month = f"{billed.received_at:%Y-%m}"
    position = SettlementPosition(billed.cpo, billed.emsp, billed.account.currency, month)
    return Line(position, billed.account, billed.fee)


def _may_see(by: Partner | None, filed: Filed) -> bool:
    return by is None or filed.key.owner in by.parties or filed.receiver in by.parties


def _is_declined(delivery: CdrDelivery | None) -> bool:
    return delivery is not None and delivery.state is DeliveryState.DECLINED
