"""Which parties may see each other: all, or those with an agreement."""

from decimal import Decimal

import pytest

from domain.partners.agreements import Agreement, AgreementPolicy, Agreements, Fee
from domain.partners.party import PartyId
from tests.builders import ABC, NOON, XYZ

THIRD = PartyId("BE", "THI")


def test_an_agreement_has_one_name_in_either_order() -> None:
    assert Agreement(XYZ, ABC, NOON).id == Agreement(ABC, XYZ, NOON).id == "DE-ABC~FR-XYZ"


def test_where_none_are_required_all_parties_see_each_other() -> None:
    assert Agreements().allow(ABC, XYZ)


def test_where_they_are_required_only_who_has_agreed_sees_the_other() -> None:
    agreements = Agreements(AgreementPolicy.REQUIRED, (Agreement(ABC, XYZ, NOON),))

    assert agreements.allow(ABC, XYZ)
    assert agreements.allow(XYZ, ABC)
    assert not agreements.allow(ABC, THIRD)
    assert agreements.allow(THIRD, THIRD)


@pytest.mark.parametrize("policy", AgreementPolicy)
def test_a_fee_is_that_of_the_two_in_this_currency(policy: AgreementPolicy) -> None:
    fee = Fee("EUR", percent=Decimal("1.5"))
    agreements = Agreements(policy, (Agreement(ABC, XYZ, NOON, fees=(fee,)),))

    assert agreements.fee(ABC, XYZ, "EUR") == agreements.fee(XYZ, ABC, "EUR") == fee
    assert agreements.fee(ABC, XYZ, "CHF") is None
    assert agreements.fee(ABC, THIRD, "EUR") is None
