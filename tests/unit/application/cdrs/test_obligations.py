"""Owing: also after a crash every CDR in the archive has one delivery in the right lane."""

from dataclasses import replace

import pytest

from application.cdrs import obligations as obligations_module
from application.cdrs.custody import Taken
from domain.delivery.deliveries import DeliveryClass, DeliveryState, LaneId
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from tests.builders import QRS, XYZ, a_partner, a_request, a_role
from tests.charging import CDR1, a_cdr, a_cdr_token, a_filed, handover_of
from tests.unit.application.billing import (
    LANE,
    SICK,
    a_market,
    a_payer,
    handed,
    leave,
    post,
    posts,
    pump,
    says,
    state,
    suspend,
)
from tests.unit.application.house import House
from tests.unit.application.points import At, Died


def test_a_cdr_that_was_written_but_not_owed_is_owed_by_the_sweep_and_delivered_once() -> None:
    market = a_market(fail_points=At("written"))
    with pytest.raises(Died):
        post(market)
    market.clock.advance(3)

    assert market.cdr_obligations.sweep() == 1
    assert market.cdr_obligations.sweep() == 0
    pump(market)
    market.pump.close()

    assert posts(market) == ["CDR1"]


def test_a_delivery_that_a_failover_took_back_is_owed_again_and_made_once(market: House) -> None:
    taken = post(market)
    del market.ledger.records.held[taken.filed.delivery_id]
    assert not post(market).created
    del market.ledger.records.held[taken.filed.delivery_id]
    market.clock.advance(3)

    assert market.cdr_obligations.sweep() == 1
    pump(market)

    assert posts(market) == ["CDR1"]


def test_a_cdr_of_this_moment_is_left_to_the_request_that_files_it() -> None:
    market = a_market(fail_points=At("written"))
    with pytest.raises(Died):
        post(market)

    market.clock.advance(1)

    assert market.cdr_obligations.sweep() == 0


def test_a_cdr_that_was_not_written_is_not_in_custody() -> None:
    market = a_market(fail_points=At("unwritten"))
    with pytest.raises(Died):
        post(market)

    assert market.archive.latest(CDR1) is None
    assert post(market).created


@pytest.mark.parametrize("point", ["written", "owed"])
def test_a_cpo_that_got_no_answer_posts_again_and_it_is_the_same_cdr(point: str) -> None:
    market = a_market(fail_points=At(point))
    with pytest.raises(Died):
        post(market)

    again = post(market)
    pump(market)
    market.pump.close()

    assert again == Taken(again.filed, created=False)
    assert posts(market) == ["CDR1"]


@pytest.mark.parametrize("point", ["leased", "read"])
def test_a_request_that_dies_while_it_asks_leaves_the_cdr_unsure_and_owed(point: str) -> None:
    market = a_market(fail_points=At(point))

    with pytest.raises(Died):
        post(market, to=XYZ)

    delivery = handed(market, a_filed())
    assert delivery.state is DeliveryState.DUE
    assert delivery.sending is not None
    claimed_again = delivery.claimed()
    assert handover_of(claimed_again).unsure


def test_the_whole_archive_is_looked_at_first_and_once_a_day_else_the_last_minutes(
    market: House,
) -> None:
    market.cdr_obligations.sweep()
    market.clock.advance(7200)
    old = a_filed(received_at=market.clock.now())
    market.archive.file(old)
    market.clock.advance(3600)
    market.cdr_obligations.sweep()
    market.clock.advance(3600)
    late = a_filed(a_cdr("CDR2"), received_at=old.received_at)
    market.archive.file(late)

    assert market.ledger.unowed([old.ref, late.ref]) == {late.ref}
    assert market.cdr_obligations.sweep() == 0
    market.clock.advance(86_400)
    assert market.cdr_obligations.sweep() == 1


def test_a_cdr_for_a_party_that_was_never_here_stays_unowed(market: House) -> None:
    filed = a_filed(a_cdr(cdr_token=a_cdr_token(QRS)))
    market.archive.file(filed)
    market.clock.advance(3)

    market.cdr_obligations.sweep()

    assert market.ledger.unowed([filed.ref]) == {filed.ref}


def test_what_a_receiver_that_has_left_is_owed_waits_in_its_lane(market: House) -> None:
    market.with_partners(a_payer("gone", QRS).with_roles(()))
    filed = a_filed(a_cdr(cdr_token=a_cdr_token(QRS)))
    market.archive.file(filed)

    market.cdr_obligations.owe(filed)

    assert handed(market, filed).lane == LaneId("gone", DeliveryClass.CDR)


def test_what_waits_for_a_platform_that_is_gone_moves_to_where_the_party_is_now(
    market: House,
) -> None:
    taken = post(market)
    leave(market)
    market.with_partners(a_payer("new"))

    assert market.cdr_obligations.sweep() == 1
    pump(market)

    assert handed(market, taken).lane == LaneId("new", DeliveryClass.CDR)
    assert state(market, taken) is DeliveryState.DELIVERED
    [request] = market.wire.asked
    assert request.url == "https://new.example/2.3.0/receiver/cdrs"


def test_what_the_hub_meant_to_try_much_later_is_due_at_once_at_the_new_platform(
    market: House,
) -> None:
    taken = post(market)
    leave(market)
    pump(market)
    assert handed(market, taken).due > market.clock.now()
    market.with_partners(a_payer("new"))

    assert market.cdr_obligations.sweep() == 1
    pump(market)

    assert state(market, taken) is DeliveryState.DELIVERED


def test_the_platform_that_has_the_party_as_a_payer_goes_before_any_other(market: House) -> None:
    taken = post(market)
    leave(market)
    market.with_partners(a_partner("roams", a_role(Role.NSP, XYZ)), a_payer("pays"))

    market.cdr_obligations.sweep()

    assert handed(market, taken).lane.target == "pays"


def test_a_party_that_moved_to_another_platform_takes_along_what_it_is_owed(
    market: House,
) -> None:
    taken = post(market)
    moved = market.partners.get("emsp").with_roles(a_payer(party=QRS).roles)
    market.partners.save(replace(moved, held=()))
    market.with_partners(a_payer("new"))

    market.cdr_obligations.sweep()

    assert handed(market, taken).lane.target == "new"


def test_a_platform_that_got_a_party_which_is_owed_nothing_is_tried_no_sooner(
    market: House,
) -> None:
    both = market.partners.get("emsp").with_roles(a_payer().roles + a_payer(party=QRS).roles)
    market.partners.save(replace(both.with_roles(a_payer().roles), held=()))
    market.with_partners(a_payer("new", QRS))
    says(market, SICK)
    post(market)
    taken = post(market, a_cdr("CDR2", cdr_token=a_cdr_token(QRS)))
    pump(market)
    due = handed(market, taken).due

    assert market.cdr_obligations.sweep() == 0

    assert handed(market, taken).due == due > market.clock.now()


def test_what_waits_for_a_platform_without_a_successor_stays(market: House) -> None:
    taken = post(market)
    suspend(market)

    assert market.cdr_obligations.sweep() == 0
    assert handed(market, taken).lane == LANE


def test_lanes_of_other_classes_and_of_no_partner_are_left_alone(market: House) -> None:
    market.deliveries.owe([a_request()], now=market.clock.now())
    stray = replace(
        market.cdr_obligations.delivery(a_filed(), a_payer()), lane=LaneId("?", LANE.delivery_class)
    )
    market.ledger.owe(a_filed(), stray)

    assert market.cdr_obligations.sweep() == 0


def test_the_revision_of_a_cdr_counts_its_turns(market: House) -> None:
    taken = post(market)

    assert handed(market, taken).revision == 1
    third = a_filed(turn=2)
    assert market.cdr_obligations.delivery(third, market.partners.get("emsp")).revision == 3


def filed_at(market: House, name: str, seconds_ago: float) -> None:
    """A CDR in the archive without a delivery."""
    market.clock.advance(-seconds_ago)
    market.archive.file(a_filed(a_cdr(name), received_at=market.clock.now()))
    market.clock.advance(seconds_ago)


def test_the_sweep_looks_back_ten_minutes_and_once_a_day_at_everything(market: House) -> None:
    assert market.cdr_obligations.sweep() == 0
    market.clock.advance(3600)
    assert market.cdr_obligations.sweep() == 0

    filed_at(market, "C1", 599)
    market.clock.advance(1)
    assert market.cdr_obligations.sweep() == 1
    filed_at(market, "C2", 602)
    assert market.cdr_obligations.sweep() == 0
    market.clock.advance(86_400 - 3602)
    assert market.cdr_obligations.sweep() == 0
    market.clock.advance(1)
    assert market.cdr_obligations.sweep() == 1


def test_the_sweep_owes_batch_by_batch(market: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert obligations_module._AT_ONCE == 500
    monkeypatch.setattr(obligations_module, "_AT_ONCE", 2)
    for n in range(5):
        filed_at(market, f"C{n}", 60)

    assert market.cdr_obligations.sweep() == 5
    assert market.cdr_obligations.sweep() == 0


def test_what_moves_with_two_parties_of_one_platform_is_counted(market: House) -> None:
    roles = (a_role(Role.EMSP, XYZ), a_role(Role.EMSP, QRS))
    known = market.partners.get("emsp")
    market.partners.save(replace(known, roles=roles))
    post(market)
    post(market, a_cdr("C2"))
    post(market, a_cdr("C3", cdr_token=a_cdr_token(QRS)))
    leave(market)
    market.with_partners(a_payer("new"), a_payer("newer", QRS))

    assert market.cdr_obligations.sweep() == 3


def test_what_moves_is_counted_over_all_lanes() -> None:
    market = a_market()
    both = a_payer("other", QRS)
    market.with_partners(both)
    post(market)
    post(market, a_cdr("C2", cdr_token=a_cdr_token(QRS)))
    leave(market)
    market.with_partners(a_payer("new"))
    other = market.partners.get("other")
    market.partners.save(replace(other, state=PartnerState.UNREGISTERED))
    market.with_partners(a_payer("newer", QRS))

    assert market.cdr_obligations.sweep() == 2
    market.pump.close()
