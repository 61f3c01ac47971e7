"""Which token opens what, and what its holder is told where it opens nothing.

A token that the hub never gave out is unknown, and no more is said of it. One that it did give out
is its holder's secret, so its holder may hear what has become of it.
"""

from datetime import datetime

from domain.partners.partner import InboundToken, Partner, PartnerState, TokenUse
from domain.partners.party import PartyId


def opens(partner: Partner, token: InboundToken, *, functional: bool) -> bool:
    """Whether this living token opens the door; `functional`: to more than the handshake."""
    if partner.state is PartnerState.INVITED:
        return not functional
    return partner.is_connected and token.use is not TokenUse.INVITATION


def why_closed(partner: Partner, fingerprint: str, *, now: datetime) -> str:
    """Why a token that is, or was, the partner's opens nothing here and now."""
    if partner.state is PartnerState.SUSPENDED:
        return "the connection is suspended: ask the hub's operator"
    if partner.state is PartnerState.UNREGISTERED:
        return "the connection has ended: the hub's operator can invite you again"
    held = next((each for each in partner.tokens if each.fingerprint == fingerprint), None)
    if held is None or held.use is TokenUse.PREVIOUS:
        return "the token is used up: use token C, the newest one that the hub gave you"
    if not held.is_alive(now):
        return "the invitation (token A) has expired: ask the hub's operator for a new one"
    return "an invitation (token A) is good for the handshake only: versions and credentials"


def why_away(partner: Partner) -> str:
    """Why it cannot be reached, told to a party that asks for one of its parties."""
    if partner.state is PartnerState.SUSPENDED:
        return "is suspended"
    return "is offline" if partner.is_registered else "is not connected"


def is_home(partner: Partner, party: PartyId) -> bool:
    """Whether the partner is connected and has the party now: what the party is owed goes there."""
    return partner.is_registered and party in partner.parties
