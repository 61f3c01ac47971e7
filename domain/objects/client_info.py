"""ClientInfo: what the hub tells its partners about each other (OCPI 2.3.0, mod_hub_client_info).

One object per party and role, never deleted; what is gone for good is SUSPENDED (HCI-1, HCI-4).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from domain.documents import Document
from domain.objects.carried import OcpiObject
from domain.objects.stored import ObjectKey
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import PartyId, Role
from domain.times import format_time

CLIENT_INFO = "hubclientinfo"


class ConnectionStatus(StrEnum):
    """HCI-3. OFFLINE is for now, SUSPENDED for good, PLANNED announced and not there yet."""

    CONNECTED = "CONNECTED"
    OFFLINE = "OFFLINE"
    PLANNED = "PLANNED"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True)
class ClientInfo(OcpiObject):
    """A ClientInfo document; its URL names the party alone (HCI-4)."""

    kinds: ClassVar[tuple[str, ...]] = ("client_info",)
    id_fields: ClassVar[tuple[str, ...]] = ("role",)

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def segments(self) -> tuple[str, ...]:
        return (str(self.document["country_code"]), str(self.document["party_id"]))


def key_of(party: PartyId, role: Role) -> ObjectKey:
    """Where the hub keeps what it tells of this party in this role."""
    return ObjectKey(CLIENT_INFO, party, role.value)


def client_info(party: PartyId, role: Role, status: ConnectionStatus, *, now: datetime) -> Document:
    """The object; `last_updated` is the hub's own time here, and nowhere else (HCI-6)."""
    return {
        "party_id": party.party_id,
        "country_code": party.country_code,
        "role": role.value,
        "status": status.value,
        "last_updated": format_time(now),
    }


def statuses(partner: Partner) -> dict[tuple[PartyId, Role], ConnectionStatus]:
    """What is to be told of each of the partner's parties, in each of its roles."""
    gone = {(role.party, role.role): ConnectionStatus.SUSPENDED for role in partner.dropped}
    is_over = partner.state in (PartnerState.SUSPENDED, PartnerState.UNREGISTERED)
    to_come = ConnectionStatus.SUSPENDED if is_over else ConnectionStatus.PLANNED
    announced = partner.approved.roles if partner.is_announced else ()
    told = {(each.party, each.role): to_come for each in announced if not each.is_pattern} | gone
    now = status_of(partner)
    return told if now is None else told | {(each.party, each.role): now for each in partner.roles}


def status_of(partner: Partner) -> ConnectionStatus | None:
    """What the partner as a whole is to others; None: they are told nothing of it yet."""
    if partner.state is PartnerState.INVITED and partner.registered_at is None:
        return ConnectionStatus.PLANNED if partner.is_announced else None
    if partner.state is PartnerState.TO_APPROVE:
        return None
    if not partner.is_registered:
        return ConnectionStatus.SUSPENDED
    return ConnectionStatus.CONNECTED if partner.reachable else ConnectionStatus.OFFLINE
