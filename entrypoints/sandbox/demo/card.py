"""The chapters of the driver's card: its issuer is asked; the hub stands in while it is down."""

import time
from dataclasses import dataclass

from entrypoints.sandbox.charging import token
from entrypoints.sandbox.demo.day import Day, Push, name_of, shown
from entrypoints.sandbox.demo.telling import Unexpected, expect
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.wire import Answer, Document, stamp

_CARD, _STRICT = "CARD-0001", "CARD-0002"
_WHITELISTS = {_CARD: "ALLOWED", _STRICT: "NEVER"}
_AT = {"location_id": "BER-ALEX", "evse_uids": ["BER-ALEX-1"]}

_ANSWERED_WITHIN_S = 8.0
"""As long as a driver stands at a charger without trying the next one."""

_TOLD_WITHIN_S = 20.0


@dataclass(frozen=True)
class _Asked:
    """How a question was answered, by whom, and how soon."""

    answer: Answer
    by: str
    seconds: float

    @property
    def allowed(self) -> str:
        data = self.answer.data
        return str(data.get("allowed")) if isinstance(data, dict) else ""

    def __str__(self) -> str:
        said = f"{shown(self.answer)} {self.allowed}".rstrip()
        return f"{said}, from {self.by} after {self.seconds * 1000:.0f} ms"


def a_card_is_authorized(day: Day) -> None:
    """Two platforms that know nothing of each other: one issued the card, the other charges."""
    issuer = day.emsps[0]
    with day.tell.step(f"{name_of(issuer)} gives two cards to drivers, and the hub their tokens"):
        for uid, whitelist in _WHITELISTS.items():
            push = _issue(issuer, uid, whitelist)
            day.tell.say(
                f"{uid}, whitelist {whitelist}: {shown(push.answer)};"
                f" {name_of(day.cpo)} had it after {push.ms_to(day.cpo):.0f} ms"
            )
    with day.tell.step("At Alexanderplatz a driver holds up the first card: may it charge?"):
        had = len(issuer.received)
        _expect_live(day, issuer)
        _tell_what_was_asked(day, issuer, had)


def its_issuer_is_down(day: Day) -> None:
    """The hub answers in its place where the whitelist lets it, and tells others of it."""
    issuer, hub = day.emsps[0], "/".join(day.cpo.hub.hub_party)
    had = len(day.cpo.received)
    with day.tell.step(f"The platform of {name_of(issuer)} goes down: the hub stands in for it"):
        issuer.stop()
        asked = _ask(day, _CARD)
        expect(asked.allowed == "ALLOWED" and asked.by == hub, f"ALLOWED from {hub}", f"{asked}")
        day.tell.say(f"{_CARD}: {asked}: what its issuer said of it last")
    with day.tell.step("Not for the second card: it is NEVER allowed without its issuer"):
        asked = _ask(day, _STRICT)
        expect(asked.answer.code in (4002, 4003), "4002 or 4003, and no answer", f"{asked}")
        day.tell.say(f"{_STRICT}: {asked}")
    with day.tell.step(f"Every party that sees {name_of(issuer)} is told its status"):
        _expect_told(day, issuer, "OFFLINE", had)
        had = len(day.cpo.received)
        issuer.start()
        greeted = issuer.hub.credentials()
        expect(greeted.ok, "success for GET credentials", shown(greeted))
        day.tell.say(f"{name_of(issuer)} comes back, and says so with GET credentials")
        _expect_told(day, issuer, "CONNECTED", had)
        _expect_live(day, issuer)


def _issue(issuer: Platform, uid: str, whitelist: str) -> Push:
    country_code, party_id = issuer.profile.parties[0].id
    card = token(country_code, party_id, uid, whitelist=whitelist, last_updated=stamp())
    issuer.own("tokens", card)
    began = time.time()
    key = (country_code, party_id, uid)
    answer = issuer.hub.push("PUT", "tokens", key, card, to=issuer.hub.hub_party)
    answered_ms = (time.time() - began) * 1000
    expect(answer.ok, f"success for PUT of {uid}", shown(answer))
    return Push(began, answer, answered_ms)


def _ask(day: Day, uid: str) -> _Asked:
    """The CPO asks without a receiver: the hub finds the issuer."""
    began = time.monotonic()
    answer = day.cpo.hub.push("POST", "tokens", (uid, "authorize"), _AT, role="SENDER")
    seconds = time.monotonic() - began
    limit = f"an answer within {_ANSWERED_WITHIN_S:.0f} s"
    expect(seconds < _ANSWERED_WITHIN_S, limit, f"{shown(answer)} after {seconds:.1f} s")
    names = ("ocpi-from-country-code", "ocpi-from-party-id")
    return _Asked(answer, "/".join(answer.headers.get(name, "?") for name in names), seconds)


def _expect_live(day: Day, issuer: Platform) -> None:
    """:raises Unexpected: unless the issuer itself allows it."""
    asked, name = _ask(day, _CARD), name_of(issuer)
    expect(asked.allowed == "ALLOWED" and asked.by == name, f"ALLOWED from {name}", f"{asked}")
    day.tell.say(f"{name_of(day.cpo)} asks POST tokens/{_CARD}/authorize, and names no receiver")
    day.tell.say(f"-> {asked}: its issuer itself")


def _tell_what_was_asked(day: Day, issuer: Platform, had: int) -> None:
    asked = [each for each in issuer.received[had:] if each.method == "POST"]
    expect(len(asked) == 1, "one question to its issuer", f"{len(asked)}")
    by, where = "/".join(asked[0].from_), asked[0].json()
    expect(where == _AT, f"the CPO's own words: {_AT}", f"{where}")
    day.tell.say(f"{name_of(issuer)} was asked by {by}, about {where['evse_uids'][0]}")


def _expect_told(day: Day, issuer: Platform, status: str, had: int) -> None:
    """:raises Unexpected: unless the CPO gets that ClientInfo, after its first `had` requests."""
    party, began = issuer.profile.parties[0].id, time.time()

    def is_it(request: Received) -> bool:
        if request.module != "hubclientinfo" or request not in day.cpo.received[had:]:
            return False
        told: Document = request.json()
        return (told["country_code"], told["party_id"], told["status"]) == (*party, status)

    try:
        got = day.cpo.wait_for(is_it, _TOLD_WITHIN_S)
    except TimeoutError as late:
        within = f"within {_TOLD_WITHIN_S:.0f} s"
        raise Unexpected(f"ClientInfo that it is {status} {within}", "nothing of it") from late
    after = f"{max(0.0, got.at - began):.1f} s"
    day.tell.say(f"{name_of(day.cpo)} gets its ClientInfo: {status}, {after} later")
