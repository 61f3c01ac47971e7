"""What the hub has promised, held against its stores and its receivers after every step.

The invariants are those of the fault matrix. What is expected is worked out from what the CPOs were
told and what reached the eMSPs, not from what the hub believes.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from application.cdrs.accounting import CdrAccounting
from domain.cdrs.cdr import Cdr
from domain.cdrs.custody import Filed, delivery_id_of, ref_of_delivery
from domain.delivery.deliveries import DONE_STATES, Delivery, DeliveryState, is_of_cdr
from domain.delivery.standing import Judgement
from domain.objects.sessions import Session
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.party import PartyId
from domain.ports import WireRequest
from tests.builders import Doc, PlainJson
from tests.charging import handover_of
from tests.unit.simulation.processes import Stores
from tests.unit.simulation.receivers import Receivers, starts
from tests.unit.simulation.subscribers import Subscribers

_JSON = PlainJson()


@dataclass
class Promises:
    """What each CPO was answered, by ref; what operators asked for; what is known to be over."""

    stores: Stores
    receivers: Receivers
    subscribers: Subscribers
    accepted: dict[str, bytes] = field(default_factory=dict)
    contents: set[tuple[ObjectKey, bytes]] = field(default_factory=set)
    declined: set[str] = field(default_factory=set)
    ahead: dict[str, str] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    parked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.receivers.inspect = self.arrived
        self.cdr_accounting = CdrAccounting(
            archive=self.stores.archive,
            bills=self.stores.archive,
            ledger=self.stores.ledger,
            accounts=self.stores.ledger,
            handovers=self.stores.ledger,
            deliveries=self.stores.deliveries,
            wake=self.stores.wake,
            clock=self.stores.clock,
        )

    def told_accepted(self, filed: Filed, body: bytes) -> None:
        """The CPO was answered 1000 for these bytes."""
        assert filed.ref not in self.declined, "I3: told both a refusal and 1000"
        self.accepted.setdefault(filed.ref, body)
        self.contents.add((filed.key, body))

    def told_declined(self, filed: Filed, *, was_accepted: bool) -> None:
        """The CPO was answered with the receiver's refusal.

        `was_accepted`: before it posted this, it had been answered 1000 for the very same.
        """
        assert not was_accepted, "I3: told 1000, then a refusal"
        assert filed.ref not in self.accepted, "I3: told both 1000 and a refusal"
        self.declined.add(filed.ref)

    def told_not_replaceable(self, key: ObjectKey, body: bytes) -> None:
        """Only another CDR that the hub has, or may still have, keeps an id."""
        assert (key, body) not in self.contents, "I3: told both 1000 and 2001"
        latest = self.stores.archive.latest(key)
        assert latest is not None, "2001 without another CDR"
        assert latest.body != body, "2001 for the very same CDR"
        assert latest.ref not in self.declined, "H-CDR-3: the id of a declined CDR is not free"

    def retried(self, deliveries: Iterable[str]) -> None:
        """An operator has these handed over again, delivered or not."""
        for name in deliveries:
            self.done.discard(name)
            self.acknowledged.discard(ref_of_delivery(name))

    def arrived(self, request: WireRequest) -> None:
        """Something is at a receiver's door: may it be?"""
        partner = self.stores.partners.get(request.url.split("/")[2].removesuffix(".example"))
        wrong = self.receivers.wrongs.append
        if request.receiver not in partner.parties:
            wrong(f"I7: {request.receiver} is not at {partner.id}")
        if request.method != "POST":
            return self._session_arrived(request)
        filed = self._filed_by(request.correlation_id)
        if filed is None or filed.body != request.body:
            return wrong(f"I1: {request.body!r} left the hub and is not in the archive")
        if (filed.receiver, filed.sender) != (request.receiver, request.sender):
            wrong(f"I7: a CDR of {filed.sender}'s to {request.receiver}, not {filed.receiver}")
        if filed.ref in self.declined:
            wrong(f"I3: {filed.key} was declined, and is handed over")
        if filed.ref in self.acknowledged:
            wrong(f"I2: {filed.key} is handed over again")
        original = self.stores.archive.get(self.ahead.get(request.correlation_id, ""))
        if original is not None and _name(original) not in self.receivers.cdrs:
            wrong(f"a credit overtakes {original.key}")
        return None

    def _session_arrived(self, request: WireRequest) -> None:
        country_code, party_id, session_id = request.url.rsplit("/", 3)[1:]
        key = ObjectKey("sessions", PartyId(country_code, party_id), session_id)
        stored = self.stores.objects.get(key, EVERYONE)
        if stored is not None and (stored.reader, key.owner) != (request.receiver, request.sender):
            self.receivers.wrongs.append(f"I7: {key} of {stored.reader} to {request.receiver}")

    def acknowledge(self, correlation_ids: Iterable[str], *, but: Collection[str]) -> None:
        """A process that nothing happened to had a 1000 for these: it is to have noted it.

        But for the deliveries that it has under way still: another process may send them again.
        """
        found = filter(None, map(self._filed_by, correlation_ids))
        self.acknowledged.update(filed.ref for filed in found if filed.delivery_id not in but)

    def still(self, correlation_ids: Iterable[str], under_way: Collection[str]) -> list[str]:
        """Those of the CDRs whose deliveries are under way."""
        filed = {each: self._filed_by(each) for each in correlation_ids}
        return [
            each
            for each, known in filed.items()
            if known is not None and known.delivery_id in under_way
        ]

    def check(self) -> None:
        """What holds after every step, also where a process has died in it."""
        assert not self.receivers.wrongs, self.receivers.wrongs
        assert not self.subscribers.wrongs, self.subscribers.wrongs
        held = self.stores.archive.held
        for ref, body in self.accepted.items():
            assert ref in held, f"I1: {ref} is not in the archive"
            assert held[ref].body == body, f"I1: {ref} is not what was accepted"
            state = self._state(ref)
            assert state not in (None, DeliveryState.DECLINED), f"I2: {ref} is {state}"
        for ref in self.declined:
            assert self._state(ref) is DeliveryState.DECLINED, f"I3: {ref} is not declined"
        for delivery in self._deliveries():
            self._check_delivery(delivery)
        count = self.cdr_accounting.verify()
        assert not count.damaged, f"I1: {count.damaged}"
        known = sum(count.states.values())
        assert known + len(count.unowed) == count.archived, "I8: the archive does not add up"
        for stored in self._sessions():
            self._check_session(stored)

    def _check_delivery(self, delivery: Delivery) -> None:
        ref = ref_of_delivery(delivery.id)
        assert ref in self.stores.archive.held, f"I2: {ref} is owed and not in the archive"
        if delivery.state in DONE_STATES:
            self.done.add(delivery.id)
        assert delivery.id not in self.done or delivery.state in DONE_STATES, (
            f"I2: {delivery.key} was done, and is {delivery.state}"
        )
        if delivery.state is DeliveryState.PARKED:
            self.parked.add(ref)

    def _check_session(self, stored: Stored) -> None:
        document: Any = _JSON.parse(stored.body)
        assert len(starts(document)) == len(set(starts(document))), f"S-7: {stored.key}"
        held = self.receivers.sessions.get(_reader_of(stored))
        if held is not None:
            assert not _is_ahead(held, document), f"I4: {stored.key} is newer at the receiver"

    def at_rest(self) -> None:
        """What holds once all are well, and everything ran until it was quiet."""
        self.check()
        assert self.cdr_accounting.verify().adds_up, f"I8: {self.cdr_accounting.verify()}"
        kept = {}
        for delivery in self._deliveries():
            filed = self.stores.archive.held[ref_of_delivery(delivery.id)]
            if _is_unfit(delivery):
                assert delivery.state is DeliveryState.PARKED, f"H-CDR-3a: {filed.key} is let go"
            elif delivery.state is not DeliveryState.DECLINED:
                assert delivery.state in DONE_STATES, f"I2: {filed.key} is {delivery.state}"
                kept[_name(filed)] = filed.body
            if delivery.state in (DeliveryState.DELIVERED, DeliveryState.UNCONFIRMED):
                body = self.receivers.cdrs.get(_name(filed))
                assert body == filed.body, f"I3: {filed.receiver} has not got {filed.key}"
            self._check_events(delivery, filed)
        for name, body in self.receivers.cdrs.items():
            assert kept.get(name) == body, f"I3: {name} is at the receiver, not in custody"
        for stored in self._sessions():
            name = _reader_of(stored)
            if name not in self.receivers.refused:
                held = self.receivers.sessions.get(name)
                assert held == _JSON.parse(stored.body), f"I4: {stored.key} at rest: {held}"

    def _check_events(self, delivery: Delivery, filed: Filed) -> None:
        expected = {"cdr.accepted"}
        if delivery.state in (DeliveryState.DELIVERED, DeliveryState.UNCONFIRMED):
            expected.add("cdr.delivered")
        if filed.ref in self.parked:
            expected.add("cdr.parked")
        if delivery.state is DeliveryState.DECLINED:
            expected = set()
        for name, party in self.subscribers.parties.items():
            heard = {each[1] for each in self.subscribers.heard if each[::2] == (name, filed.ref)}
            may_hear = party in (None, filed.key.owner, filed.receiver)
            missing = expected - heard if may_hear else set()
            assert not missing, f"{name} was not told of {missing} of {filed.key}"
            assert expected or not heard, f"H-CDR-3: {name} was told of a declined CDR"

    def _deliveries(self) -> list[Delivery]:
        known = self.stores.deliveries.held.values()
        return [each for each in known if is_of_cdr(each)]

    def _sessions(self) -> Iterator[Stored]:
        for stored in self.stores.objects.held.values():
            if stored.key.module == "sessions":
                yield stored

    def _state(self, ref: str) -> DeliveryState | None:
        delivery = self.stores.deliveries.get(delivery_id_of(ref))
        return None if delivery is None else delivery.state

    def _filed_by(self, correlation_id: str) -> Filed | None:
        known = self.stores.archive.held.values()
        return next((each for each in known if each.correlation_id == correlation_id), None)


def _name(filed: Filed) -> tuple[PartyId, PartyId, str]:
    document: Any = _JSON.parse(filed.body)
    return filed.receiver, Cdr(document).owner, filed.key.id


def _is_unfit(delivery: Delivery) -> bool:
    return handover_of(delivery) is not None and handover_of(delivery).judgement is Judgement.UNFIT


def _is_ahead(held: Doc, document: Doc) -> bool:
    is_newer = str(held["last_updated"]) > str(document["last_updated"])
    return is_newer or not set(starts(held)) <= set(starts(document))


def _reader_of(stored: Stored) -> tuple[PartyId, PartyId, str]:
    document: Any = _JSON.parse(stored.body)
    return Session(document).reader, stored.key.owner, stored.key.id
