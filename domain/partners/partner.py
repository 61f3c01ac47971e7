"""A partner: one platform that is, was, or is invited to be connected to the hub.

What the hub knows of it, and which of its tokens open the door at this moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.partners.approval import NOTHING, Approved, keys_of_hub
from domain.partners.interest import Interests
from domain.partners.options import PLAIN, ConnectionOptions
from domain.partners.party import Endpoint, Interface, PartyId, PartyRole, Role, find_endpoint

INVITATION_LIFE = timedelta(days=14)
GRACE_FOR_A_LOST_ANSWER = timedelta(minutes=10)
_MOST_SPENT = 5


class PartnerState(StrEnum):
    """Where a partner stands. TO_APPROVE: the handshake is done, the operator's word is not."""

    INVITED = "INVITED"
    TO_APPROVE = "TO_APPROVE"
    REGISTERED = "REGISTERED"
    SUSPENDED = "SUSPENDED"
    UNREGISTERED = "UNREGISTERED"


class TokenUse(StrEnum):
    """What an inbound token is good for.

    INVITATION is OCPI's token A; CURRENT its token C. PENDING was sent to the partner in a PUT or
    POST of the hub's whose answer is not there yet; PREVIOUS is replaced and lives on for a while
    in case the answer got lost.
    """

    INVITATION = "INVITATION"
    CURRENT = "CURRENT"
    PENDING = "PENDING"
    PREVIOUS = "PREVIOUS"


@dataclass(frozen=True)
class InboundToken:
    """A token that the partner may call the hub with, by its keyed hash."""

    fingerprint: str
    use: TokenUse
    expires_at: datetime | None = None

    def is_alive(self, now: datetime) -> bool:
        """Whether it still opens the door."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True)
class Partner:
    """One platform. `outbound_token` is sealed: only the Secrets port can read it.

    `last_seen` is the last authenticated call from it; `reachable` what HCI-5 says of it after
    `probe_failures` failed probes, the last one at `probed_at`; `suspected`: to be probed at once.
    `ailing`: background sending to it fails. `dropped` are roles that it had once (C-CONF-5).
    `stand_in`: the hub may answer for its tokens when it cannot (H-TK-3). `synced` has, by module,
    when the hub began its last whole pull. `told` are the roles that it was told of last, `untold`
    those that it is to be told of, and since when (C-ROLE-4). `approved` is what its operator lets
    it speak for. `waiting` and `waiting_hub` are what it named beyond that: never routed. `held`
    are role keys that it keeps from others even if it has them no more. `to_review`: no operator
    said its set, it was made from what it held. `joined_at`: since when it may see what it sees
    now. `behind_since`: it has missed changes from then on, because it was suspended, until some
    time after `resumed_at`. `spent` are the fingerprints of tokens that opened the door once: who
    comes with one is told so. `options` are for its software, `interests` what it wants pushed.
    """

    id: str
    name: str
    state: PartnerState
    created_at: datetime
    approved: Approved = NOTHING
    options: ConnectionOptions = PLAIN
    roles: tuple[PartyRole, ...] = ()
    hub_party: PartyId | None = None
    tokens: tuple[InboundToken, ...] = ()
    spent: tuple[str, ...] = ()
    outbound_token: str | None = None
    versions_url: str | None = None
    version: str | None = None
    endpoints: tuple[Endpoint, ...] = ()
    registered_at: datetime | None = None
    last_seen: datetime | None = None
    reachable: bool = True
    ailing: bool = False
    suspected: bool = False
    probe_failures: int = 0
    probed_at: datetime | None = None
    is_announced: bool = False
    dropped: tuple[PartyRole, ...] = ()
    waiting: tuple[PartyRole, ...] = ()
    waiting_hub: PartyId | None = None
    held: tuple[str, ...] = ()
    to_review: bool = False
    stand_in: bool = True
    synced: tuple[tuple[str, datetime], ...] = ()
    told: str = ""
    untold: str = ""
    untold_since: datetime | None = None
    joined_at: datetime | None = None
    behind_since: datetime | None = None
    resumed_at: datetime | None = None
    interests: Interests = Interests()
    revision: int = 0

    @property
    def is_registered(self) -> bool:
        return self.state is PartnerState.REGISTERED

    @property
    def is_connected(self) -> bool:
        """Whether the handshake is done and holds, approved or not."""
        return self.state in (PartnerState.REGISTERED, PartnerState.TO_APPROVE)

    @property
    def holds(self) -> frozenset[str]:
        """The role keys that no other platform may have (C-CONF-1)."""
        if self.state is PartnerState.UNREGISTERED:
            return frozenset(self.held)
        own = {role.key for role in self.roles}
        return frozenset((*self.held, *own)) | keys_of_hub(self.hub_party)

    @property
    def had(self) -> frozenset[str]:
        """The role keys that it has or once had."""
        roles = {role.key for role in (*self.roles, *self.dropped)}
        return frozenset(roles) | keys_of_hub(self.hub_party)

    @property
    def ever_had(self) -> frozenset[PartyId]:
        """Every party that it has, had, or is approved for."""
        roles = {role.party for role in (*self.roles, *self.dropped)}
        hub = {self.hub_party} if self.hub_party is not None else set()
        return frozenset(roles | hub | set(self.approved.parties))

    @property
    def parties(self) -> tuple[PartyId, ...]:
        """Its parties, each once, in the order of its roles."""
        return tuple(dict.fromkeys(role.party for role in self.roles))

    @property
    def first(self) -> PartyId | None:
        """Its first party, where any will do; a hub may have its own only."""
        return next(iter(self.parties), self.hub_party)

    @property
    def known_parties(self) -> tuple[PartyId, ...]:
        """Its parties, and those that were announced for it: every other party is unknown."""
        announced = self.approved.parties if self.is_announced else ()
        return tuple(dict.fromkeys((*self.parties, *announced)))

    def with_roles(self, roles: tuple[PartyRole, ...]) -> "Partner":
        """With these roles; those that it had and has no more are dropped, and still held."""
        kept = {role.key for role in roles}
        had = {role.key: role for role in (*self.dropped, *self.roles)}
        dropped = tuple(role for key, role in had.items() if key not in kept)
        held = tuple(sorted({*self.held, *kept, *(role.key for role in self.roles)}))
        return replace(self, roles=roles, dropped=dropped, held=held)

    def endpoint(self, module: str, interface: Interface) -> Endpoint | None:
        """Where it offers this interface of the module, or None."""
        return find_endpoint(self.endpoints, module, interface)

    def speaks_for(self, party: PartyId) -> bool:
        """Whether FROM may be this party: one of its roles, or itself if it is a hub."""
        return party in self.parties or (self.hub_party is not None and party == self.hub_party)

    def has_role(self, party: PartyId, roles: Iterable[Role]) -> bool:
        """Whether `party` is this platform's in one of `roles`."""
        wanted = set(roles)
        return any(role.party == party and role.role in wanted for role in self.roles)

    def parties_in(self, roles: Iterable[Role]) -> tuple[PartyId, ...]:
        """Its parties that have one of `roles`, each once."""
        wanted = set(roles)
        return tuple(dict.fromkeys(role.party for role in self.roles if role.role in wanted))

    def token(self, fingerprint: str, *, now: datetime) -> InboundToken | None:
        """The living token of this fingerprint, or None."""
        for token in self.tokens:
            if token.fingerprint == fingerprint and token.is_alive(now):
                return token
        return None

    def with_tokens(self, *tokens: InboundToken) -> "Partner":
        """With these tokens alone; the last ones that it had besides are remembered as spent."""
        kept = {token.fingerprint for token in tokens}
        had = (*self.spent, *(token.fingerprint for token in self.tokens))
        gone = tuple(fingerprint for fingerprint in had if fingerprint not in kept)
        return replace(self, tokens=tokens, spent=gone[-_MOST_SPENT:])

    def with_pending(self, fingerprint: str) -> "Partner":
        """Also letting in the token that a call of the hub's is about to hand over."""
        kept = tuple(token for token in self.tokens if token.use is not TokenUse.PENDING)
        return replace(self, tokens=(*kept, InboundToken(fingerprint, TokenUse.PENDING)))

    def with_current(self, fingerprint: str, *, now: datetime, grace: timedelta) -> "Partner":
        """With this token as the current one; the one before lives on for the grace.

        So does one that was replaced earlier, to its own end: that answer may have got lost too.
        """
        previous = tuple(
            token
            if token.use is TokenUse.PREVIOUS
            else InboundToken(token.fingerprint, TokenUse.PREVIOUS, now + grace)
            for token in self.tokens
            if token.use in (TokenUse.CURRENT, TokenUse.PREVIOUS)
            and token.fingerprint != fingerprint
            and token.is_alive(now)
        )
        kept = previous if grace else ()
        return self.with_tokens(InboundToken(fingerprint, TokenUse.CURRENT), *kept)

    def after_use_of(self, token: InboundToken, *, functional: bool) -> "Partner":
        """What the use of a token proves.

        The first use of a new token ends the one before. A pending token proves itself only outside
        versions and credentials: there it may be the call back of a handshake that still fails.
        """
        kept = [held for held in self.tokens if held.use is not TokenUse.PREVIOUS]
        if token.use is TokenUse.CURRENT and len(kept) < len(self.tokens):
            return self.with_tokens(*kept)
        if token.use is TokenUse.PENDING and functional and self.is_registered:
            return self.with_tokens(replace(token, use=TokenUse.CURRENT))
        return self

    def unregistered(self, state: PartnerState) -> "Partner":
        """Cut off: no token opens the door any more, and the hub's own token is forgotten.

        Its parties stay taken: an operator releases them.
        """
        return replace(
            self.with_tokens(),
            state=state,
            held=tuple(sorted(self.holds)),
            waiting=(),
            waiting_hub=None,
            outbound_token=None,
            behind_since=None,
            ailing=False,
        )
