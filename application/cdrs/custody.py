"""Taking custody of a CDR: from the moment that it is answered 1000, the hub owes its delivery.

The order is the promise (D-9): who owes it is decided first, then it is written durably, and only
then answered. Where the eMSP is named and well it is asked at once, and what it refuses goes back
to the CPO and is not in custody (H-CDR-3).
"""

from dataclasses import dataclass, replace

from application.cdrs.checking import CdrCheck, Checked, Posted
from application.cdrs.filing import CdrFiling
from application.cdrs.first_attempt import FirstAttempt
from application.cdrs.obligations import CdrObligations
from application.modules import MODULES
from domain import errors
from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import Filed
from domain.deciding_again import until_written
from domain.delivery.deliveries import CdrDelivery, DeliveryState
from domain.partners.doors import why_away
from domain.partners.partner import Partner
from domain.ports import CdrArchive, CdrLedger, FailPoints, Wake, WireAnswer

_MOST_ROUNDS = 20
_CDRS = MODULES["cdrs"]


@dataclass(frozen=True)
class Taken:
    """What became of it. `declined` is the receiver's answer where it refused: not in custody."""

    filed: Filed
    created: bool = True
    declined: WireAnswer | None = None


@dataclass(frozen=True)
class CdrCustody:
    """Checks CDRs, files them and owes them; safe to repeat at every step."""

    archive: CdrArchive
    ledger: CdrLedger
    cdr_check: CdrCheck
    cdr_filing: CdrFiling
    cdr_obligations: CdrObligations
    first_attempt: FirstAttempt
    wake: Wake
    fail_points: FailPoints

    def take(self, posted: Posted) -> Taken:
        """Store it durably, then owe it; or say why not.

        :raises InvalidDocument, NotYours, InvalidParameter: as `CdrCheck.check` does, and for a
            Credit CDR that credits what it cannot.
        :raises UnknownReceiver: (4001) :raises ReceiverAway: (4003, it is not registered)
        :raises NotReplaceable: if another CDR has this id.
        """
        checked = self.cdr_check.check(posted)
        return self._take_as_new(checked) or until_written(
            lambda: self._take_by_latest(checked), "the CDR is posted", tries=_MOST_ROUNDS
        )

    def of_ref(self, ref: str, *, by: Partner) -> Filed:
        """The CDR that a Location names, for its owner alone (H-CDR-2).

        :raises UnknownObject: for every other party.
        """
        filed = self.archive.get(ref)
        if filed is None or not by.has_role(filed.key.owner, _CDRS.owners):
            raise errors.UnknownObject("no CDR of yours is here")
        return filed

    def _take_as_new(self, checked: Checked) -> Taken | None:
        """Take it as the first of its id, as most are: the archive files no second one.

        None if it is not, and for what a look at the archive comes before: a Credit CDR, and one
        that no platform owes.
        """
        cdr = checked.cdr
        if cdr.credited is not None:
            return None
        partner = self.cdr_obligations.platform(cdr.owner, cdr.reader)
        if partner is None or not partner.is_registered:
            return None
        return self._file_and_owe(checked, None, partner)

    def _take_by_latest(self, checked: Checked) -> Taken:
        """Answer it by the one of its id that was filed last, or file it behind that.

        :raises RecordChanged: if another process filed or declined one of this id.
        """
        latest = self.archive.latest(checked.key)
        taken = None if latest is None else self._answer_repeated(checked, latest)
        if taken is None:
            partner = self._platform_that_owes(checked.cdr)
            taken = self._file_and_owe(checked, latest, partner)
        if taken is None:
            raise errors.RecordChanged(checked.key.id)
        return taken

    def _answer_repeated(self, checked: Checked, latest: Filed) -> Taken | None:
        """The answer to a CDR whose id was filed before; None if that one was declined."""
        if self.ledger.unowed([latest.ref]):
            self.cdr_obligations.owe(latest)
        if self.cdr_filing.is_same(checked, latest):
            kept = self.ledger.promise(latest.delivery_id)
            return Taken(latest, created=False) if kept else None
        known = self.ledger.get(latest.ref)
        if known is not None and known.state is DeliveryState.DECLINED:
            return None
        self.cdr_filing.keep_conflict(checked, latest)
        raise errors.NotReplaceable(
            f"a CDR {latest.key.id} was accepted before, with other content: CDRs are not replaced"
        )

    def _file_and_owe(
        self, checked: Checked, latest: Filed | None, partner: Partner
    ) -> Taken | None:
        """File it and owe it; None if there is another one of this id and turn."""
        filing = self.cdr_filing.file(checked, latest)
        if filing is None:
            return None
        taken = self._ask_or_owe(checked.posted, filing.filed, partner)
        if taken is not None and filing.waiting is not None:
            self.cdr_obligations.judge(filing.waiting)
        return taken

    def _ask_or_owe(self, posted: Posted, filed: Filed, partner: Partner) -> Taken | None:
        delivery = self.cdr_obligations.delivery(filed, partner)
        attempted = None
        if posted.to is not None and delivery.state is DeliveryState.DUE:
            attempted = self.first_attempt.ask(filed, delivery, partner)
        if attempted is None:
            return self._owe_in_background(filed, delivery)
        return Taken(filed, declined=attempted.declined)

    def _platform_that_owes(self, cdr: Cdr) -> Partner:
        """The platform that owes it; OFFLINE is no reason to refuse a CDR (D-9)."""
        partner = self.cdr_obligations.platform(cdr.owner, cdr.reader)
        if partner is None:
            raise errors.UnknownReceiver(f"{cdr.reader.spelled} is not known to this hub")
        if not partner.is_registered:
            raise errors.ReceiverAway(f"{cdr.reader.spelled} {why_away(partner)}: not kept")
        return partner

    def _owe_in_background(self, filed: Filed, delivery: CdrDelivery) -> Taken | None:
        """In custody, to be delivered in the background; None if it was declined meanwhile.

        It is owed and promised by one write; where another process owes it already, by one more.
        The archive has it for good: if a failover takes the delivery back, the sweep owes it again.
        """
        promised = replace(delivery, what=replace(delivery.what, promised=True))
        is_new = self.ledger.owe(filed, promised, waits=False)
        if not (is_new or self.ledger.promise(delivery.id)):
            return None
        self.fail_points.reach("owed")
        if delivery.state is DeliveryState.DUE:
            self.wake.pump()
        return Taken(filed)
