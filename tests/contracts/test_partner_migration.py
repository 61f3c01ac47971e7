"""Records from before there were approved sets: what they get, and which an operator looks at."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.mongo import Mongo, MongoPartners, give_sets, to_review
from adapters.mongo.client import Record
from adapters.ocpi import exact_json
from domain.errors import PartyTaken
from domain.partners.approval import Approved, Invited
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Role
from tests.contracts.made import CPO, EMSP, OTHER_CPO, later, partner

CPO_ROLE = (Role.CPO, CPO)
_NEW = ("approved", "waiting", "waiting_hub", "held", "to_review")


@pytest.fixture
def partners(mongo: Mongo) -> MongoPartners:
    return MongoPartners(mongo, exact_json)


def an_old(mongo: Mongo, old: Partner, *invited: tuple[Role, Any]) -> None:
    """Write it as the hub did before: `role_keys` are the roles of live partners."""
    MongoPartners(mongo, exact_json).save(old)
    records = [{"role": role.value, "party": str(party)} for role, party in invited]
    is_live = old.state is not PartnerState.UNREGISTERED and old.roles
    update: Record = {"$set": {"invited": records}, "$unset": dict.fromkeys(_NEW, "")}
    if is_live:
        update["$set"]["role_keys"] = [role.key for role in old.roles]
    else:
        update["$unset"]["role_keys"] = ""
    mongo()["partners"].update_one({"_id": old.id}, update)


def test_an_old_record_is_read_before_it_is_changed(mongo: Mongo, partners: MongoPartners) -> None:
    an_old(mongo, replace(partner("p", CPO_ROLE), hub_party=EMSP), CPO_ROLE)

    read = partners.get("p")

    assert read.approved == Approved((Invited(*CPO_ROLE),), EMSP)
    assert read.to_review
    assert to_review(mongo()) == ["p (p)"]


def test_what_was_invited_and_is_held_becomes_the_set(
    mongo: Mongo, partners: MongoPartners
) -> None:
    an_old(mongo, partner("said", CPO_ROLE), CPO_ROLE)
    an_old(mongo, partner("soon", state=PartnerState.INVITED), (Role.EMSP, EMSP))

    assert give_sets(mongo(), exact_json) == 2

    assert partners.get("said").approved == Approved((Invited(*CPO_ROLE),))
    assert partners.get("soon").holds == {f"{EMSP}/EMSP"}
    assert to_review(mongo()) == []
    assert give_sets(mongo(), exact_json) == 0
    with pytest.raises(PartyTaken):
        partners.save(partner("q", (Role.EMSP, EMSP)))


def test_an_operator_looks_at_what_no_invitation_said(
    mongo: Mongo, partners: MongoPartners
) -> None:
    an_old(mongo, partner("connected", CPO_ROLE))
    an_old(
        mongo, replace(partner("hub", (Role.CPO, OTHER_CPO)), hub_party=EMSP), (Role.CPO, OTHER_CPO)
    )

    give_sets(mongo(), exact_json)

    assert to_review(mongo()) == ["connected (connected)", "hub (hub)"]
    assert partners.get("hub").approved.hub_party == EMSP
    seen = partners.get("connected")
    partners.save(replace(seen, to_review=False))
    assert to_review(mongo()) == ["hub (hub)"]


def test_a_live_partner_keeps_what_a_removed_one_had(mongo: Mongo, partners: MongoPartners) -> None:
    gone = partner("gone", CPO_ROLE, (Role.NSP, CPO), state=PartnerState.UNREGISTERED)
    an_old(mongo, gone, CPO_ROLE)
    an_old(mongo, partner("now", CPO_ROLE, created_at=later(9)), CPO_ROLE)

    assert give_sets(mongo(), exact_json) == 2

    assert partners.get("now").holds == {f"{CPO}/CPO"}
    assert partners.get("gone").holds == {f"{CPO}/NSP"}
    assert to_review(mongo()) == []


def test_of_two_invitations_for_one_party_the_newer_counts(
    mongo: Mongo, partners: MongoPartners
) -> None:
    for name, seconds in (("first", 0), ("second", 9)):
        invited = partner(name, state=PartnerState.INVITED, created_at=later(seconds))
        an_old(mongo, invited, CPO_ROLE)

    give_sets(mongo(), exact_json)

    assert partners.get("second").holds == {f"{CPO}/CPO"}
    assert to_review(mongo()) == ["first (first)"]
