"""Doubting CDRs: those that people should look at, with the reason; nothing is held back for it.

A session that two CDRs bill is looked for when each is owed, after both are in the archive: however
close together they come, the later one of the two is noticed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import Filed
from domain.cdrs.doubts import Doubt, doubts_about
from domain.delivery.deliveries import CdrDelivery
from domain.delivery.standing import Judgement
from domain.documents import as_document
from domain.objects.stored import ObjectKey
from domain.ports import CdrAccounts, CdrArchive, CdrBills, CdrHandovers, CdrLedger, Json

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
    json: Json

    def about(self, filed: Filed) -> tuple[Doubt, ...]:
        """The doubts about a CDR that has been filed."""
        cdr = Cdr(as_document(self.json.parse(filed.body)))
        found = tuple(doubts_about(cdr, received_at=filed.received_at))
        others = filed.credited is None and any(self._others_of_session(filed))
        return (*found, Doubt.BILLED_TWICE) if others else found

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

    def _others_of_session(self, filed: Filed) -> Iterator[ObjectKey]:
        """CDRs in custody that bill the same session and are not taken back."""
        if filed.session is None:
            return
        found = self.bills.other_bills(filed.session, filed.key, limit=_LOOKED_AT)
        counted = self.accounts.counted(tuple(found)) if found else frozenset()
        for ref, other in found.items():
            if ref in counted and not self._is_credited(other):
                yield other

    def _is_credited(self, key: ObjectKey) -> bool:
        credit = self.archive.credit_of(key)
        known = None if credit is None else self.ledger.get(credit.ref)
        if credit is None or known is None:
            return False
        is_sound = known.what.judgement is Judgement.SOUND
        return is_sound and credit.ref in self.accounts.counted([credit.ref])
