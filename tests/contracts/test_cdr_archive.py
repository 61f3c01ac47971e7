"""What every archive of CDRs promises: what was filed is there, as it was filed, and stays."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import partial

from domain.cdrs.clearing import Account
from domain.cdrs.custody import CdrConflict, Filed
from domain.objects.stored import ObjectKey
from domain.partners.agreements import Fee
from tests.contracts.made import CPO, OTHER_CPO, Custody, at_once, cdr, filed, later

ODD = b'{"n": 1.500, "s": "\\u0000\\ud800\\u00e9", "e": 1E+2}\n\xff\xfe\x00'
"""Bytes that no parser gives back as they were, nor is all of it text."""


def refs(*known: Filed) -> list[str]:
    return [each.ref for each in known]


def conflict(body: bytes = b"{}", *, name: str = "CDR1", at: float = 0) -> CdrConflict:
    known = filed(name, body=body)
    return CdrConflict(known.ref, known.key, "partner-1", body, known.sha256, later(at))


def test_a_cdr_comes_back_as_it_was_filed(custody: Custody) -> None:
    plain = filed()
    full = filed(
        "CDR/2 é",
        3,
        owner=OTHER_CPO,
        sender=CPO,
        fee=Fee("EUR", Decimal("0.10"), Decimal("1.5")),
        session=ObjectKey("sessions", OTHER_CPO, "S 1"),
        credited=cdr("CDR1", owner=OTHER_CPO),
        account=Account("CHF", Decimal("-1"), Decimal("-2"), Decimal("-3"), is_credit=True),
    )

    assert custody.archive.file(plain)
    assert custody.archive.file(full)

    assert custody.archive.get(plain.ref) == plain
    assert custody.archive.get(full.ref) == full
    assert custody.archive.get("no such ref") is None


def test_the_owners_bytes_stay_as_they_came(custody: Custody) -> None:
    custody.archive.file(filed(body=ODD))

    [found] = custody.archive.received()
    assert found.body == ODD
    assert found.is_whole


def test_every_digit_of_the_figures_stays(custody: Custody) -> None:
    digits = ("20.0000", "1E+3", "-1.0000000000000000000", "2.50", "0E-7")
    kwh, net, taxes, fixed, percent = map(Decimal, digits)
    known = filed(account=Account("EUR", kwh, net, taxes), fee=Fee("EUR", fixed, percent))
    custody.archive.file(known)

    found = custody.archive.get(known.ref)

    assert found is not None
    assert found.fee is not None
    figures = (found.account.kwh, found.account.net, found.account.taxes)
    assert tuple(map(str, (*figures, found.fee.fixed, found.fee.percent))) == digits


def test_times_of_the_owner_stay_to_the_microsecond(custody: Custody) -> None:
    known = filed(last_updated=later(0.123456))
    custody.archive.file(known)

    assert custody.archive.get(known.ref) == known


def test_filing_again_is_safe_and_replaces_nothing(custody: Custody) -> None:
    custody.archive.file(filed())

    assert not custody.archive.file(filed())
    assert not custody.archive.file(filed(body=b'{"another":true}'))

    assert list(custody.archive.received()) == [filed()]


def test_of_many_who_file_one_at_once_one_does(custody: Custody) -> None:
    bodies = [b'{"n":%d}' % n for n in range(8)]

    outcomes = at_once(*(partial(custody.archive.file, filed(body=body)) for body in bodies))

    assert Counter(outcomes) == {False: 7, True: 1}
    winner = bodies[outcomes.index(True)]
    assert [each.body for each in custody.archive.received()] == [winner]


def test_the_latest_of_an_id_is_the_one_of_the_highest_turn(custody: Custody) -> None:
    for turn in (2, 0, 10, 1):
        custody.archive.file(filed(turn=turn, at=-turn))
    custody.archive.file(filed("CDR2", 99))
    custody.archive.file(filed(owner=OTHER_CPO, turn=98))

    assert custody.archive.latest(cdr("cdr1")) == filed(turn=10, at=-10)
    assert custody.archive.latest(cdr("CDR3")) is None


def test_what_was_received_is_read_oldest_first_within_its_bounds(custody: Custody) -> None:
    one, two, three = (filed(f"C{n}", at=n) for n in (1, 2, 3))
    for each in (two, three, one):
        custody.archive.file(each)
    archive = custody.archive

    assert list(archive.received()) == [one, two, three]
    assert list(archive.received(since=later(2))) == [two, three]
    assert list(archive.received(before=later(2))) == [one]
    assert list(archive.received(since=later(2), before=later(3))) == [two]
    assert list(archive.refs(since=None, before=later(3))) == refs(one, two)
    assert list(archive.refs(since=later(2), before=later(3))) == refs(two)
    assert list(archive.refs(since=later(1), before=later(9))) == refs(one, two, three)


def test_what_was_received_at_one_moment_is_read_in_one_order(custody: Custody) -> None:
    known = [filed(f"C{n}") for n in range(6)]
    for each in known:
        custody.archive.file(each)

    in_order = sorted(refs(*known))
    assert [each.ref for each in custody.archive.received()] == in_order
    assert list(custody.archive.refs(since=None, before=later(1))) == in_order


def test_figures_of_all_come_oldest_first(custody: Custody) -> None:
    third, first, second = filed("A", at=3), filed("C", at=1), filed("B", at=2)
    for each in (third, first, second):
        custody.archive.file(each)

    found = custody.archive.billed()

    assert [each.ref for each in found] == refs(first, second, third)


def test_sessions_that_a_cdr_names_are_billed(custody: Custody) -> None:
    one, two, other = (ObjectKey("sessions", CPO, name) for name in ("S1", "S2", "S9"))
    first, second = filed("C1", session=one), filed("C2", session=two)
    for each in (first, second, filed("C3")):
        custody.archive.file(each)

    assert custody.archive.naming([one, other]) == {first.ref: one}
    assert custody.archive.naming([two, one]) == {first.ref: one, second.ref: two}
    assert custody.archive.naming([other]) == {}
    assert custody.archive.naming([]) == {}


def test_a_conflict_is_kept_once_as_it_was_seen_first(custody: Custody) -> None:
    custody.archive.keep(conflict(ODD))
    custody.archive.keep(conflict(ODD, at=5))
    custody.archive.keep(replace(conflict(ODD), partner_id="partner-2"))

    assert custody.archive.conflicts() == (conflict(ODD),)
    assert custody.archive.get(conflict().ref) is None


def test_conflicts_are_shown_newest_first(custody: Custody) -> None:
    known = [conflict(b"%d" % n, name=f"CDR{n % 3}", at=n) for n in range(9)]
    for each in (*known[4:], *known[:4]):
        custody.archive.keep(each)

    assert custody.archive.conflicts() == tuple(reversed(known))
    assert custody.archive.conflicts(limit=2) == (known[8], known[7])
