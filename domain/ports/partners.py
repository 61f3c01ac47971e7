"""Who is connected and who has an agreement with whom: the two stores of it, and their stamp.

Apart from the objects, because people and handshakes write here and traffic only reads and notes.
Processes keep what they have read here. So a write returns when none of them uses the former state
any more.
"""

from collections.abc import Collection, Hashable, Mapping
from datetime import datetime
from typing import Protocol

from domain.partners.agreements import Agreement
from domain.partners.partner import Partner

LEASE_S = 0.05
"""For so long after it began to ask for the stamp may a process use what it has read under it."""


class DirectoryStamp(Protocol):
    """A number that grows whenever it changes who is who, or who may see whom."""

    def read(self) -> int:
        """The number now: every write that has returned is counted in it."""
        ...

    def outdate(self) -> None:
        """Let it grow, and return when the lease is over on all that was kept before.

        What is stored before this call is missed by no process afterwards. Safe to repeat.
        """
        ...


class PartnerStore(Protocol):
    """Who is connected: each partner as people and handshakes have made it."""

    def get(self, partner_id: str) -> Partner:
        """:raises errors.UnknownPartner: if there is none."""
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

    def versions(self) -> Mapping[str, Hashable]:
        """Of every partner, by its id: another one after each write, and soon after each note."""
        ...

    def some(self, partner_ids: Collection[str]) -> tuple[Partner, ...]:
        """Those of these ids that there are."""
        ...

    def outdate(self) -> None:
        """As the stamp's: where there is nothing to write, because another process has written."""
        ...

    def save(self, partner: Partner) -> Partner:
        """Write the partner if its revision is still the stored one (0: it is new).

        One atomic, durable write, which outdates what processes keep; returns it with the next
        revision. What `PartnerNotes` has noted of a partner is left as it is, but for a new one.

        :raises errors.RecordChanged: if another process wrote it meanwhile.
        :raises errors.PartyTaken: if another partner holds one of its role keys (`Partner.holds`),
            also if both are written at the same moment.
        """
        ...


class PartnerNotes(Protocol):
    """What traffic notes of partners, each by itself; of one that is gone it notes nothing.

    Processes may see a note a second late. One that makes a partner reachable, or not, and that it
    joined, outdates what they keep, as a save does.
    """

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
        """Note which roles the partner was told of last; read at once by all."""
        ...

    def untold(self, partner_id: str, roles: str, *, since: datetime) -> None:
        """Note which roles the partner is to be told of, and since when."""
        ...


class AgreementStore(Protocol):
    def all(self) -> tuple[Agreement, ...]:
        """Every agreement, oldest first."""
        ...

    def versions(self) -> Mapping[str, Hashable]:
        """Of every agreement: by id, what is another one as soon as its fees are others."""
        ...

    def add(self, agreement: Agreement) -> bool:
        """Write it durably, and outdate what is kept; False if the two have one. Safe to repeat."""
        ...

    def get(self, agreement_id: str) -> Agreement | None:
        """The agreement of this id."""
        ...

    def price(self, agreement: Agreement) -> bool:
        """Write the fees of an agreement that is there, and outdate what is kept.

        False if it is not there. Safe to repeat.
        """
        ...

    def remove(self, agreement_id: str) -> bool:
        """Take it away, and outdate what is kept; False if there is none. Safe to repeat."""
        ...
