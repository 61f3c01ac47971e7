"""What every store promises of Credit CDRs: one for each original, and judged once."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.mongo import Mongo
from domain.cdrs.custody import Filed
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.delivery.standing import Judgement, Standing
from domain.objects.paging import PageRequest
from domain.objects.stored import ObjectKey
from tests.charging import handover_of
from tests.contracts.made import CPO, EMSP, NOON, Custody, at_once, cdr, filed, later

S1, S2, S3 = (ObjectKey("sessions", CPO, name) for name in ("S1", "S2", "S3"))


def credit(name: str, place: int | None = 0, *, of: str = "CDR1", turn: int = 0) -> Filed:
    return filed(name, turn, credited=cdr(of), place=place, body=name.encode())


def awaiting(custody: Custody, name: str = "CDR1-C", **known: Any) -> Delivery:
    state = DeliveryState.WAITING
    known["judgement"] = Judgement.AWAITS
    return custody.owe(credit(name, of=name.removesuffix("-C")), state=state, **known)


def test_one_place_is_taken_once_however_many_come_at_once(custody: Custody) -> None:
    calls = [lambda n=n: custody.archive.file(credit(f"CDR1-{n}")) for n in range(8)]

    assert sorted(map(str, at_once(*calls))) == ["False"] * 7 + ["True"]


def test_each_original_and_each_place_has_its_own(custody: Custody) -> None:
    known = (credit("A"), credit("B", 1), credit("C", of="CDR2"), filed("D"), filed("E"))

    assert [custody.archive.file(each) for each in known] == [True] * 5
    assert not custody.archive.file(credit("F", 1))
    found = custody.archive.credit_of(cdr())
    assert (found, found and found.place) == (known[1], 1)
    assert custody.archive.credit_of(cdr("CDR2")) == known[2]
    assert custody.archive.credit_of(cdr("D")) is None


def test_credits_from_before_there_were_places_are_found_and_hold_none(custody: Custody) -> None:
    old = (credit("A", None), replace(credit("B", None), received_at=later(1)))

    assert [custody.archive.file(each) for each in old] == [True, True]
    assert custody.archive.credit_of(cdr()) == old[1]
    custody.archive.file(credit("C"))
    assert custody.archive.credit_of(cdr()) == credit("C")


def test_what_awaits_its_original_is_judged_once(custody: Custody) -> None:
    waiting = awaiting(custody)
    custody.owe(filed("CDR2"))
    assert custody.ledger.awaiting(now=NOON, limit=9) == (waiting,)
    standing = Standing(Judgement.SOUND, behind="cdr|1", remark="differs in remark")

    judged = [
        custody.ledger.judge(waiting.id, standing, state, doubts=(), now=later(9))
        for state in (DeliveryState.WAITING, DeliveryState.DUE)
    ]

    left = custody.known(waiting)
    assert judged == [True, False]
    assert (left.state, left.due) == (DeliveryState.WAITING, later(9))
    assert handover_of(left) == replace(
        handover_of(left), behind="cdr|1", remark="differs in remark"
    )
    assert handover_of(left).judgement is Judgement.SOUND
    assert handover_of(left).untold == ("cdr.accepted",)
    assert custody.ledger.awaiting(now=later(9), limit=9) == ()


def test_those_that_wait_have_their_turns(custody: Custody) -> None:
    first, second = awaiting(custody), awaiting(custody, "CDR2-C")
    found = custody.ledger.awaiting(now=NOON, limit=1)
    [looked_at] = found
    custody.ledger.look_again(looked_at.id, at=later(30))
    custody.ledger.look_again("cdr|nothing", at=later(30))

    [other] = custody.ledger.awaiting(now=later(29), limit=9)

    assert {looked_at.id, other.id} == {first.id, second.id}
    assert len(custody.ledger.awaiting(now=later(30), limit=9)) == 2


def test_what_does_not_fit_is_parked_and_told(custody: Custody) -> None:
    waiting = awaiting(custody, doubts=("negative",))
    unfit = Standing(Judgement.UNFIT, remark="currency: differs")

    custody.ledger.judge(waiting.id, unfit, DeliveryState.PARKED, doubts=["unfit"], now=NOON)

    left = custody.handover(waiting)
    assert (left.judgement, left.remark) == (Judgement.UNFIT, "currency: differs")
    assert left.untold == ("cdr.accepted", "cdr.parked")
    assert left.doubts == ("negative", "unfit")
    assert not custody.queue.retry(waiting.id, now=NOON)


def test_a_cdr_that_awaits_nothing_is_not_judged(custody: Custody) -> None:
    owed = custody.owe(filed())

    for name in (owed.id, "cdr|nothing"):
        standing = Standing(Judgement.UNFIT)
        assert not custody.ledger.judge(name, standing, DeliveryState.PARKED, doubts=(), now=NOON)
    assert custody.known(owed) == owed


@pytest.mark.parametrize("judgement", list(Judgement))
def test_what_is_not_judged_or_unfit_counts_not_and_is_its_owners_alone(
    custody: Custody, judgement: Judgement
) -> None:
    known = credit("CDR1-C")
    custody.owe(known, state=DeliveryState.PARKED, judgement=judgement)

    pages = [custody.ledger.page(PageRequest(0, 9), party=each).items for each in (CPO, EMSP, None)]

    assert pages == [(b"CDR1-C",), (b"CDR1-C",) if judgement.counts else (), (b"CDR1-C",)]
    assert (custody.ledger.counted([known.ref]) == {known.ref}) is judgement.counts


def test_what_is_asked_for_in_its_post_does_not_count_until_it_is_promised(
    custody: Custody,
) -> None:
    owed = custody.owe(filed(), lease=custody.leased())
    refs = [filed().ref, filed("CDR2").ref]
    assert custody.ledger.counted(refs) == frozenset()

    custody.ledger.promise(owed.id)

    assert custody.ledger.counted(refs) == {filed().ref}
    assert custody.ledger.counted([]) == frozenset()


def test_bills_of_one_session_are_found_without_credits_and_without_itself(
    custody: Custody,
) -> None:
    first, second = filed("A", session=S1), filed("B", session=S1, at=1)
    for each in (second, first, filed("C"), replace(credit("A-C", of="A"), session=S1)):
        custody.archive.file(each)

    assert custody.archive.other_bills(S1, cdr("A"), limit=9) == {second.ref: second.key}
    assert custody.archive.other_bills(S1, cdr("X"), limit=1) == {first.ref: first.key}


def test_bills_of_sessions_that_others_bill_too_are_found_for_many_at_once(
    custody: Custody,
) -> None:
    first, second, alone = filed("A", session=S1), filed("B", session=S1, at=1), filed("C")
    again, of_credit = filed("A", 1, session=S2), replace(credit("A-C", of="A"), session=S1)
    same, other = filed("D", session=S2), filed("D", 1, session=S3)
    for each in (first, second, alone, of_credit, other, same):
        custody.archive.file(each)

    refs = [each.ref for each in (first, alone, of_credit, same, other)]
    assert custody.archive.billed_again(refs) == {first.ref}
    assert custody.archive.billed_again([second.ref]) == {second.ref}
    assert custody.archive.billed_again([]) == frozenset()

    custody.archive.file(again)
    assert custody.archive.billed_again([same.ref, other.ref]) == {same.ref}


def test_another_turn_of_the_same_cdr_is_no_other_bill(custody: Custody) -> None:
    turns = [filed("A", turn, session=S1) for turn in (0, 1)]
    for each in turns:
        custody.archive.file(each)

    assert custody.archive.billed_again([each.ref for each in turns]) == frozenset()


def test_a_doubt_is_noted_once(custody: Custody) -> None:
    one, other = custody.owe(filed("A")), custody.owe(filed("B", at=1), doubts=("negative",))

    for _ in range(2):
        custody.ledger.doubt(one.id, "billed_twice")
        custody.ledger.doubt(other.id, "billed_twice")
    custody.ledger.doubt("cdr|none", "billed_twice")

    assert custody.handover(one).doubts == ("billed_twice",)
    assert custody.handover(other).doubts == ("negative", "billed_twice")
    assert [each.id for each in custody.ledger.doubtful(limit=9)] == [other.id, one.id]


def test_doubtful_ones_are_listed_newest_first(custody: Custody) -> None:
    old = custody.owe(filed("A"), doubts=("negative",))
    new = custody.owe(filed("B", at=1), doubts=("negative", "not_yet"))
    custody.owe(filed("C"))
    custody.owe(filed("D"), state=DeliveryState.DECLINED, doubts=("negative",))

    assert custody.ledger.doubtful(limit=9) == (new, old)
    assert custody.ledger.doubtful(limit=1) == (new,)


@pytest.mark.parametrize("custody", ["mongo"], indirect=True)
def test_records_from_before_there_were_judgements_are_sound(
    custody: Custody, mongo: Mongo
) -> None:
    owed = custody.owe(filed())
    old = {"handover.judgement": "", "handover.remark": ""}
    mongo()["deliveries"].update_one({}, {"$unset": old})

    assert custody.known(owed) == owed
    assert custody.ledger.counted([filed().ref]) == {filed().ref}
