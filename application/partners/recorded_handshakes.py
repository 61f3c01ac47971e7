"""A partner's own POST, PUT and DELETE of credentials: acts of administration, so on the trail.

Each waits for its record. What is told of the partner is who it is and where it is called, and
never a token.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from application.operators.acts import AuditedActs
from application.partners.credentials_server import Caller, CredentialsServer
from domain.documents import Document
from domain.operators.audit import Actor, ActorKind, AuditEvent
from domain.operators.changes import Subject
from domain.partners.naming import partner_id_of
from domain.partners.partner import Partner
from domain.partners.party import PartyRole
from domain.ports import PartnerStore

Made = TypeVar("Made")


@dataclass(frozen=True)
class RecordedHandshakes:
    """Each raises what the act itself raises, and StoreUnavailable where no record can be made.

    `place` is the address that the partner calls from.
    """

    partners: PartnerStore
    credentials_server: CredentialsServer
    audited_acts: AuditedActs

    def register(self, caller: Caller, document: Document, *, version: str, place: str) -> Document:
        """POST credentials."""
        server = self.credentials_server
        return self._on_record(
            "register", caller, place, lambda: server.register(caller, document, version=version)
        )

    def renew(self, caller: Caller, document: Document, *, version: str, place: str) -> Document:
        """PUT credentials."""
        server = self.credentials_server
        return self._on_record(
            "renew", caller, place, lambda: server.renew(caller, document, version=version)
        )

    def unregister(self, caller: Caller, *, place: str) -> None:
        """DELETE credentials."""
        server = self.credentials_server
        self._on_record("unregister", caller, place, lambda: server.unregister(caller))

    def _on_record(self, act: str, caller: Caller, place: str, does: Callable[[], Made]) -> Made:
        actor = Actor(ActorKind.PARTNER, _name(caller.partner), place=place)
        return self.audited_acts.do(
            AuditEvent(f"partner.{act}", actor),
            does,
            lambda _: _subject(self.partners.get(caller.partner.id)),
        )


def _subject(partner: Partner) -> Subject:
    hub = partner.hub_party
    return Subject(
        _name(partner),
        {
            "state": partner.state.value,
            "roles": _spelled(partner.roles),
            "waiting": _spelled(partner.waiting),
            "hub_party": None if hub is None else hub.spelled,
            "url": partner.versions_url,
            "version": partner.version,
        },
    )


def _name(partner: Partner) -> str:
    return partner_id_of(partner) or partner.id


def _spelled(roles: tuple[PartyRole, ...]) -> list[str]:
    return [f"{each.role.value} {each.party.spelled}" for each in roles]
