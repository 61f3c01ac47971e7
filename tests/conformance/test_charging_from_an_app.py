"""A driver's app, from the first command to the bill, between platforms that know only the hub.

Commands, charging profiles, sessions and CDRs are each tried by themselves elsewhere: here one
leads to the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from entrypoints.sandbox import Answer, Platform, Received, Reply
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import (
    active_charging_profile,
    cancel_reservation,
    carrying_out,
    reserve_now,
    set_charging_profile,
    start_session,
    stop_session,
)
from entrypoints.sandbox.server import Listener
from entrypoints.sandbox.wire import Document, decode
from tests.conformance import charges
from tests.conformance.guests import Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    CREATED,
    OK,
    a_location,
    fresh,
    outcome,
    parties,
    party_of,
    put,
    until,
)

pytestmark = pytest.mark.e2e
ACCEPTED, CANCELED = {"result": "ACCEPTED"}, {"result": "CANCELED_RESERVATION"}
UNKNOWN_SESSION = {"result": "UNKNOWN_SESSION", "timeout": 0}
WITHIN_S = 20.0


@dataclass(frozen=True)
class Street:
    """An operator with one charger, and a driver's provider; the commands name no receiver."""

    cpo: Platform
    msp: Platform
    place: Document

    @property
    def card(self) -> Document:
        return token(*party_of(self.msp))

    def asks(self, name: str, body: Document) -> Answer:
        """The app's command, without TO."""
        return self.msp.hub.push("POST", "commands", (name,), body, to=None)

    def asked(self, name: str) -> Received:
        """The one command of this name that came to the operator."""
        [found] = [each for each in self.cpo.received if each.segments == (name,)]
        return found

    def url(self) -> str:
        return self.msp.callback_url("commands", fresh())

    def results(self, url: str, count: int) -> list[Document]:
        """What came to the app's URL, once it is so many."""
        until(lambda: len(self._came(url)) >= count, WITHIN_S)
        between = party_of(self.cpo), party_of(self.msp)
        assert {(each.from_, each.to) for each in self._came(url)} == {between}
        return [each.json() for each in self._came(url)]

    def _came(self, url: str) -> list[Received]:
        posts = [each for each in self.msp.received if each.method == "POST"]
        return [each for each in posts if f"{self.msp.url}{each.path}" == url]

    def session(self, **fields: object) -> Document:
        """One at the charger, with a card of the driver's."""
        at = {"location_id": self.place["id"]}
        return charges.a_session(self.cpo, party_of(self.msp), **(at | fields))

    def reports(self, session: Document, **change: object) -> None:
        """The operator says how it is, TO the provider, which has it word for word."""
        whole = session | change
        answer = charges.put(self.cpo, whole)
        assert (answer.ok, parties(answer)) == (True, (party_of(self.cpo), party_of(self.msp)))
        assert charges.told(self.msp, whole)[-1].json() == whole

    def reserves(self, url: str) -> str:
        """The id of a reservation at the charger that the operator has accepted."""
        name = fresh("R")
        where = {"reservation_id": name, "location_id": self.place["id"]}
        answer = self.asks("RESERVE_NOW", reserve_now(url, card=self.card, **where))
        assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
        assert self.results(url, 1) == [ACCEPTED]
        return name


@pytest.fixture
def street(join: Join) -> Street:
    """An operator that accepts every command, and says ACCEPTED later, too."""
    cpo, msp = join("CPO"), join("EMSP")
    place = a_location(cpo)
    assert outcome(put(cpo, place)) == CREATED
    cpo.behave(carrying_out(cpo, [ACCEPTED]), "commands")
    return Street(cpo, msp, place)


def test_a_charge_is_started_and_stopped_from_an_app(street: Street) -> None:
    starting, stopping = street.url(), street.url()
    body = start_session(starting, card=street.card, location_id=street.place["id"])
    answer = street.asks("START_SESSION", body)

    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert parties(answer) == (party_of(street.msp), party_of(street.cpo))
    assert street.asked("START_SESSION").to == party_of(street.cpo)
    assert street.results(starting, 1) == [ACCEPTED]
    session = street.session()
    street.reports(session)
    answer = street.asks("STOP_SESSION", stop_session(stopping, session["id"].lower()))

    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert street.asked("STOP_SESSION").to == party_of(street.cpo)
    assert street.results(stopping, 1) == [ACCEPTED]


def test_of_another_emsps_session_nothing_is_known(street: Street, join: Join) -> None:
    other = join("EMSP")
    session = street.session()
    street.reports(session)
    url = other.callback_url("commands")
    query = f"duration=9&response_url={url}"
    push, path = other.hub.push, (session["id"],)
    answers = [push("POST", "commands", ("STOP_SESSION",), stop_session(url, session["id"]))]
    answers += [push("PUT", "chargingprofiles", path, set_charging_profile(url))]
    answers += [push(name, "chargingprofiles", path, query=query) for name in ("GET", "DELETE")]

    assert [(outcome(each), each.data) for each in answers] == [(OK, UNKNOWN_SESSION)] * 4
    assert {parties(each) for each in answers} == {(party_of(other), HUB)}
    assert not {each.module for each in street.cpo.received} & {"commands", "chargingprofiles"}


def test_a_profile_is_set_by_the_session_alone_and_reports_go_to_who_set_it(
    street: Street,
) -> None:
    session = street.session()
    street.reports(session)
    mine, path = street.msp.callback_url("chargingprofiles", fresh()), (session["id"],)
    street.cpo.behave(carrying_out(street.cpo, [ACCEPTED]), "chargingprofiles")

    answer = street.msp.hub.push("PUT", "chargingprofiles", path, set_charging_profile(mine))

    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert street.results(mine, 1) == [ACCEPTED]
    active = active_charging_profile()
    answer = street.cpo.hub.push("PUT", "chargingprofiles", path, active, role="SENDER")

    got = street.msp.wait_for(
        lambda each: (each.module, each.method) == ("chargingprofiles", "PUT")
    )
    assert outcome(answer) == OK
    assert (got.role, got.segments, got.json()) == ("SENDER", path, active)
    assert (got.from_, got.to) == (party_of(street.cpo), party_of(street.msp))


def test_a_reservation_is_made_and_cancelled_by_the_driver(street: Street) -> None:
    name = street.reserves(street.url())
    reserved, cancelling = street.session(status="RESERVATION"), street.url()
    street.reports(reserved)

    answer = street.asks("CANCEL_RESERVATION", cancel_reservation(cancelling, name.lower()))

    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert street.asked("CANCEL_RESERVATION").to == party_of(street.cpo)
    assert street.results(cancelling, 1) == [ACCEPTED]
    street.reports(reserved, status="INVALID", last_updated=charges.LATER)


def test_a_reservation_is_cancelled_by_the_operator_later(street: Street) -> None:
    url = street.url()
    street.reserves(url)
    street.reports(street.session(status="RESERVATION"))
    theirs = street.asked("RESERVE_NOW").json()["response_url"]

    answers = [street.cpo.hub.callback(theirs, CANCELED) for _ in range(2)]

    assert [outcome(each) for each in answers] == [OK, OK]
    assert street.results(url, 2) == [ACCEPTED, CANCELED]


def test_a_reservation_is_used_charged_and_billed(street: Street) -> None:
    street.reserves(street.url())
    session = street.session(status="RESERVATION")
    ended = {"status": "COMPLETED", "end_date_time": "2026-01-15T08:00:00Z"}

    street.reports(session)
    street.reports(session, status="ACTIVE", last_updated="2026-02-01T00:00:00Z")
    street.reports(session, **ended, last_updated=charges.LATER)
    bill = charges.a_cdr(street.cpo, party_of(street.msp), session_id=session["id"])
    answer = charges.post(street.cpo, bill, to=None)

    assert outcome(answer) == CREATED
    assert street.msp.wait_for(charges.about_cdr(bill), WITHIN_S).json() == bill
    pushes = charges.told(street.msp, session)
    assert [each.json()["status"] for each in pushes] == ["RESERVATION", "ACTIVE", "COMPLETED"]
    [listed] = charges.sessions(street.msp)
    assert (listed["id"], listed["status"]) == (session["id"], "COMPLETED")


@pytest.fixture
def hooked() -> Iterator[tuple[list[Received], str]]:
    """What a server of the app's was told, and its URL."""
    told: list[Received] = []

    def take(received: Received) -> Reply:
        told.append(received)
        return Reply(204)

    listener = Listener("127.0.0.1", 0, take)
    listener.start()
    yield told, f"http://127.0.0.1:{listener.port}/events"
    listener.stop()


def test_what_became_of_a_command_is_told_signed(
    hub: RunningHub, street: Street, hooked: tuple[list[Received], str]
) -> None:
    events, url = hooked
    call, at = street.msp.hub.call, f"{hub.url}/hub/v1/webhooks"
    wanted = {"url": url, "events": ["command.result"]}
    made = call("POST", at, token=street.msp.hub.peer.token, body=wanted)
    assert made.status == 201

    name = street.reserves(street.url())

    until(lambda: events, WITHIN_S)
    [told] = events
    secret, signed, text = Webhook(made.data["secret"]), dict(told.headers), told.body.decode()
    assert secret.verify(text, signed)
    with pytest.raises(WebhookVerificationError):
        secret.verify(f"{text} ", signed)
    said = decode(told.body)
    assert said["type"] == "command.result"
    assert (said["data"]["command"], said["data"]["status"]) == ("RESERVE_NOW", "ACCEPTED")
    assert said["data"]["reservation_id"] == name
