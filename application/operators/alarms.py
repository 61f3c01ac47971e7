"""Alarms: raised, counted up, acknowledged, and over; the one place that decides about them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from domain import errors
from domain.deciding_again import until_written
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Acknowledged, Alarm, Rung, alarm_of, id_of, whom_of
from domain.ports import Alarms, Clock, Counters

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OperatorAlarms:
    """Any process may raise, acknowledge and clear: of two that write at once, one decides again.

    Use cases ring the `Bell`, which calls `note` by a thread, about once a minute for each alarm.
    """

    alarms: Alarms
    counters: Counters
    clock: Clock

    def note(self, rung: Rung, times: int = 1) -> Alarm:
        """Raise it, or count it up by so many times."""
        raised = until_written(lambda: self._note(rung, times), "the alarm changes")
        if raised.times == times:
            self.counters.count("alarms", kind=raised.kind.value)
            _log.warning("alarm raised", extra={"said": _in_the_log(raised)})
        return raised

    def clear(self, alarm_id: str, *, is_over: Callable[[Alarm], bool]) -> None:
        """End it, if it is open and over by what it is now. Safe to repeat."""
        cleared = until_written(lambda: self._clear(alarm_id, is_over), "the alarm changes")
        if cleared is not None:
            _log.info("alarm cleared", extra={"said": _in_the_log(cleared)})

    def put_right(self, alarm_id: str) -> Alarm:
        """Say that it was seen now, if it was in the future: it would not be over before then.

        :raises UnknownObject: if there is none.
        """
        return until_written(lambda: self._put_right(alarm_id), "the alarm changes")

    def acknowledge(self, alarm_id: str, *, by: str) -> Alarm:
        """Note that this operator looks after it, in place of one that did before.

        :raises UnknownObject: if there is none. :raises WrongState: if it is over.
        """
        return until_written(lambda: self._acknowledge(alarm_id, by), "the alarm changes")

    def find(self, alarm_id: str) -> Alarm:
        """:raises UnknownObject: if there is none of this id."""
        found = self.alarms.get(alarm_id)
        if found is None:
            raise errors.UnknownObject("there is no alarm of this id")
        return found

    def listed(
        self, *, is_open: bool | None = None, kind: AlarmKind | None = None, limit: int
    ) -> tuple[Alarm, ...]:
        """Those that fit, seen last first."""
        return self.alarms.listed(is_open=is_open, kind=kind, limit=limit)

    def _note(self, rung: Rung, times: int) -> Alarm:
        now = self.clock.now()
        known = self.alarms.get(id_of(rung.kind, whom_of(rung)))
        if known is None:
            return self.alarms.save(alarm_of(rung, times=times, now=now))
        return self.alarms.save(known.again(rung, times=times, now=now))

    def _clear(self, alarm_id: str, is_over: Callable[[Alarm], bool]) -> Alarm | None:
        known = self.alarms.get(alarm_id)
        if known is None or not known.is_open or not is_over(known):
            return None
        return self.alarms.save(known.cleared(self.clock.now()))

    def _put_right(self, alarm_id: str) -> Alarm:
        known, now = self.find(alarm_id), self.clock.now()
        return self.alarms.save(replace(known, seen_at=now)) if known.is_ahead(now) else known

    def _acknowledge(self, alarm_id: str, by: str) -> Alarm:
        known = self.find(alarm_id)
        if not known.is_open:
            raise errors.WrongState("the alarm is over: there is nothing to acknowledge")
        return self.alarms.save(replace(known, acknowledged=Acknowledged(by, self.clock.now())))


def _in_the_log(alarm: Alarm) -> dict[str, object]:
    return {"alarm": alarm.id, "kind": alarm.kind.value, "whom": alarm.whom, "why": alarm.said}
