"""Doubting CDRs: those that people should look at, with the reason; nothing is held back for it.

What a document says by itself is noted when the CDR is owed. A session that two CDRs bill is looked
for a little later, for many CDRs at once.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import Filed
from domain.cdrs.doubts import Doubt, doubts_about
from domain.delivery.deliveries import CdrDelivery
from domain.delivery.standing import Judgement
from domain.documents import as_document
from domain.objects.stored import ObjectKey
from domain.operators.alarm_kinds import AlarmKind
from domain.ports import (
    Bell,
    CdrAccounts,
    CdrArchive,
    CdrBills,
    CdrHandovers,
    CdrLedger,
    CdrOutbox,
    Json,
)

_LOOKED_AT = 20
"""Of other CDRs for one session: a CPO that bills one a thousand times is noticed all the same."""


@dataclass(frozen=True)
class Doubtful:
    """A CDR, and why it is doubtful, in words."""

    filed: Filed
    delivery: CdrDelivery
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class DoubtfulCdrs:
    """Reads archive and ledger; what it finds, `CdrObligations` notes with the delivery."""

    archive: CdrArchive
    bills: CdrBills
    ledger: CdrLedger
    accounts: CdrAccounts
    handovers: CdrHandovers
    outbox: CdrOutbox
    bell: Bell
    json: Json

    def about(self, filed: Filed) -> tuple[Doubt, ...]:
        """The doubts that its document gives reason for."""
        cdr = Cdr(as_document(self.json.parse(filed.body)))
        return tuple(doubts_about(cdr, received_at=filed.received_at))

    def look_into(self, accepted: Sequence[CdrDelivery]) -> None:
        """Note of these CDRs that another one bills the same session. Safe to repeat.

        Of two that are among these, the later one.
        """
        again = self.bills.billed_again([each.what.ref for each in accepted])
        later = {each.what.ref for each in accepted}
        for each in sorted(accepted, key=lambda each: (each.since, each.id)):
            later.discard(each.what.ref)
            is_again = each.what.ref in again and self._is_billed_twice(each.what.ref, later)
            if is_again:
                self.outbox.doubt(each.id, Doubt.BILLED_TWICE.value)
            if is_again or each.what.doubts:
                self.bell.ring(AlarmKind.CDR_DOUBTFUL, each.key.owner.spelled)

    def listed(self, *, limit: int = 100) -> tuple[Doubtful, ...]:
        """CDRs in custody that are doubtful, newest first.

        A session that was billed twice is no reason any more once one of the two is credited.
        """
        found = map(self._doubtful, self.handovers.doubtful(limit=limit))
        return tuple(each for each in found if each is not None)

    def _doubtful(self, delivery: CdrDelivery) -> Doubtful | None:
        handover = delivery.what
        filed = self.archive.get(handover.ref)
        if filed is None:
            return None
        words = [self._in_words(Doubt(each), filed, handover.remark) for each in handover.doubts]
        reasons = tuple(filter(None, words))
        return Doubtful(filed, delivery, reasons) if reasons else None

    def _in_words(self, doubt: Doubt, filed: Filed, remark: str) -> str:
        if doubt is not Doubt.BILLED_TWICE:
            is_of_credit = doubt in (Doubt.ALONE, Doubt.UNFIT)
            return f"{doubt.reason} ({remark})" if is_of_credit else doubt.reason
        other = None if self._is_credited(filed.key) else next(self._others_of_session(filed), None)
        return "" if other is None else f"{doubt.reason}: {other.id}"

    def _is_billed_twice(self, ref: str, later: Collection[str]) -> bool:
        filed = self.archive.get(ref)
        return filed is not None and any(self._others_of_session(filed, but_for=later))

    def _others_of_session(
        self, filed: Filed, *, but_for: Collection[str] = ()
    ) -> Iterator[ObjectKey]:
        """CDRs in custody that bill the same session and are not taken back."""
        session, key = filed.session, filed.key
        found = self.bills.other_bills(session, key, limit=_LOOKED_AT) if session else {}
        counted = self.accounts.counted(tuple(found)) if found else frozenset()
        for ref, other in found.items():
            if ref in counted and ref not in but_for and not self._is_credited(other):
                yield other

    def _is_credited(self, key: ObjectKey) -> bool:
        credit = self.archive.credit_of(key)
        known = None if credit is None else self.ledger.get(credit.ref)
        if credit is None or known is None:
            return False
        is_sound = known.what.judgement is Judgement.SOUND
        return is_sound and credit.ref in self.accounts.counted([credit.ref])
