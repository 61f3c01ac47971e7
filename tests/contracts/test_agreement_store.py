"""What every store of agreements promises."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from domain.partners.agreements import Agreement, Fee
from domain.partners.party import PartyId
from domain.ports import AgreementStore
from tests.contracts.made import CPO, EMSP, NOON, OTHER_CPO, OTHER_EMSP, at_once, later


def agreement(one: PartyId = CPO, other: PartyId = EMSP, *, made_at: datetime = NOON) -> Agreement:
    return Agreement(one, other, made_at)


def test_an_agreement_comes_back_as_it_was_made(agreements: AgreementStore) -> None:
    assert agreements.add(agreement())

    assert agreements.all() == (agreement(),)


def test_agreements_are_listed_oldest_first(agreements: AgreementStore) -> None:
    newest, oldest = agreement(made_at=later(9)), agreement(OTHER_CPO, EMSP, made_at=later(1))
    between = agreement(CPO, OTHER_EMSP, made_at=later(5))
    for each in (newest, oldest, between):
        agreements.add(each)

    assert agreements.all() == (oldest, between, newest)


def test_two_parties_have_one_agreement_in_either_order(
    agreements: AgreementStore,
) -> None:
    agreements.add(agreement())

    assert not agreements.add(agreement(EMSP, CPO, made_at=later(1)))
    assert not agreements.add(agreement())

    assert agreements.all() == (agreement(),)


def test_of_many_who_agree_at_once_one_makes_it(agreements: AgreementStore) -> None:
    made = [agreement(made_at=later(n)) for n in range(8)]

    outcomes = at_once(*(partial(agreements.add, each) for each in made))

    assert Counter(outcomes) == {False: 7, True: 1}
    assert len(agreements.all()) == 1


def test_an_agreement_that_is_taken_away_is_gone_and_may_be_made_anew(
    agreements: AgreementStore,
) -> None:
    agreements.add(agreement())
    agreements.add(agreement(OTHER_CPO, EMSP))

    assert agreements.remove(agreement(EMSP, CPO).id)
    assert not agreements.remove(agreement().id)
    assert agreements.all() == (agreement(OTHER_CPO, EMSP),)

    assert agreements.add(agreement(made_at=later(1)))


def test_an_agreement_is_found_by_its_id(agreements: AgreementStore) -> None:
    agreements.add(agreement())

    assert agreements.get(agreement(EMSP, CPO).id) == agreement()
    assert agreements.get(agreement(OTHER_CPO, EMSP).id) is None


def test_fees_are_kept_with_every_digit(agreements: AgreementStore) -> None:
    fees = (Fee("EUR", Decimal("0.100"), Decimal("1.50")), Fee("CHF"), Fee("NOK", Decimal("1E+1")))
    agreements.add(replace(agreement(), fees=fees))

    found = agreements.get(agreement().id)

    assert found is not None
    assert found.fees == fees
    kept = [(each.currency, str(each.fixed), str(each.percent)) for each in found.fees]
    assert kept == [("EUR", "0.100", "1.50"), ("CHF", "0", "0"), ("NOK", "1E+1", "0")]


def test_a_price_changes_the_fees_and_nothing_else(agreements: AgreementStore) -> None:
    agreements.add(agreement())
    agreements.add(agreement(OTHER_CPO, EMSP, made_at=later(1)))
    priced = replace(agreement(made_at=later(99)), fees=(Fee("EUR", Decimal("0.10")),))

    assert agreements.price(priced)
    assert agreements.price(priced)

    assert agreements.get(agreement().id) == replace(agreement(), fees=priced.fees)
    assert agreements.all()[1] == agreement(OTHER_CPO, EMSP, made_at=later(1))
    assert agreements.price(agreement())
    assert agreements.get(agreement().id) == agreement()


def test_an_agreement_that_is_not_there_has_no_price(agreements: AgreementStore) -> None:
    assert not agreements.price(agreement())

    assert agreements.all() == ()
