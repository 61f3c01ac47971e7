"""What contract tests store: each builder states only what matters to the test that calls it."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Protocol, TypeVar

from domain.cdrs.clearing import Account
from domain.cdrs.custody import Filed, ref_of, ref_of_delivery
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import (
    CdrDelivery,
    Delivery,
    DeliveryClass,
    DeliveryOf,
    DeliveryRequest,
    DeliveryState,
    LaneId,
)
from domain.delivery.lanes import Lease
from domain.delivery.settling import Settled, settle
from domain.delivery.what import CdrHandover, EventType, ObjectChange
from domain.objects.paging import Viewer
from domain.objects.stored import EVERYONE, Change, Facets, ObjectKey, Plug, Stored, UnseenChange
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import PartyId, PartyRole, Role
from domain.ports import (
    Backlog,
    CdrAccounts,
    CdrArchive,
    CdrBills,
    CdrConflicts,
    CdrHandovers,
    CdrLedger,
    CdrOutbox,
    Deliveries,
    DeliveryQueue,
    LaneBatches,
    LaneLeases,
    Lanes,
    PartnerNotes,
    PartnerStore,
    WaitingCredits,
)

_T = TypeVar("_T")
MODULES = ("locations", "tariffs", "tokens", "hubclientinfo", "sessions")
PRIVATE = frozenset({"sessions"})
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CPO = PartyId("DE", "ABC")
OTHER_CPO = PartyId("DE", "XYZ")
EMSP = PartyId("NL", "EMS")
OTHER_EMSP = PartyId("NL", "TNM")
LANE = LaneId("partner-1")


def keys(found: Iterable[Stored]) -> list[ObjectKey]:
    return [each.key for each in found]


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def location(name: str = "LOC1", *, owner: PartyId = CPO) -> ObjectKey:
    return ObjectKey("locations", owner, name)


def stored(
    key: ObjectKey | None = None,
    *,
    audience: str = EVERYONE,
    body: bytes = b"{}",
    updated: datetime = NOON,
    deleted: bool = False,
    facets: Facets | None = None,
) -> Stored:
    return Stored(
        key=key or location(),
        audience=audience,
        body=body,
        last_updated=updated,
        origin="partner-1",
        deleted=deleted,
        facets=facets,
    )


def viewer(party: PartyId = EMSP, *owners: PartyId) -> Viewer:
    return Viewer(party, frozenset(owners or (CPO, OTHER_CPO)))


def facets(
    latitude: float = 52.0,
    longitude: float = 5.0,
    *,
    plugs: Iterable[Plug] = (Plug("IEC_62196_T2", 22_000, "AVAILABLE"),),
    operator: str = "",
    owner: PartyId = CPO,
) -> Facets:
    return Facets(
        latitude=latitude,
        longitude=longitude,
        operator=operator,
        country_code=owner.country_code,
        party_id=owner.party_id,
        plugs=tuple(plugs),
    )


def partner(
    partner_id: str = "partner-1",
    *roles: tuple[Role, PartyId],
    state: PartnerState = PartnerState.REGISTERED,
    created_at: datetime = NOON,
) -> Partner:
    return Partner(
        id=partner_id,
        name=partner_id,
        state=state,
        created_at=created_at,
        roles=tuple(PartyRole(role, party, {"name": "Charge"}) for role, party in roles),
    )


def patch(evse: str = "E1", *, body: bytes = b'{"status":"CHARGING"}') -> Change:
    return Change("PATCH", (evse,), body, f"correlation-{evse}")


def a_request(
    revision: int = 1,
    *,
    key: ObjectKey | None = None,
    lane: LaneId = LANE,
    receiver: PartyId = EMSP,
    unseen: UnseenChange | None = None,
) -> DeliveryRequest:
    what = ObjectChange(key or location())
    return DeliveryRequest(lane, receiver, what, revision, unseen or UnseenChange.one(patch()))


def cdr_lane(partner_id: str = "partner-1") -> LaneId:
    return LaneId(partner_id, DeliveryClass.CDR)


def attempted(delivery: Delivery, verdict: Verdict, *, at: datetime = NOON) -> Settled:
    """The delivery after an attempt that ended so, without jitter."""
    return settle(delivery, Attempt(at, verdict, verdict.value, http=200), spread=0.5)


def failed(delivery: Delivery, *, due: datetime) -> Settled:
    """The delivery after an attempt at noon that failed, to be tried again at `due`."""
    attempt = Attempt(NOON, Verdict.SICK, "HTTP 500", http=500)
    return Settled(delivery, attempt, DeliveryState.DUE, due, delivery.what)


class Archive(CdrArchive, CdrBills, CdrConflicts, Protocol):
    """All ports of the archive, as one adapter has them."""


class Ledger(CdrLedger, WaitingCredits, CdrOutbox, CdrAccounts, CdrHandovers, Protocol):
    """All ports of the ledger."""


class Queue(DeliveryQueue, Deliveries, Lanes, LaneLeases, LaneBatches, Backlog, Protocol):
    """All ports of deliveries and lanes."""


class Partners(PartnerStore, PartnerNotes, Protocol):
    """All ports of partners."""


def leased(queue: Queue, lane: LaneId = LANE, *, holder: str = "pump") -> Lease:
    lease = queue.lease(lane, holder=holder, seconds=60)
    assert lease is not None
    return lease


@dataclass(frozen=True)
class Custody:
    """The archive, the ledger and the queue of one store."""

    archive: Archive
    ledger: Ledger
    queue: Queue

    def owe(self, filed: Filed, *, lease: Lease | None = None, **fields: Any) -> CdrDelivery:
        """File it and owe it; claimed, if there is a lease."""
        delivery = owing(filed, **fields)
        delivery = delivery if lease is None else delivery.claimed().begun()
        self.archive.file(filed)
        assert self.ledger.owe(filed, delivery, lease=lease)
        return delivery

    def leased(self, partner_id: str = "partner-1", *, holder: str = "pump") -> Lease:
        return leased(self.queue, cdr_lane(partner_id), holder=holder)

    def leased_together(self, *partner_ids: str) -> list[Lease]:
        """Their lanes' leases, with one fence."""
        lanes = [cdr_lane(each) for each in partner_ids]
        leases = {each.lane: each for each in self.queue.lease_all(lanes, holder="p", seconds=60)}
        assert len({each.fence for each in leases.values()}) == 1
        return [leases[lane] for lane in lanes]

    def known(self, delivery: Delivery) -> CdrDelivery:
        """The delivery as it stands now."""
        found = self.ledger.get(ref_of_delivery(delivery.id))
        assert found is not None
        return found

    def handover(self, delivery: Delivery) -> CdrHandover:
        """What it knows beside the rest, now."""
        return self.known(delivery).what


def cdr(name: str = "CDR1", *, owner: PartyId = CPO) -> ObjectKey:
    return ObjectKey("cdrs", owner, name)


def filed(
    name: str = "CDR1",
    turn: int = 0,
    *,
    owner: PartyId = CPO,
    at: float = 0,
    body: bytes = b'{"id":"CDR1"}',
    **fields: Any,
) -> Filed:
    """A CDR in the archive, received so many seconds after noon."""
    key = cdr(name, owner=owner)
    usual: dict[str, Any] = {
        "receiver": EMSP,
        "sender": owner,
        "origin": "partner-9",
        "sha256": sha256(body).hexdigest(),
        "received_at": later(at),
        "last_updated": later(at),
        "correlation_id": f"correlation-{name}",
        "account": Account("EUR", Decimal("20.0"), Decimal("10.00"), Decimal("1.90")),
    }
    return Filed(ref=ref_of(key, turn), key=key, turn=turn, body=body, **{**usual, **fields})


def owing(
    filed: Filed,
    *,
    lane: LaneId | None = None,
    state: DeliveryState = DeliveryState.DUE,
    behind: Filed | None = None,
    untold: tuple[EventType, ...] = (EventType.CDR_ACCEPTED,),
    **known: Any,
) -> CdrDelivery:
    """What is owed of it, in the lane of `partner-1`."""
    return DeliveryOf(
        id=filed.delivery_id,
        lane=lane or cdr_lane(),
        receiver=filed.receiver,
        what=CdrHandover(
            ref=filed.ref,
            key=filed.key,
            behind="" if behind is None else behind.delivery_id,
            untold=untold,
            **known,
        ),
        revision=filed.turn + 1,
        since=filed.received_at,
        due=filed.received_at,
        state=state,
    )


def at_once(*calls: Callable[[], _T]) -> list[_T | Exception]:
    """What each returned, or raised, when all were made at the same time."""
    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        futures = [pool.submit(call) for call in calls]
    outcomes: list[_T | Exception] = []
    for future in futures:
        error = future.exception()
        if error is None:
            outcomes.append(future.result())
        elif isinstance(error, Exception):
            outcomes.append(error)
    return outcomes


def passed_on(queue: Queue, lease: Lease) -> Lease:
    """The next lease of the lane, to another pump."""
    queue.give_back(lease)
    taken = queue.lease(lease.lane, holder="another", seconds=60)
    assert taken is not None
    return taken


def claimed(queue: Queue, lease: Lease) -> Delivery:
    [delivery] = queue.claim(lease, now=NOON, limit=10)
    return delivery


def only(queue: Queue) -> Delivery:
    [delivery] = queue.owed()
    return delivery
