"""In any market the explanation says what the hub does: the one cannot differ from the other."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.memory import answer
from application.explaining.objects import EXPLAINED
from application.explaining.story import Outcome
from application.modules import MODULES
from application.routing.authorization import Question
from domain.errors import HubError
from domain.objects.stored import ALL_UNSEEN, EVERYONE, ObjectKey, Stored
from domain.partners.agreements import Agreement, AgreementPolicy
from domain.partners.interest import EVERYTHING, NOTHING, Interest
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Endpoint, Interface, PartyId, PartyRole, Role
from domain.places import Place
from tests.builders import (
    NOON,
    Doc,
    PlainJson,
    a_location,
    a_partner,
    a_role,
    a_tariff,
    a_token_object,
    an_endpoint,
)
from tests.charging import a_session
from tests.examples import examples
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.readers import DE, INSIDE, NL
from tests.unit.application.relays import passed

PARTIES = tuple(PartyId(country, "AAA") for country in ("DE", "NL", "FR", "BE"))
_ROLES = (Role.CPO, Role.EMSP, Role.NSP, Role.OTHER)
_MAKES: Mapping[str, Callable[..., Doc]] = {
    "locations": a_location,
    "tariffs": a_tariff,
    "tokens": a_token_object,
    "sessions": a_session,
}


def _endpoints(name: str, module: str) -> some.SearchStrategy[tuple[Endpoint, ...]]:
    sound = [an_endpoint(module, each, name) for each in Interface]
    flawed = replace(sound[1], fault="url: required")
    client_info = an_endpoint("hubclientinfo", Interface.RECEIVER, name)
    well = [tuple(sound), (*sound, client_info)]
    return some.sampled_from([*well, *well, *well, (flawed,), ()])


@some.composite
def markets(draw: some.DrawFn, modules: Sequence[str] = EXPLAINED) -> tuple[House, ObjectKey]:
    """Platforms that share parties and roles, in any state, and one object that is unpublished."""
    module = draw(some.sampled_from(modules))
    house = House(
        wire=TalkingWire(lambda _: answer()),
        policy=draw(some.sampled_from([AgreementPolicy.OPEN, *AgreementPolicy])),
    )
    free = [(party, role) for party in PARTIES for role in _ROLES]
    for name in ("p1", "p2", "p3"):
        held = draw(some.lists(some.sampled_from(free), min_size=1, max_size=4, unique=True))
        free = [each for each in free if each not in held]
        house.with_partners(_partner(draw, name, module, [a_role(r, p) for p, r in held]))
    for one, other in combinations(PARTIES, 2):
        if draw(some.booleans()):
            house.agreements.add(Agreement(one, other, NOON))
    owner = draw(some.sampled_from((*PARTIES, *PARTIES[:2])))
    return house, _object(draw, house, module, owner)


def _partner(draw: some.DrawFn, name: str, module: str, roles: Sequence[PartyRole]) -> Partner:
    states = [*[PartnerState.REGISTERED] * 10, *PartnerState]
    partner = a_partner(
        name,
        *roles,
        state=draw(some.sampled_from(states)),
        endpoints=draw(_endpoints(name, module)),
    )
    interests = [EVERYTHING, EVERYTHING, NOTHING]
    interests += [] if MODULES[module].is_private else [DE, DE, NL]
    interests += [INSIDE, INSIDE] if module == "locations" else []
    chosen: Interest = draw(some.sampled_from(interests))
    return replace(partner, interests=partner.interests.changed({module: chosen}, now=NOON))


def _object(draw: some.DrawFn, house: House, module: str, owner: PartyId) -> ObjectKey:
    named: Doc = {"country_code": owner.country_code, "party_id": owner.party_id}
    document = _MAKES[module](**named)
    parsed = MODULES[module].object(document)
    key = ObjectKey(module, owner, parsed.id, parsed.kind)
    reader = draw(some.sampled_from([*PARTIES, None])) if MODULES[module].is_private else None
    stored = Stored(
        key=key,
        audience=EVERYONE,
        body=PlainJson().dump(document),
        last_updated=NOON,
        origin=draw(some.sampled_from(["p1", "p2", "p3"])),
        deleted=draw(some.sampled_from([*[False] * 7, True])),
        reader=reader,
        place=draw(some.sampled_from([None, Place(52.5, 13.4), Place(48.8, 2.3)])),
    )
    house.objects.save(stored.with_unseen(ALL_UNSEEN, since=NOON))
    return key


def _outcomes(house: House, key: ObjectKey) -> dict[PartyId, Outcome]:
    known = house.directories.read()
    return {
        party: house.object_explainer.explain(key, to=party, by=None).outcome
        for party in PARTIES
        if known.has_known(party) and known.has_known(key.owner)
    }


@settings(max_examples=examples(600), deadline=None)
@given(markets())
def test_what_is_explained_is_what_is_owed_and_sent(market: tuple[House, ObjectKey]) -> None:
    house, key = market
    would = {party for party, it in _outcomes(house, key).items() if it is Outcome.NOT_YET}

    house.publisher.publish(key)

    owed = {each.receiver for each in house.deliveries.owed()}
    waits = {party for party, it in _outcomes(house, key).items() if it is Outcome.NOT_YET}
    house.pump.run(seconds=20.0)
    sent = {each.receiver for each in house.wire.asked if each.receiver is not None}
    had = {party for party, it in _outcomes(house, key).items() if it is Outcome.YES}
    if house.stored(key).deleted:
        assert not would | waits | had
    else:
        assert would == waits == sent == had
    assert sent <= owed


@settings(max_examples=examples(200), deadline=None)
@given(markets())
def test_who_sees_whom_is_what_a_platform_is_told(market: tuple[House, ObjectKey]) -> None:
    house, _ = market
    known = house.directories.read()
    for viewer in known.registered:
        reached = {role.party for role in known.reachable_roles(by=viewer)}
        own = [each for each in viewer.parties if len(_homes(house, each)) == 1]
        for party in PARTIES if own else ():
            if known.has_known(party):
                seen = house.party_explainer.explain(party, to=own[0], by=None).outcome
                assert (seen is Outcome.YES) == (party in reached)


@settings(max_examples=examples(200), deadline=None)
@given(markets(["tokens"]))
def test_who_is_asked_about_a_token_is_who_authorization_asks(
    market: tuple[House, ObjectKey],
) -> None:
    house, token = market
    known = house.directories.read()
    for at in (each for partner in known.registered for each in partner.parties):
        if not known.has_known(token.owner):
            continue
        house.wire.asked.clear()
        asks = passed(method="POST", module="tokens", suffix="/T1/authorize", sender=at)
        with suppress(HubError):
            house.token_authorization.ask(
                Question("T1", "RFID", asks, receiver=None),
                viewer=house.object_reader.lister("tokens", at),
            )

        told = house.token_explainer.explain(token, at=at, by=None)

        asked = [each.receiver for each in house.wire.asked]
        assert (told.outcome is Outcome.YES) == (token.owner in asked)


def _homes(house: House, party: PartyId) -> list[Partner]:
    return [each for each in house.directories.read().registered if party in each.parties]
