"""Credit CDRs and the CDRs that they take back: the two fit, in either order of arrival.

A credit of what the hub has is judged in its POST; one of what has not come waits in custody, and
is judged when it does (CDR-1, H-CDR-3a).
"""

from dataclasses import dataclass
from datetime import timedelta

from domain import errors
from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import Filed
from domain.delivery.deliveries import DONE_STATES, CdrDelivery, DeliveryState, is_undecided
from domain.delivery.standing import Judgement, Standing
from domain.documents import as_document
from domain.errors import Problem
from domain.objects.stored import ObjectKey
from domain.partners.agreements import Fee
from domain.ports import CdrArchive, CdrLedger, Clock, Json

_NAMED_BY = "credit_reference_id"
_LONGEST_REMARK = 200


@dataclass(frozen=True)
class Pair:
    """What a CDR's other half says of it.

    `place` is a credit's among those of its original. `waiting` is the credit that came before this
    one. `fee` is the other half's, which takes the same share; None where there is no such half.
    """

    place: int | None = None
    waiting: Filed | None = None
    fee: Fee | None = None
    has_fee: bool = False


@dataclass(frozen=True)
class CreditPairs:
    """Reads archive and ledger; what it finds, others write. `waits_s`: for an original."""

    archive: CdrArchive
    ledger: CdrLedger
    json: Json
    clock: Clock
    waits_s: float

    def pair(self, cdr: Cdr, key: ObjectKey) -> Pair:
        """What the hub has that this CDR credits, or that credits it.

        :raises InvalidDocument: if it credits what it cannot, or what is credited already.
        """
        if cdr.credited is not None:
            return self._pair_of_credit(cdr, cdr.credited, key)
        credit = self.archive.credit_of(key)
        if credit is None or self._is_free(credit):
            return Pair()
        fits = not any(_cdr_of(credit, self.json).problems_with(cdr))
        return Pair(waiting=credit, fee=credit.fee, has_fee=fits)

    def standing(self, filed: Filed) -> Standing:
        """How a CDR stands to the one that it credits, by what is known of that at this moment."""
        if filed.credited is None:
            return Standing()
        is_late = self.clock.now() - filed.received_at >= timedelta(seconds=self.waits_s)
        original = self.archive.latest(filed.credited)
        if original is None:
            alone = Standing(Judgement.ALONE, remark=f"{filed.credited.id} has not come")
            return alone if is_late else Standing(Judgement.AWAITS)
        ahead = self.ledger.get(original.ref)
        if ahead is None or is_undecided(ahead):
            return Standing(Judgement.AWAITS)
        if ahead.state is DeliveryState.DECLINED:
            unfit = Standing(Judgement.UNFIT, remark=f"{_NAMED_BY}: names a CDR that was declined")
            return unfit if is_late else Standing(Judgement.AWAITS)
        return self._standing_of(filed, original, ahead)

    def _standing_of(self, filed: Filed, original: Filed, ahead: CdrDelivery) -> Standing:
        credit, credited = _cdr_of(filed, self.json), _cdr_of(original, self.json)
        problems = "; ".join(str(each) for each in credit.problems_with(credited))
        if problems:
            return Standing(Judgement.UNFIT, remark=problems[:_LONGEST_REMARK])
        behind = "" if ahead.state in DONE_STATES else ahead.id
        return Standing(behind=behind, remark=credit.remark_on(credited))

    def _pair_of_credit(self, cdr: Cdr, credited: ObjectKey, key: ObjectKey) -> Pair:
        if credited == key:
            raise _refusal("names this CDR")
        original = self.archive.latest(credited)
        if original is not None:
            self._check_credit(cdr, original)
        holder = self.archive.credit_of(credited)
        if holder is not None and holder.key != key and not self._is_free(holder):
            raise _refusal(f"is credited by {holder.key.id} already")
        place = 0 if holder is None else self._place_after(holder)
        fee = None if original is None else original.fee
        return Pair(place=place, fee=fee, has_fee=original is not None)

    def _check_credit(self, cdr: Cdr, original: Filed) -> None:
        known = self.ledger.get(original.ref)
        if known is not None and known.state is DeliveryState.DECLINED:
            raise _refusal("names a CDR that was declined")
        problems = tuple(cdr.problems_with(_cdr_of(original, self.json)))
        if problems:
            raise errors.InvalidDocument(problems)

    def _place_after(self, holder: Filed) -> int:
        """The next one; the holder's own where it holds it still: that one cannot be written."""
        held = holder.place or 0
        return held + 1 if self._is_free(holder) else held

    def _is_free(self, credit: Filed) -> bool:
        """Whether it is no credit after all: it was declined, or does not fit."""
        known = self.ledger.get(credit.ref)
        if known is None:
            return False
        is_unfit = known.what.judgement is Judgement.UNFIT
        return is_unfit or known.state is DeliveryState.DECLINED


def _refusal(reason: str) -> errors.InvalidDocument:
    return errors.InvalidDocument((Problem(_NAMED_BY, reason),))


def _cdr_of(filed: Filed, json: Json) -> Cdr:
    return Cdr(as_document(json.parse(filed.body)))
