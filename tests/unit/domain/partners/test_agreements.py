"""Which parties may see each other: all, or those with an agreement."""

from domain.partners.agreements import Agreement, AgreementPolicy, Agreements
from domain.partners.party import PartyId
from tests.builders import ABC, NOON, XYZ

THIRD = PartyId("BE", "THI")


def test_an_agreement_has_one_name_in_either_order() -> None:
    assert Agreement(XYZ, ABC, NOON).id == Agreement(ABC, XYZ, NOON).id == "DE-ABC~FR-XYZ"


def test_where_none_are_required_all_parties_see_each_other() -> None:
    assert Agreements().allow(ABC, XYZ)


def test_where_they_are_required_only_who_has_agreed_sees_the_other() -> None:
    agreements = Agreements(AgreementPolicy.REQUIRED, frozenset({frozenset((ABC, XYZ))}))

    assert agreements.allow(ABC, XYZ)
    assert agreements.allow(XYZ, ABC)
    assert not agreements.allow(ABC, THIRD)
    assert agreements.allow(THIRD, THIRD)
