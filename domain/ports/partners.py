"""Who is connected and who has an agreement with whom: the two stores of it.

Apart from the objects, because people and handshakes write here and traffic only reads and notes.
"""

from datetime import datetime
from typing import Protocol

from domain.partners.agreements import Agreement
from domain.partners.partner import Partner


class PartnerStore(Protocol):
    """Who is connected: each partner as people and handshakes have made it."""

    def get(self, partner_id: str) -> Partner:
        """:raises errors.UnknownPartner: if there is none."""
        ...

    def refresh(self, known: Partner) -> Partner:
        """The partner as people and handshakes have made it by now: `known` where that is it.

        What `PartnerNotes` has noted may be older. :raises errors.UnknownPartner: if it is gone.
        """
        ...

    def by_token(self, fingerprint: str) -> Partner | None:
        """The partner that has a token of this fingerprint, of any use and age."""
        ...

    def by_spent(self, fingerprint: str) -> Partner | None:
        """The partner that had a token of this fingerprint not long ago, and has it no more."""
        ...

    def all(self) -> tuple[Partner, ...]:
        """Every partner, oldest first."""
        ...

    def save(self, partner: Partner) -> Partner:
        """Write the partner if its revision is still the stored one (0: it is new).

        One atomic, durable write; returns it with the next revision. What
        `PartnerNotes` has noted of a partner is left as it is, but for a new one.

        :raises errors.RecordChanged: if another process wrote it meanwhile.
        :raises errors.PartyTaken: if another partner holds one of its role keys (`Partner.holds`),
            also if both are written at the same moment.
        """
        ...


class PartnerNotes(Protocol):
    """What traffic notes of partners, each by itself; of one that is gone it notes nothing."""

    def seen(self, partner_id: str, *, now: datetime) -> None:
        """Note a call from the partner: last_seen, reachable, not ailing. Never RecordChanged."""
        ...

    def set_ailing(self, partner_id: str, *, ailing: bool) -> None:
        """Note whether an open breaker holds back sending to the partner. Never RecordChanged."""
        ...

    def suspect(self, partner_id: str) -> None:
        """Note that the partner may be away: it is to be probed at once."""
        ...

    def probed(self, partner_id: str, *, failures: int, reachable: bool, now: datetime) -> None:
        """Note how a probe ended (HCI-5)."""
        ...

    def pulled(self, partner_id: str, module: str, *, at: datetime) -> None:
        """Note when the last whole pull of the module began."""
        ...

    def joined(self, partner_id: str, *, at: datetime) -> None:
        """Note that from now on the partner may see what it did not see before."""
        ...

    def told(self, partner_id: str, roles: str) -> None:
        """Note which roles the partner was told of last."""
        ...

    def untold(self, partner_id: str, roles: str, *, since: datetime) -> None:
        """Note which roles the partner is to be told of, and since when."""
        ...


class AgreementStore(Protocol):
    def all(self) -> tuple[Agreement, ...]:
        """Every agreement, oldest first."""
        ...

    def add(self, agreement: Agreement) -> bool:
        """Write it durably; False if the two parties have one. Safe to repeat."""
        ...

    def get(self, agreement_id: str) -> Agreement | None:
        """The agreement of this id."""
        ...

    def price(self, agreement: Agreement) -> bool:
        """Write the fees of an agreement that is there; False if it is not. Safe to repeat."""
        ...

    def remove(self, agreement_id: str) -> bool:
        """Take it away; False if there is none. Safe to repeat."""
        ...
