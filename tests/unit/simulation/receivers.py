"""The eMSPs of the simulation: what they keep is theirs alone, after every answer.

They write down what reaches them in dictionaries of their own and are held against the hub's
archive afterwards: the receiver's effect is what counts, not what it said (I3, I4).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from adapters.memory import FixedClock, answer
from domain.errors import HubError, NoAnswer, Unreachable
from domain.partners.party import PartyId
from domain.ports import WireAnswer, WireRequest
from tests.builders import Doc, PlainJson

_JSON = PlainJson()
Name = tuple[PartyId, PartyId, str]
"""Whose it is to keep, whose object it is, and its id in upper case."""


class Mood(StrEnum):
    """How a receiver behaves, to all that comes."""

    WELL = "well"
    REFUSES = "refuses"
    KNOWS_NO_TOKEN = "refuses with words of something that exists"
    REFUSES_ONE = "refuses CDR1 alone"
    ERRS = "answers 3000"
    LOSES = "applies, and the answer is lost"
    TIMES_OUT = "times out without applying"
    BREAKS_OFF = "resets without applying"
    AWAY = "cannot be connected to"
    FAILS = "answers 500 without applying"
    FAILS_LATE = "applies and answers 500"
    GARBLES = "applies and answers no envelope"
    LOCKED = "answers 401"
    SLOW = "answers 429 with Retry-After"
    GONE = "answers 404"


_REFUSED = answer(code=2001, message="this one is not wanted")
_SAYS: dict[Mood, tuple[bool, WireAnswer | None]] = {
    Mood.WELL: (True, None),
    Mood.REFUSES: (False, _REFUSED),
    Mood.KNOWS_NO_TOKEN: (False, answer(code=2001, message="No token exists with this uid")),
    Mood.ERRS: (False, answer(code=3000, message="out of order")),
    Mood.FAILS: (False, answer(status=500, code=None)),
    Mood.FAILS_LATE: (True, answer(status=500, code=None)),
    Mood.GARBLES: (True, answer(code=None)),
    Mood.LOCKED: (False, answer(status=401, code=2002)),
    Mood.SLOW: (False, answer(status=429, code=None, headers={"retry-after": "120"})),
    Mood.GONE: (False, answer(status=404, code=None)),
}
"""Whether it applies what came, and what it says then: None for what it means."""
_SILENT: dict[Mood, tuple[bool, HubError]] = {
    Mood.LOSES: (True, NoAnswer("lost", timed_out=True)),
    Mood.TIMES_OUT: (False, NoAnswer("late", timed_out=True)),
    Mood.BREAKS_OFF: (False, NoAnswer("reset", timed_out=False)),
    Mood.AWAY: (False, Unreachable("away")),
}
_TAKES_LONG = (Mood.LOSES, Mood.TIMES_OUT)


@dataclass
class Receivers:
    """All of them behind one wire. `wrongs` is what should never have come."""

    clock: FixedClock
    moods: dict[PartyId, Mood] = field(default_factory=dict)
    says_duplicate: bool = False
    cdrs: dict[Name, bytes] = field(default_factory=dict)
    sessions: dict[Name, Doc] = field(default_factory=dict)
    refused: set[Name] = field(default_factory=set)
    wrongs: list[str] = field(default_factory=list)
    inspect: Any = None

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        """All that arrives is looked at first, then met with the receiver's mood."""
        if request.receiver is None or request.body is None:
            return answer(status=500, code=None)
        self.inspect(request)
        mood = self._mood(request)
        self.clock.advance(deadline_s if mood in _TAKES_LONG else 0.05)
        if mood in _SILENT:
            applies, failure = _SILENT[mood]
            if applies:
                self._apply(request)
            raise failure
        applies, said = _SAYS[mood]
        meant = self._apply(request) if applies else None
        given = said or meant
        assert given is not None
        self._note_refusal(request, given)
        return given

    def _mood(self, request: WireRequest) -> Mood:
        assert request.receiver is not None
        assert request.body is not None
        mood = self.moods.get(request.receiver, Mood.WELL)
        if mood is not Mood.REFUSES_ONE:
            return mood
        return Mood.REFUSES if b'"CDR1"' in request.body else Mood.WELL

    def _note_refusal(self, request: WireRequest, given: WireAnswer) -> None:
        """A session that was refused for good is not owed until it changes."""
        if request.method == "POST":
            return
        is_refusal = given.status == 404 or (given.code is not None and given.code >= 2000)
        if is_refusal and given.status != 401:
            self.refused.add(self._name(request))

    def _apply(self, request: WireRequest) -> WireAnswer:
        assert request.body is not None
        document = dict(_JSON.parse(request.body))  # type: ignore[arg-type]
        if request.method == "POST":
            return self._keep_cdr(request, request.body)
        name = self._name(request)
        held = self.sessions.get(name)
        if request.method == "PATCH":
            if held is None:
                return answer(status=404, code=2003, message="unknown session")
            document = _merged(held, document)
        else:
            self.refused.discard(name)
        if held is not None and _is_behind(document, held):
            self.wrongs.append(f"I4: {name[2]} went back at {name[0]}")
        if _repeats_itself(document):
            self.wrongs.append(f"I4: {name[2]} has a charging period twice at {name[0]}")
        self.sessions[name] = document
        return answer()

    def _keep_cdr(self, request: WireRequest, body: bytes) -> WireAnswer:
        name = self._name(request)
        held = self.cdrs.setdefault(name, body)
        if held is body:
            return answer()
        if held != body:
            self.wrongs.append(f"I3: two CDRs {name[2]} for {name[0]}")
        if self.says_duplicate:
            return answer(code=2001, message="this CDR exists already")
        return answer()

    def _name(self, request: WireRequest) -> Name:
        assert request.receiver is not None
        assert request.body is not None
        if request.method == "POST":
            document: Any = _JSON.parse(request.body)
            owner = PartyId(document["country_code"], document["party_id"])
            return request.receiver, owner, str(document["id"]).upper()
        country_code, party_id, session_id = request.url.rsplit("/", 3)[1:]
        return request.receiver, PartyId(country_code, party_id), session_id.upper()


def _merged(held: Doc, patch: Doc) -> Doc:
    """As OCPI says: fields replaced, charging periods appended (mod_sessions)."""
    periods = [*held.get("charging_periods", ()), *patch.get("charging_periods", ())]
    merged = {**held, **patch}
    return {**merged, "charging_periods": periods} if periods else merged


def starts(session: Doc) -> list[str]:
    """Its charging periods, by when each began."""
    return [str(each["start_date_time"]) for each in session.get("charging_periods", ())]


def _is_behind(session: Doc, held: Doc) -> bool:
    is_older = str(session["last_updated"]) < str(held["last_updated"])
    return is_older or not set(starts(held)) <= set(starts(session))


def _repeats_itself(session: Doc) -> bool:
    return len(starts(session)) != len(set(starts(session)))
