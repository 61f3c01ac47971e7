"""Who a request is for: one party, every reader, the hub, or the party that the hub finds.

OCPI 2.3.0, message routing.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain import errors
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId, Role


class Scenario(StrEnum):
    """OCPI's scenarios of message routing, and what is between a party and the hub alone.

    DIRECT: to one party. BROADCAST: a push to the hub, for every reader. GET_ALL: a list of the
    hub's. OPEN: the hub finds the receiver. STORE: one object from the hub's store.
    """

    DIRECT = "direct"
    BROADCAST = "broadcast"
    GET_ALL = "get_all"
    OPEN = "open"
    STORE = "store"


@dataclass(frozen=True)
class Routed:
    """A request's parties; `receiver` is None where the hub is meant, or has to find it."""

    scenario: Scenario
    sender: PartyId
    receiver: PartyId | None


def party_of_headers(
    country_code: str | None, party_id: str | None, *, name: str
) -> PartyId | None:
    """The party of one header pair, None where both are absent.

    :raises InvalidParameter: for half a pair or a value that is no party.
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
            raise errors.ForeignSender(f"{claimed.spelled} is not a party of this platform")
        return claimed
    fitting = partner.parties_in(roles) or partner.parties
    if len(fitting) != 1:
        raise errors.InvalidParameter("OCPI-from is missing and cannot be inferred")
    return fitting[0]


@dataclass(frozen=True)
class RequestKind:
    """What the scenario depends on; `is_list`: a GET of a module's own URL."""

    method: str
    interface: Interface
    is_list: bool


_PUSHES = frozenset({"PUT", "PATCH", "DELETE"})


def classify(
    request: RequestKind, sender: PartyId, receiver: PartyId | None, *, hub: PartyId
) -> Routed:
    """The scenario of a functional request.

    Without TO, a push and the GET of a list or of a receiver's copy are meant for the hub;
    everything else without TO, and what the hub cannot do itself with TO=hub, is open routing.
    """
    if receiver is not None and receiver != hub:
        return Routed(Scenario.DIRECT, sender, receiver)
    return Routed(_with_the_hub(request, to_hub=receiver is not None), sender, None)


def _with_the_hub(request: RequestKind, *, to_hub: bool) -> Scenario:
    if request.interface is Interface.RECEIVER:
        if request.method in _PUSHES:
            return Scenario.BROADCAST
        return Scenario.STORE if request.method == "GET" else Scenario.OPEN
    if request.method == "GET" and request.is_list:
        return Scenario.GET_ALL
    return Scenario.STORE if request.method == "GET" and to_hub else Scenario.OPEN
