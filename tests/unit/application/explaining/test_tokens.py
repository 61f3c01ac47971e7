"""Why a token's owner is asked where a driver stands, or why not."""

from dataclasses import replace

from domain.objects.stored import ObjectKey
from domain.partners.agreements import AgreementPolicy
from domain.partners.party import PartyId
from tests.builders import ABC, HUB, XYZ, a_token_object
from tests.unit.application.explaining.asked import NO, QRS, YES, Market, decided, said
from tests.unit.application.readers import a_choosing_reader
from tests.unit.application.roaming import T1, push_token

EMAID = ObjectKey("tokens", XYZ, "FR-XYZ-C1", "EMAID")


def test_the_owner_of_a_token_that_the_hub_has_is_asked(market: Market) -> None:
    push_token(market.house)

    explained = market.why_asked(T1)

    assert explained.question == "Is FR-XYZ asked about the RFID token T1 at DE-ABC?"
    assert decided(explained) == (YES, "asked")
    assert "the hub has its copy" in said(explained)
    assert "does not answer in time, the hub answers in its place" in said(explained)


def test_a_token_that_the_hub_never_answers_for_says_so(market: Market) -> None:
    push_token(market.house, a_token_object(whitelist="NEVER"))

    assert "the hub answers for it never" in said(market.why_asked(T1))


def test_a_token_that_the_hub_has_not_goes_to_no_party(market: Market) -> None:
    explained = market.why_asked(T1)

    assert decided(explained) == (NO, "issuer")
    assert "FR-XYZ pushes the token to the hub; or DE-ABC names FR-XYZ" in said(explained)


def test_an_emaid_names_its_issuer(market: Market) -> None:
    explained = market.why_asked(EMAID)

    assert decided(explained) == (YES, "asked")
    assert "the EMAID names it" in said(explained)


def test_of_many_owners_of_a_uid_the_latest_are_asked(market: Market) -> None:
    push_token(market.house)
    for number in range(8):
        party = PartyId("NL", f"MS{number}")
        market.house.with_partners(a_choosing_reader(f"p{number}", party))
        named = {"country_code": "NL", "party_id": party.party_id}
        by = market.partner(f"p{number}")
        push_token(market.house, a_token_object(updated=1, **named), by=by)

    explained = market.why_asked(T1)

    assert decided(explained) == (NO, "issuer")
    assert "8 other parties have a token of this uid" in said(explained)


def test_an_owner_that_is_offline_is_not_asked(market: Market) -> None:
    push_token(market.house)
    market.house.partners.probed("emsp", failures=2, reachable=False, now=market.house.clock.now())

    explained = market.why_asked(T1)

    assert decided(explained) == (NO, "away")
    assert "FR-XYZ is offline; the hub answers in its place" in said(explained)


def test_an_emaid_of_an_unknown_issuer_goes_to_no_party(market: Market) -> None:
    explained = market.why_asked(replace(EMAID, id="NL-MS9-C1", owner=QRS))

    assert decided(explained) == (NO, "issuer")


def test_an_owner_without_an_endpoint_is_not_asked(market: Market) -> None:
    push_token(market.house)
    market.change("emsp", endpoints=())

    assert decided(market.why_asked(T1)) == (NO, "endpoint")


def test_who_asks_has_to_be_connected(market: Market) -> None:
    push_token(market.house)
    market.suspend("cpo")

    assert decided(market.why_asked(T1)) == (NO, "asking")
    assert decided(market.why_asked(T1, at=HUB)) == (NO, "asking")


def test_the_two_have_to_know_each_other() -> None:
    market = Market(ports={"policy": AgreementPolicy.REQUIRED})
    push_token(market.house)

    assert decided(market.why_asked(T1)) == (NO, "agreement")
    market.agree(ABC, XYZ)
    assert decided(market.why_asked(T1)) == (YES, "asked")


def test_a_party_that_lists_no_others_tokens_sees_none(market: Market) -> None:
    """R-GETALL-4: what it may not see is not asked about without naming the owner."""
    push_token(market.house)

    assert decided(market.why_asked(T1, at=QRS)) == (NO, "issuer")
