"""Choosing what is pushed: what may be chosen, by whom it is said, and why it is refused."""

from dataclasses import replace

import pytest

from domain.errors import InvalidDocument, UnknownPartner
from domain.partners.agreements import AgreementPolicy
from domain.partners.interest import EVERYTHING, NOTHING, Interest
from domain.partners.party import PartyId
from domain.places import Box
from tests.builders import ABC, NOON, XYZ
from tests.unit.application.house import House
from tests.unit.application.readers import DE, INSIDE, TNM, a_choosing_reader, an_owner

OF_TNM = Interest(owners=frozenset({TNM}))


@pytest.fixture
def house() -> House:
    return House().with_partners(an_owner(), an_owner("tnm", TNM), a_choosing_reader())


def test_a_choice_is_kept_with_the_partner(house: House) -> None:
    chosen = {"locations": replace(DE, box=Box(1, 2, 3, 4)), "tokens": NOTHING, "tariffs": OF_TNM}

    changed = house.reader_interests.choose("emsp", chosen)

    assert changed.interests.chosen() == chosen
    assert (changed.interests.revision, changed.interests.changed_at) == (1, NOON)
    assert house.partners.get("emsp") == changed


def test_the_same_choice_again_is_no_write(house: House) -> None:
    changed = house.reader_interests.choose("emsp", {"locations": DE})

    assert house.reader_interests.choose("emsp", {"locations": DE}) == changed


def test_a_choice_replaces_all_and_a_change_what_it_names(house: House) -> None:
    house.reader_interests.choose("emsp", {"locations": DE, "tokens": NOTHING})

    changed = house.reader_interests.change("emsp", {"locations": EVERYTHING, "tariffs": DE})
    chosen = house.reader_interests.choose("emsp", {"sessions": NOTHING})

    assert changed.interests.chosen() == {"tariffs": DE, "tokens": NOTHING}
    assert chosen.interests.chosen() == {"sessions": NOTHING}


@pytest.mark.parametrize(
    ("module", "interest", "reason"),
    [
        ("cdrs", NOTHING, "cdrs: the hub answers for CDRs: they are delivered to each platform"),
        ("commands", NOTHING, "commands: the hub pushes no such module: it pushes locations, "),
        ("sessions", DE, "sessions: is pushed whole or pulled, not by country or owner"),
        ("hubclientinfo", OF_TNM, "hubclientinfo: is pushed whole or pulled, not by country"),
        ("tariffs", INSIDE, "tariffs: has no place on the map: a box narrows locations alone"),
        (
            "locations",
            Interest(owners=frozenset({PartyId("SE", "NON")})),
            "owners: SE-NON is no party that the partner may see",
        ),
        (
            "locations",
            Interest(owners=frozenset(PartyId("DE", f"{n:03}") for n in range(501))),
            "locations: more than 300 countries or 500 owners",
        ),
        (
            "locations",
            Interest(countries=frozenset(f"{n:03}" for n in range(301))),
            "locations: more than 300 countries or 500 owners",
        ),
    ],
)
def test_a_choice_that_cannot_be_made_says_why(
    house: House, module: str, interest: Interest, reason: str
) -> None:
    with pytest.raises(InvalidDocument) as refused:
        house.reader_interests.choose("emsp", {module: interest})

    assert str(refused.value).startswith(reason)
    assert house.partners.get("emsp").interests.chosen() == {}


def test_every_problem_is_named(house: House) -> None:
    with pytest.raises(InvalidDocument) as refused:
        house.reader_interests.choose("emsp", {"cdrs": NOTHING, "tokens": INSIDE})

    assert [each.path for each in refused.value.problems] == ["cdrs", "tokens"]


def test_a_party_that_the_partner_may_not_see_is_none_to_it() -> None:
    house = House(policy=AgreementPolicy.REQUIRED)
    house.with_partners(an_owner(), an_owner("tnm", TNM), a_choosing_reader())
    made = house.administration.agree(XYZ, TNM)

    with pytest.raises(InvalidDocument, match="DE-ABC is no party"):
        house.reader_interests.choose("emsp", {"locations": Interest(owners=frozenset({ABC}))})

    house.reader_interests.choose("emsp", {"locations": OF_TNM})
    house.administration.disagree(made.id)
    both = Interest(owners=frozenset({TNM}), countries=frozenset({"DE"}))
    changed = house.reader_interests.choose("emsp", {"locations": both})
    assert changed.interests.of("locations") == both, "what it has chosen it may choose again"


def test_a_partner_that_is_not_there_is_unknown(house: House) -> None:
    with pytest.raises(UnknownPartner):
        house.reader_interests.choose("none", {})
