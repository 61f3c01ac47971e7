"""What a command is looked up by later: a reservation, or who set a session's profile.

Ids are only unique for their party, and compared without regard to case.
"""

from domain.partners.party import PartyId


def reservation(requester: PartyId, reservation_id: str) -> str:
    """The RESERVE_NOW that this party made."""
    return f"reservation|{requester}|{reservation_id.upper()}"


def profile(operator: PartyId, session_id: str) -> str:
    """The SetChargingProfile that this operator took."""
    return f"profile|{operator}|{session_id.upper()}"
