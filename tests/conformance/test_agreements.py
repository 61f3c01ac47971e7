"""A hub where parties see each other only by agreement: invisible before it, at once after it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from domain.partners.party import PartyId
from entrypoints.sandbox import Platform, Received
from tests.conformance.cards import a_card, about_card, authorize, cards, known_to_hub, put_card
from tests.conformance.guests import Guests
from tests.conformance.handshake import roles_in
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    CREATED,
    OK,
    a_location,
    about,
    is_listed,
    outcome,
    parties,
    party_of,
    pushed,
    put,
    until,
)
from tests.conformance.test_client_info import infos, statuses, told

pytestmark = pytest.mark.e2e
UNKNOWN = (200, 4001)
Agree = Callable[[Platform, Platform], str]


@dataclass(frozen=True)
class Three:
    """A CPO and two eMSPs, without any agreement yet."""

    charging: Platform
    driving: Platform
    stranger: Platform


@pytest.fixture
def three(strict: RunningHub) -> Iterator[Three]:
    with ExitStack() as stack:
        guests = Guests(strict, stack)
        yield Three(guests.join("CPO"), guests.join("EMSP"), guests.join("EMSP"))
        guests.leave()


@pytest.fixture
def agree(strict: RunningHub) -> Agree:
    """Make an agreement between two platforms' first parties; its id."""

    def made(one: Platform, other: Platform) -> str:
        pair = PartyId(*party_of(one)), PartyId(*party_of(other))
        return strict.inside.hub.administration.agree(*pair).id

    return made


def _others(reader: Platform) -> set[tuple[str, ...]]:
    return roles_in(reader.hub.credentials()) - {("OTHER", *HUB)}


def test_without_an_agreement_no_party_is_in_roles_or_client_info(three: Three) -> None:
    for platform in (three.charging, three.driving, three.stranger):
        assert not _others(platform)
        assert not infos(platform)
        assert not [each for each in platform.received if each.module == "hubclientinfo"]


def test_without_an_agreement_nothing_is_sent_or_shown(three: Three) -> None:
    charging, driving = three.charging, three.driving
    item, card = a_location(charging), a_card(driving, whitelist="ALWAYS")

    assert outcome(put(charging, item)) == CREATED
    known_to_hub(driving, card)

    assert not is_listed(driving, item)
    assert not cards(charging)
    assert driving.hub.get("locations", (item["id"],), to=HUB).status == 404
    assert driving.hub.get("locations", (item["id"],)).status == 404
    assert outcome(authorize(charging, card)) == (404, 2004)


def test_without_an_agreement_a_party_is_not_known(three: Three) -> None:
    charging, driving = three.charging, three.driving
    card = known_to_hub(driving, a_card(driving, whitelist="ALWAYS"))

    answers = [
        put(charging, a_location(charging), to=party_of(driving)),
        driving.hub.get("locations", to=party_of(charging)),
        put_card(driving, card, to=party_of(charging)),
        authorize(charging, card, to=party_of(driving)),
    ]

    assert {outcome(answer) for answer in answers} == {UNKNOWN}
    assert {parties(answer)[1] for answer in answers} == {HUB}
    for platform in (charging, driving):
        assert not [each for each in platform.received if each.from_[0] == "QA"]


def test_an_agreement_takes_effect_at_once(three: Three, agree: Agree) -> None:
    charging, driving, stranger = three.charging, three.driving, three.stranger
    before, card = a_location(charging), a_card(driving)
    put(charging, before)
    known_to_hub(driving, card)

    agree(charging, driving)

    assert _others(driving) == {("CPO", *party_of(charging))}
    assert _others(charging) == {("EMSP", *party_of(driving))}
    assert statuses(driving, party_of(charging)) == {"CPO": "CONNECTED"}
    assert is_listed(driving, before)
    assert card in cards(charging)
    assert outcome(authorize(charging, card)) == OK
    assert outcome(put(charging, a_location(charging), to=party_of(driving))) == CREATED
    assert not _others(stranger)
    assert not is_listed(stranger, before)


def test_after_an_agreement_pushes_reach_those_that_agreed_alone(
    three: Three, agree: Agree
) -> None:
    charging, driving, stranger = three.charging, three.driving, three.stranger
    agree(charging, driving)
    item, card = a_location(charging), a_card(driving)

    put(charging, item)
    put_card(driving, card)

    driving.wait_for(about(item), 60.0)
    charging.wait_for(about_card(card), 60.0)
    agree(charging, stranger)
    later = a_location(charging)
    put(charging, later)
    stranger.wait_for(about(later), 60.0)
    assert not pushed(stranger, item)


def test_client_info_is_pushed_as_soon_as_two_have_agreed(three: Three, agree: Agree) -> None:
    charging, driving, stranger = three.charging, three.driving, three.stranger

    agree(driving, charging)

    driving.wait_for(told(party_of(charging), "CPO", "CONNECTED"), 60.0)
    charging.wait_for(told(party_of(driving), "EMSP", "CONNECTED"), 60.0)
    assert not [each for each in stranger.received if each.module == "hubclientinfo"]


def test_an_agreement_that_ends_does_so_at_once(
    strict: RunningHub, three: Three, agree: Agree
) -> None:
    charging, driving = three.charging, three.driving
    name = agree(charging, driving)
    item = a_location(charging)
    put(charging, item)
    driving.wait_for(about(item), 60.0)

    assert strict.inside.hub.administration.disagree(name)

    assert not _others(driving)
    assert not infos(driving)
    assert not is_listed(driving, item)
    assert outcome(put(charging, item, to=party_of(driving))) == UNKNOWN


def _is_put(received: Received) -> bool:
    return (received.module, received.method) == ("credentials", "PUT")


def _told_of(reader: Platform, other: Platform, role: str) -> bool:
    """Whether any PUT credentials has told the reader of the other's party."""
    wanted = (role, *party_of(other))
    told_roles = [each.json()["roles"] for each in reader.received if _is_put(each)]
    return any(
        wanted == (each["role"], each["country_code"], each["party_id"])
        for roles in told_roles
        for each in roles
    )


def _sweeping_until(strict: RunningHub, condition: Callable[[], bool]) -> None:
    """What the sweeper does every ten seconds, more often."""

    def holds() -> bool:
        strict.inside.hub.role_announcer.sweep()
        return condition()

    until(holds, 30.0)


def test_roles_are_announced_by_put_credentials_soon_after(
    strict: RunningHub, three: Three, agree: Agree
) -> None:
    charging, driving, stranger = three.charging, three.driving, three.stranger
    token = driving.hub.peer.token
    agree(charging, driving)

    _sweeping_until(
        strict,
        lambda: _told_of(driving, charging, "CPO") and _told_of(charging, driving, "EMSP"),
    )

    assert not [each for each in stranger.received if _is_put(each)]
    assert driving.hub.peer.token != token
    _both_ways(charging, driving)


def test_roles_whose_announcement_is_lost_are_announced_again_and_lock_no_partner_out(
    strict: RunningHub, three: Three, agree: Agree
) -> None:
    charging, driving = three.charging, three.driving
    driving.behave("apply_then_reset", "credentials", times=1)
    agree(charging, driving)

    _sweeping_until(strict, lambda: _told_of(driving, charging, "CPO"))
    _both_ways(charging, driving)

    driving.clear()
    _sweeping_until(strict, lambda: _told_of(driving, charging, "CPO"))
    _both_ways(charging, driving)


def _both_ways(charging: Platform, driving: Platform) -> None:
    """The two can still call the hub, and are still called."""
    item, card = a_location(charging), a_card(driving)
    assert outcome(put(charging, item)) == CREATED
    assert outcome(put_card(driving, card)) == CREATED
    driving.wait_for(about(item), 60.0)
    charging.wait_for(about_card(card), 60.0)
