"""Taking custody of a CDR: from the moment that it is answered 1000, the hub owes its delivery.

The order is the promise (D-9): who owes it is decided first, then it is written durably, and only
then answered. Where the eMSP is named and well it is asked at once, and what it refuses goes back
to the CPO and is not in custody (H-CDR-3).
"""

from dataclasses import dataclass, replace
from hashlib import sha256

from application.cdrs.credit_pairs import CreditPairs, Pair
from application.cdrs.first_attempt import FirstAttempt
from application.cdrs.obligations import CdrObligations
from application.modules import MODULES
from application.objects.pushed import unsafe_ids
from domain import errors
from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import Conflict, Filed, ref_of
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.documents import Document
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.objects.stored import ObjectKey
from domain.partners.agreements import Agreement, Fee
from domain.partners.doors import why_away
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import (
    AgreementStore,
    CdrArchive,
    CdrLedger,
    Clock,
    Counters,
    DeliveryQueue,
    FailPoints,
    Json,
    Schemas,
    Wake,
    WireAnswer,
)
from domain.times import parse_time
from domain.validation import Direction, Validation

_MOST_ROUNDS = 20
_CDRS = MODULES["cdrs"]


@dataclass(frozen=True)
class Posted:
    """A POST of a CDR, parsed but not judged yet. `to` is the party that TO names, if one.

    `remarks` are what is odd about it, once it is judged.
    """

    document: Document
    body: bytes
    by: Partner
    sender: PartyId
    to: PartyId | None
    correlation_id: str
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True)
class Taken:
    """What became of it. `declined` is the receiver's answer where it refused: not in custody."""

    filed: Filed
    created: bool = True
    declined: WireAnswer | None = None


@dataclass(frozen=True)
class CdrCustody:
    """Files CDRs and owes them; safe to repeat at every step."""

    archive: CdrArchive
    ledger: CdrLedger
    deliveries: DeliveryQueue
    agreements: AgreementStore
    cdr_obligations: CdrObligations
    credit_pairs: CreditPairs
    first_attempt: FirstAttempt
    schemas: Schemas
    validation: Validation
    json: Json
    wake: Wake
    counters: Counters
    fail_points: FailPoints
    clock: Clock

    def take(self, posted: Posted) -> Taken:
        """Store it durably, then owe it; or say why not.

        :raises InvalidDocument: if it breaks its schema, or credits what it cannot.
        :raises NotYours: if its owner is no CPO of the caller's.
        :raises InvalidParameter: if TO is not the party whose token it is (H-CDR-1).
        :raises UnknownReceiver: (4001) :raises ReceiverAway: (4003, it is not registered)
        :raises NotReplaceable: if another CDR has this id.
        """
        cdr, remarks = self._checked(posted)
        posted = replace(posted, remarks=remarks)
        for _ in range(_MOST_ROUNDS):
            latest = self.archive.latest(_key(cdr))
            taken = None if latest is None else self._again(posted, latest)
            taken = taken or self._first(posted, cdr, latest)
            if taken is not None:
                return taken
        raise errors.StoreUnavailable("the CDR is posted faster than it can be written")

    def of_ref(self, ref: str, *, by: Partner) -> Filed:
        """The CDR that a Location names, for its owner alone (H-CDR-2).

        :raises UnknownObject: for every other party.
        """
        filed = self.archive.get(ref)
        if filed is None or not by.has_role(filed.key.owner, _CDRS.owners):
            raise errors.UnknownObject("no CDR of yours is here")
        return filed

    def _checked(self, posted: Posted) -> tuple[Cdr, Remarks]:
        mode = posted.by.options.validation.mode(Direction.CDR, self.validation)
        remarks = self.schemas.check("cdr", posted.document, mode)
        unsafe = tuple(unsafe_ids(Cdr, posted.document))
        if unsafe:
            raise errors.InvalidDocument(unsafe)
        cdr = Cdr(posted.document)
        if not posted.by.has_role(cdr.owner, _CDRS.owners):
            raise errors.NotYours(f"{cdr.owner.spelled} is not a party of yours that owns cdrs")
        if posted.to is not None and posted.to != cdr.reader:
            raise errors.InvalidParameter(
                f"the token is {cdr.reader.spelled}'s, not {posted.to.spelled}'s"
            )
        return cdr, remarks

    def _again(self, posted: Posted, latest: Filed) -> Taken | None:
        """The answer to a CDR whose id was filed before; None if that one was declined."""
        if self.ledger.unowed([latest.ref]):
            self.cdr_obligations.owe(latest)
        if self._is_same(posted, latest):
            kept = self.ledger.promise(latest.delivery_id)
            return Taken(latest, created=False) if kept else None
        known = self.deliveries.get(latest.delivery_id)
        if known is not None and known.state is DeliveryState.DECLINED:
            return None
        self._keep_conflict(posted, latest)
        raise errors.NotReplaceable(
            f"a CDR {latest.key.id} was accepted before, with other content: CDRs are not replaced"
        )

    def _is_same(self, posted: Posted, latest: Filed) -> bool:
        """Equal as JSON: the order of fields and the digits behind a number do not count."""
        if sha256(posted.body).hexdigest() == latest.sha256:
            return True
        return bool(self.json.parse(latest.body) == posted.document)

    def _keep_conflict(self, posted: Posted, latest: Filed) -> None:
        found = sha256(posted.body).hexdigest()
        self.counters.count("cdr_conflicts", partner=posted.by.id)
        self.archive.keep(
            Conflict(latest.ref, latest.key, posted.by.id, posted.body, found, self.clock.now())
        )

    def _first(self, posted: Posted, cdr: Cdr, latest: Filed | None) -> Taken | None:
        """File it and owe it; None if another process filed one of this id meanwhile."""
        partner = self._addressee(cdr)
        pair = self.credit_pairs.pair(cdr, _key(cdr))
        turn = 0 if latest is None else latest.turn + 1
        filed = self._filed(posted, cdr, pair, turn=turn)
        self.fail_points.reach("unwritten")
        if not self.archive.file(filed):
            return None
        self.fail_points.reach("written")
        if posted.remarks:
            self.counters.count("remarks", partner=posted.by.id, module=_CDRS.id)
        taken = self._asked_or_owed(posted, filed, partner)
        if taken is not None and pair.waiting is not None:
            self.cdr_obligations.judge(pair.waiting)
        return taken

    def _asked_or_owed(self, posted: Posted, filed: Filed, partner: Partner) -> Taken | None:
        delivery = self.cdr_obligations.delivery(filed, partner)
        asked = None
        if posted.to is not None and delivery.state is DeliveryState.DUE:
            asked = self.first_attempt.ask(filed, delivery, partner)
        if asked is None:
            return self._owed(filed, delivery)
        return Taken(filed, declined=asked.declined)

    def _addressee(self, cdr: Cdr) -> Partner:
        """The platform that owes it; OFFLINE is no reason to refuse a CDR (D-9)."""
        partner = self.cdr_obligations.platform(cdr.owner, cdr.reader)
        if partner is None:
            raise errors.UnknownReceiver(f"{cdr.reader.spelled} is not known to this hub")
        if not partner.is_registered:
            raise errors.ReceiverAway(f"{cdr.reader.spelled} {why_away(partner)}: not kept")
        return partner

    def _fee(self, cdr: Cdr, pair: Pair) -> Fee | None:
        """What is agreed now; a Credit CDR and its original take the same share."""
        if pair.has_fee:
            return pair.fee
        agreement = self.agreements.get(Agreement.id_of(cdr.owner, cdr.reader))
        return None if agreement is None else agreement.fee(cdr.account().currency)

    def _filed(self, posted: Posted, cdr: Cdr, pair: Pair, *, turn: int) -> Filed:
        key = _key(cdr)
        return Filed(
            ref=ref_of(key, turn),
            key=key,
            turn=turn,
            addressee=cdr.reader,
            sender=posted.sender,
            origin=posted.by.id,
            body=posted.body,
            sha256=sha256(posted.body).hexdigest(),
            received_at=self.clock.now(),
            last_updated=parse_time(cdr.last_updated),
            correlation_id=posted.correlation_id,
            account=cdr.account(),
            fee=self._fee(cdr, pair),
            session=cdr.session,
            credited=cdr.credited,
            place=pair.place,
            remarks=posted.remarks,
        )

    def _owed(self, filed: Filed, delivery: Delivery) -> Taken | None:
        """In custody, to be delivered in the background; None if it was declined meanwhile."""
        self.ledger.owe(filed, delivery)
        if not self.ledger.promise(delivery.id):
            return None
        self.fail_points.reach("owed")
        self.wake.pump()
        return Taken(filed)


def _key(cdr: Cdr) -> ObjectKey:
    return ObjectKey(_CDRS.id, cdr.owner, cdr.id)
