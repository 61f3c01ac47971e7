"""Why a party sees another one, or why not."""

from dataclasses import dataclass, replace
from typing import Any

from domain.partners.agreements import AgreementPolicy
from domain.partners.directory import Directory
from domain.partners.partner import Partner
from domain.partners.party import PartyId, PartyRole, Role
from tests.builders import ABC, HUB, NOON, XYZ, a_role
from tests.unit.application.explaining.asked import NO, YES, Market, decided, said


def test_who_is_connected_is_seen_with_its_roles_and_status(market: Market) -> None:
    explained = market.why_seen()

    assert explained.question == "Does FR-XYZ see DE-ABC?"
    assert decided(explained) == (YES, "seen")
    assert "FR-XYZ sees DE-ABC as CPO, CONNECTED" in said(explained)
    assert "is told by hubclientinfo" in said(explained)


def test_a_platform_without_an_endpoint_reads_the_list_of_others(market: Market) -> None:
    market.change("emsp", endpoints=())
    market.house.partners.untold("emsp", "", since=NOON)

    explained = market.why_seen()

    assert decided(explained) == (YES, "seen")
    assert "reads the list of hubclientinfo; the roles that it reaches have changed" in said(
        explained
    )
    assert "changed" not in said(market.why_seen(by="cpo"))


def test_a_party_that_is_locked_is_not_seen(market: Market) -> None:
    market.suspend("cpo")

    assert decided(market.why_seen()) == (NO, "party")


def test_a_party_that_is_locked_sees_no_other(market: Market) -> None:
    market.suspend("emsp")

    assert decided(market.why_seen()) == (NO, "viewer")


def test_a_party_on_no_platform_is_not_seen(market: Market) -> None:
    assert decided(market.why_seen(HUB)) == (NO, "party")
    assert decided(market.why_seen(to=HUB)) == (NO, "viewer")


def test_without_an_agreement_a_party_is_not_seen() -> None:
    market = Market(ports={"policy": AgreementPolicy.REQUIRED})

    assert decided(market.why_seen()) == (NO, "agreement")
    market.agree(ABC, XYZ)
    assert decided(market.why_seen()) == (YES, "seen")


def test_a_platform_is_told_nothing_of_itself(market: Market) -> None:
    own = PartyId("FR", "CPO")
    market.change("emsp", roles=(a_role(Role.EMSP, XYZ), a_role(Role.CPO, own)))

    assert decided(market.why_seen(own)) == (NO, "platform")


def test_a_party_on_the_same_and_on_another_platform_is_seen_there(market: Market) -> None:
    market.change("emsp", roles=(a_role(Role.EMSP, XYZ), a_role(Role.EMSP, ABC)))

    assert decided(market.why_seen()) == (YES, "seen")


def test_what_the_directory_does_not_show_is_not_said_to_be_seen(market: Market) -> None:
    """The last check asks the rule itself: it would say so if the ones before were wrong."""
    known = market.house.directories.read()
    blind: Any = _Blind(known.hub, known.partners, known.agreements)
    kept: Any = _Kept(blind)
    explainer = replace(market.house.party_explainer, directories=kept)

    assert decided(explainer.explain(ABC, to=XYZ, by=None)) == (NO, "seen")


class _Blind(Directory):
    """One that shows no role."""

    def reachable_roles(self, *, by: Partner) -> tuple[PartyRole, ...]:
        return ()


@dataclass(frozen=True)
class _Kept:
    directory: Directory

    def known(self) -> Directory:
        return self.directory
