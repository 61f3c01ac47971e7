"""Credit CDRs that do not fit their original, and what the hub makes of a credit."""

from decimal import Decimal

import pytest

from application.cdrs.custody import Taken
from domain.cdrs.clearing import Total
from domain.delivery.standing import Judgement
from domain.errors import InvalidDocument
from tests.builders import Doc
from tests.charging import a_cost
from tests.unit.application.billing import (
    handed,
    post,
)
from tests.unit.application.house import House

DAY_S = 86_400.0
NEGATED: dict[str, tuple[Doc, str]] = {
    "+10": ({"total_cost": a_cost("10.00", "1.90")}, "total_cost.before_taxes"),
    "half": ({"total_cost": a_cost("-5.00", "-1.90")}, "total_cost.before_taxes"),
    "tax": ({"total_cost": a_cost("-10.00", "1.90")}, "total_cost.taxes[0].amount"),
    "no tax": ({"total_cost": a_cost("-10.00")}, "total_cost.taxes"),
    "energy": ({"total_energy": Decimal("-20")}, "total_energy"),
    "time": ({"total_time": Decimal("2")}, "total_time"),
    "session": ({"session_id": "S2"}, "session_id"),
    "currency": ({"currency": "CHF"}, "currency"),
    "home": ({"home_charging_compensation": True}, "home_charging_compensation"),
}


def refused(market: House, document: Doc) -> str:
    with pytest.raises(InvalidDocument) as refusal:
        post(market, document)
    return " ".join(str(problem) for problem in refusal.value.problems)


def judgement(market: House, taken: Taken) -> Judgement:
    handover = handed(market, taken).what
    return handover.judgement


def remark(market: House, taken: Taken) -> str:
    handover = handed(market, taken).what
    return handover.remark


def settled(market: House) -> Total:
    totals = market.cdr_accounting.settlement(since=None, before=None, by=None)
    return totals.popitem()[1] if totals else Total()
