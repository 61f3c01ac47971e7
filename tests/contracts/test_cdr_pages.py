"""What every ledger promises to a party that reads the CDRs that it bills or owes, by pages."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import DeliveryState
from domain.objects.paging import ListPosition, Page, PageRequest
from domain.partners.party import PartyId
from tests.contracts.made import (
    CPO,
    EMSP,
    LANE,
    NOON,
    OTHER_CPO,
    OTHER_EMSP,
    Custody,
    a_request,
    filed,
    later,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SCRAMBLED = ("D", "A", "E", "C", "B", "F")
ALL = PageRequest(0, 100)


def owe(custody: Custody, *names: str, owner: PartyId = CPO, receiver: PartyId = EMSP) -> None:
    """CDRs that were received a second after each other; a body is a name."""
    for name in names:
        at = float(name.strip("ABCDX"))
        known = filed(name, owner=owner, at=at, body=name.encode(), receiver=receiver)
        custody.owe(known)


def shown(page: Page) -> list[str]:
    return [body.decode() for body in page.items]


def test_a_party_sees_what_it_bills_and_what_it_owes(custody: Custody) -> None:
    owe(custody, "A1", "A3")
    owe(custody, "B2", owner=OTHER_CPO)
    owe(custody, "C4", receiver=OTHER_EMSP)
    owe(custody, "D5", owner=OTHER_CPO, receiver=OTHER_EMSP)

    def seen(party: PartyId | None) -> list[str]:
        page = custody.ledger.page(ALL, party=party)
        assert page.total == len(page.items)
        return shown(page)

    assert seen(CPO) == ["A1", "A3", "C4"]
    assert seen(EMSP) == ["A1", "B2", "A3"]
    assert seen(OTHER_EMSP) == ["C4", "D5"]
    assert seen(None) == ["A1", "B2", "A3", "C4", "D5"]
    assert seen(PartyId("NL", "ZZZ")) == []


@pytest.mark.parametrize("party", [None, CPO, EMSP])
def test_what_was_declined_is_in_no_list(custody: Custody, party: PartyId | None) -> None:
    lease = custody.leased()
    refused = custody.owe(filed("A1", at=1, body=b"A1"), lease=lease)
    owe(custody, "A2")
    no = Attempt(NOON, Verdict.REFUSED, "no", http=200, ocpi=2001)
    custody.ledger.decline(lease, refused.id, no)

    page = custody.ledger.page(ALL, party=party)

    assert (shown(page), page.total) == (["A2"], 1)


def test_every_other_state_is_in_custody(custody: Custody) -> None:
    for n, state in enumerate(DeliveryState):
        custody.owe(filed(f"A{n}", at=n, body=state.value.encode()), state=state)
    custody.queue.owe([a_request(lane=LANE)], now=NOON)

    page = custody.ledger.page(ALL, party=None)

    assert shown(page) == [state.value for state in DeliveryState if state.value != "declined"]


@pytest.mark.parametrize("party", [None, CPO, EMSP])
def test_pages_follow_each_other_by_position_and_by_offset(
    custody: Custody, party: PartyId | None
) -> None:
    owe(custody, *(f"A{n}" for n in range(5)))

    first = custody.ledger.page(PageRequest(0, 2), party=party)
    second = custody.ledger.page(PageRequest(99, 2, after=first.last), party=party)
    third = custody.ledger.page(PageRequest(4, 2), party=party)
    beyond = custody.ledger.page(PageRequest(0, 2, after=third.last), party=party)

    assert [shown(each) for each in (first, second, third, beyond)] == [
        ["A0", "A1"],
        ["A2", "A3"],
        ["A4"],
        [],
    ]
    assert [each.more for each in (first, second, third, beyond)] == [True, True, False, False]
    assert {each.total for each in (first, second, third, beyond)} == {5}
    assert beyond.last is None
    whole = custody.ledger.page(PageRequest(0, 5), party=party)
    assert (whole.more, len(whole.items)) == (False, 5)


def test_what_was_received_at_one_moment_is_on_one_page_each(custody: Custody) -> None:
    for n in range(7):
        custody.owe(filed(f"A{n}", body=f"A{n}".encode()))

    found, after = list[str](), None
    while page := custody.ledger.page(PageRequest(0, 2, after=after), party=None):
        found += shown(page)
        after = page.last
        if not page.more:
            break

    assert sorted(found) == [f"A{n}" for n in range(7)]


def test_a_cdr_that_comes_later_moves_no_page(custody: Custody) -> None:
    owe(custody, "A1", "A2", "A3")
    first = custody.ledger.page(PageRequest(0, 2), party=CPO)
    owe(custody, "A9")

    second = custody.ledger.page(PageRequest(2, 2, after=first.last), party=CPO)

    assert (shown(second), second.total) == (["A3", "A9"], 4)


def test_dates_bound_the_owners_last_updated(custody: Custody) -> None:
    for n in range(4):
        updated = later(-n + 0.000001)
        custody.owe(filed(f"A{n}", at=n, body=f"A{n}".encode(), last_updated=updated))

    def seen(from_: float | None, to: float | None) -> list[str]:
        since, until = (None if each is None else later(each) for each in (from_, to))
        page = custody.ledger.page(PageRequest(0, 9, since, until), party=EMSP)
        assert page.total == len(page.items)
        return shown(page)

    assert seen(-1.999999, None) == ["A0", "A1", "A2"]
    assert seen(None, -1.999999) == ["A3"]
    assert seen(-1.999999, -0.999999) == ["A2"]
    assert seen(-1.999998, 0.000001) == ["A1"]
    page = custody.ledger.page(
        PageRequest(0, 1, date_from=later(-1.999999), date_to=later(0)), party=EMSP
    )
    assert (shown(page), page.more, page.total) == (["A1"], True, 2)


def test_a_page_ends_where_its_bytes_do(custody: Custody) -> None:
    owe(custody, "A1", "A2", "A3")

    first = custody.ledger.page(PageRequest(0, 100, most_bytes=4), party=CPO)
    rest = custody.ledger.page(PageRequest(0, 100, after=first.last, most_bytes=4), party=CPO)

    assert (shown(first), first.more) == (["A1", "A2"], True)
    assert (shown(rest), rest.more) == (["A3"], False)


def test_cdrs_of_one_millisecond_are_listed_in_order_of_receipt(
    custody: Custody,
) -> None:
    for microseconds, name in enumerate(SCRAMBLED):
        at = microseconds / 1_000_000
        custody.owe(filed(name, at=at, body=name.encode()))

    first = custody.ledger.page(PageRequest(0, 2), party=EMSP)
    rest = custody.ledger.page(PageRequest(2, 9, after=first.last), party=EMSP)

    assert "".join(body.decode() for body in (*first.items, *rest.items)) == "".join(SCRAMBLED)
    second = (later(0.000001) - EPOCH) // timedelta(microseconds=1)
    assert first.last == ListPosition(second, filed("A").delivery_id)
    handed = custody.ledger.deliveries(receiver=EMSP, since=later(0.000002))
    assert [each.key.id for each in handed] == list(SCRAMBLED[2:])
