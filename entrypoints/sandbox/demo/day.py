"""Who takes part in the demo's day, and what a CPO does all day: push, and look who has it when."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from entrypoints.sandbox.demo.fresh_hub import FreshHub
from entrypoints.sandbox.demo.telling import Telling, Unexpected, expect
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.merging import merged, nested, with_nested
from entrypoints.sandbox.parties import Party
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.wire import Answer, Document, stamp

WITHIN_S = 5.0
"""How soon a change has to be at an eMSP that is up: what a driver would call at once."""

_CPO = (
    Party("CPO", "DE", "ABC", "ABC Charging"),
    Party("CPO", "FR", "XYZ", "ABC Charging France"),
    Party("CPO", "ES", "CP6", "ABC Charging Spain"),
)
_EMSPS = (Party("EMSP", "NL", "MS1", "Mobility One"), Party("EMSP", "BE", "ELE", "Elektra Drive"))


Emsps = tuple[Platform, Platform]


@contextmanager
def platforms() -> Iterator[tuple[Platform, Emsps]]:
    """A CPO that owns chargers in three countries, and two eMSPs; all of them listen."""
    one, other = _EMSPS
    with Platform(_CPO) as cpo, Platform([one]) as first, Platform([other]) as second:
        yield cpo, (first, second)


@dataclass(frozen=True)
class Push:
    """What a CPO pushed to the hub: when it began, and how the hub answered."""

    began: float
    answer: Answer
    answered_ms: float

    def at(self, emsp: Platform) -> Received:
        """The request with which the eMSP got it.

        :raises Unexpected: if that takes too long.
        """
        before = len(emsp.received)
        try:
            return emsp.wait_for(self._is_it, WITHIN_S)
        except TimeoutError as late:
            came = f"{len(emsp.received) - before} requests meanwhile, none of which brought it"
            raise Unexpected(f"{name_of(emsp)} has it within {WITHIN_S:.0f} s", came) from late

    def ms_to(self, emsp: Platform) -> float:
        """The milliseconds from the beginning of the push until the eMSP had it.

        :raises Unexpected: if that takes too long.
        """
        return (self.at(emsp).at - self.began) * 1000

    def _is_it(self, request: Received) -> bool:
        """The hub hands the correlation id of the change on."""
        return bool(
            request.headers.get("x-correlation-id") == self.answer.correlation_id
            and request.applied
        )


@dataclass(frozen=True)
class Day:
    """The hub, the CPO's platform and the eMSPs', and where it all is told.

    What the CPO has itself is the truth that the eMSPs are held against.
    """

    tell: Telling
    hub: FreshHub
    cpo: Platform
    emsps: Emsps

    def publish(self, location: Document) -> Push:
        """The CPO's location is new: PUT."""
        self.cpo.own("locations", location)
        return self._push("PUT", location, (), location)

    def change(self, location_id: str, inner: tuple[str, ...] = (), **fields: object) -> Push:
        """PATCH of the CPO's location, or of the EVSE that `inner` names."""
        location = self.location(location_id)
        part = nested(location, inner)
        expect(part, f"{location_id} {inner} among the CPO's own", "nothing")
        patch: Document = {**fields, "last_updated": stamp()}
        self.cpo.own("locations", with_nested(location, inner, merged(part or {}, patch)))
        return self._push("PATCH", location, inner, patch)

    def location(self, location_id: str) -> Document:
        """The CPO's own. :raises LookupError: if it has none of this id."""
        for location in self.cpo.owned.all("locations"):
            if location["id"] == location_id:
                return location
        raise LookupError(f"the CPO has no location {location_id}")

    def missing_at(self, emsp: Platform, location_ids: Sequence[str]) -> list[str]:
        """Those of the CPO's locations that the eMSP does not hold exactly as they are now."""
        own = [self.location(location_id) for location_id in location_ids]
        return [each["id"] for each in own if emsp.holds("locations", *key_of(each)) != each]

    def expect_all_at(self, emsp: Platform) -> int:
        """How many locations the eMSP holds: those of the CPO, exactly as they are now.

        :raises Unexpected: naming those that it holds otherwise, or not at all.
        """
        ids = [location["id"] for location in self.cpo.owned.all("locations")]
        missing = ", ".join(self.missing_at(emsp, ids))
        holding = f"{name_of(emsp)} holds what the CPO has"
        expect(not missing, holding, f"other than that, or nothing: {missing}")
        held = len(emsp.held.all("locations"))
        expect(held == len(ids), f"{len(ids)} locations at {name_of(emsp)}", f"{held}")
        return held

    def _push(self, method: str, owner: Document, inner: tuple[str, ...], body: Document) -> Push:
        began = time.time()
        answer = self.cpo.hub.push(
            method,
            "locations",
            (*key_of(owner), *inner),
            body,
            to=self.cpo.hub.hub_party,
            from_=key_of(owner)[:2],
        )
        answered_ms = (time.time() - began) * 1000
        expect(answer.ok, f"success for {method} of {owner['id']}", shown(answer))
        return Push(began, answer, answered_ms)


def key_of(location: Document) -> tuple[str, str, str]:
    return location["country_code"], location["party_id"], location["id"]


def name_of(platform: Platform) -> str:
    """As in `NL/MS1`: the platform's first party."""
    return "/".join(platform.profile.parties[0].id)


def shown(answer: Answer) -> str:
    """As in `201, OCPI 1000`."""
    message = f" ({answer.message})" if not answer.ok else ""
    return f"{answer.status}, OCPI {answer.code or 'nothing'}{message}"


def shown_request(request: Received) -> str:
    """As in `PUT DE/ABC/BER-ALEX/BER-ALEX-1`."""
    return f"{request.method} {'/'.join(request.segments)}"
