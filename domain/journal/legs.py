"""One leg: a request and its answer, between one partner and the hub.

What a partner sends to another is two legs at least, with one correlation id: one in, one out.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.partners.party import PartyId


class Direction(StrEnum):
    """IN: a partner called the hub. OUT: the hub called a partner."""

    IN = "in"
    OUT = "out"


class Purpose(StrEnum):
    """Why there was this request.

    RECEIVED: a partner or an operator called. RELAYED: passed on while its sender waits. DELIVERED:
    sent later, and again until it is taken. PULLED: a list is read. CALLED_BACK: the result of a
    command. TOLD: a webhook. CONNECTED: versions and credentials. PROBED: whether it is there.
    """

    RECEIVED = "received"
    RELAYED = "relayed"
    DELIVERED = "delivered"
    PULLED = "pulled"
    CALLED_BACK = "called_back"
    TOLD = "told"
    CONNECTED = "connected"
    PROBED = "probed"


class Errand(NamedTuple):
    """What a request that goes out belongs to: `about` is an object, a CDR or a command by key."""

    purpose: Purpose
    partner_id: str = ""
    module: str = ""
    about: str = ""


CONNECTING = Errand(Purpose.CONNECTED)
"""Versions and credentials of a partner that need not be known yet."""


class Message(NamedTuple):
    """Headers and body, without secrets. `size` is the whole body's, in bytes.

    `body` is its beginning; `rest` is a hash of what comes after that, empty where all is here.
    """

    headers: Mapping[str, str]
    body: bytes
    size: int
    rest: str = ""


class Spoken(NamedTuple):
    """A message as it went over the wire, secrets and all: what is kept of it is made of this.

    `may_hold_credentials`: its body, by any field. `size` is given where the body is not.
    """

    headers: Mapping[str, str]
    body: bytes = b""
    may_hold_credentials: bool = False
    size: int | None = None


class Leg(NamedTuple):
    """One request and its answer. `http` and `ocpi` are None where no answer came: see `reason`.

    `address` is the path with its query of what came in, the whole URL of what went out, without
    secrets. `decision` is what the hub did with what came in, by `rule`; `rewritten` names what
    the hub changed in what it passed on. `about` is the key of the object, CDR or command.
    """

    at: datetime
    direction: Direction
    purpose: Purpose
    partner_id: str
    method: str
    address: str
    correlation_id: str
    request_id: str
    elapsed_ms: float
    module: str = ""
    sender: PartyId | None = None
    receiver: PartyId | None = None
    http: int | None = None
    ocpi: int | None = None
    reason: str = ""
    decision: str = ""
    rule: str = ""
    rewritten: tuple[str, ...] = ()
    remarks: str = ""
    about: str = ""
    asked: Message | None = None
    answered: Message | None = None
    id: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it was answered as asked: HTTP 2xx, and 1xxx where there is an envelope."""
        is_http_well = self.http is not None and 200 <= self.http < 300
        return is_http_well and (self.ocpi is None or 1000 <= self.ocpi < 2000)

    @property
    def outcome(self) -> str:
        """The class of its answer: `1xxx` to `4xxx` of OCPI, else `http 5xx`, else `no answer`."""
        if self.ocpi is not None:
            return f"{self.ocpi // 1000}xxx"
        return "no answer" if self.http is None else f"http {self.http // 100}xx"

    @property
    def goes_together(self) -> bool:
        """Whether it is kept in one record with others: an accepted delivery of a state."""
        is_state = self.purpose is Purpose.DELIVERED and self.module != "cdrs"
        return is_state and self.is_well


class LegQuery(NamedTuple):
    """Which legs are looked for: all that is not None has to fit.

    `any_of` are correlation ids, request ids, or keys of objects, CDRs and commands. `partner_id`
    is at the other end, `party` is FROM or TO. `since` is inclusive, `until` exclusive.
    """

    any_of: tuple[str, ...] | None = None
    partner_id: str | None = None
    party: PartyId | None = None
    other: PartyId | None = None
    module: str | None = None
    outcome: str | None = None
    slower_than_ms: float | None = None
    since: datetime | None = None
    until: datetime | None = None

    def includes(self, leg: Leg) -> bool:
        """Whether the leg is one of these."""
        parties = (leg.sender, leg.receiver)
        return (
            (self.any_of is None or not keys_of(leg).isdisjoint(self.any_of))
            and self.partner_id in (None, leg.partner_id)
            and (self.party is None or self.party in parties)
            and (self.other is None or self.other in parties)
            and self.module in (None, leg.module)
            and (self.outcome is None or leg.outcome.startswith(self.outcome))
            and (self.slower_than_ms is None or leg.elapsed_ms >= self.slower_than_ms)
            and (self.since is None or leg.at >= self.since)
            and (self.until is None or leg.at < self.until)
        )


def keys_of(leg: Leg) -> frozenset[str]:
    """What a leg is found by."""
    named = (leg.correlation_id, leg.request_id, leg.about)
    return frozenset(each for each in named if each)
