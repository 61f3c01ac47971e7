"""Whom a platform may speak for: the one judgement that every way in goes by.

POST, PUT, rotation, announcement, connecting and coming back all end here, and so does every change
of the set that an operator approves. It is decided by the set alone, and by what others keep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain import errors
from domain.errors import Problem
from domain.partners.approval import Approved, Invited, keys_of_hub
from domain.partners.directory import Directory
from domain.partners.partner import Partner, PartnerState, TokenUse
from domain.partners.party import PartyId, PartyRole, spelled_key


@dataclass(frozen=True)
class Admitted:
    """What the platform gets of what it named, and what waits for the operator."""

    roles: tuple[PartyRole, ...] = ()
    hub_party: PartyId | None = None
    waiting: tuple[PartyRole, ...] = ()
    waiting_hub: PartyId | None = None


def admit(
    roles: Sequence[PartyRole], hub_party: PartyId | None, *, of: Partner, directory: Directory
) -> Admitted:
    """Hold what a platform names against its approved set.

    Without a set everything waits. From a hub, roles outside the set wait; from any other platform
    they are refused.

    :raises InvalidDocument: for parties that no routing header could name, or that come twice.
    :raises PartyTaken: naming the first role, or the hub party, that it may not have.
    """
    if problems := tuple(_unwritable(roles, hub_party)):
        raise errors.InvalidDocument(problems)
    if of.approved.is_empty:
        return Admitted(waiting=tuple(roles), waiting_hub=hub_party)
    if hub_party is not None:
        _check_hub_party(hub_party, of=of, directory=directory)
    inside, outside = _parted(roles, of, directory)
    nothing_left = not inside and hub_party is None
    if outside and (nothing_left or not of.approved.is_of_a_hub):
        raise errors.PartyTaken(_why_not(outside[0], of, directory))
    return Admitted(inside, hub_party, waiting=outside)


def admitted(partner: Partner, by: Admitted) -> Partner:
    """The partner after a handshake that went well."""
    is_in = bool(by.roles) or by.hub_party is not None
    return replace(
        partner.with_roles(by.roles),
        state=PartnerState.REGISTERED if is_in else PartnerState.TO_APPROVE,
        hub_party=by.hub_party,
        waiting=by.waiting,
        waiting_hub=by.waiting_hub,
    )


def approve(partner: Partner, approved: Approved, *, directory: Directory) -> Partner:
    """The partner with this set, and of what it has or named what the set covers.

    What it had and the set does not cover any more is cut off at once, and stays held.

    :raises InvalidParameter: for a set that cannot be.
    :raises PartyTaken: if a part of it is the hub's own or kept by another platform.
    """
    _check_set(approved, of=partner, directory=directory)
    kept = (partner.had & partner.holds) | (partner.holds - partner.approved.keys)
    held = tuple(sorted(kept | approved.keys))
    changed = replace(partner, approved=approved, held=held, to_review=False)
    if partner.state not in _SPEAKING:
        return changed
    inside, outside = _parted((*partner.roles, *partner.waiting), changed, directory)
    hub = partner.hub_party or partner.waiting_hub
    is_hub = hub is not None and hub == approved.hub_party
    judged = Admitted(inside, hub if is_hub else None, outside, None if is_hub else hub)
    after = admitted(changed, judged)
    is_suspended = partner.state is PartnerState.SUSPENDED
    return replace(after, state=partner.state) if is_suspended else after


_SPEAKING = (PartnerState.TO_APPROVE, PartnerState.REGISTERED, PartnerState.SUSPENDED)


def released(partner: Partner) -> Partner:
    """Free what it keeps and does not need: everything, once it is removed."""
    if partner.state is PartnerState.UNREGISTERED:
        return replace(without_roles(partner), held=())
    return replace(partner, held=tuple(sorted(partner.approved.keys)))


def without_roles(partner: Partner) -> Partner:
    """Without its roles: they are dropped, and held until they are released."""
    held = tuple(sorted(partner.holds))
    return replace(partner.with_roles(()), hub_party=None, held=held)


def freed_if_expired(partner: Partner, *, now: datetime) -> Partner:
    """An invitation that ended without use keeps nothing; one to come back keeps what was held."""
    is_new = partner.state is PartnerState.INVITED and partner.registered_at is None
    if not is_new or not partner.tokens:
        return partner
    if any(token.is_alive(now) or token.use is not TokenUse.INVITATION for token in partner.tokens):
        return partner
    return replace(partner, held=())


def _unwritable(roles: Sequence[PartyRole], hub_party: PartyId | None) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, role in enumerate(roles):
        if not role.party.is_plain:
            yield Problem(f"roles[{index}].party_id", "not letters and digits alone")
        if role.key in seen:
            yield Problem(f"roles[{index}]", f"{spelled_key(role.key)} is there twice")
        seen.add(role.key)
    if hub_party is not None and not hub_party.is_plain:
        yield Problem("hub_party_id", "not letters and digits alone")


def _check_hub_party(hub_party: PartyId, *, of: Partner, directory: Directory) -> None:
    """It may be sent as FROM, so it is held against the set like a role."""
    if hub_party != of.approved.hub_party:
        raise errors.PartyTaken(
            f"hub_party_id: {hub_party.spelled} is not approved for this connection"
        )
    reason = _why_taken(hub_party, keys_of_hub(hub_party), of, directory)
    if reason:
        raise errors.PartyTaken(f"hub_party_id: {reason}")


def _why_not(role: PartyRole, of: Partner, directory: Directory) -> str:
    """Why the platform may not have this role; empty if it may."""
    if not of.approved.covers(role):
        return (
            f"{spelled_key(role.key)} is not among the roles that are approved for this connection"
        )
    return _why_taken(role.party, frozenset((role.key,)), of, directory)


def _parted(
    roles: Sequence[PartyRole], of: Partner, directory: Directory
) -> tuple[tuple[PartyRole, ...], tuple[PartyRole, ...]]:
    """Those that it may have, and the others."""
    reasons = [_why_not(role, of, directory) for role in roles]
    judged = tuple(zip(roles, reasons, strict=True))
    inside = tuple(role for role, reason in judged if not reason)
    return inside, tuple(role for role, reason in judged if reason)


def _why_taken(party: PartyId, keys: frozenset[str], of: Partner, directory: Directory) -> str:
    if party == directory.hub:
        return f"{party.spelled} is the hub's own party"
    for key in sorted(keys):
        if directory.holder(key, but=of.id) is not None:
            return f"{spelled_key(key)} is another platform's"
    return ""


def _check_set(approved: Approved, *, of: Partner, directory: Directory) -> None:
    for role in approved.roles:
        _check_approved_role(role, approved, of=of, directory=directory)
    hub_party = approved.hub_party
    if hub_party is not None:
        if not hub_party.is_plain:
            raise errors.InvalidParameter(
                f"{hub_party.spelled}: parties have letters and digits alone"
            )
        _check_free(hub_party, keys_of_hub(hub_party), of, directory)


def _check_approved_role(
    role: Invited, approved: Approved, *, of: Partner, directory: Directory
) -> None:
    written = PartyId(role.party.country_code, "AAA") if role.is_pattern else role.party
    if not written.is_plain:
        raise errors.InvalidParameter(
            f"{spelled_key(role.key)}: parties have letters and digits alone"
        )
    if role.is_pattern:
        if not approved.is_of_a_hub:
            raise errors.InvalidParameter(
                f"{spelled_key(role.key)}: only a hub has a pattern: name its party"
            )
        return
    _check_free(role.party, frozenset((role.key,)), of, directory)


def _check_free(party: PartyId, keys: frozenset[str], of: Partner, directory: Directory) -> None:
    """Operators are told who keeps it, and how it is freed; partners are not."""
    if party == directory.hub:
        raise errors.PartyTaken(f"{party.spelled} is the hub's own party")
    for key in sorted(keys):
        holder = directory.holder(key, but=of.id)
        if holder is not None:
            raise errors.PartyTaken(_held_by(key, holder))


def _held_by(key: str, holder: Partner) -> str:
    said = f"{spelled_key(key)} is held by {holder.name} ({holder.id}), {holder.state.value}"
    if holder.state is PartnerState.UNREGISTERED:
        return f"{said}: `ocpi-hub partner release {holder.id}` frees it"
    return said
