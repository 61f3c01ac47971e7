"""Who a request is for: the hub, one party, or whoever the hub finds (requirements 1.9.3)."""

from dataclasses import dataclass
from enum import StrEnum

from domain import errors
from domain.partner import Partner
from domain.party import PartyId, Role


class Scenario(StrEnum):
    """OCPI's scenarios of message routing; GET ALL is TO_HUB with a list."""

    TO_HUB = "to_hub"
    DIRECT = "direct"
    OPEN = "open"


@dataclass(frozen=True)
class Routed:
    """A request's parties; `receiver` is None in open routing."""

    scenario: Scenario
    sender: PartyId
    receiver: PartyId | None


def party_of_headers(
    country_code: str | None, party_id: str | None, *, name: str
) -> PartyId | None:
    """The party of one header pair, None where both are absent.

    :raises InvalidParameter: for half a pair or a value that is no party (reliability 3).
    """
    if country_code is None and party_id is None:
        return None
    if country_code is None or party_id is None:
        raise errors.InvalidParameter(f"only one of the two OCPI-{name} headers is there")
    text = country_code + party_id
    if len(country_code) != 2 or len(party_id) != 3 or not (text.isascii() and text.isalnum()):
        raise errors.InvalidParameter(f"the OCPI-{name} headers name no party")
    return PartyId(country_code, party_id)


def sender_of(partner: Partner, claimed: PartyId | None, *, roles: frozenset[Role]) -> PartyId:
    """The requesting party: as claimed, else the platform's only one that fits the interface.

    :raises ForeignSender: if the platform did not register the claimed party.
    :raises InvalidParameter: if nothing is claimed and it cannot be inferred.
    """
    if claimed is not None:
        if not partner.speaks_for(claimed):
            raise errors.ForeignSender(f"{claimed} is not a party of this platform")
        return claimed
    fitting = partner.parties_in(roles) or partner.parties
    if len(fitting) != 1:
        raise errors.InvalidParameter("OCPI-from is missing and cannot be inferred")
    return fitting[0]


def route(sender: PartyId, receiver: PartyId | None, *, hub: PartyId) -> Routed:
    """The scenario that the TO headers ask for."""
    if receiver is None:
        return Routed(Scenario.OPEN, sender, None)
    scenario = Scenario.TO_HUB if receiver == hub else Scenario.DIRECT
    return Routed(scenario, sender, receiver)
