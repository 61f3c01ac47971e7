"""Whose session it is, and who is told and shown: two sides and no other party (S-1, R-BC-5)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.errors import (
    InvalidParameter,
    UnknownObject,
    UnknownReceiver,
)
from tests.builders import ABC, HUB, QRS, XYZ
from tests.charging import S1, a_cdr_token, a_session
from tests.unit.application.billing import a_payer, leave
from tests.unit.application.charging_now import (
    a_patch,
    pushed,
    report,
    report_to_hub,
    settle,
    told,
)
from tests.unit.application.house import House


def test_a_session_that_is_to_the_hub_goes_to_the_tokens_owner_from_its_own(
    market: House,
) -> None:
    market.with_partners(a_payer("other", QRS))

    accepted = report_to_hub(market)
    settle(market)

    assert accepted.created
    assert told(market) == [("PUT", ABC)]
    assert len(market.wire.asked) == 1


@pytest.mark.parametrize("push", [report, report_to_hub])
def test_a_token_of_an_unknown_party_is_said_before_anything_is_stored(
    market: House, push: Callable[..., object]
) -> None:
    leave(market)
    market.partners.save(market.partners.get("emsp").with_roles(()))

    with pytest.raises(UnknownReceiver):
        push(market)

    assert market.objects.held == {}


def test_whose_token_it_is_is_read_in_the_session_else_in_what_is_stored(market: House) -> None:
    read = market.session_push.reader
    patch = pushed(market, a_patch(), method="PATCH")
    moved = pushed(market, a_patch(cdr_token=a_cdr_token(QRS)), method="PATCH")

    assert read(pushed(market)) == XYZ
    assert read(moved) == QRS
    assert read(patch, named=QRS) == QRS
    with pytest.raises(UnknownObject):
        read(patch)
    report_to_hub(market)
    assert read(patch) == read(patch, named=XYZ) == XYZ


def test_another_party_than_the_tokens_owner_is_no_receiver(market: House) -> None:
    with pytest.raises(InvalidParameter):
        market.session_push.reader(pushed(market), named=QRS)
    report_to_hub(market)
    with pytest.raises(InvalidParameter):
        market.session_push.reader(pushed(market, a_patch(), method="PATCH"), named=QRS)


def test_a_session_is_listed_by_its_two_sides_and_the_hub_and_no_other_party(market: House) -> None:
    market.with_partners(a_payer("other", QRS))
    report(market)

    shown = {
        party: bool(
            market.objects.by_id("sessions", "S1", viewer=market.object_reader.viewer(party))
        )
        for party in (ABC, XYZ, HUB, QRS)
    }

    assert shown == {ABC: True, XYZ: True, HUB: True, QRS: False}


def test_a_session_whose_token_is_anothers_now_is_told_to_that_one_alone(market: House) -> None:
    market.with_partners(a_payer("other", QRS))
    report_to_hub(market)
    market.publisher.sweep(older_than_s=-1.0)
    report_to_hub(market, a_session(updated=60, cdr_token=a_cdr_token(QRS)))

    settle(market)

    assert [request.receiver for request in market.wire.asked] == [QRS]


def test_an_emsp_that_takes_no_sessions_is_requested_for_none(market: House) -> None:
    market.partners.save(replace(market.partners.get("emsp"), endpoints=()))
    report_to_hub(market)

    settle(market)

    assert market.wire.asked == []
    assert market.delivery_overview.owed() == ()


def test_a_reader_that_has_left_before_it_is_told_is_told_nothing(market: House) -> None:
    report_to_hub(market)
    leave(market)

    settle(market)

    assert market.wire.asked == []
    assert market.delivery_overview.owed() == ()


def test_a_session_without_a_reader_is_told_to_no_party(market: House) -> None:
    report_to_hub(market)
    market.objects.save(replace(market.stored(S1), reader=None))

    settle(market)

    assert market.wire.asked == []
