"""What the hub carries: an owner's object, by its key, as the bytes that the owner wrote.

The hub never rewrites an object (R-7): what it stores, lists and sends are these bytes. Beside them
it keeps what it needs to find, order and publish them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, unquote

from domain.objects.remarks import NO_REMARKS, Remarks
from domain.partners.party import PartyId
from domain.places import Place

EVERYONE = "*"
"""The audience of what was pushed to the hub: every party that may see the owner's objects."""

PartPath = tuple[str, ...]
"""Below an object: () the object, (evse_uid,) an EVSE, (evse_uid, connector_id) a connector."""


@dataclass(frozen=True)
class ObjectKey:
    """Which object: module, owner and id, compared without regard to case.

    `kind` is part of a token's identity (its type, TK-1) and empty elsewhere.
    """

    module: str
    owner: PartyId
    id: str
    kind: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id.upper())
        object.__setattr__(self, "kind", self.kind.upper())

    def __str__(self) -> str:
        text = f"{self.module}/{self.owner}/{quote(self.id, safe='')}"
        return f"{text}/{quote(self.kind, safe='')}" if self.kind else text

    @classmethod
    def parse(cls, text: str) -> "ObjectKey":
        """The key of `locations/DE/ABC/LOC1`, as `str` wrote it.

        :raises ValueError: if it is none.
        """
        parts = text.split("/")
        if len(parts) not in (4, 5):
            raise ValueError(f"not an object key: {text!r}")
        kind = unquote(parts[4]) if len(parts) == 5 else ""
        return cls(parts[0], PartyId(parts[1], parts[2]), unquote(parts[3]), kind)


@dataclass(frozen=True)
class Change:
    """One change as its owner sent it; `body` None means: the object's present state."""

    method: str
    path: PartPath
    body: bytes | None
    correlation_id: str


@dataclass(frozen=True)
class UnseenChange:
    """What a receiver has not seen of an object: one change as it came, else all below `scope`."""

    scope: PartPath
    correlation_id: str
    change: Change | None = None

    @classmethod
    def one(cls, change: Change) -> "UnseenChange":
        """Just this change."""
        return cls(scope=change.path[:1], correlation_id=change.correlation_id, change=change)

    def and_then(self, later: "UnseenChange") -> "UnseenChange":
        """Both, as the smallest object that covers them: one EVSE, else the whole."""
        scope = self.scope if self.scope == later.scope else ()
        return UnseenChange(scope=scope, correlation_id=later.correlation_id)

    def as_present_state(self) -> "UnseenChange":
        """The same, once it is unsure whether the change was seen: never sent as it came again."""
        return replace(self, change=None)


ALL_UNSEEN = UnseenChange(scope=(), correlation_id="")
"""The whole, by no message in particular: of a CDR there are no changes."""


@dataclass(frozen=True)
class Unpublished:
    """Changes of an object for which no delivery has been requested yet."""

    since: datetime
    unseen: UnseenChange


class Plug(NamedTuple):
    """A connector as search sees it; power in watts."""

    standard: str
    power_w: int
    status: str


@dataclass(frozen=True)
class Facets:
    """What a location is searched by; None in its place hides it from search."""

    latitude: float
    longitude: float
    operator: str
    country_code: str
    party_id: str
    plugs: tuple[Plug, ...]


@dataclass(frozen=True)
class Watched:
    """A session as the watchdogs see it: its status, and when the hub last heard of it."""

    status: str
    heard_at: datetime | None = None


@dataclass(frozen=True)
class Stored:
    """An object in the store, for one audience (`*` or a party, R-GETALL-3).

    `origin` is the id of the platform that pushed it last. `own_times` keeps the owner's own
    last_updated, by EVSE uid in upper case or "" for the object, where a child's raised it.
    `reader` is the only party beside the owner that may see it, None: all may. `applied` has the
    digests of PATCHes that must not have their effect twice (S-7). `published_at` is when its
    readers' deliveries were requested last; None: never, or by an earlier version. `remarks` are
    what is odd about it, seen last at `remarked_at`. `place` is where it stands, None: nowhere, or
    it was stored by an earlier version.
    """

    key: ObjectKey
    audience: str
    body: bytes
    last_updated: datetime
    origin: str
    revision: int = 0
    created: int = 0
    deleted: bool = False
    own_times: Mapping[str, str] = field(default_factory=dict)
    facets: Facets | None = None
    unpublished: Unpublished | None = None
    reader: PartyId | None = None
    watched: Watched | None = None
    applied: tuple[str, ...] = ()
    published_at: datetime | None = None
    remarks: Remarks = NO_REMARKS
    remarked_at: datetime | None = None
    place: Place | None = None

    def after(self, held: "Stored") -> "Stored":
        """The same record's next state: what the store and the publisher know of it stays."""
        return replace(
            self,
            revision=held.revision,
            created=held.created,
            unpublished=held.unpublished,
            published_at=held.published_at,
        )

    def buried(self) -> "Stored":
        """The tombstone that it leaves: what was odd about it does not matter any more."""
        return replace(self, deleted=True, remarks=NO_REMARKS, remarked_at=None)

    def with_change(self, change: Change, *, now: datetime) -> "Stored":
        """The same object, owing `change` to its readers beside what it owed already."""
        return self.with_unseen(UnseenChange.one(change), since=now)

    def with_unseen(self, unseen: UnseenChange, *, since: datetime) -> "Stored":
        """The same object: its readers have not seen this, beside what they had not seen before.

        All of it is to be published as soon as any of it is.
        """
        if self.unpublished is None:
            return replace(self, unpublished=Unpublished(since=since, unseen=unseen))
        earlier = self.unpublished
        both = Unpublished(min(earlier.since, since), earlier.unseen.and_then(unseen))
        return replace(self, unpublished=both)
