"""What happens too often for a record each: counted here, and one record an address and minute.

Counting is a number in memory. A thread, there only while something is counted, puts the minute
on record when it is over; no request waits for it. A process that is killed loses that minute.
"""

import atexit
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from domain import errors
from domain.operators.audit import Actor, AuditEvent, Outcome
from domain.partners.limits import MINUTE_S

MOST_PLACES = 200
"""Records a minute at most; what comes from still more addresses is one more record."""
MOST_WAITING = 10 * MOST_PLACES
"""Records that wait while the store does not answer; what comes then is added to the last one."""
OTHERS = "other addresses"
_log = logging.getLogger(__name__)
_Key = tuple[str, Actor]


@dataclass(eq=False)
class Tally:
    """`record` writes one event. `minute_s` is how long one count goes on."""

    record: Callable[[AuditEvent], object]
    minute_s: float = MINUTE_S
    _counted: dict[_Key, int] = field(default_factory=dict)
    _waiting: list[AuditEvent] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def count(self, act: str, actor: Actor) -> None:
        """One more of this act by this actor from its address. Never waits, never raises."""
        with self._lock:
            key = (act, actor)
            if key not in self._counted and len(self._counted) >= MOST_PLACES:
                key = (act, replace(actor, place=OTHERS))
            self._counted[key] = self._counted.get(key, 0) + 1
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._run, name="tally", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def flush(self) -> None:
        """Put on record what is counted; what cannot be written now is kept for the next time."""
        with self._lock:
            counted, self._counted = self._counted, {}
        with self._writing:
            self._waiting += [
                AuditEvent(act, actor, Outcome.COUNTED, count=number)
                for (act, actor), number in counted.items()
            ]
            del self._waiting[MOST_WAITING:]
            try:
                while self._waiting:
                    self._put(self._waiting[0])
                    del self._waiting[0]
            except errors.HubError as error:
                _log.warning("%d counts wait to be put on record: %s", len(self._waiting), error)

    def _put(self, event: AuditEvent) -> None:
        """:raises HubError: where it may be put on record later."""
        try:
            self.record(event)
        except errors.HubError:
            raise
        except Exception:  # noqa: BLE001 - the thread that ends for one count records no other
            _log.exception("a count cannot be put on record")

    def close(self) -> None:
        """Put on record what is counted so far, and end."""
        atexit.unregister(self.close)
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _run(self) -> None:
        while not self._over.wait(self.minute_s):
            self.flush()
            with self._lock:
                if not self._counted and not self._waiting:
                    self._thread = None
                    atexit.unregister(self.close)
                    return
