"""Sessions: a PATCH appends charging periods, and the token says whose it is (S-1, S-7)."""

from decimal import Decimal
from typing import Any

import pytest

from domain.objects.sessions import Session, digest_of
from domain.objects.stored import Watched
from domain.partners.party import PartyId
from tests.builders import XYZ, at
from tests.charging import a_cdr_token, a_period, a_session


def patched(session: dict[str, Any], **patch: Any) -> dict[str, Any]:
    return dict(Session(session).patched((), {"last_updated": at(1), **patch}).document)


def test_a_session_is_for_the_party_whose_token_was_used() -> None:
    assert Session(a_session()).reader == XYZ
    assert Session(a_session(cdr_token=a_cdr_token(PartyId("be", "qrs")))).reader == PartyId(
        "BE", "QRS"
    )


def test_charging_periods_in_a_patch_are_appended() -> None:
    session = a_session(charging_periods=[a_period(0)])

    changed = patched(session, charging_periods=[a_period(60), a_period(120)])

    assert list(changed["charging_periods"]) == [a_period(0), a_period(60), a_period(120)]


def test_the_first_charging_periods_begin_the_list() -> None:
    changed = patched(a_session(), charging_periods=[a_period(60)])

    assert list(changed["charging_periods"]) == [a_period(60)]


@pytest.mark.parametrize("none", [{}, {"charging_periods": []}, {"charging_periods": None}])
def test_no_charging_periods_in_a_patch_change_nothing(none: dict[str, Any]) -> None:
    session = a_session(charging_periods=[a_period(0)])

    changed = patched(session, **none)

    assert changed == {**session, "last_updated": at(1)}


def test_everything_else_in_a_patch_is_replaced() -> None:
    changed = patched(a_session(meter="old"), kwh=Decimal("5.5"), status="COMPLETED", meter=None)

    assert changed == {
        **a_session(),
        "kwh": Decimal("5.5"),
        "status": "COMPLETED",
        "last_updated": at(1),
    }


def test_watchdogs_go_by_the_status() -> None:
    assert Session(a_session(status="PENDING")).watched() == Watched("PENDING")


def test_a_patch_is_known_again_by_its_bytes() -> None:
    assert digest_of(b"{}") == digest_of(b"{}") != digest_of(b"{ }")
    assert len(digest_of(b"{}")) == 32


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ([a_period(0), a_period(60), a_period(120)], 2),
        ([a_period(60), a_period(120)], 1),
        ([a_period(60), a_period(60, "2.0")], 1),
        ([a_period(0), a_period(60)], 2),
        ([a_period(60, "9.9")], 0),
        ([a_period(120), a_period(0)], 0),
        ([], 0),
    ],
)
def test_periods_that_a_patch_begins_with_and_that_are_there_are_not_appended_again(
    sent: list[Any], known: int
) -> None:
    session = a_session(charging_periods=[a_period(0), a_period(60)])

    changed = patched(session, charging_periods=sent)

    assert list(changed["charging_periods"]) == [a_period(0), a_period(60), *sent[known:]]
    assert Session(session).repeats({"charging_periods": sent}) is (known > 0)


@pytest.mark.parametrize("status", ["ACTIVE", "PENDING", "RESERVATION", "COMPLETED", "INVALID"])
def test_a_session_that_is_over_is_not_opened_again(status: str) -> None:
    before, after = Session(a_session(status="COMPLETED")), Session(a_session(status=status))

    problems = [each.path for each in after.problems_after(before)]

    assert problems == ([] if status in ("COMPLETED", "INVALID") else ["status"])
    assert not list(before.problems_after(Session(a_session(status=status))))
