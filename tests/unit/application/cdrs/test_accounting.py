"""Accounting for CDRs: what became of each, whether any is missing, what it all comes to (I8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.delivery.deliveries import DeliveryState
from domain.errors import UnknownObject
from domain.objects.paging import Page, PageRequest
from tests.builders import NOON, QRS, XYZ
from tests.charging import CDR1, a_cdr, a_cdr_token, a_credit, a_filed, handover_of
from tests.unit.application.billing import (
    REFUSING,
    SICK,
    TAKING,
    a_payer,
    handed,
    post,
    posts,
    pump,
    says,
    state,
)
from tests.unit.application.house import House


def test_the_whole_archive_is_counted_by_what_became_of_it(market: House) -> None:
    _one_of_each(market)

    count = market.cdr_accounting.verify()

    assert (count.archived, count.delivered, count.pending) == (7, 1, 2)
    assert (count.refused, count.parked, count.by_pull) == (1, 2, 1)
    assert (count.damaged, count.unowed) == ((), ())
    assert count.adds_up


def _one_of_each(market: House) -> None:
    """Delivered, declined, by pull, parked by age; then parked, due, and waiting behind that."""
    market.with_partners(a_payer("puller", QRS, endpoints=()))
    post(market, a_cdr("DELIVERED"), to=XYZ)
    says(market, REFUSING)
    post(market, a_cdr("DECLINED"), to=XYZ)
    post(market, a_cdr("PULLED", cdr_token=a_cdr_token(QRS)))
    post(market, a_cdr("AGED"))
    market.clock.advance(timedelta(days=30).total_seconds())
    parked = post(market, a_cdr("PARKED"))
    market.delivery_overview.park(parked.filed.delivery_id)
    post(market, a_cdr("DUE"))
    post(market, a_credit("DUE-C", of="DUE"))


def test_what_was_damaged_and_what_has_no_delivery_is_found(market: House) -> None:
    damaged, unowed = post(market).filed, a_filed(a_cdr("CDR2"))
    market.archive.held[damaged.ref] = replace(damaged, body=damaged.body + b" ")
    market.archive.file(unowed)

    count = market.cdr_accounting.verify()

    assert (count.damaged, count.unowed) == ((damaged.ref,), (unowed.ref,))
    assert not count.adds_up


@pytest.mark.parametrize("broken", ["damaged", "unowed", "too few"])
def test_any_of_them_makes_the_account_wrong(market: House, broken: str) -> None:
    filed = post(market).filed
    count = market.cdr_accounting.verify()

    wrong = {
        "damaged": replace(count, damaged=(filed.ref,)),
        "unowed": replace(count, unowed=(filed.ref,)),
        "too few": replace(count, archived=2),
    }[broken]

    assert count.adds_up
    assert not wrong.adds_up


def test_more_than_a_batch_is_held_against_the_deliveries(market: House) -> None:
    for number in range(501):
        market.archive.file(a_filed(a_cdr(f"CDR{number}")))

    count = market.cdr_accounting.verify()

    assert (count.archived, len(count.unowed)) == (501, 501)


def test_both_sides_see_how_the_handing_over_stands_with_every_attempt(market: House) -> None:
    says(market, SICK)
    taken = post(market)
    pump(market)

    for by in (market.partners.get("cpo"), market.partners.get("emsp"), None):
        for name in (taken.filed.ref, CDR1):
            found = market.cdr_accounting.find(name, by=by)
            assert (found.filed, found.delivery) == (taken.filed, handed(market, taken))
            assert [attempt.http for attempt in found.attempts] == [500]


def test_no_other_partner_sees_it(market: House) -> None:
    market.with_partners(a_payer("other", QRS))
    taken = post(market)

    with pytest.raises(UnknownObject):
        market.cdr_accounting.find(taken.filed.ref, by=market.partners.get("other"))
    with pytest.raises(UnknownObject):
        market.cdr_accounting.find("nothing", by=None)


def test_what_was_declined_is_its_owners_to_see_and_not_the_receivers(market: House) -> None:
    says(market, REFUSING)
    taken = post(market, to=XYZ)

    found = market.cdr_accounting.find(taken.filed.ref, by=market.partners.get("cpo"))

    assert found.delivery is not None
    assert found.delivery.state is DeliveryState.DECLINED
    assert market.cdr_accounting.find(taken.filed.ref, by=None) == found
    with pytest.raises(UnknownObject):
        market.cdr_accounting.find(taken.filed.ref, by=market.partners.get("emsp"))


def test_a_page_is_in_order_of_acceptance_and_goes_on_from_where_it_ended(market: House) -> None:
    for number in range(3):
        post(market, a_cdr(f"CDR{number}", updated=-number))
        market.clock.advance(1)

    first = market.cdr_accounting.page(PageRequest(0, 2), party=XYZ)
    then = market.cdr_accounting.page(PageRequest(0, 2, after=first.last), party=XYZ)

    assert [_id(market, body) for body in (*first.items, *then.items)] == ["CDR0", "CDR1", "CDR2"]
    assert (first.total, first.more, then.more) == (3, True, False)


def _id(market: House, body: bytes) -> object:
    value = market.json.parse(body)
    return value["id"] if isinstance(value, dict) else None


def test_a_page_is_cut_by_last_updated(market: House) -> None:
    for number in range(3):
        post(market, a_cdr(f"CDR{number}", updated=number))
    second = timedelta(seconds=1)

    page = market.cdr_accounting.page(
        PageRequest(0, 9, date_from=NOON + second, date_to=NOON + 2 * second), party=None
    )

    assert [_id(market, body) for body in page.items] == ["CDR1"]
    empty = PageRequest(0, 9, date_from=NOON + 9 * second)
    assert market.cdr_accounting.page(empty, party=None) == Page((), 0, more=False, last=None)


@pytest.mark.parametrize("became", [TAKING, SICK])
def test_a_replay_hands_over_again_delivered_or_not(market: House, became: object) -> None:
    market.wire.answers = lambda _: became
    taken = post(market)
    pump(market)
    says(market, TAKING)

    assert market.cdr_accounting.replay(taken.filed.ref)
    pump(market)

    assert posts(market) == ["CDR1", "CDR1"]
    assert state(market, taken) is DeliveryState.DELIVERED


def test_a_duplicate_in_a_replay_of_what_was_delivered_counts_as_delivered(
    market: House,
) -> None:
    taken = post(market)
    pump(market)
    says(market, REFUSING_AS_KNOWN)

    market.cdr_accounting.replay(taken.filed.ref)
    pump(market)

    delivery = handed(market, taken)
    assert delivery.state is DeliveryState.UNCONFIRMED
    assert handover_of(delivery).receipt is not None


REFUSING_AS_KNOWN = replace(REFUSING, message="CDR1 is already known")


def test_a_replay_of_nothing_is_said_so(market: House) -> None:
    with pytest.raises(UnknownObject):
        market.cdr_accounting.replay("nothing")


def test_all_since_a_date_is_replayed_to_one_party(market: House) -> None:
    market.with_partners(a_payer("other", QRS))
    post(market, a_cdr("OLD"))
    post(market, a_cdr("OTHERS", cdr_token=a_cdr_token(QRS)))
    market.clock.advance(60)
    since = market.clock.now()
    post(market, a_cdr("NEW"))
    post(market, a_cdr("NEWER"))
    pump(market)
    market.wire.asked.clear()

    assert market.cdr_accounting.replay_since(XYZ, since) == 2
    pump(market)

    assert sorted(map(str, posts(market))) == ["NEW", "NEWER"]
