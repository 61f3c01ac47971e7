"""Minding sessions: the hub says which are quiet or unbilled, and makes up nothing (D-21)."""

import pytest

from application.cdrs import session_watchdog as session_watchdog_module
from domain.objects.stored import ObjectKey, Stored
from tests.builders import ABC, XYZ
from tests.charging import S1, a_cdr, a_session
from tests.unit.application.billing import REFUSING, post, says
from tests.unit.application.charging_now import report_to_hub
from tests.unit.application.house import House

DAY_S = 86_400.0


def ids(found: tuple[Stored, ...]) -> list[str]:
    return [stored.key.id for stored in found]


def a_session_named(market: House, name: str, status: str = "COMPLETED") -> None:
    report_to_hub(market, a_session(name, status=status), key=ObjectKey("sessions", ABC, name))


@pytest.mark.parametrize("status", ["PENDING", "ACTIVE", "RESERVATION"])
def test_a_session_without_news_for_a_day_is_quiet(market: House, status: str) -> None:
    report_to_hub(market, a_session(status=status))
    market.clock.advance(DAY_S)
    assert market.session_watchdog.quiet() == ()

    market.clock.advance(1)

    assert ids(market.session_watchdog.quiet()) == ["S1"]
    assert market.session_watchdog.unbilled() == ()


@pytest.mark.parametrize("status", ["COMPLETED", "INVALID"])
def test_a_session_that_is_over_is_not_quiet(market: House, status: str) -> None:
    report_to_hub(market, a_session(status=status))
    market.clock.advance(2 * DAY_S)

    assert market.session_watchdog.quiet() == ()


def test_news_end_the_quiet_with_any_time(market: House) -> None:
    report_to_hub(market)
    market.clock.advance(2 * DAY_S)

    report_to_hub(market, a_session(updated=1))

    assert market.session_watchdog.quiet() == ()
    assert market.document(S1)["status"] == "ACTIVE"


def test_a_session_that_is_over_for_a_day_without_a_cdr_is_unbilled(market: House) -> None:
    report_to_hub(market, a_session(status="COMPLETED"))
    market.clock.advance(DAY_S)
    assert market.session_watchdog.unbilled() == ()

    market.clock.advance(1)

    assert ids(market.session_watchdog.unbilled()) == ["S1"]
    assert market.archive.held == {}


def test_a_cdr_bills_the_session_that_it_names(market: House) -> None:
    for name in ("S1", "S2"):
        a_session_named(market, name)
    post(market, a_cdr(session_id="s1"))
    market.clock.advance(DAY_S + 1)

    assert ids(market.session_watchdog.unbilled()) == ["S2"]
    assert ids(market.session_watchdog.unbilled()) == ["S2"]
    assert (
        market.objects.over(before=market.clock.now(), limit=9)
        == market.session_watchdog.unbilled()
    )


def test_a_billed_session_that_changes_is_looked_at_again(market: House) -> None:
    report_to_hub(market, a_session(status="COMPLETED"))
    post(market)
    market.clock.advance(DAY_S + 1)
    assert market.session_watchdog.unbilled() == ()

    report_to_hub(market, a_session(status="COMPLETED", updated=1))
    market.clock.advance(DAY_S + 1)

    assert ids(market.objects.over(before=market.clock.now(), limit=9)) == ["S1"]
    assert market.session_watchdog.unbilled() == ()


def test_many_billed_sessions_do_not_hide_the_one_that_is_not(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watchdog_module, "_AT_ONCE", 2)
    for number in range(5):
        a_session_named(market, f"S{number}")
        post(market, a_cdr(f"CDR{number}", session_id=f"S{number}"))
        market.clock.advance(1)
    a_session_named(market, "UNBILLED")
    market.clock.advance(DAY_S + 1)

    assert ids(market.session_watchdog.unbilled(limit=1)) == ["UNBILLED"]


def test_no_more_are_listed_than_were_asked_for_oldest_first(market: House) -> None:
    for name in ("S3", "S1", "S2"):
        a_session_named(market, name)
        a_session_named(market, f"Q{name}", status="ACTIVE")
        market.clock.advance(1)
    market.clock.advance(DAY_S)

    assert ids(market.session_watchdog.unbilled(limit=2)) == ["S3", "S1"]
    assert ids(market.session_watchdog.quiet(limit=2)) == ["QS3", "QS1"]


def test_a_cdr_that_was_declined_bills_no_session(market: House) -> None:
    a_session_named(market, "S1")
    says(market, REFUSING)
    assert post(market, a_cdr(session_id="S1"), to=XYZ).declined is not None
    market.clock.advance(DAY_S + 1)

    assert ids(market.session_watchdog.unbilled()) == ["S1"]
