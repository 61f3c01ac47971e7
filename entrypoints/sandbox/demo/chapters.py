"""The chapters of the day, in their order: a chapter is a title and a function that plays it."""

import time
from collections.abc import Callable
from typing import NamedTuple

from entrypoints.sandbox.demo import app, away, card, charge, costs, finding
from entrypoints.sandbox.demo.day import Day, Push, name_of, shown, shown_request
from entrypoints.sandbox.demo.telling import expect
from entrypoints.sandbox.fixtures import DEMO_LOCATIONS
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.wire import Document

AT_FIRST = DEMO_LOCATIONS[:-1]
"""One more opens later in the day."""


class Chapter(NamedTuple):
    """Its steps are told as they are played; the first that goes wrong ends the day."""

    title: str
    play: Callable[[Day], None]


def the_hub_opens(day: Day) -> None:
    """`ocpi-hub up`, as its operators type it."""
    with day.tell.step("A fresh hub starts, with nothing in it"):
        seconds = day.hub.start()
        day.tell.say(f"`ocpi-hub up` listens on {day.hub.url} after {seconds:.1f} s")


def partners_register(day: Day) -> None:
    """Each partner is invited by the hub's operator, and registers through the real handshake."""
    for platform in (day.cpo, *day.emsps):
        parties = platform.profile.parties
        with day.tell.step(f"{parties[0].name} is invited, and registers"):
            roles = [f"{party.role}:{party.country_code}:{party.party_id}" for party in parties]
            command, invitation = day.hub.invite(parties[0].name, roles)
            day.tell.say(command)
            _register(day, platform, invitation["versions_url"], invitation["token"])


def _register(day: Day, platform: Platform, versions_url: str, token: str) -> None:
    began = time.monotonic()
    answer = platform.hub.register(versions_url, token)
    ms = (time.monotonic() - began) * 1000
    calls = ", ".join(f"{sent.method} {sent.url.rpartition('/')[2]}" for sent in platform.sent)
    day.tell.say(f"{name_of(platform)} calls {calls} -> {shown(answer)}, {ms:.0f} ms in all")
    read = {"versions", "details"} & {request.module for request in platform.received}
    came = ", ".join(read) or "nothing"
    expect(len(read) == 2, "the hub to read the partner's versions and details", came)
    day.tell.say("meanwhile the hub has read its versions and version details")
    again = platform.hub.call("GET", versions_url, token=token)
    expect(again.status == 401, "401 for the invitation's token", shown(again))
    greeted = platform.hub.credentials()
    expect(greeted.ok, "success with the new token", shown(greeted))
    day.tell.say("the invitation's token opens nothing any more (401), the new one does (200)")


def locations_spread(day: Day) -> None:
    """The CPO's locations, pushed once, are at every eMSP."""
    with day.tell.step(f"The CPO pushes {len(AT_FIRST)} locations to the hub, once each"):
        pushes = []
        for location in AT_FIRST:
            pushes.append(day.publish(location))
            site = f"{location['name']}, {location['city']}, {len(location['evses'])} EVSEs"
            day.tell.say(f"{site}: {_arrivals(day, pushes[-1])}")
        slowest = max(push.answered_ms for push in pushes)
        day.tell.say(f"the CPO had each answer, {shown(pushes[0].answer)}, within {slowest:.0f} ms")
    with day.tell.step("Both eMSPs hold exactly what the CPO has"):
        for emsp in day.emsps:
            held = day.expect_all_at(emsp)
            puts = sum(map(_is_put_of_location, emsp.received))
            expect(puts == len(AT_FIRST), f"{len(AT_FIRST)} PUTs", f"{puts}")
            evses = sum(len(each["evses"]) for each in emsp.held.all("locations"))
            day.tell.say(
                f"{name_of(emsp)} received {puts} PUTs, holds {held} locations, {evses} EVSEs"
            )


def a_status_changes(day: Day) -> None:
    """One EVSE of one location changes: that one change goes out, not the location."""
    with day.tell.step("At Alexanderplatz a driver plugs in: one EVSE is CHARGING now"):
        push = day.change("BER-ALEX", ("BER-ALEX-1",), status="CHARGING")
        day.tell.say(f"PATCH by the CPO -> {shown(push.answer)} after {push.answered_ms:.0f} ms")
        for emsp in day.emsps:
            got = push.at(emsp)
            expect(got.from_ == emsp.hub.hub_party, "a request from the hub", "/".join(got.from_))
            day.tell.say(
                f"{name_of(emsp)} had it after {push.ms_to(emsp):.0f} ms:"
                f" {shown_request(got)}, {len(got.body)} bytes, from {'/'.join(got.from_)}"
            )
            day.expect_all_at(emsp)


def the_day_ends(day: Day) -> None:
    """All parties have the same, whether it was pushed or is pulled."""
    own = sorted(day.cpo.owned.all("locations"), key=_id)
    with day.tell.step("In the end all parties have the same"):
        for emsp in day.emsps:
            held = day.expect_all_at(emsp)
            pulled = sorted(emsp.hub.objects("locations", to=emsp.hub.hub_party), key=_id)
            came = ", ".join(map(_id, pulled)) or "nothing"
            expect(pulled == own, f"a list of {len(own)} locations as the CPO has them", came)
            day.tell.say(
                f"{name_of(emsp)} holds {held} locations, and pulls the same {len(pulled)} from"
                " the hub: exactly what the CPO has"
            )


def _arrivals(day: Day, push: Push) -> str:
    """As in `NL/MS1 had it after 41 ms, BE/ELE after 43 ms`."""
    first, second = day.emsps
    return (
        f"{name_of(first)} had it after {push.ms_to(first):.0f} ms,"
        f" {name_of(second)} after {push.ms_to(second):.0f} ms"
    )


def _is_put_of_location(request: Received) -> bool:
    return request.method == "PUT" and request.module == "locations"


def _id(location: Document) -> str:
    return str(location["id"])


CHAPTERS = (
    Chapter("The hub opens", the_hub_opens),
    Chapter("Partners register", partners_register),
    Chapter("Locations spread", locations_spread),
    Chapter("A status changes", a_status_changes),
    Chapter("A driver finds a charger", finding.a_driver_searches),
    Chapter("What charging costs", costs.a_driver_asks_the_price),
    Chapter("A driver's card is authorized across two platforms", card.a_card_is_authorized),
    Chapter("A driver charges from an app", app.a_driver_charges),
    Chapter("A driver reserves a charger", app.a_driver_reserves),
    Chapter("The card's issuer is down", card.its_issuer_is_down),
    Chapter("A charge is billed, although the eMSP goes down meanwhile", charge.a_charge_is_billed),
    Chapter("An eMSP is away, and catches up", away.an_emsp_catches_up),
    Chapter("The day ends", the_day_ends),
)
