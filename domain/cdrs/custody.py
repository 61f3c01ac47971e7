"""Custody: the CDRs that the hub has answered for, and what each one's delivery has come to.

The archive holds what was accepted and is only ever added to; the delivery beside it says how far
the delivery has come (D-9, H-CDR-2, H-CDR-3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from domain.cdrs.clearing import Account
from domain.delivery.deliveries import CdrDelivery, DeliveryState, is_undecided
from domain.delivery.standing import Judgement, Standing
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.objects.stored import ObjectKey
from domain.partners.agreements import Fee
from domain.partners.party import PartyId


@dataclass(frozen=True)
class Billed:
    """What the settlement needs of a CDR: who bills whom what, accepted when."""

    ref: str
    cpo: PartyId
    emsp: PartyId
    received_at: datetime
    account: Account
    fee: Fee | None


@dataclass(frozen=True)
class Filed:
    """A CDR in the archive.

    `ref` is its name at the hub: the end of its Location. `turn` counts the refused ones of the
    same id before it, whose refusal the owner was told: its id was free again (H-CDR-3). `sender`
    is FROM when it is delivered; `fee` is what was agreed when it was accepted. `place` is a
    Credit CDR's: one original has one credit in each, and the next only once the one before it was
    declined or did not fit. `remarks` are what is odd about it.
    """

    ref: str
    key: ObjectKey
    turn: int
    receiver: PartyId
    sender: PartyId
    origin: str
    body: bytes
    sha256: str
    received_at: datetime
    last_updated: datetime
    correlation_id: str
    account: Account
    fee: Fee | None = None
    session: ObjectKey | None = None
    credited: ObjectKey | None = None
    place: int | None = None
    remarks: Remarks = NO_REMARKS

    @property
    def delivery_id(self) -> str:
        """The one delivery that it has."""
        return delivery_id_of(self.ref)

    @property
    def billed(self) -> Billed:
        """Its figures alone."""
        cpo, emsp = self.key.owner, self.receiver
        return Billed(self.ref, cpo, emsp, self.received_at, self.account, self.fee)

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are those that were accepted."""
        return sha256(self.body).hexdigest() == self.sha256


@dataclass(frozen=True)
class CdrConflict:
    """Another CDR of an id that is taken: refused, and kept for operators (H-CDR-3)."""

    ref: str
    key: ObjectKey
    partner_id: str
    body: bytes
    sha256: str
    received_at: datetime


def ref_of(key: ObjectKey, turn: int) -> str:
    """The name of the CDR of this key and turn; who files the same one twice uses it twice."""
    return sha256(f"{key}#{turn}".encode()).hexdigest()[:32]


def delivery_id_of(ref: str) -> str:
    """The id of the delivery of the CDR of this ref."""
    return f"cdr|{ref}"


def ref_of_delivery(delivery_id: str) -> str:
    """The ref of the CDR that this delivery hands over."""
    return delivery_id.removeprefix("cdr|")


def state_of(standing: Standing, *, is_pushed: bool) -> DeliveryState:
    """Where a CDR's delivery begins; `is_pushed`: the receiver takes CDRs by POST."""
    if standing.judgement is Judgement.UNFIT:
        return DeliveryState.PARKED
    if standing.judgement is Judgement.AWAITS:
        return DeliveryState.WAITING
    if not is_pushed:
        return DeliveryState.BY_PULL
    return DeliveryState.WAITING if standing.behind else DeliveryState.DUE


def is_counted(delivery: CdrDelivery) -> bool:
    """Whether a CDR's figures count: in custody, decided, and no credit that is unfit or waits."""
    if delivery.state is DeliveryState.DECLINED or is_undecided(delivery):
        return False
    return delivery.what.judgement.counts


def awaits_original(delivery: CdrDelivery) -> bool:
    """Whether a Credit CDR waits for its original to come."""
    is_waiting = delivery.state is DeliveryState.WAITING
    return is_waiting and delivery.what.judgement is Judgement.AWAITS


class LedgerCount(NamedTuple):
    """How many deliveries are in each state; `parked_by_age`: of those due, as parked."""

    states: Mapping[DeliveryState, int]
    parked_by_age: int


@dataclass(frozen=True)
class Count:
    """The archive held against the deliveries (I8). `damaged` and `undelivered` name refs."""

    archived: int
    states: Mapping[DeliveryState, int]
    parked_by_age: int
    damaged: tuple[str, ...]
    unowed: tuple[str, ...]

    @property
    def delivered(self) -> int:
        return self._of(DeliveryState.DELIVERED, DeliveryState.UNCONFIRMED)

    @property
    def pending(self) -> int:
        waiting = self._of(DeliveryState.DUE, DeliveryState.WAITING)
        return waiting - self.parked_by_age

    @property
    def refused(self) -> int:
        return self._of(DeliveryState.DECLINED)

    @property
    def parked(self) -> int:
        return self._of(DeliveryState.PARKED) + self.parked_by_age

    @property
    def by_pull(self) -> int:
        return self._of(DeliveryState.BY_PULL)

    @property
    def adds_up(self) -> bool:
        """archive = delivered + pending + refused + parked + by_pull, and every byte is there."""
        known = self.delivered + self.pending + self.refused + self.parked + self.by_pull
        return known == self.archived and not self.damaged and not self.unowed

    def _of(self, *states: DeliveryState) -> int:
        return sum(self.states.get(state, 0) for state in states)
