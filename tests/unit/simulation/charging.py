"""CPOs that tell of sessions: whole, by PATCH with one more charging period, late, and twice."""

from dataclasses import dataclass, field

from application.objects.pushed import Pushed
from application.routing.passed import Passed
from domain import errors
from domain.objects.stored import ObjectKey
from domain.partners.party import Interface, PartyId
from domain.times import format_time
from tests.builders import XYZ, Doc, PlainJson
from tests.charging import a_cdr_token, a_period, a_session
from tests.unit.simulation.fates import Fate
from tests.unit.simulation.market import CPOS, Market
from tests.unit.simulation.platforms import MOV, PUL
from tests.unit.simulation.processes import Running

READERS = {1: XYZ, 2: MOV, 3: PUL}
"""Whose token each session is charged with."""


@dataclass(frozen=True)
class Said:
    """One push, so that it can be said again."""

    method: str
    document: Doc


@dataclass
class Charging:
    """What each CPO knows of its sessions, and has said of them. Periods are never taken back."""

    market: Market
    known: dict[ObjectKey, Doc] = field(default_factory=dict)
    said: dict[ObjectKey, list[Said]] = field(default_factory=dict)
    periods: int = 0

    def put(self, cpo: PartyId, number: int, *, direct: bool, fate: Fate | None) -> None:
        """The whole session as it is now."""
        key, reader = _key(cpo, number), READERS[number]
        own: Doc = {"country_code": cpo.country_code, "party_id": cpo.party_id}
        fresh = a_session(key.id, **own, cdr_token=a_cdr_token(reader), charging_periods=[])
        session = {**self.known.get(key, fresh), "last_updated": self._now()}
        self._say(key, Said("PUT", session), session, direct=direct, fate=fate)

    def patch(self, cpo: PartyId, number: int, *, direct: bool, fate: Fate | None) -> None:
        """One more charging period; nothing where the session was never told of."""
        key = _key(cpo, number)
        session = self.known.get(key)
        if session is None:
            return
        self.periods += 1
        more = {
            "charging_periods": [a_period(self.periods)],
            "last_updated": self._now(),
        }
        periods = [*session["charging_periods"], *more["charging_periods"]]
        known = {**session, **more, "charging_periods": periods}
        self._say(key, Said("PATCH", more), known, direct=direct, fate=fate)

    def repeat(
        self, cpo: PartyId, number: int, *, back: int, direct: bool, fate: Fate | None
    ) -> None:
        """The last push again, word for word, or one that came earlier."""
        key = _key(cpo, number)
        if said := self.said.get(key):
            self._push(key, said[-1 - back % len(said)], direct=direct, fate=fate)

    def _say(
        self, key: ObjectKey, said: Said, known: Doc, *, direct: bool, fate: Fate | None
    ) -> None:
        self.known[key] = known
        self.said.setdefault(key, []).append(said)
        self._push(key, said, direct=direct, fate=fate)

    def _push(self, key: ObjectKey, said: Said, *, direct: bool, fate: Fate | None) -> None:
        body = PlainJson().dump(said.document)
        self.market.posts += 1
        correlation_id = f"C-{self.market.posts}"
        pushed = Pushed(
            key=key,
            path=(),
            method=said.method,
            body=body,
            document=said.document,
            by=self.market.stores.partners.get(CPOS[key.owner]),
            correlation_id=correlation_id,
        )

        def push(hub: Running) -> object:
            if not direct:
                return hub.session_push.push_to_hub(pushed)
            passed = Passed(
                method=said.method,
                module="sessions",
                interface=Interface.RECEIVER,
                suffix=f"/{key.owner}/{key.id}",
                query="",
                body=body,
                correlation_id=correlation_id,
                requester=pushed.by.id,
                sender=key.owner,
                receiver=hub.session_push.reader(pushed),
            )
            return hub.session_push.push(pushed, passed)

        try:
            self.market.run("web", push, fate)
        except errors.HubError:
            return

    def _now(self) -> str:
        self.market.clock.advance(1)
        return format_time(self.market.clock.now())


def _key(cpo: PartyId, number: int) -> ObjectKey:
    return ObjectKey("sessions", cpo, f"S{number}")
