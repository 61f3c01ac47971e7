"""What every store of partners promises."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from domain.documents import Document
from domain.errors import PartyTaken, RecordChanged, UnknownPartner
from domain.partners.admission import released
from domain.partners.approval import Approved, Invited
from domain.partners.interest import NOTHING, Choice, Interest, Interests
from domain.partners.partner import InboundToken, PartnerState, TokenUse
from domain.partners.party import Endpoint, Interface, PartyId, PartyRole, Role
from domain.places import Box
from tests.contracts.made import CPO, EMSP, NOON, Partners, at_once, later, partner


def test_a_partner_comes_back_as_it_was_saved(partners: Partners) -> None:
    details: Document = {"name": "Ümlaut", "$where": {"a.b": [Decimal("1.50"), None]}, "": 7}
    whole = replace(
        partner("p"),
        approved=Approved((Invited(Role.CPO, CPO), Invited(Role.CPO, PartyId("DE", "*"))), EMSP),
        waiting=(PartyRole(Role.NSP, CPO, details),),
        waiting_hub=CPO,
        held=("DE/ABC/CPO", "NL/EMS/CPO"),
        to_review=True,
        roles=(PartyRole(Role.CPO, CPO, details),),
        hub_party=EMSP,
        tokens=(
            InboundToken("hash-1", TokenUse.CURRENT),
            InboundToken("hash-2", TokenUse.PREVIOUS, later(60)),
        ),
        spent=("hash-0", "hash-00"),
        outbound_token="sealed",
        versions_url="https://cpo.example/versions",
        version="2.3.0",
        endpoints=(Endpoint("locations", Interface.SENDER, "https://cpo.example/l"),),
        registered_at=later(1),
        last_seen=later(2),
        reachable=False,
        ailing=True,
        suspected=True,
        probe_failures=1,
        probed_at=later(3),
        is_announced=True,
        dropped=(PartyRole(Role.EMSP, CPO, details),),
        stand_in=False,
        synced=(("locations", later(4)), ("tokens", later(5))),
        told="DE/ABC/CPO",
        untold="DE/ABC/CPO NL/EMS/EMSP",
        untold_since=later(6),
        joined_at=later(7),
        behind_since=later(8),
        resumed_at=later(9),
        interests=Interests(
            choices=(
                Choice("locations", Interest(box=Box(176.5, -20.0, -178.0, -15.0)), later(10)),
                Choice("tokens", NOTHING, later(11)),
            ),
            outgrown=(
                Choice("tariffs", Interest(frozenset({"DE", "FR"}), frozenset({CPO})), later(12)),
            ),
            revision=7,
            changed_at=later(13),
        ),
    )

    saved = partners.save(whole)

    assert saved == replace(whole, revision=1)
    assert partners.get("p") == saved


def test_a_partner_that_is_not_there_is_unknown(partners: Partners) -> None:
    with pytest.raises(UnknownPartner):
        partners.get("unknown")


def test_a_partner_is_found_by_a_token_that_it_has_no_more(partners: Partners) -> None:
    saved = partners.save(replace(partner("p"), spent=("hash-1", "hash-2")))
    partners.save(partner("without"))

    assert partners.by_spent("hash-2") == saved
    assert partners.by_spent("hash-3") is None
    assert partners.by_token("hash-2") is None


def test_a_partner_is_found_by_any_of_its_tokens(partners: Partners) -> None:
    held = tuple(InboundToken(f"hash-{use}", use, NOON) for use in TokenUse)
    saved = partners.save(replace(partner("p"), tokens=held))
    partners.save(partner("without tokens"))

    assert partners.by_token("hash-PREVIOUS") == saved
    assert partners.by_token("hash-unknown") is None


def test_a_token_that_was_replaced_finds_no_partner(partners: Partners) -> None:
    saved = partners.save(
        replace(partner("p"), tokens=(InboundToken("old", TokenUse.CURRENT),)),
    )

    partners.save(replace(saved, tokens=(InboundToken("new", TokenUse.CURRENT),)))

    assert partners.by_token("old") is None


def test_roles_that_were_dropped_stay_taken_and_are_still_told(partners: Partners) -> None:
    saved = partners.save(partner("p", (Role.CPO, CPO), (Role.EMSP, EMSP)))
    kept = saved.with_roles(saved.roles[:1])
    partners.save(kept)

    with pytest.raises(PartyTaken):
        partners.save(partner("q", (Role.EMSP, EMSP)))

    assert partners.get("p").dropped == saved.roles[1:]


def test_partners_are_listed_oldest_first(partners: Partners) -> None:
    for name, seconds in (("c", 2), ("a", 1), ("b", 0)):
        partners.save(partner(name, created_at=later(seconds)))

    assert [each.id for each in partners.all()] == ["b", "a", "c"]


def test_who_saves_what_it_read_before_another_wrote_is_told(partners: Partners) -> None:
    read = partners.save(partner("p"))
    partners.save(replace(read, name="first"))

    with pytest.raises(RecordChanged):
        partners.save(replace(read, name="second"))

    assert partners.get("p").name == "first"


def test_a_new_partner_does_not_overwrite_one_of_its_id(partners: Partners) -> None:
    partners.save(partner("p"))

    with pytest.raises(RecordChanged):
        partners.save(partner("p"))


def test_saving_what_was_never_stored_is_a_conflict(partners: Partners) -> None:
    with pytest.raises(RecordChanged):
        partners.save(replace(partner("p"), revision=3))


def test_of_many_who_save_at_once_one_succeeds(partners: Partners) -> None:
    read = partners.save(partner("p"))

    outcomes = at_once(*(partial(partners.save, replace(read, name=f"{n}")) for n in range(8)))

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {
        "RecordChanged": 7,
        "Partner": 1,
    }
    assert partners.get("p").revision == 2


@pytest.mark.parametrize(
    "state", [PartnerState.INVITED, PartnerState.REGISTERED, PartnerState.SUSPENDED]
)
def test_a_role_is_one_live_partners(partners: Partners, state: PartnerState) -> None:
    partners.save(partner("p", (Role.CPO, CPO), state=state))

    with pytest.raises(PartyTaken):
        partners.save(partner("q", (Role.EMSP, EMSP), (Role.CPO, CPO)))


def test_of_many_who_claim_a_role_at_once_one_gets_it(partners: Partners) -> None:
    outcomes = at_once(
        *(partial(partners.save, partner(f"p{n}", (Role.CPO, CPO))) for n in range(8))
    )

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {
        "PartyTaken": 7,
        "Partner": 1,
    }


def test_roles_of_who_has_left_stay_taken_until_released(
    partners: Partners,
) -> None:
    saved = partners.save(partner("p", (Role.CPO, CPO)))
    left = partners.save(saved.unregistered(PartnerState.UNREGISTERED))

    with pytest.raises(PartyTaken):
        partners.save(partner("q", (Role.CPO, CPO)))
    partners.save(released(left))
    partners.save(partner("q", (Role.CPO, CPO)))

    assert (partners.get("p").parties, partners.get("p").dropped) == ((), saved.roles)


def test_an_approved_role_is_taken_before_its_partner_comes(partners: Partners) -> None:
    partners.save(replace(partner("p", state=PartnerState.INVITED), held=(f"{CPO}/CPO",)))

    with pytest.raises(PartyTaken):
        partners.save(partner("q", (Role.CPO, CPO)))


@pytest.mark.parametrize("role", Role)
def test_a_hubs_party_is_no_other_partners_in_any_role(partners: Partners, role: Role) -> None:
    partners.save(replace(partner("hub", (Role.CPO, CPO)), hub_party=EMSP))

    with pytest.raises(PartyTaken):
        partners.save(partner("q", (role, EMSP)))


def test_who_comes_back_finds_its_role_taken(partners: Partners) -> None:
    left = partners.save(partner("p", (Role.CPO, CPO), state=PartnerState.UNREGISTERED))
    partners.save(partner("q", (Role.CPO, CPO)))

    with pytest.raises(PartyTaken):
        partners.save(replace(left, state=PartnerState.REGISTERED))


def test_partners_without_roles_and_tokens_do_not_hinder_each_other(
    partners: Partners,
) -> None:
    partners.save(partner("p", state=PartnerState.INVITED))
    partners.save(partner("q", state=PartnerState.INVITED))

    assert len(partners.all()) == 2


def test_a_call_from_a_partner_makes_it_reachable_and_well(partners: Partners) -> None:
    read = partners.save(replace(partner("p"), reachable=False, ailing=True))

    partners.seen("p", now=later(5))

    assert partners.get("p") == replace(read, last_seen=later(5), reachable=True, ailing=False)


def test_noting_a_call_makes_no_save_a_conflict(partners: Partners) -> None:
    read = partners.save(partner("p"))

    partners.seen("p", now=later(5))
    partners.set_ailing("p", ailing=True)

    assert partners.get("p").ailing
    assert partners.save(replace(read, name="renamed")).revision == 2


def test_noting_a_call_of_who_is_gone_does_nothing(partners: Partners) -> None:
    partners.seen("unknown", now=NOON)
    partners.set_ailing("unknown", ailing=True)

    assert partners.all() == ()
