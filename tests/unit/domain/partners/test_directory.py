"""Who is reached, seen and told through the directory of platforms."""

import pytest

from domain.errors import UnknownPartner
from domain.partners.agreements import Agreement, AgreementPolicy, Agreements
from domain.partners.approval import Approved, Invited
from domain.partners.directory import Directory, Receiver
from domain.partners.interest import Interest, Interests
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Interface, PartyId, Role
from tests.builders import (
    ABC,
    HUB,
    NOON,
    QRS,
    XYZ,
    a_partner,
    a_reader,
    a_role,
    a_token,
    an_endpoint,
)

GONE = PartnerState.UNREGISTERED
NSP = PartyId("FR", "NSP")
READERS = (Role.EMSP, Role.NSP)
OPEN = Agreements()


def directory(*partners: Partner, agreements: Agreements = OPEN) -> Directory:
    return Directory(HUB, partners, agreements)


def told(*partners: Partner, agreements: Agreements = OPEN) -> tuple[Receiver, ...]:
    whole = directory(*partners, agreements=agreements)
    return whole.readers("locations", readers=READERS, origin="cpo", owner=ABC)


def agreed(*pairs: tuple[PartyId, PartyId]) -> Agreements:
    made = tuple(Agreement(one, other, NOON) for one, other in pairs)
    return Agreements(AgreementPolicy.REQUIRED, made)


def test_a_platform_reaches_every_live_role_but_its_own() -> None:
    cpo, emsp = a_partner(), a_reader()
    gone = a_partner("gone", a_role(party=PartyId("DE", "OLD")), state=GONE)

    assert directory(cpo, emsp, gone).reachable_roles(by=cpo) == emsp.roles


def test_objects_are_served_of_live_platforms_alone() -> None:
    suspended = a_reader(state=PartnerState.SUSPENDED)

    assert directory(a_partner(), suspended).owners(XYZ) == {ABC}


def test_a_change_is_told_to_each_reading_party_once() -> None:
    both = a_partner("both", a_role(Role.EMSP, XYZ), a_role(Role.NSP, XYZ), a_role(Role.NSP, NSP))

    told = directory(a_partner(), both).readers(
        "locations", readers=READERS, origin="cpo", owner=ABC
    )

    assert told == (Receiver(XYZ, both), Receiver(NSP, both))


@pytest.mark.parametrize(
    "deaf",
    [
        a_reader(state=PartnerState.SUSPENDED),
        a_reader(endpoints=(an_endpoint("locations", Interface.SENDER),)),
        a_reader(endpoints=(an_endpoint("tariffs"),)),
        a_reader("cpo"),
        a_partner("other"),
    ],
    ids=["not registered", "sends only", "other module", "the origin", "no reader"],
)
def test_a_change_is_not_told_to(deaf: Partner) -> None:
    assert told(deaf) == ()


def test_a_party_is_found_by_the_role_that_the_interface_implies() -> None:
    cpo, emsp = a_partner("one", a_role(Role.CPO)), a_partner("two", a_role(Role.EMSP))

    assert directory(cpo, emsp).find(ABC, roles=[Role.EMSP], sender=XYZ) == emsp
    assert directory(cpo, emsp).find(ABC, roles=[Role.NSP], sender=XYZ) == cpo
    assert directory(cpo, emsp).find(XYZ, roles=[Role.EMSP], sender=XYZ) is None


def test_a_party_that_has_moved_is_found_where_it_is_registered_now() -> None:
    before = a_partner("before", a_role(Role.CPO), a_role(Role.EMSP), state=GONE)
    now = a_partner("now", a_role(Role.CPO))

    assert directory(before, now).find(ABC, roles=[Role.CPO], sender=XYZ) == now
    assert directory(before, now).find(ABC, roles=[Role.EMSP], sender=XYZ) == now
    assert directory(before).find(ABC, roles=[Role.CPO], sender=XYZ) == before


@pytest.mark.parametrize("state", [PartnerState.REGISTERED, PartnerState.SUSPENDED])
def test_a_role_is_kept_by_another_live_platform(state: PartnerState) -> None:
    cpo = a_partner(state=state)

    assert directory(cpo).holder(a_role().key, but="other") == cpo


def test_a_role_is_free_if_no_other_platform_keeps_it() -> None:
    cpo = a_partner()

    assert directory(cpo).holder(a_role().key, but="cpo") is None
    assert directory(a_partner(state=GONE)).holder(a_role().key, but="other") is None
    assert directory(cpo).holder(a_role(Role.EMSP).key, but="other") is None
    assert directory(cpo).holder(a_role(party=XYZ).key, but="other") is None


def test_where_agreements_are_required_a_party_without_one_is_not_there() -> None:
    cpo, emsp = a_partner(), a_reader()
    closed = directory(cpo, emsp, agreements=agreed((ABC, NSP)))

    assert closed.reachable_roles(by=emsp) == ()
    assert closed.others(by=emsp) == frozenset()
    assert closed.owners(XYZ) == {XYZ}
    assert closed.find(ABC, roles=[Role.CPO], sender=XYZ) is None
    assert told(cpo, emsp, agreements=closed.agreements) == ()
    assert closed.watchers("locations", ABC, origin="cpo") == ()


def test_an_agreement_is_good_both_ways_and_between_these_two_alone() -> None:
    cpo, emsp = a_partner(), a_reader()
    third = a_reader("third", NSP)
    open_to_xyz = directory(cpo, emsp, third, agreements=agreed((XYZ, ABC)))

    assert open_to_xyz.reachable_roles(by=emsp) == cpo.roles
    assert open_to_xyz.others(by=cpo) == {XYZ}
    assert open_to_xyz.owners(ABC) == {ABC, XYZ}
    assert open_to_xyz.find(ABC, roles=[Role.CPO], sender=XYZ) == cpo
    assert told(cpo, emsp, third, agreements=open_to_xyz.agreements) == (Receiver(XYZ, emsp),)
    assert open_to_xyz.watchers("locations", ABC, origin="cpo") == (Receiver(XYZ, emsp),)


def test_the_hubs_own_party_is_shown_every_partys_objects() -> None:
    assert directory(a_partner(), a_reader(), agreements=agreed()).owners(HUB) == {ABC, XYZ}


def test_a_platform_sees_what_any_of_its_parties_may_see() -> None:
    both = a_partner("both", a_role(Role.EMSP, XYZ), a_role(Role.NSP, NSP))
    one = directory(a_partner(), both, agreements=agreed((NSP, ABC)))

    assert one.sees(both, ABC)
    assert not one.sees(both, PartyId("BE", "OTH"))
    assert one.watchers("locations", ABC, origin="cpo") == (Receiver(XYZ, both),)


@pytest.mark.parametrize(
    "deaf",
    [a_reader(state=GONE), a_reader(endpoints=(an_endpoint("tariffs"),)), a_partner("cpo")],
    ids=["not registered", "no such endpoint", "the origin"],
)
def test_a_partys_status_is_not_told_to(deaf: Partner) -> None:
    assert directory(deaf).watchers("locations", ABC, origin="cpo") == ()


def test_others_are_also_those_that_are_gone_or_to_come() -> None:
    gone = a_reader("gone", state=GONE)
    to_come = a_partner("new", approved=Approved((Invited(Role.CPO, NSP),)), is_announced=True)
    secret = a_partner("secret", approved=Approved((Invited(Role.CPO, PartyId("BE", "SEC")),)))
    smaller = secret.with_roles((a_role(party=PartyId("BE", "NOW")),))

    found = directory(a_partner(), gone, to_come, smaller).others(by=a_partner())

    assert found == {XYZ, NSP, ABC, PartyId("BE", "NOW")}


def test_a_party_has_a_role_where_it_is_registered() -> None:
    whole = directory(a_partner(), a_reader(state=GONE))

    assert whole.has_role(ABC, [Role.CPO, Role.NSP])
    assert not whole.has_role(ABC, [Role.EMSP])
    assert not whole.has_role(XYZ, [Role.EMSP])


def test_a_partner_is_found_by_its_id() -> None:
    cpo = a_partner()

    assert directory(cpo).partner("cpo") is cpo
    with pytest.raises(UnknownPartner):
        directory(cpo).partner("other")


def test_a_caller_is_found_by_a_token_that_it_has_and_by_one_that_it_had() -> None:
    token = a_token("cpo-new")
    cpo = a_partner(tokens=(token,), spent=("cpo-old",))
    whole = directory(cpo, a_reader(spent=(token.fingerprint,)))

    assert whole.caller(token.fingerprint) is cpo
    assert whole.caller("cpo-old") is cpo
    assert whole.caller("cpo-none") is None


def test_hidden_are_the_parties_that_once_were_and_are_no_longer_live() -> None:
    gone = a_partner("gone", a_role(party=NSP), state=GONE)
    less = a_reader(dropped=(a_role(Role.EMSP, PartyId("FR", "OLD")),))
    whole = directory(a_partner(), less, gone)

    assert whole.hidden == frozenset({NSP, PartyId("FR", "OLD")})
    assert not whole.hidden & whole.owners(XYZ)


def test_where_agreements_decide_no_party_is_hidden_from_all() -> None:
    assert directory(a_partner(), a_reader(), agreements=agreed((ABC, XYZ))).hidden is None


def test_owners_are_found_out_for_each_viewer() -> None:
    whole = directory(a_partner(), a_reader(), agreements=agreed((ABC, XYZ)))

    assert [whole.owners(each) for each in (XYZ, NSP, XYZ, HUB)] == [
        {ABC, XYZ},
        frozenset(),
        {ABC, XYZ},
        {ABC, XYZ},
    ]


def test_who_reads_is_looked_at_for_each_owner_and_origin() -> None:
    whole = directory(a_partner(), a_reader(), agreements=agreed((ABC, XYZ)))

    def told(owner: PartyId, origin: str) -> int:
        found = whole.readers("locations", readers=READERS, origin=origin, owner=owner)
        return len(found)

    assert [told(ABC, "cpo"), told(NSP, "cpo"), told(ABC, "emsp"), told(ABC, "cpo")] == [1, 0, 0, 1]


def test_a_party_is_known_that_a_partner_has_had_or_is_to_have() -> None:
    coming = Approved((Invited(Role.CPO, NSP),))
    whole = directory(a_partner(), a_reader(approved=coming))

    assert [whole.has_known(each) for each in (ABC, NSP, PartyId("ZZ", "ZZZ"))] == [
        True,
        True,
        False,
    ]


def test_a_reader_is_told_of_the_owners_that_it_is_interested_in() -> None:
    of_france = Interests().changed({"locations": Interest(frozenset({"FR"}))}, now=NOON)
    whole = directory(a_partner(), a_reader(interests=of_france), a_reader("two", QRS))

    def told(owner: PartyId, *, deleted: bool = False) -> list[PartyId]:
        found = whole.readers(
            "locations", readers=READERS, origin="cpo", owner=owner, deleted=deleted
        )
        return [each.party for each in found]

    assert told(ABC) == [QRS]
    assert told(XYZ) == [XYZ, QRS]
    assert told(ABC, deleted=True) == [XYZ, QRS]
