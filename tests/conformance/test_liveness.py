"""Conformance cases 63 and 126: partners that fall silent, and come back (HCI-5)."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from entrypoints.sandbox import Platform, Received
from entrypoints.sandbox.wire import Document, stamp
from tests.conformance.cards import (
    a_card,
    about_card,
    authorize,
    cards,
    known_to_hub,
    questions,
)
from tests.conformance.guests import Guests
from tests.conformance.handshake import roles_in
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    OK,
    a_location,
    about,
    is_listed,
    outcome,
    parties,
    party_of,
    place,
    put,
    until,
)
from tests.conformance.test_client_info import statuses, told

pytestmark = pytest.mark.e2e
AWAY = (200, 4003)


@dataclass(frozen=True)
class Fallen:
    """Three platforms that are OFFLINE, and two that watch. `always` and `never` are its cards."""

    reader: Platform
    charger: Platform
    mute: Platform
    down: Platform
    driving: Platform
    always: Document
    never: Document


@pytest.fixture(scope="module")
def fallen(watchful: RunningHub) -> Iterator[Fallen]:
    """All fall silent at the same moment; this returns when the others have been told."""
    with ExitStack() as stack:
        guests = Guests(watchful, stack)
        reader, charger = guests.join("EMSP"), guests.join("CPO")
        mute, down, driving = guests.join("CPO"), guests.join("CPO"), guests.join("EMSP")
        always = known_to_hub(driving, a_card(driving, whitelist="ALWAYS"))
        never = known_to_hub(driving, a_card(driving, whitelist="NEVER"))
        down.wait_for(_is_pull)
        mute.behave("http:500", "versions")
        for platform in (down, driving):
            platform.stop()
        for platform, role in ((mute, "CPO"), (down, "CPO"), (driving, "EMSP")):
            reader.wait_for(told(party_of(platform), role, "OFFLINE"), 60.0)
        yield Fallen(reader, charger, mute, down, driving, always, never)
        for platform in (down, driving):
            platform.start()
        guests.leave()


def _is_probe(received: Received) -> bool:
    return (received.module, received.method) == ("versions", "GET")


def _is_pull(received: Received) -> bool:
    return (received.module, received.method, received.from_) == ("locations", "GET", HUB)


def test_case_126_a_silent_platform_is_asked_for_its_versions(watchful: RunningHub) -> None:
    with ExitStack() as stack:
        guests = Guests(watchful, stack)
        silent, witness = guests.join("EMSP"), guests.join("CPO")
        known = silent.wait_for(lambda received: received.module == "details")
        silent.clear()

        probe = silent.wait_for(_is_probe, 60.0)

        assert probe.headers["authorization"] == known.headers["authorization"]
        assert not [name for name in probe.headers if name.startswith("ocpi-")]
        assert statuses(witness, party_of(silent)) == {"EMSP": "CONNECTED"}
        guests.leave()


def test_case_126_it_takes_two_failures_to_be_offline(fallen: Fallen) -> None:
    failed = [each.at for each in fallen.mute.received if each.answer_status == 500]
    told_at = fallen.reader.wait_for(told(party_of(fallen.mute), "CPO", "OFFLINE")).at

    assert len([at for at in failed if at < told_at]) == 2


def test_case_126_offline_is_told_to_all_parties_and_listed(fallen: Fallen) -> None:
    for platform, role in ((fallen.mute, "CPO"), (fallen.driving, "EMSP")):
        received = fallen.charger.wait_for(told(party_of(platform), role, "OFFLINE"))
        assert received.method == "PUT"
        assert statuses(fallen.reader, party_of(platform)) == {role: "OFFLINE"}
        assert (role, *party_of(platform)) in roles_in(fallen.charger.hub.credentials())


def test_case_063_who_is_offline_is_not_called(fallen: Fallen) -> None:
    answer = fallen.reader.hub.get("locations", to=party_of(fallen.down))

    assert outcome(answer) == AWAY
    assert parties(answer) == (party_of(fallen.reader), HUB)


def test_case_110_an_owner_that_is_offline_is_stood_in_for_at_once(fallen: Fallen) -> None:
    begun = time.monotonic()

    always = authorize(fallen.charger, fallen.always)
    never = authorize(fallen.charger, fallen.never, to=party_of(fallen.driving))

    assert (outcome(always), always.data["allowed"]) == (OK, "ALLOWED")
    assert parties(always) == (party_of(fallen.charger), HUB)
    assert outcome(never) == AWAY
    assert time.monotonic() - begun < 2.0
    assert not questions(fallen.driving, fallen.always)


def test_case_126_any_call_brings_it_back(fallen: Fallen) -> None:
    mute, reader = fallen.mute, fallen.reader
    assert outcome(reader.hub.get("locations", to=party_of(mute))) == AWAY
    assert not [each for each in mute.received if each.from_ == party_of(reader)]
    mute.behave("well")
    reader.clear()

    assert outcome(mute.hub.credentials()) == OK

    reader.wait_for(told(party_of(mute), "CPO", "CONNECTED"), 60.0)
    assert statuses(reader, party_of(mute)) == {"CPO": "CONNECTED"}
    assert outcome(reader.hub.get("locations", to=party_of(mute))) == OK


def test_who_comes_back_is_pulled_for_what_was_unseen(watchful: RunningHub, fallen: Fallen) -> None:
    """The bad one of three is set aside, and the others are taken (T-PAG-12)."""
    down, reader = fallen.down, fallen.reader
    now = stamp()
    first, bad, last = (
        down.own("locations", a_location(down, last_updated=now, **wrong))
        for wrong in ({}, {"publish": "yes"}, {})
    )
    down.page_limit = 2
    down.clear()

    down.start()
    assert outcome(down.hub.credentials()) == OK

    for item in (first, last):
        received = reader.wait_for(about(item), 60.0)
        assert (received.from_, received.json()) == (HUB, item)
        assert is_listed(reader, item)
    assert not is_listed(reader, bad)
    pull = down.wait_for(_is_pull)
    assert pull.to == party_of(down)
    assert pull.parameter("date_from")
    aside = watchful.inside.hub.quarantine.all()
    assert [(each.name, each.module) for each in aside] == [(bad["id"], "locations")]
    assert "publish" in " ".join(aside[0].problems)


def test_an_emsp_that_comes_back_is_pulled_for_its_tokens(fallen: Fallen) -> None:
    driving, charger = fallen.driving, fallen.charger
    card = driving.own("tokens", a_card(driving, last_updated=stamp(), type="APP_USER"))

    driving.start()
    assert outcome(driving.hub.credentials()) == OK

    received = charger.wait_for(about_card(card), 60.0)
    assert (received.from_, received.json()) == (HUB, card)
    assert card in cards(charger)


def test_who_joins_is_pulled_whole(watchful: RunningHub) -> None:
    with ExitStack() as stack:
        guests = Guests(watchful, stack)
        reader, owner = guests.join("EMSP"), guests.join("CPO", registered=False)
        items = [owner.own("locations", a_location(owner)) for _ in range(5)]
        owner.page_limit = 2
        party = party_of(owner)

        token = watchful.invited(":".join(("CPO", *party)))
        owner.hub.register(watchful.versions_url, token)

        for item in items:
            reader.wait_for(about(item), 60.0)
        pulls = [each for each in owner.received if _is_pull(each)]
        whole = [each for each in pulls if "date_from" not in each.query]
        assert [each.to for each in whole] == 3 * [party]
        assert not pulls[0].query
        guests.leave()


def test_who_was_offline_gets_the_present_state_when_it_is_back(watchful: RunningHub) -> None:
    with ExitStack() as stack:
        guests = Guests(watchful, stack)
        owner, reader = guests.join("CPO"), guests.join("EMSP")
        reader.stop()
        item = a_location(owner)
        put(owner, item)
        newer = item | {"name": "Newer", "last_updated": "2026-05-01T00:00:00Z"}
        put(owner, newer)

        reader.start()
        reader.hub.credentials()

        until(lambda: reader.holds("locations", *place(item)) == newer, 60.0)
        guests.leave()
