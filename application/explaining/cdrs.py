"""Why a party is, or is not, charged by a CDR, and whether it has it."""

from collections.abc import Iterator
from dataclasses import dataclass

from application.cdrs.accounting import CdrAccounting, CdrWithDelivery
from application.delivery.reasons import why_owed
from application.explaining import connections, sending
from application.explaining.story import (
    Check,
    Explanation,
    later,
    no,
    passed,
    until_decided,
    yes,
)
from application.partners.directories import Directories
from application.partners.names import PartnerNames
from domain import errors
from domain.delivery.deliveries import CdrDelivery, DeliveryState, is_undecided
from domain.delivery.lanes import LaneHealth
from domain.delivery.standing import Judgement
from domain.objects.stored import ObjectKey
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import Lanes
from domain.times import format_time

_DONE = {
    DeliveryState.DELIVERED: "has it, and said so",
    DeliveryState.UNCONFIRMED: "has it, as far as its answers can be understood",
    DeliveryState.BY_PULL: "takes no CDR by push: it reads the hub's list of CDRs",
}


@dataclass(frozen=True)
class CdrExplainer:
    """Goes from the archive to the ledger, and on to the lane."""

    cdr_accounting: CdrAccounting
    directories: Directories
    partner_names: PartnerNames
    lanes: Lanes

    def explain(self, cdr: ObjectKey, *, to: PartyId | None, by: Partner | None) -> Explanation:
        """Whether the CDR charges `to` (None: its receiver); as `by` may hear it, None: operators.

        To a partner that is no side of it there is no such CDR.

        :raises UnknownPartner: to operators, for a party that no partner has or had.
        """
        for party in (cdr.owner, *(() if to is None else (to,))) if by is None else ():
            self.partner_names.party(party)
        whom = "a party" if to is None else to.spelled
        question = f"Does the CDR {cdr.owner.spelled}/{cdr.id} charge {whom}?"
        try:
            handed = self.cdr_accounting.find(cdr, by=by)
        except errors.UnknownObject:
            unknown = no(
                "custody",
                f"the hub has no such CDR of {cdr.owner.spelled} in custody",
                f"{cdr.owner.spelled} posts it; where that was refused, the answer said why.",
            )
            return Explanation(question, (unknown,))
        return Explanation(question, until_decided(self._checks(handed, to))).for_ears_of(by)

    def _checks(self, handed: CdrWithDelivery, to: PartyId | None) -> Iterator[Check]:
        filed, delivery = handed.filed, handed.delivery
        charged = filed.receiver.spelled
        if to not in (None, filed.receiver):
            yield no(
                "receiver",
                f"it charges {charged}: the token is of that party",
                f"{filed.key.owner.spelled} credits it, if cdr_token is wrong.",
            )
        yield passed("receiver", f"it charges {charged}: the token is of that party")
        if delivery is None:
            yield later("filed", "it is accepted this moment, and owed within 2 s")
        else:
            yield from _standing(delivery)
            yield from self._lane(delivery)

    def _lane(self, delivery: CdrDelivery) -> Iterator[Check]:
        receiver = self.directories.known().partner(delivery.lane.target)
        yield connections.connected(receiver, delivery.receiver, "connected")
        health = self.lanes.health().get(delivery.lane, LaneHealth())
        yield sending.owed(delivery, health, receiver)


def _standing(delivery: CdrDelivery) -> Iterator[Check]:
    owner, charged = delivery.key.owner.spelled, delivery.receiver.spelled
    said = why_owed(delivery, LaneHealth())
    if delivery.state is DeliveryState.DECLINED:
        yield no(
            "declined",
            f"{charged} refused it in the answer to its POST: it is not in custody; {said}",
            f"{owner} corrects it and posts it again: its id is free.",
        )
    if delivery.what.judgement is Judgement.UNFIT:
        yield no(
            "credit",
            f"it does not fit the CDR that it credits: {said}",
            f"{owner} posts a Credit CDR that fits.",
        )
    if delivery.state in _DONE:
        at = "" if delivery.last is None else f", since {format_time(delivery.last.at)}"
        yield yes("delivered", f"{charged} {_DONE[delivery.state]}{at}")
    if delivery.state is DeliveryState.WAITING:
        yield later("credit", f"it is a Credit CDR, and {said}")
    if is_undecided(delivery):
        yield later("undecided", "its first attempt is under way, in the answer to its POST")
    yield passed("custody", "it is in the hub's custody: the hub tries until it is delivered")
