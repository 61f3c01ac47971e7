"""Whom a platform may speak for: its approved set, what others keep, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import InvalidDocument, InvalidParameter, PartyTaken
from domain.partners import admission
from domain.partners.admission import Admitted
from domain.partners.approval import NOTHING, Approved, Invited
from domain.partners.directory import Directory
from domain.partners.partner import Partner, PartnerState, TokenUse
from domain.partners.party import PartyId, PartyRole, Role, spelled_key
from tests.builders import ABC, HUB, NOON, XYZ, a_partner, a_role, a_token, after

BERLIN = PartyId("DE", "HUB")
CPO_ABC = Invited(Role.CPO, ABC)
ALL_DE = Invited(Role.CPO, PartyId("DE", "*"))
GONE = PartnerState.UNREGISTERED


def invited(*roles: Invited, hub_party: PartyId | None = None, **fields: Any) -> Partner:
    approved = Approved(roles, hub_party)
    usual: dict[str, Any] = {"state": PartnerState.INVITED, "roles": (), "approved": approved}
    return a_partner("new", **(usual | fields))


def admit(
    of: Partner, *roles: PartyRole, hub_party: PartyId | None = None, others: Any = ()
) -> Admitted:
    directory = Directory(HUB, (of, *others))
    return admission.admit(roles, hub_party, of=of, directory=directory)


def approve(partner: Partner, approved: Approved, *others: Partner) -> Partner:
    return admission.approve(partner, approved, directory=Directory(HUB, (partner, *others)))


def test_a_platform_gets_the_roles_that_it_is_approved_for() -> None:
    of = invited(CPO_ABC, Invited(Role.EMSP, ABC), Invited(Role.NSP, XYZ))

    got = admit(of, a_role(Role.CPO), a_role(Role.EMSP))

    assert got == Admitted((a_role(Role.CPO), a_role(Role.EMSP)))


@pytest.mark.parametrize("role", [a_role(Role.EMSP, ABC), a_role(Role.CPO, XYZ)])
def test_a_role_outside_the_set_is_refused(role: PartyRole) -> None:
    with pytest.raises(
        PartyTaken, match=f"{spelled_key(role.key)} is not among the roles that are approved"
    ):
        admit(invited(CPO_ABC), a_role(), role)


def test_without_a_set_everything_waits() -> None:
    got = admit(invited(), a_role(), hub_party=BERLIN)

    assert got == Admitted(waiting=(a_role(),), waiting_hub=BERLIN)


@pytest.mark.parametrize(
    "other",
    [
        a_partner("other"),
        a_partner("other", state=PartnerState.SUSPENDED),
        a_partner("other").unregistered(GONE),
        replace(a_partner("other", state=PartnerState.INVITED, roles=()), held=(CPO_ABC.key,)),
        a_partner("other").with_roles(()),
        a_partner("other", a_role(party=XYZ), hub_party=ABC),
    ],
)
def test_a_role_that_another_platform_keeps_is_refused(other: Partner) -> None:
    with pytest.raises(PartyTaken, match="CPO DE-ABC is another platform's"):
        admit(invited(CPO_ABC), a_role(), others=[other])


def test_the_hubs_own_party_is_no_platforms() -> None:
    with pytest.raises(PartyTaken, match="hub's own"):
        admit(invited(Invited(Role.CPO, HUB)), a_role(party=HUB))
    with pytest.raises(PartyTaken, match="hub's own"):
        admit(invited(CPO_ABC, hub_party=HUB), a_role(), hub_party=HUB)


@pytest.mark.parametrize(
    ("roles", "hub", "path"),
    [
        ((a_role(), a_role(party=PartyId("DE", "A-C"))), BERLIN, "roles[1].party_id"),
        ((a_role(), a_role(party=PartyId("DÉ", "ABC"))), BERLIN, "roles[1].party_id"),
        ((a_role(), a_role(party=PartyId("de", "abc"))), BERLIN, "roles[1]"),
        ((a_role(),), PartyId("DE", "/UB"), "hub_party_id"),
    ],
)
def test_a_party_that_no_header_could_name_or_that_comes_twice_is_refused(
    roles: tuple[PartyRole, ...], hub: PartyId, path: str
) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        admit(invited(CPO_ABC), *roles, hub_party=hub)

    assert [problem.path for problem in refusal.value.problems] == [path]


def test_a_hub_comes_by_the_party_that_it_is_approved_for() -> None:
    of = invited(CPO_ABC, hub_party=BERLIN)

    assert admit(of, a_role(), hub_party=BERLIN).hub_party == BERLIN
    assert admit(of, a_role()).hub_party is None


def test_a_hub_without_roles_is_registered_by_its_party_alone() -> None:
    of = invited(hub_party=BERLIN)

    got = admit(of, hub_party=BERLIN)

    assert got == Admitted(hub_party=BERLIN)
    assert admission.admitted(of, got).state is PartnerState.REGISTERED


@pytest.mark.parametrize("approved", [None, PartyId("FR", "HUB")])
def test_no_platform_comes_as_a_hub_by_a_party_outside_its_set(approved: PartyId | None) -> None:
    with pytest.raises(PartyTaken, match="hub_party_id: DE-HUB is not approved"):
        admit(invited(CPO_ABC, hub_party=approved), a_role(), hub_party=BERLIN)


@pytest.mark.parametrize(
    "other",
    [a_partner("other", a_role(Role.EMSP, BERLIN)), a_partner("other", hub_party=BERLIN)],
)
def test_no_platform_comes_as_a_hub_by_anothers_party(other: Partner) -> None:
    of = invited(Invited(Role.EMSP, ABC), hub_party=BERLIN)

    with pytest.raises(PartyTaken, match="hub_party_id"):
        admit(of, a_role(Role.EMSP), hub_party=BERLIN, others=[other])


def test_of_a_hub_what_is_outside_waits_and_the_rest_is_taken() -> None:
    foreign, taken = a_role(party=XYZ), a_role(party=PartyId("DE", "TKN"))
    of = invited(ALL_DE, hub_party=BERLIN)

    got = admit(of, a_role(), foreign, taken, others=[a_partner("other", taken)])

    assert got == Admitted((a_role(),), waiting=(foreign, taken))


def test_a_hub_that_would_be_left_with_nothing_is_refused() -> None:
    of = invited(ALL_DE, hub_party=BERLIN)

    with pytest.raises(PartyTaken):
        admit(of, a_role(party=XYZ))
    assert admit(of, a_role(party=XYZ), hub_party=BERLIN).waiting == (a_role(party=XYZ),)


def test_a_pattern_covers_a_role_of_every_party_of_a_country() -> None:
    assert ALL_DE.covers(a_role(party=PartyId("de", "zzz")))
    assert not ALL_DE.covers(a_role(Role.EMSP))
    assert not ALL_DE.covers(a_role(party=XYZ))
    assert Approved((ALL_DE,)).keys == frozenset()


# --- the operator's word


def test_a_set_that_is_approved_lets_what_waits_in() -> None:
    waiting = replace(
        a_partner("new", state=PartnerState.TO_APPROVE, approved=NOTHING),
        roles=(),
        waiting=(a_role(),),
        waiting_hub=BERLIN,
    )

    after_it = approve(waiting, Approved((CPO_ABC,), BERLIN))

    assert (after_it.state, after_it.roles) == (PartnerState.REGISTERED, (a_role(),))
    assert (after_it.hub_party, after_it.waiting, after_it.waiting_hub) == (BERLIN, (), None)
    assert CPO_ABC.key in after_it.holds


def test_what_a_smaller_set_lacks_is_cut_off_and_stays_taken() -> None:
    roles = (a_role(), a_role(Role.EMSP))
    of = a_partner("p", *roles, hub_party=BERLIN, to_review=True)

    cut = approve(of, Approved((CPO_ABC,)))

    assert (cut.roles, cut.dropped, cut.waiting) == (roles[:1], roles[1:], roles[1:])
    assert (cut.hub_party, cut.waiting_hub, cut.to_review) == (None, BERLIN, False)
    assert {"DE/ABC/EMSP", "DE/HUB/CPO"} <= cut.holds
    assert admission.released(cut).holds == {"DE/ABC/CPO"}


def test_a_set_that_lacks_everything_shuts_the_partner_out_until_it_is_approved() -> None:
    shut = approve(a_partner(), Approved((Invited(Role.NSP, ABC),)))

    assert (shut.state, shut.roles) == (PartnerState.TO_APPROVE, ())


def test_an_approved_party_that_never_came_is_freed_by_a_set_without_it() -> None:
    of = approve(invited(), Approved((CPO_ABC, Invited(Role.EMSP, XYZ))))

    assert approve(of, Approved((CPO_ABC,))).holds == {"DE/ABC/CPO"}


def test_a_suspended_partner_stays_so_after_every_approval() -> None:
    of = a_partner(state=PartnerState.SUSPENDED)

    assert approve(of, Approved((CPO_ABC,))).state is PartnerState.SUSPENDED
    nothing = approve(of, Approved((Invited(Role.NSP, ABC),)))
    assert (nothing.state, nothing.roles) == (PartnerState.SUSPENDED, ())


@pytest.mark.parametrize(
    "approved",
    [
        Approved((Invited(Role.CPO, PartyId("DE", "A-C")),)),
        Approved((Invited(Role.CPO, PartyId("D-", "*")),), BERLIN),
        Approved((ALL_DE,)),
        Approved((CPO_ABC,), PartyId("DE", "H-B")),
    ],
)
def test_a_set_that_cannot_be_is_refused(approved: Approved) -> None:
    with pytest.raises(InvalidParameter):
        approve(invited(), approved)


@pytest.mark.parametrize(
    "approved",
    [Approved((Invited(Role.CPO, HUB),)), Approved((CPO_ABC,), HUB)],
)
def test_the_hubs_own_party_is_approved_for_no_platform(approved: Approved) -> None:
    with pytest.raises(PartyTaken, match="hub's own"):
        approve(invited(), approved)


def test_the_operator_is_told_who_keeps_a_party_and_what_frees_it() -> None:
    with pytest.raises(PartyTaken, match=r"held by Other \(other\), REGISTERED$"):
        approve(invited(), Approved((CPO_ABC,)), a_partner("other"))
    with pytest.raises(PartyTaken, match="partner release other"):
        approve(invited(), Approved((CPO_ABC,)), a_partner("other").unregistered(GONE))
    with pytest.raises(PartyTaken, match="held by Other"):
        approve(invited(), Approved((), ABC), a_partner("other"))


def test_a_removed_partner_keeps_its_parties_until_they_are_released() -> None:
    removed = a_partner(hub_party=BERLIN).unregistered(GONE)

    assert {"DE/ABC/CPO", "DE/HUB/EMSP"} <= removed.holds
    free = admission.released(removed)
    assert free.holds == frozenset()
    assert (free.roles, free.dropped, free.hub_party) == ((), (a_role(),), None)
    assert free.approved == removed.approved


@pytest.mark.parametrize(
    ("partner", "is_freed"),
    [
        (invited(CPO_ABC), True),
        (invited(CPO_ABC, registered_at=NOON), False),
        (invited(CPO_ABC, state=PartnerState.TO_APPROVE), False),
        (invited(CPO_ABC, tokens=()), False),
    ],
)
def test_an_invitation_that_expired_keeps_nothing(partner: Partner, is_freed: bool) -> None:
    dead = a_token("a", TokenUse.INVITATION, expires_at=NOON)
    tokens = (dead,) if partner.tokens else ()
    expired = replace(partner, held=(CPO_ABC.key,), tokens=tokens)

    assert bool(admission.freed_if_expired(expired, now=after(1)).held) is not is_freed


@pytest.mark.parametrize(
    "alive",
    [a_token("a", TokenUse.INVITATION, expires_at=after(9)), a_token("a", TokenUse.PENDING)],
)
def test_an_invitation_that_is_alive_keeps_its_parties(alive: Any) -> None:
    partner = replace(invited(CPO_ABC), held=(CPO_ABC.key,), tokens=(alive,))

    assert admission.freed_if_expired(partner, now=after(1)) is partner
