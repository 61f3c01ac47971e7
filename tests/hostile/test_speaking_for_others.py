"""A partner that names parties which its operator never approved, against the running hub.

On every way in it gets 2001 for them, and what belongs to them stays closed to it.
"""

import json

import pytest

from domain.errors import PartyTaken
from domain.partners.approval import Approved, Invited
from domain.partners.partner import Partner
from domain.partners.party import PartyId, Role, parse_role
from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.parties import Party as SandboxParty
from tests.conformance.guests import Join
from tests.conformance.handshake import offer
from tests.conformance.running import RunningHub
from tests.conformance.steps import INVALID, OK, a_location, outcome, party_of, put

pytestmark = pytest.mark.e2e
AWAITS = (403, 2001)


def joined(party: tuple[str, str]) -> str:
    return "".join(party)


def role_of(party: tuple[str, str], role: str) -> dict[str, object]:
    return SandboxParty(role, *party, "Attacker").credentials_role()


def cdrs_as(platform: Platform, party: tuple[str, str]) -> Answer:
    return platform.hub.get("cdrs", to=platform.hub.hub_party, from_=party)


def renew(hub: RunningHub, platform: Platform, **changed: object) -> Answer:
    return offer(hub, platform, platform.hub.peer.token, "PUT", **changed)


@pytest.mark.parametrize("case", [str.upper, str.lower])
@pytest.mark.parametrize("other", ["registered", "left", "invited", "suspended", "removed"])
def test_a_partner_does_not_become_a_hub_by_the_party_of_another(
    hub: RunningHub, join: Join, other: str, case: type[str]
) -> None:
    victim = a_party_that_is(other, hub, join)
    attacker = join("CPO")

    answer = renew(hub, attacker, hub_party_id=case(joined(victim)))

    assert outcome(answer) == INVALID
    assert outcome(cdrs_as(attacker, victim)) == (403, 2001)


@pytest.mark.parametrize("other", ["left", "invited", "suspended", "removed"])
def test_a_partner_does_not_take_a_role_that_another_is_to_have(
    hub: RunningHub, join: Join, other: str
) -> None:
    victim = a_party_that_is(other, hub, join)
    attacker = join("CPO", registered=False)
    connect(hub, attacker, f"CPO:{':'.join(party_of(attacker))}")

    roles = [role_of(party_of(attacker), "CPO"), role_of(victim, "EMSP")]
    answer = renew(hub, attacker, roles=roles)

    assert outcome(answer) == INVALID
    assert outcome(cdrs_as(attacker, victim)) == (403, 2001)


def test_who_was_connected_without_a_role_speaks_for_no_party_until_it_is_approved(
    hub: RunningHub, join: Join
) -> None:
    attacker = join("EMSP", registered=False)
    partner = connect(hub, attacker)

    closed = cdrs_as(attacker, party_of(attacker))
    assert outcome(closed) == AWAITS
    assert "awaits approval" in closed.message
    assert outcome(attacker.hub.call("GET", hub.versions_url, token=attacker.hub.peer.token)) == OK
    assert [role["role"] for role in attacker.hub.credentials().data["roles"]] == ["OTHER"]
    assert outcome(attacker.hub.rotate()) == OK
    assert outcome(cdrs_as(attacker, party_of(attacker))) == AWAITS

    hub.inside.hub.approval.approve(partner.id)
    assert outcome(cdrs_as(attacker, party_of(attacker))) == OK


def test_an_invited_party_is_not_taken_by_who_was_connected_without_a_role(
    hub: RunningHub, join: Join
) -> None:
    party = hub.free_party()
    token = hub.invited(f"EMSP:{party[0]}:{party[1]}")
    attacker = join(f"EMSP:{party[0]}:{party[1]}", registered=False)
    rightful = join(f"EMSP:{party[0]}:{party[1]}", registered=False)
    partner = connect(hub, attacker)

    assert outcome(rightful.hub.register(hub.versions_url, token)) == (201, 1000)
    assert outcome(cdrs_as(attacker, party)) == AWAITS
    with pytest.raises(PartyTaken, match="held by"):
        hub.inside.hub.approval.approve(partner.id)


def test_a_rejected_partner_is_told_and_shut_out(hub: RunningHub, join: Join) -> None:
    platform = join("EMSP", registered=False)
    partner = connect(hub, platform)
    token = platform.hub.peer.token

    hub.inside.hub.approval.reject(partner.id)

    assert platform.wait_for(lambda each: each.method == "DELETE").module == "credentials"
    assert platform.hub.call("GET", hub.versions_url, token=token).status == 401


def test_a_hub_gets_what_its_pattern_covers_and_the_rest_waits_for_approval(
    hub: RunningHub, join: Join
) -> None:
    party, strange = hub.free_party(), ("SE", hub.free_party()[1])
    peer = join(
        f"CPO:{party[0]}:{party[1]}",
        f"CPO:{strange[0]}:{strange[1]}",
        registered=False,
        hub_party_id="QHPUB",
    )
    pattern = Invited(Role.CPO, PartyId(party[0], "*"))
    invitation = hub.inside.hub.administration.invite(
        name=f"Hub {party}", roles=[pattern], hub_party=PartyId("QH", "PUB")
    )
    registered = peer.hub.register(hub.versions_url, invitation.token)
    assert outcome(registered) == (201, 1000)

    assert outcome(put(peer, a_location(peer))) == (201, 1000)
    assert outcome(cdrs_as(peer, ("QH", "PUB"))) == OK
    assert outcome(cdrs_as(peer, strange)) == (403, 2001)
    [waits] = hub.inside.hub.administration.find(invitation.partner.id).waiting
    assert str(waits.party) == "/".join(strange)

    hub.inside.hub.approval.approve(invitation.partner.id)
    assert outcome(cdrs_as(peer, strange)) == OK


def test_a_removed_partners_party_stays_taken_until_it_is_released(
    hub: RunningHub, join: Join
) -> None:
    party = a_party_that_is("removed", hub, join)
    with pytest.raises(PartyTaken, match="partner release"):
        hub.invited(f"EMSP:{party[0]}:{party[1]}")

    hub.inside.hub.approval.release(hub.inside.hub.administration.find("-".join(party)).id)

    assert hub.invited(f"EMSP:{party[0]}:{party[1]}")


def test_a_compromised_token_is_dead_even_if_the_partner_cannot_be_reached(
    hub: RunningHub, join: Join
) -> None:
    victim = join("EMSP")
    stolen = victim.hub.peer.token
    victim.stop()

    ran = hub.run("partner", "rotate", "-".join(party_of(victim)), "--compromised")

    assert ran.returncode == 1
    assert "locked out" in ran.stderr
    assert "partner invite --again" in ran.stderr
    thief = join("CPO", registered=False)
    assert thief.hub.call("GET", hub.versions_url, token=stolen).status == 401
    victim.start()
    again = hub.run("partner", "invite", "--again", "-".join(party_of(victim)))
    assert again.returncode == 0, again.stderr
    victim.connection.forget()
    token = json.loads(again.stdout)["token"]
    assert outcome(victim.hub.register(hub.versions_url, token)) == (201, 1000)
    assert outcome(cdrs_as(victim, party_of(victim))) == OK


def a_party_that_is(state: str, hub: RunningHub, join: Join) -> tuple[str, str]:
    """An eMSP's party, by what became of the platform that has or had it."""
    if state == "invited":
        party = hub.free_party()
        hub.invited(f"EMSP:{party[0]}:{party[1]}")
        return party
    platform = join("EMSP")
    administering = hub.inside.hub.administration
    if state == "left":
        platform.hub.unregister()
    if state in ("suspended", "removed"):
        end = {"suspended": administering.suspend, "removed": administering.remove}[state]
        end(administering.find("-".join(party_of(platform))).id)
        platform.connection.forget()
    return party_of(platform)


def connect(hub: RunningHub, platform: Platform, *roles: str) -> Partner:
    """The hub registers at the platform, approved for these roles or for none."""
    return hub.inside.hub.credentials_client.connect(
        name=platform.profile.parties[0].name,
        url=platform.versions_url,
        token=platform.invite(),
        approved=Approved(tuple(Invited(*parse_role(role)) for role in roles)),
    )
