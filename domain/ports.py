"""The ports: what the hub asks of the outside, and what it is promised.

Protocols: adapters do not inherit. Every port may raise `errors.StoreUnavailable` (stores) where it
cannot answer; beyond that each method says what it raises, what is atomic, what may be repeated.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.agreements import Agreement
from domain.deliveries import Delivery, LaneId, Mark, Settled
from domain.documents import JsonValue
from domain.lanes import LaneHealth, Lease
from domain.objects import ObjectKey, Stored
from domain.paging import Found, Page, PageRequest, Viewer
from domain.partner import Partner
from domain.party import PartyId
from domain.quarantine import Quarantined
from domain.search import LocationQuery


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, in UTC and aware of it."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """An id that nobody has had before (36 characters)."""
        ...


class Spread(Protocol):
    def spread(self) -> float:
        """A random number from 0 to 1: jitter."""
        ...


class Json(Protocol):
    def parse(self, raw: bytes) -> JsonValue:
        """The value, numbers exact.

        :raises errors.MalformedJson: if it is not JSON as the hub accepts it.
        """
        ...

    def dump(self, value: JsonValue) -> bytes:
        """Compact JSON, every number with the digits that it came with."""
        ...


class Schemas(Protocol):
    """The field tables of OCPI 2.3.0. `kind`: location, evse, connector, credentials, ..."""

    def check(self, kind: str, document: JsonValue) -> None:
        """:raises errors.InvalidDocument: naming every wrong field."""
        ...

    def check_patch(self, kind: str, document: JsonValue) -> None:
        """The same for the body of a PATCH: only what is there, and last_updated (T-PATCH-1)."""
        ...


class Secrets(Protocol):
    """Tokens at rest. Nothing that this port returns but `new_token` and `unseal` is secret."""

    def new_token(self) -> str:
        """A fresh credentials token: 64 characters of T-AUTH-5's set."""
        ...

    def fingerprint(self, token: str) -> str:
        """The keyed hash that an inbound token is stored and found by."""
        ...

    def seal(self, token: str, *, partner_id: str) -> str: ...

    def unseal(self, sealed: str, *, partner_id: str) -> str:
        """:raises errors.SecretUnreadable: if its key is gone or it is another partner's."""
        ...

    def reseal(self, sealed: str, *, partner_id: str) -> str:
        """The same under the newest key."""
        ...

    def sign(self, payload: bytes) -> str: ...

    def verify(self, payload: bytes, signature: str) -> bool: ...


class PartnerStore(Protocol):
    def get(self, partner_id: str) -> Partner:
        """:raises errors.UnknownPartner: if there is none."""
        ...

    def by_token(self, fingerprint: str) -> Partner | None:
        """The partner that has a token of this fingerprint, whatever its use and age."""
        ...

    def all(self) -> tuple[Partner, ...]:
        """Every partner, oldest first."""
        ...

    def save(self, partner: Partner) -> Partner:
        """Write the partner if its revision is still the stored one (0: it is new).

        One atomic, durable write; returns it with the next revision. What is noted of a partner by
        the methods below `save` is left as it is, but for a new one.

        :raises errors.Conflict: if somebody else wrote it meanwhile.
        :raises errors.PartyTaken: if one of its roles is another partner's (roles of partners whose
            state is INVITED, REGISTERED or SUSPENDED are unique).
        """
        ...

    def seen(self, partner_id: str, *, now: datetime) -> None:
        """Note a call from the partner: last_seen, reachable, not ailing. Never raises Conflict."""
        ...

    def set_ailing(self, partner_id: str, *, ailing: bool) -> None:
        """Note whether an open breaker holds back sending to the partner. Never raises Conflict."""
        ...

    def suspect(self, partner_id: str) -> None:
        """Note that the partner may be away: it is to be probed at once."""
        ...

    def probed(self, partner_id: str, *, failures: int, reachable: bool, now: datetime) -> None:
        """Note how a probe ended (HCI-5)."""
        ...

    def pulled(self, partner_id: str, module: str, *, at: datetime) -> None:
        """Note when the last whole pull of the module began."""
        ...

    def told(self, partner_id: str, roles: str) -> None:
        """Note which roles the partner was told of last."""
        ...

    def untold(self, partner_id: str, roles: str, *, since: datetime) -> None:
        """Note which roles the partner is to be told of, and since when."""
        ...


class AgreementStore(Protocol):
    def all(self) -> tuple[Agreement, ...]:
        """Every agreement, oldest first."""
        ...

    def add(self, agreement: Agreement) -> bool:
        """Write it durably; False if the two parties have one. Safe to repeat."""
        ...

    def remove(self, agreement_id: str) -> bool:
        """Take it away; False if there is none. Safe to repeat."""
        ...


class ObjectStore(Protocol):
    """Partners' objects, one record per (key, audience)."""

    def get(self, key: ObjectKey, audience: str) -> Stored | None:
        """The record, deleted ones too."""
        ...

    def save(self, stored: Stored) -> Stored:
        """Write the record if its revision is still the stored one (0: it is new).

        ONE atomic, durable write with everything in it: bytes, facets, what is unpublished. A new
        record gets `created`, by which lists are ordered for ever (T-PAG-5). Returns it with the
        next revision.

        :raises errors.Conflict: if somebody else wrote it meanwhile.
        """
        ...

    def audiences(self, key: ObjectKey) -> tuple[str, ...]:
        """The audiences that there is a record of this object for, not counting deleted ones."""
        ...

    def published(self, key: ObjectKey, *, revision: int) -> bool:
        """Clear what is unpublished, if the revision is still this one. Safe to repeat."""
        ...

    def unpublished(self, *, before: datetime, limit: int) -> tuple[ObjectKey, ...]:
        """Objects whose oldest unpublished change is older than `before`, oldest first."""
        ...

    def page(self, module: str, request: PageRequest, *, viewer: Viewer) -> Page:
        """A page of what the viewer may see, in order of creation; nothing deleted.

        With `request.after` it costs the same wherever it is; without, skipping the offset costs.
        Of an object that it has an own copy of, the copy with the newer last_updated, on a tie its
        own (R-GETALL-7).
        """
        ...

    def by_id(self, module: str, object_id: str, *, viewer: Viewer) -> tuple[Stored, ...]:
        """The objects of this id, one per owner, that the viewer may see; copies as in `page`."""
        ...


class LocationSearch(Protocol):
    def search(self, query: LocationQuery) -> tuple[tuple[Found, ...], int]:
        """The page and how many match. With `near`: nearest first; else in order of creation.

        Only records with facets, not deleted, that the query's viewer may see.
        """
        ...


class Quarantine(Protocol):
    def put(self, found: Quarantined) -> None:
        """Keep it; the same object seen again replaces itself."""
        ...

    def all(self, *, partner_id: str | None = None, limit: int = 100) -> tuple[Quarantined, ...]:
        """What was kept, seen last first."""
        ...

    def clear(self, partner_id: str, module: str, *, before: datetime) -> int:
        """Forget what was not seen again since `before`: it is well, or gone; how many."""
        ...


class DeliveryQueue(Protocol):
    """What is owed, in lanes. All times are the caller's, but a lease's, which are the store's."""

    def mark(self, marks: Sequence[Mark], *, now: datetime) -> None:
        """Owe these. Marks of one object for one receiver become one delivery. Safe to repeat."""
        ...

    def lanes_due(self, *, now: datetime) -> tuple[LaneId, ...]:
        """Lanes with something due that nobody leases and no breaker holds back."""
        ...

    def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
        """Lease the lane, None if somebody holds it. The fence is one higher than the last."""
        ...

    def renew(self, lease: Lease, *, seconds: float) -> None:
        """:raises errors.LaneLost: if the lease has passed to somebody else."""
        ...

    def give_back(self, lease: Lease, health: LaneHealth | None = None) -> None:
        """End the lease, and write the lane's health if given; nothing happens if it was lost."""
        ...

    def note_health(self, lease: Lease, health: LaneHealth) -> None:
        """Write the lane's health. :raises errors.LaneLost: if the lease was lost."""
        ...

    def half_open(self, partner_id: str, *, now: datetime) -> None:
        """Let the open lanes of this partner be probed at once, and make all its work due."""
        ...

    def release(self, lane: LaneId, *, now: datetime) -> None:
        """Make all that is owed in the lane due at this moment, whatever its own schedule."""
        ...

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Take due deliveries for an attempt, oldest due first; none that this lease has claimed.

        :raises errors.LaneLost: if the lease was lost.
        """
        ...

    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        """Write how attempts ended, in bulk. Done ones go, unless more was marked meanwhile.

        :raises errors.LaneLost: if one of them is no longer this lease's.
        """
        ...

    def owed(
        self, *, partner_id: str | None = None, state: str | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """What is owed, oldest first, for people to look at."""
        ...

    def get(self, delivery_id: str) -> Delivery | None:
        """The delivery of this id, None if nothing of it is owed."""
        ...

    def health(self) -> Mapping[LaneId, LaneHealth]:
        """Every lane's health."""
        ...

    def retry(self, delivery_id: str, *, now: datetime) -> bool:
        """Make this delivery due now, refused or not; False if there is none."""
        ...

    def forget(self, partner_id: str) -> int:
        """Owe this partner nothing more of class `state`; how many that were."""
        ...


class Wake(Protocol):
    """Wake-ups are best effort: they may be lost or come twice, and never raise."""

    def publish(self, key: ObjectKey) -> None: ...

    def pump(self) -> None: ...

    def synchronize(self, partner_id: str) -> None: ...


class Locks(Protocol):
    def hold(self, name: str, *, seconds: float) -> AbstractContextManager[None]:
        """Keep others out while inside, `seconds` at most; best effort, waits no longer either."""
        ...


class Counters(Protocol):
    def count(self, name: str, **labels: str) -> None:
        """Count something that happened. Never raises."""
        ...


@dataclass(frozen=True)
class OutboundRequest:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class OutboundResponse:
    """Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float


class Outbound(Protocol):
    """Calls partners. Follows no redirect, uses no proxy of the environment, sends no cookie."""

    def send(
        self,
        request: OutboundRequest,
        *,
        deadline_s: float,
        connect_s: float = 3.0,
        max_bytes: int = 1_048_576,
    ) -> OutboundResponse:
        """One call, `deadline_s` in all.

        :raises errors.AddressRefused: the guard refused the address; nothing was sent.
        :raises errors.Unreachable: certainly not received.
        :raises errors.NoAnswer: it may have been received.
        :raises errors.AnswerTooLarge: more than `max_bytes` came.
        """
        ...


@dataclass(frozen=True)
class WireRequest:
    """One OCPI request to a partner. `token` is in clear: never log this object.

    `sender` and `receiver` become the routing headers; None for configuration modules (R-2).
    """

    method: str
    url: str
    token: str = field(repr=False)
    correlation_id: str
    sender: PartyId | None = None
    receiver: PartyId | None = None
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class WireAnswer:
    """What a partner answered. `code` is None where the body was no envelope; `data` unchecked."""

    status: int
    code: int | None
    message: str
    data: JsonValue
    body: bytes
    headers: Mapping[str, str]
    elapsed_s: float


class Wire(Protocol):
    """OCPI as a client: headers, ids, envelope. A new X-Request-ID for every request (T-ID-2)."""

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        """:raises errors.OutboundFailed: as the Outbound port says."""
        ...
