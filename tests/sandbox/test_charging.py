"""What platforms do with sessions and CDRs: preferences, periods, Credit CDRs."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import cdr, charging_period, credit_of, preferences, session
from tests.sandbox.peers import registered_pair

PATH = ("DE", "ABC", "SESSION1")
WISH = ("SESSION1", "charging_preferences")
LATER = "2026-02-01T00:00:00Z"


@pytest.fixture
def pair() -> Iterator[tuple[Platform, Platform]]:
    with registered_pair() as platforms:
        yield platforms


@pytest.mark.parametrize("nothing", [None, []])
def test_no_periods_in_a_patch_change_none(
    pair: tuple[Platform, Platform], nothing: list[object] | None
) -> None:
    cpo, hub = pair
    item = session(charging_periods=[charging_period()])
    cpo.hub.push("PUT", "sessions", PATH, item)

    change = {"charging_periods": nothing, "last_updated": LATER}
    assert cpo.hub.push("PATCH", "sessions", PATH, change).ok

    assert hub.holds("sessions", *PATH) == item | {"last_updated": LATER}


def test_preferences_are_answered_with_a_bare_string(pair: tuple[Platform, Platform]) -> None:
    cpo, _ = pair

    answer = cpo.hub.push("PUT", "sessions", WISH, preferences(), role="SENDER")
    without = cpo.hub.push("PUT", "sessions", WISH, {"energy_need": 3}, role="SENDER")

    assert answer.data == "ACCEPTED"
    assert (without.status, without.code) == (200, 2001)


def test_a_credit_takes_back_the_cost_and_nothing_else() -> None:
    original = cdr()

    credit = credit_of(original)

    changed = {name for name in credit if credit[name] != original.get(name)}
    assert changed == {"id", "credit", "credit_reference_id", "total_cost"}
    assert (credit["id"], credit["credit_reference_id"]) == ("CDR1-C", "CDR1")
    assert credit["total_cost"]["before_taxes"] == Decimal("-9.00")
    assert credit["total_cost"]["taxes"][0]["amount"] == Decimal("-1.71")
