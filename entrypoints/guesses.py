"""A brake on guessing tokens: an address that was wrong too often is told to wait.

It is asked before the store is: once there are too many guesses, they cost the store nothing. A
token that this process knows is let in, wherever it comes from.
"""

from dataclasses import dataclass
from wsgiref.types import WSGIEnvironment

from application.partners.request_gates import Gate
from domain.operators.audit import Actor, ActorKind
from domain.ports import Counters
from entrypoints.places import Places
from entrypoints.tally import Tally

WRONG_CALLER = "authentication.refused"


@dataclass(frozen=True)
class Guesses:
    """Counts wrong tokens by the address that they come from."""

    gate: Gate
    places: Places
    tally: Tally
    counters: Counters

    def wait_s(self, environ: WSGIEnvironment) -> int:
        """Seconds that this address has to wait before it is listened to; nothing is counted."""
        if not self.gate.minutes:
            return 0
        return self.gate.left(self.places.network_of(environ))

    def note(self, environ: WSGIEnvironment) -> int:
        """Note a wrong token; how many seconds its address has to wait, 0: it is told so."""
        if "HTTP_AUTHORIZATION" not in environ:
            return 0
        place = self.places.network_of(environ)
        self.tally.count(WRONG_CALLER, Actor(ActorKind.UNKNOWN, place=place))
        if wait_s := self.gate.enter(place):
            limited = self.gate.limited.value
            self.counters.count("requests_limited", partner="", class_=limited)
        return wait_s
