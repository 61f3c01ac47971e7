"""Which parties may exchange what: all of them, or only those with an agreement.

A party without an agreement is invisible to the other one: in no list, role or client info, and no
receiver (4001). It is looked up whenever something is read or sent, so it takes effect at once. So
is the fee for their CDRs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from domain.partners.party import PartyId


class AgreementPolicy(StrEnum):
    """OPEN: every registered party sees every other. REQUIRED: only by agreement."""

    OPEN = "open"
    REQUIRED = "required"


@dataclass(frozen=True)
class Fee:
    """The hub's share of a CDR in this currency: `fixed`, and `percent` of before_taxes."""

    currency: str
    fixed: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)

    @property
    def is_sound(self) -> bool:
        """Whether it can be a share: the hub pays no party, and takes no more than there is."""
        return self.fixed >= 0 and 0 <= self.percent <= 100


@dataclass(frozen=True)
class Agreement:
    """That these two parties exchange data through the hub; which of them is first says nothing.

    `fees` has the hub's share of their CDRs, one by currency (D-21).
    """

    one: PartyId
    other: PartyId
    made_at: datetime
    fees: tuple[Fee, ...] = ()

    @property
    def id(self) -> str:
        return self.id_of(self.one, self.other)

    def fee(self, currency: str) -> Fee | None:
        """What was agreed for CDRs in this currency."""
        return next((fee for fee in self.fees if fee.currency == currency), None)

    def with_fee(self, fee: Fee) -> "Agreement":
        """With this fee in the place of another one in its currency."""
        others = tuple(each for each in self.fees if each.currency != fee.currency)
        return replace(self, fees=(*others, fee))

    @staticmethod
    def id_of(one: PartyId, other: PartyId) -> str:
        """The same for both orders: `DE-ABC~NL-MS1`."""
        return "~".join(str(party).replace("/", "-") for party in sorted((one, other)))


@dataclass(frozen=True)
class Agreements:
    """All of them at one moment, under the hub's policy."""

    policy: AgreementPolicy = AgreementPolicy.OPEN
    made: tuple[Agreement, ...] = ()

    def allow(self, one: PartyId, other: PartyId) -> bool:
        """Whether the two may see each other; a party always sees itself."""
        if self.policy is AgreementPolicy.OPEN or one == other:
            return True
        return frozenset((one, other)) in self._by_pair

    def fee(self, one: PartyId, other: PartyId, currency: str) -> Fee | None:
        """What the two have agreed for CDRs in this currency, under any policy."""
        made = self._by_pair.get(frozenset((one, other)))
        return None if made is None else made.fee(currency)

    @cached_property
    def _by_pair(self) -> Mapping[frozenset[PartyId], Agreement]:
        return {frozenset((each.one, each.other)): each for each in self.made}
