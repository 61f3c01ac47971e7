"""Which of a partner's tokens open the door, and how they turn."""

from datetime import timedelta

import pytest

from domain.partners.approval import Invited
from domain.partners.partner import InboundToken, Partner, PartnerState, TokenUse
from domain.partners.party import Interface, PartyId, Role
from tests.builders import ABC, NOON, XYZ, a_partner, a_role, a_token, after

GRACE = timedelta(minutes=10)
NEW = InboundToken("#new", TokenUse.CURRENT)


def test_a_token_lives_until_the_moment_it_expires() -> None:
    token = a_token("a", TokenUse.INVITATION, expires_at=after(60))

    assert [token.is_alive(after(s)) for s in (0, 59, 60, 61)] == [True, True, False, False]
    assert a_token("c").is_alive(after(1e9))


def test_a_token_is_found_by_its_fingerprint_while_it_lives() -> None:
    short = a_token("short", expires_at=after(60))
    partner = a_partner(tokens=(a_token("long"), short))

    assert partner.token("#short", now=NOON) == short
    assert partner.token("#short", now=after(60)) is None
    assert partner.token("#other", now=NOON) is None


def test_a_new_current_token_ends_all_others_but_for_the_one_before_with_a_grace() -> None:
    partner = a_partner(
        tokens=(
            a_token("old"),
            a_token("a", TokenUse.INVITATION),
            a_token("waiting", TokenUse.PENDING),
        )
    )

    renewed = partner.with_current("#new", now=NOON, grace=GRACE)

    old = InboundToken("#old", TokenUse.PREVIOUS, after(600))
    assert renewed.tokens == (NEW, old)


def test_a_token_that_was_replaced_before_lives_to_its_own_end() -> None:
    twice = (
        a_partner(tokens=(a_token("first"),))
        .with_current("#lost", now=NOON, grace=GRACE)
        .with_current("#new", now=after(60), grace=GRACE)
    )

    assert twice.token("#first", now=after(599)) is not None
    assert twice.token("#first", now=after(600)) is None
    assert twice.token("#lost", now=after(659)) is not None


def test_a_token_that_has_expired_is_not_kept() -> None:
    partner = a_partner(tokens=(a_token("c"), a_token("p", TokenUse.PREVIOUS, expires_at=NOON)))

    assert [token.fingerprint for token in _renewed(partner, GRACE)] == ["#new", "#c"]


def test_without_a_grace_only_the_new_token_opens_the_door() -> None:
    assert _renewed(a_partner(), timedelta(0)) == (NEW,)


def test_a_token_that_is_current_already_is_not_its_own_predecessor() -> None:
    assert _renewed(a_partner(tokens=(a_token("new"),)), GRACE) == (NEW,)


def _renewed(partner: Partner, grace: timedelta) -> tuple[InboundToken, ...]:
    return partner.with_current("#new", now=NOON, grace=grace).tokens


def test_a_token_on_its_way_out_is_let_in_beside_the_current_and_only_the_latest() -> None:
    partner = a_partner(tokens=(a_token("c"),)).with_pending("#one").with_pending("#two")

    assert partner.tokens == (a_token("c"), a_token("two", TokenUse.PENDING))


def test_the_first_use_of_the_new_token_ends_the_one_before() -> None:
    partner = a_partner(tokens=(a_token("old"),)).with_current("#new", now=NOON, grace=GRACE)

    assert partner.after_use_of(NEW, functional=False).tokens == (NEW,)


def test_the_use_of_the_one_before_changes_nothing() -> None:
    partner = a_partner(tokens=(a_token("old"),)).with_current("#new", now=NOON, grace=GRACE)

    assert partner.after_use_of(partner.tokens[1], functional=True) is partner


def test_a_pending_token_proves_itself_in_a_functional_module_alone() -> None:
    pending = a_token("new", TokenUse.PENDING)
    partner = a_partner(tokens=(a_token("old"), pending))

    assert partner.after_use_of(pending, functional=True).tokens == (NEW,)
    assert partner.after_use_of(pending, functional=False) is partner
    invited = a_partner(state=PartnerState.INVITED, tokens=(pending,))
    assert invited.after_use_of(pending, functional=True) is invited


def test_who_is_cut_off_has_no_token_either_way() -> None:
    gone = a_partner(ailing=True).unregistered(PartnerState.UNREGISTERED)

    assert (gone.state, gone.tokens, gone.outbound_token) == (PartnerState.UNREGISTERED, (), None)
    assert not gone.is_registered
    assert not gone.ailing


def test_a_platforms_parties_are_each_named_once() -> None:
    partner = a_partner("p", a_role(Role.CPO), a_role(Role.EMSP, XYZ), a_role(Role.EMSP))

    assert partner.parties == (ABC, XYZ)
    assert partner.parties_in([Role.EMSP, Role.NSP]) == (XYZ, ABC)
    assert partner.has_role(ABC, [Role.NSP, Role.EMSP])
    assert not partner.has_role(XYZ, [Role.CPO])


@pytest.mark.parametrize(
    ("party", "speaks"), [(ABC, True), (PartyId("DE", "HUB"), True), (XYZ, False)]
)
def test_a_platform_speaks_for_its_parties_and_itself_if_it_is_a_hub(
    party: PartyId, speaks: bool
) -> None:
    assert a_partner(hub_party=PartyId("DE", "HUB")).speaks_for(party) is speaks


def test_a_platform_that_is_no_hub_speaks_for_none() -> None:
    assert not a_partner().speaks_for(PartyId("DE", "HUB"))


def test_an_interface_is_offered_where_the_endpoint_says() -> None:
    endpoint = a_partner().endpoint("locations", Interface.RECEIVER)

    assert endpoint is not None
    assert endpoint.url == "https://cpo.example/2.3.0/receiver/locations"
    assert a_partner().endpoint("tariffs", Interface.SENDER) is None


def test_an_invited_role_has_the_key_of_the_role_it_is_for() -> None:
    assert Invited(Role.CPO, ABC).key == a_role(Role.CPO, ABC).key


def test_a_hub_without_roles_is_called_by_its_own_party() -> None:
    hub = a_partner(hub_party=XYZ)

    assert hub.first == ABC
    assert hub.with_roles(()).first == XYZ
    assert a_partner().with_roles(()).first is None
