"""Clearing: what a CDR comes to, the hub's share of it, and who is owed what.

All of it is exact: nothing is rounded, so the parts add up to the whole to the last digit (D-21).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext

from domain.partners.agreements import Fee
from domain.partners.party import PartyId

_DIGITS = 500
"""For numbers of 60 digits, their products, and sums of what is 120 places apart."""


@contextmanager
def exact() -> Iterator[None]:
    """Arithmetic that raises rather than rounds."""
    with localcontext(Context(prec=_DIGITS, traps=[Inexact])):
        yield


@dataclass(frozen=True)
class Account:
    """One CDR's figures. kWh and fixed fees of a Credit CDR are negative, as its cost is."""

    currency: str
    kwh: Decimal
    net: Decimal
    taxes: Decimal
    is_credit: bool = False

    @property
    def gross(self) -> Decimal:
        """What the eMSP owes for it, taxes included."""
        with exact():
            return self.net + self.taxes

    def share(self, fee: Fee | None) -> Decimal:
        """The hub's, nothing where no fee was agreed in this currency."""
        if fee is None or fee.currency != self.currency:
            return Decimal(0)
        with exact():
            fixed = -fee.fixed if self.is_credit else fee.fixed
            return fixed + self.net * fee.percent.scaleb(-2)


@dataclass(frozen=True)
class SettlementPosition:
    """What totals are made for: who bills whom, in which currency, in which period (`2026-01`)."""

    cpo: PartyId
    emsp: PartyId
    currency: str
    period: str


@dataclass(frozen=True)
class Total:
    """Sums of accounts. `credits` of the `cdrs` are Credit CDRs; `gross` is owed by the eMSP."""

    cdrs: int = 0
    credits: int = 0
    kwh: Decimal = Decimal(0)
    net: Decimal = Decimal(0)
    taxes: Decimal = Decimal(0)
    hub_share: Decimal = Decimal(0)

    @property
    def gross(self) -> Decimal:
        with exact():
            return self.net + self.taxes

    @property
    def due_to_cpo(self) -> Decimal:
        """What is left of the gross once the hub has its share."""
        with exact():
            return self.gross - self.hub_share

    def plus(self, other: "Total") -> "Total":
        """Both together."""
        with exact():
            return Total(
                cdrs=self.cdrs + other.cdrs,
                credits=self.credits + other.credits,
                kwh=self.kwh + other.kwh,
                net=self.net + other.net,
                taxes=self.taxes + other.taxes,
                hub_share=self.hub_share + other.hub_share,
            )


@dataclass(frozen=True)
class Line:
    """One CDR in the settlement: where it belongs and what it comes to."""

    position: SettlementPosition
    account: Account
    fee: Fee | None

    def total(self) -> Total:
        """The total of this one CDR."""
        return Total(
            cdrs=1,
            credits=int(self.account.is_credit),
            kwh=self.account.kwh,
            net=self.account.net,
            taxes=self.account.taxes,
            hub_share=self.account.share(self.fee),
        )


def totals(lines: Iterable[Line]) -> dict[SettlementPosition, Total]:
    """The sums, by position, in the order of positions."""
    found: dict[SettlementPosition, Total] = {}
    for line in lines:
        found[line.position] = found.get(line.position, Total()).plus(line.total())
    return dict(sorted(found.items(), key=lambda each: _place(each[0])))


def by_currency(found: Mapping[SettlementPosition, Total]) -> dict[str, Total]:
    """What the totals come to, for each currency: the sum of its positions, to the last digit."""
    whole: dict[str, Total] = {}
    for position, total in found.items():
        whole[position.currency] = whole.get(position.currency, Total()).plus(total)
    return dict(sorted(whole.items()))


def _place(position: SettlementPosition) -> tuple[str, ...]:
    return str(position.cpo), str(position.emsp), position.currency, position.period
