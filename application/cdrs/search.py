"""Finding CDRs for operators: by party, state, session, time and amount; and bills that collide.

Apart from the accounts, because this answers "which ones", and the accounts "how much in all".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from application.cdrs.accounting import CdrAccounting, CdrWithDelivery
from domain.cdrs.custody import Billed, CdrConflict, Filed
from domain.cdrs.differences import Difference, differences
from domain.delivery.deliveries import DeliveryState
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.ports import CdrArchive, CdrBills, CdrConflicts, Json

_MOST_DIFFERENCES = 20


@dataclass(frozen=True)
class CdrQuery:
    """What is looked for. `least` and `most` are of the total with taxes, in any currency.

    `party` bills it or owes it. Received at `since` or later, and earlier than `before`.
    """

    party: PartyId | None = None
    state: DeliveryState | None = None
    session: ObjectKey | None = None
    since: datetime | None = None
    before: datetime | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str | None = None
    limit: int = 100

    @property
    def is_of_figures(self) -> bool:
        """Whether figures decide, which the ledger does not have."""
        return (self.least, self.most, self.currency) != (None, None, None)

    def fits(self, billed: Billed) -> bool:
        """Whether it is looked for, as far as its state does not decide."""
        is_partys = self.party in (None, billed.cpo, billed.emsp)
        is_then = (self.since is None or self.since <= billed.received_at) and (
            self.before is None or billed.received_at < self.before
        )
        return is_partys and is_then and self._fits_figures(billed)

    def _fits_figures(self, billed: Billed) -> bool:
        gross = billed.account.gross
        is_enough = self.least is None or gross >= self.least
        is_little = self.most is None or gross <= self.most
        return is_enough and is_little and self.currency in (None, billed.account.currency)


@dataclass(frozen=True)
class Contested:
    """A CDR that was refused because its id was taken, and how it differs from the one that has it.

    `differs` has the first twenty differences: `one` is accepted, `other` refused.
    """

    conflict: CdrConflict
    differs: tuple[Difference, ...]


@dataclass(frozen=True)
class CdrSearch:
    """Reads the archive for operators, oldest first."""

    cdr_accounting: CdrAccounting
    archive: CdrArchive
    bills: CdrBills
    cdr_conflicts: CdrConflicts
    json: Json

    def listed(self, query: CdrQuery) -> tuple[CdrWithDelivery, ...]:
        """The oldest ones that fit. Parked by age counts as parked."""
        if query.session is None and not query.is_of_figures:
            return self.cdr_accounting.listed(
                party=query.party,
                state=query.state,
                since=query.since,
                before=query.before,
                limit=query.limit,
            )
        found = map(self.cdr_accounting.with_delivery, self._fitting(query))
        return tuple(islice((each for each in found if _is_in(each, query.state)), query.limit))

    def conflicts(self, *, limit: int = 100) -> tuple[Contested, ...]:
        """CDRs that were refused because their id was taken, newest first."""
        return tuple(map(self._contested, self.cdr_conflicts.conflicts(limit=limit)))

    def _fitting(self, query: CdrQuery) -> Iterator[Filed]:
        """Oldest first. A session has few bills; else figures are read without CDRs' bytes.

        No further than is asked for, but where a party is named: its figures come in no order.
        """
        if query.session is not None:
            known = filter(None, map(self.archive.get, self.bills.naming([query.session])))
            bills = [filed for filed in known if query.fits(filed.billed)]
            yield from sorted(bills, key=lambda filed: (filed.received_at, filed.ref))
            return
        parties = None if query.party is None else (query.party,)
        billed = self.bills.billed(since=query.since, before=query.before, parties=parties)
        fitting = ((each.received_at, each.ref) for each in billed if query.fits(each))
        places = fitting if parties is None else sorted(fitting)
        yield from filter(None, (self.archive.get(ref) for _, ref in places))

    def _contested(self, conflict: CdrConflict) -> Contested:
        accepted = self.archive.get(conflict.ref)
        if accepted is None:
            return Contested(conflict, ())
        found = differences(self.json.parse(accepted.body), self.json.parse(conflict.body))
        return Contested(conflict, tuple(islice(found, _MOST_DIFFERENCES)))


def _is_in(handed: CdrWithDelivery, state: DeliveryState | None) -> bool:
    if state is DeliveryState.PARKED and handed.is_parked_by_age:
        return True
    return state is None or (handed.delivery is not None and handed.delivery.state is state)
