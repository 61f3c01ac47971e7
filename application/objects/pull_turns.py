"""Partners take turns at being pulled: some side by side, and each again only behind all others.

A list that has no end, or a platform that hangs, costs the others one thread for a time slice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from application.objects.pulls import Pulls
from domain import errors

AT_ONCE = 8
_log = logging.getLogger(__name__)

Begin = Callable[[Callable[[], None]], object]
"""Has a turn taken soon, in a thread of its own, in the order of asking."""


@dataclass(frozen=True)
class PullTurns:
    """The turns of one process. A partner has one at a time; asked for meanwhile, one more."""

    pulls_of_partners: Pulls
    in_turn: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock, repr=False)

    def ask(self, partner_id: str, begin: Begin, *, stop: Callable[[], bool]) -> None:
        """Pull the partner when its turn comes; what that leaves is read in another turn."""
        with self.lock:
            if partner_id in self.in_turn:
                self.again.add(partner_id)
                return
            self.in_turn.add(partner_id)
        begin(lambda: self._take_turn(partner_id, begin, stop))

    def _take_turn(self, partner_id: str, begin: Begin, stop: Callable[[], bool]) -> None:
        with self.lock:
            self.again.discard(partner_id)
        goes_on = False
        try:
            goes_on = any(
                read.goes_on for read in self.pulls_of_partners.pull(partner_id, stop=stop)
            )
        except (errors.NotRegistered, errors.UnknownPartner) as gone:
            _log.info("nothing to pull: %s", gone)
        finally:
            with self.lock:
                self.in_turn.discard(partner_id)
                goes_on = goes_on or partner_id in self.again
        if goes_on and not stop():
            self.ask(partner_id, begin, stop=stop)
