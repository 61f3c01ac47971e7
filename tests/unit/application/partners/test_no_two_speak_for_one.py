"""On every way in and after every history: no two live platforms speak for one party..

A history invites, connects, renews, rotates, announces, suspends, removes, releases and invites
again, with parties in any letter case. After each step every platform's word is held against its
approved set, and against the words of all others.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.memory import answer
from domain import errors
from domain.partners.approval import NOTHING, Approved, Invited
from domain.partners.partner import Partner
from domain.partners.party import PartyId, Role
from domain.ports import WireAnswer, WireRequest
from domain.routing.routes import sender_of
from tests.builders import Doc
from tests.examples import examples
from tests.unit.application.house import House, TalkingWire

PARTIES = ("DEABC", "DEXYZ", "NLHUB", "FRABC")
SLOTS = ("one", "two")


@dataclass
class Stage:
    """Two platforms that name what they like; each has the tokens that the hub gave it."""

    house: House = field(default_factory=House)
    named: dict[str, Doc] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.house = House(wire=TalkingWire(self.answers))

    def answers(self, request: WireRequest) -> WireAnswer:
        slot = request.url.split("//")[1].split(".")[0]
        host = f"https://{slot}.example"
        if request.url.endswith("/versions"):
            return answer(data=[{"version": "2.3.0", "url": f"{host}/2.3.0"}])
        if request.method == "GET":
            modules = ("credentials", "locations", "tokens", "commands", "cdrs")
            endpoints = [
                {"identifier": module, "role": role, "url": f"{host}/{module}"}
                for module in modules
                for role in ("SENDER", "RECEIVER")
            ]
            return answer(data={"version": "2.3.0", "endpoints": endpoints})
        if request.method in ("POST", "PUT"):
            document = self.house.json.parse(request.body or b"{}")
            assert isinstance(document, dict)
            self.tokens[slot] = str(document["token"])
            return answer(status=200, data=self.credentials(slot))
        return answer()

    def credentials(self, slot: str) -> Doc:
        said = {"token": f"b-{slot}", "url": f"https://{slot}.example/versions"}
        return {**said, **self.named[slot]}


names = st.sampled_from(PARTIES).flatmap(lambda text: st.sampled_from([text, text.lower()]))
roles = st.sampled_from([Role.CPO, Role.EMSP])


def as_role(role: Role, party: str) -> Doc:
    return {
        "role": role.value,
        "country_code": party[:2],
        "party_id": party[2:],
        "business_details": {"name": party},
    }


credentials = st.builds(
    lambda said, hub: {"roles": said, **({"hub_party_id": hub} if hub else {})},
    st.lists(st.builds(as_role, roles, names), min_size=1, max_size=2),
    st.one_of(st.none(), names),
)
some_roles = st.lists(
    st.builds(lambda role, party: Invited(role, PartyId(party[:2], party[2:])), roles, names),
    min_size=1,
    max_size=2,
).map(tuple)
patterns = st.just((Invited(Role.CPO, PartyId("DE", "*")),))
approvals = st.one_of(
    st.builds(Approved, some_roles),
    st.builds(
        lambda said, hub: Approved(said, PartyId(hub[:2], hub[2:])),
        st.one_of(some_roles, patterns),
        names,
    ),
)

Step = Callable[[Stage, str, Doc, Approved], None]


def invite(stage: Stage, slot: str, _: Doc, approved: Approved) -> None:
    made = stage.house.administration.invite(
        name=slot, roles=approved.roles, hub_party=approved.hub_party
    )
    stage.ids[slot], stage.tokens[slot] = made.partner.id, made.token


def connect(stage: Stage, slot: str, named: Doc, approved: Approved) -> None:
    stage.named[slot] = named
    url = f"https://{slot}.example/versions"
    made = stage.house.credentials_client.connect(name=slot, url=url, token="a", approved=approved)
    stage.ids[slot] = made.id


def connect_without_a_set(stage: Stage, slot: str, named: Doc, _: Approved) -> None:
    connect(stage, slot, named, NOTHING)


def post(stage: Stage, slot: str, named: Doc, _: Approved) -> None:
    stage.named[slot] = named
    caller = stage.house.credentials_server.authenticate(stage.tokens[slot], functional=False)
    own = stage.house.credentials_server.register(caller, stage.credentials(slot), version="2.3.0")
    stage.tokens[slot] = str(own["token"])


def put(stage: Stage, slot: str, named: Doc, _: Approved) -> None:
    stage.named[slot] = named
    caller = stage.house.credentials_server.authenticate(stage.tokens[slot], functional=False)
    own = stage.house.credentials_server.renew(caller, stage.credentials(slot), version="2.3.0")
    stage.tokens[slot] = str(own["token"])


def leave(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    caller = stage.house.credentials_server.authenticate(stage.tokens[slot], functional=False)
    stage.house.credentials_server.unregister(caller)


def rotate(stage: Stage, slot: str, named: Doc, _: Approved) -> None:
    stage.named[slot] = named
    stage.house.credentials_client.rotate(stage.ids[slot])


def rotate_compromised(stage: Stage, slot: str, named: Doc, _: Approved) -> None:
    stage.named[slot] = named
    stage.house.credentials_client.rotate(stage.ids[slot], compromised=True)


def announce(stage: Stage, slot: str, named: Doc, _: Approved) -> None:
    stage.named[slot] = named
    stage.house.role_announcer.announce(stage.ids[slot])


def invite_again(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    stage.tokens[slot] = stage.house.administration.invite_again(stage.ids[slot]).token


def approve(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    stage.house.approval.approve(stage.ids[slot])


def set_(stage: Stage, slot: str, _: Doc, approved: Approved) -> None:
    stage.house.approval.set(stage.ids[slot], approved)


def reject(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    stage.house.approval.reject(stage.ids[slot])


def release(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    stage.house.approval.release(stage.ids[slot])


def suspend(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    stage.house.administration.suspend(stage.ids[slot])


def resume(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    stage.house.administration.resume(stage.ids[slot])


def remove(stage: Stage, slot: str, _: Doc, __: Approved) -> None:
    stage.house.administration.remove(stage.ids[slot])


def wait(stage: Stage, _: str, __: Doc, ___: Approved) -> None:
    stage.house.clock.advance(15 * 86_400)


STEPS: tuple[Step, ...] = (
    *(invite, connect, connect_without_a_set, post, put, leave, rotate, rotate_compromised),
    *(announce, invite_again, approve, set_, reject, release, suspend, resume, remove, wait),
)

histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(SLOTS), credentials, approvals),
    min_size=2,
    max_size=12,
)


@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories)
def test_no_two_platforms_ever_speak_for_one_party_and_none_outside_its_set(
    history: list[tuple[Step, str, Doc, Approved]],
) -> None:
    stage = Stage()
    for step, slot, named, approved in history:
        try:
            step(stage, slot, named, approved)
        except (errors.HubError, KeyError):
            continue
        finally:
            check_all(stage.house)


def check_all(house: House) -> None:
    partners = house.partners.all()
    kept = [(key, partner.id) for partner in partners for key in partner.holds]
    assert len({key for key, _ in kept}) == len(kept)
    live = [partner for partner in partners if partner.is_registered]
    spoken = [key for partner in live for key in {role.key for role in partner.roles}]
    assert len(spoken) == len(set(spoken))
    for partner in partners:
        check_word_of(partner, others=[each for each in live if each.id != partner.id])
    assert not any(partner.speaks_for(house.directories.hub) for partner in live)


def check_word_of(partner: Partner, *, others: list[Partner]) -> None:
    if not partner.is_connected:
        return
    assert all(partner.approved.covers(role) for role in partner.roles)
    assert partner.hub_party in (None, partner.approved.hub_party)
    assert partner.is_registered is bool(partner.roles or partner.hub_party)
    if partner.hub_party is not None:
        assert not any(other.speaks_for(partner.hub_party) for other in others)
    for text in PARTIES:
        party = PartyId(text[:2].lower(), text[2:])
        is_own = party == partner.hub_party or any(
            role.party == party and partner.approved.covers(role) for role in partner.roles
        )
        assert may_send_as(partner, party) is is_own


def may_send_as(partner: Partner, party: PartyId) -> bool:
    try:
        return sender_of(partner, party, roles=frozenset()) == party
    except errors.ForeignSender:
        return False
