"""The sweeper process: finds what was left behind, and looks after partners, without Redis.

Two may run: whatever they do can be done twice, and lanes are leased (reliability 1.4). Partners
that hang hold up the care for partners only, not the sweep: each has a thread of its own, and so
have the deadlines of commands.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from application.hub import Hub
from domain import errors
from entrypoints import bootstrap, logs
from entrypoints.settings import Settings

EVERY_S = 2.0
CARE_EVERY_S = 1.0
FOLLOW_EVERY_S = 0.5
FOLLOWED_AT_ONCE = 16
COMPARE_EVERY_S = 10.0
_log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Sweep until told to stop."""
    logs.to_stderr(settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    hub = bootstrap.build(settings).hub
    carer = threading.Thread(target=_care, args=(hub, stop), daemon=True, name="care")
    carer.start()
    follower = threading.Thread(target=_follow, args=(hub, stop), daemon=True, name="follow")
    follower.start()
    _sweep(hub, stop)
    hub.pumping.close()


def _sweep(hub: Hub, stop: threading.Event) -> None:
    waiting_since: float | None = None
    while not stop.wait(EVERY_S):
        idle_s = 0.0 if waiting_since is None else time.monotonic() - waiting_since
        try:
            waits = hub.sweeping.sweep(idle_s=idle_s, stop=stop.is_set)
        except errors.StoreUnavailable as unavailable:
            _log.warning("nothing swept: %s", unavailable)
            continue
        waiting_since = (waiting_since or time.monotonic()) if waits else None


def _follow(hub: Hub, stop: threading.Event) -> None:
    """Go on with commands, many at once: an operator that hangs holds up nobody else's."""
    with ThreadPoolExecutor(FOLLOWED_AT_ONCE, thread_name_prefix="command") as pool:
        under_way: dict[str, Future[None]] = {}
        while not stop.wait(FOLLOW_EVERY_S):
            try:
                under_way = {each: done for each, done in under_way.items() if not done.done()}
                for command_id in hub.following.due():
                    if command_id not in under_way:
                        under_way[command_id] = pool.submit(_follow_one, hub, command_id)
            except errors.HubError as failure:
                _log.warning("commands not followed: %s", failure)


def _follow_one(hub: Hub, command_id: str) -> None:
    try:
        hub.following.follow(command_id)
    except errors.HubError as failure:
        _log.warning("a command is not gone on with: %s", failure)


def _care(hub: Hub, stop: threading.Event) -> None:
    """Probe partners; now and then compare what was told with what is, and wake pulls."""
    compare: tuple[Callable[[], int], ...] = (
        hub.announcing.reconcile,
        hub.synchronizing.sweep,
        hub.telling_roles.sweep,
    )
    compared = 0.0
    while not stop.wait(CARE_EVERY_S):
        try:
            hub.probing.sweep()
            if time.monotonic() - compared >= COMPARE_EVERY_S:
                compared = time.monotonic()
                for step in compare:
                    step()
        except errors.HubError as failure:
            _log.warning("partners not looked after: %s", failure)
