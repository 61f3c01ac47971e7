"""The sweeper's look for alarms: what is the matter is raised, and what is over is cleared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.operators.alarms import OperatorAlarms
from application.watching.conditions import Conditions, Look
from domain import errors
from domain.operators.alarms import WRITTEN_EVERY, Alarm, Rung, id_of, whom_of
from domain.ports import Alarms, Clock

MOST_OPEN = 5_000
MOST_OF_A_LOOK = 500
"""Of one look: what is beyond that is not raised, so that no flood of them hides the others."""


@dataclass(frozen=True)
class AlarmWatch:
    """Safe to repeat, and for two sweepers at once. `looked` has when each look was made last."""

    conditions: Conditions
    operator_alarms: OperatorAlarms
    alarms: Alarms
    clock: Clock
    looked: dict[str, datetime] = field(default_factory=dict)

    def sweep(self) -> int:
        """Look at all that is due; how many alarms are open then.

        Where one look fails the others are made.

        :raises HubError: what the first look raised that failed, once all are made.
        """
        now = self.clock.now()
        self.alarms.looked(now)
        known = {each.id: each for each in self.alarms.listed(is_open=True, limit=MOST_OPEN)}
        for each in known.values():
            if each.may_be_over(now):
                self.operator_alarms.clear(each.id, is_over=lambda held: held.may_be_over(now))
        ahead = [name for name, each in known.items() if each.is_ahead(now)]
        known |= {name: self.operator_alarms.put_right(name) for name in ahead}
        failures = list[errors.HubError]()
        for look in self.conditions.looks():
            if self._is_due(look, now):
                try:
                    found = list(look.find())
                except errors.HubError as failure:
                    failures.append(failure)
                    continue
                known = self._hold(look, found, known, now)
        if failures:
            raise failures[0]
        return len(known)

    def _is_due(self, look: Look, now: datetime) -> bool:
        """A clock that was put back keeps no look from being made."""
        name = " ".join(sorted(look.kinds))
        last = self.looked.get(name)
        if last is not None and timedelta(0) <= now - last < look.every:
            return False
        self.looked[name] = now
        return True

    def _hold(
        self, look: Look, found: Sequence[Rung], known: dict[str, Alarm], now: datetime
    ) -> dict[str, Alarm]:
        """The alarms that are open then. Where not all are looked at none is said to be over."""
        still = {id_of(each.kind, whom_of(each)): each for each in found[:MOST_OF_A_LOOK]}
        for name, rung in still.items():
            if name not in known or now - known[name].seen_at >= WRITTEN_EVERY:
                known = {**known, name: self.operator_alarms.note(rung)}
        if len(found) > MOST_OF_A_LOOK:
            return known
        over = [each for each in known.values() if each.kind in look.kinds and each.id not in still]
        for each in over:
            self.operator_alarms.clear(each.id, is_over=lambda held: held.seen_at <= now)
        return {name: each for name, each in known.items() if each not in over}
