"""CPOs post originals and credits in any order: the settlement is the sum by hand.

The hand knows the rules alone: what the CPO was told, which original each credit names, whether the
two fit. It never asks the hub's records (CDR-1, H-CDR-3a).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import errors
from domain.cdrs.clearing import Total, exact
from domain.delivery.deliveries import DeliveryState
from tests.builders import XYZ, Doc
from tests.charging import a_cdr, a_cost, a_credit, handover_of
from tests.examples import examples
from tests.unit.application.billing import REFUSING, TAKING, a_market, post, pump, says
from tests.unit.application.house import House
from tests.unit.application.points import At

WRONG: Sequence[Doc] = (
    {},
    {},
    {},
    {"remark": "differs, and may"},
    {"total_cost": a_cost("10.00", "1.90")},
    {"total_cost": a_cost("-10.00", "1.90")},
    {"total_energy": Decimal("-20")},
    {"total_energy": Decimal("19.9999999999999999999999999999999999999")},
)


@dataclass(frozen=True)
class Move:
    """One POST, maybe refused by the eMSP, maybe twice; or a day that passes."""

    original: int
    credit: int | None = None
    wrong: int = 0
    is_direct: bool = False
    is_refused: bool = False
    twice: bool = False
    days: int = 0

    @property
    def document(self) -> Doc:
        if self.credit is None:
            return a_cdr(f"CDR{self.original}", session_id=f"S{self.original}")
        return a_credit(
            f"CDR{self.original}-{self.credit}",
            of=f"CDR{self.original}",
            **{"session_id": f"S{self.original}", **WRONG[self.wrong]},
        )


@dataclass
class Hand:
    """What one works out with a pencil: which are in custody, and which of them count."""

    originals: set[int] = field(default_factory=set)
    declined: set[int] = field(default_factory=set)
    credits: dict[int, list[tuple[Doc, bool]]] = field(default_factory=dict)

    def took(self, move: Move) -> None:
        if move.credit is None:
            self.originals.add(move.original)
            return
        fits = move.wrong < 4
        known = self.credits.setdefault(move.original, [])
        if move.document not in [document for document, _ in known]:
            known.append((move.document, fits))

    def waited(self) -> None:
        """A day is over: a credit of what was declined, and not posted anew, is none."""
        for number in self.declined - self.originals:
            known = self.credits.get(number, [])
            self.credits[number] = [(document, False) for document, _ in known]

    def sum(self, lonely: set[str]) -> tuple[Decimal, Decimal]:
        """kWh and net. `lonely` are credits that went without their original."""
        kwh = net = Decimal(0)
        kwh, net = kwh + 20 * len(self.originals), net + 10 * len(self.originals)
        for number, known in self.credits.items():
            for document, fits in known:
                if document["id"] in lonely:
                    kwh -= Decimal(str(document["total_energy"]))
                    net += document["total_cost"]["before_taxes"]
                elif fits and number in self.originals:
                    kwh, net = kwh - 20, net - 10
        return kwh, net


_moves = st.builds(
    Move,
    original=st.integers(1, 2),
    credit=st.sampled_from([None, None, 1, 1, 2]),
    wrong=st.integers(0, len(WRONG) - 1),
    is_direct=st.booleans(),
    is_refused=st.sampled_from([False, False, False, True]),
    twice=st.booleans(),
    days=st.sampled_from([0, 0, 0, 0, 0, 2]),
)


def _play(market: House, hand: Hand, move: Move) -> None:
    says(market, REFUSING if move.is_refused else TAKING)
    for _ in range(2 if move.twice else 1):
        try:
            taken = post(market, move.document, to=XYZ if move.is_direct else None)
        except (errors.InvalidDocument, errors.NotReplaceable):
            continue
        if taken.declined is None:
            hand.took(move)
        elif move.credit is None:
            hand.declined.add(move.original)
    says(market, TAKING)
    market.clock.advance(3 + 86_400 * move.days)
    market.cdr_obligations.sweep()
    pump(market)
    if move.days:
        hand.waited()


def _lonely(market: House) -> set[str]:
    """Those that went alone, by what the eMSP is told: the test cannot work that out ahead."""
    return {
        each.filed.key.id
        for each in market.doubtful_cdrs.listed()
        if any("has not come" in reason for reason in each.reasons)
    }


@settings(max_examples=examples(150), derandomize=True, deadline=None, database=None)
@given(st.lists(_moves, min_size=1, max_size=8))
def test_the_settlement_is_the_sum_by_hand_in_any_order(
    moves: list[Move],
) -> None:
    market, hand = a_market(), Hand()
    for move in moves:
        _play(market, hand, move)

    totals = list(market.cdr_accounting.settlement(since=None, before=None, by=None).values())
    found = totals[0] if totals else Total()

    with exact():
        expected = hand.sum(_lonely(market))
    assert (found.kwh, found.net) == expected
    assert market.cdr_accounting.verify().adds_up
    _one_credit_each(market)
    market.pump.close()


def _one_credit_each(market: House) -> None:
    """At most one credit of an original is in custody and fits."""
    sent: dict[Any, set[str]] = {}
    for filed in market.archive.held.values():
        delivery = market.deliveries.get(filed.delivery_id)
        assert delivery is not None
        is_out = (
            delivery.state is DeliveryState.DECLINED or not handover_of(delivery).judgement.counts
        )
        if filed.credited is not None and not is_out:
            sent.setdefault(filed.credited, set()).add(filed.key.id)
    assert all(len(names) == 1 for names in sent.values()), sent


def test_of_credits_that_race_one_is_taken() -> None:
    """The other one comes between the look-up and the write."""

    def other() -> None:
        post(market, a_credit("CDR1-2"))

    market = a_market()
    post(market)
    market = a_market(
        archive=market.archive, deliveries=market.deliveries, fail_points=At("unwritten", other)
    )

    with pytest.raises(errors.InvalidDocument, match="is credited by CDR1-2 already"):
        post(market, a_credit("CDR1-1"))

    [total] = market.cdr_accounting.settlement(since=None, before=None, by=None).values()
    assert (total.kwh, total.net, total.cdrs) == (Decimal(0), Decimal(0), 2)
    market.pump.close()


def test_a_credit_that_is_posted_twice_at_once_is_the_same() -> None:
    def again() -> None:
        post(market, a_credit())

    market = a_market(fail_points=At("unwritten", again))

    assert not post(market, a_credit()).created
    market.pump.close()
