"""The sweeper process: finds what was left behind, every two seconds, and needs no Redis for it.

Two may run: whatever they do can be done twice, and lanes are leased (reliability 1.4).
"""

import logging
import signal
import threading
import time

from domain import errors
from entrypoints import bootstrap, logs
from entrypoints.settings import Settings

EVERY_S = 2.0
_log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Sweep until told to stop."""
    logs.to_stderr(settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    hub = bootstrap.build(settings).hub
    waiting_since: float | None = None
    while not stop.wait(EVERY_S):
        idle_s = 0.0 if waiting_since is None else time.monotonic() - waiting_since
        try:
            waits = hub.sweeping.sweep(idle_s=idle_s, stop=stop.is_set)
        except errors.StoreUnavailable as unavailable:
            _log.warning("nothing swept: %s", unavailable)
            continue
        waiting_since = (waiting_since or time.monotonic()) if waits else None
    hub.pumping.close()
