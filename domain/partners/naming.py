"""What a partner is called among people, in place of the opaque id that its record has."""

from domain.partners.approval import Invited
from domain.partners.partner import Partner
from domain.partners.party import PartyRole


def first_role(partner: Partner) -> PartyRole | Invited | None:
    """The role that a partner is called by: its first, else the first that it is approved for."""
    named: tuple[PartyRole | Invited, ...] = (*partner.roles, *partner.approved.roles)
    return named[0] if named else None


def partner_id_of(partner: Partner) -> str | None:
    """`DE-ABC`; None while no party is known of it."""
    first = first_role(partner)
    if first is not None:
        return first.party.spelled
    return None if partner.hub_party is None else partner.hub_party.spelled


def called(partner: Partner) -> str:
    """`DE-ABC`, else its opaque id."""
    return partner_id_of(partner) or partner.id
