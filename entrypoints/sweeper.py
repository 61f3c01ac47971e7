"""The sweeper process: finds what was left behind, and looks after partners, without Redis.

Two may run: all that they do can be done twice, and lanes are leased. Partners
that hang hold up the care for partners only, not the sweep: each has a thread of its own, and so
have the deadlines of commands, and catching up. What fails in one turn is the guard's, and the
next turn comes.
"""

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from application.hub import Hub
from domain.ports import Counters
from entrypoints import bootstrap, logs, metrics
from entrypoints.checks import warn_of_open_redis
from entrypoints.counting import begin
from entrypoints.guard import Guard
from entrypoints.one_core import stay_on_one_core
from entrypoints.settings import Settings
from entrypoints.watchdog import Watchdog

EVERY_S = 2.0
CARE_EVERY_S = 1.0
FOLLOW_EVERY_S = 0.5
FOLLOWED_AT_ONCE = 16
COMPARE_EVERY_S = 10.0


def run(settings: Settings) -> None:
    """Sweep until told to stop."""
    lines = logs.to_stderr(settings.log_level, settings.signals.log_format)
    begin(settings)
    stay_on_one_core()
    warn_of_open_redis(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    container = bootstrap.build(settings)
    lines.note_dropped = partial(container.counters.count, "log_lines_dropped")
    hub, guard = container.hub, Guard(container.counters, container.bell)
    Watchdog().start()
    metrics.serve(container)
    container.settling.begin()
    guard.thread("care", lambda: _care(hub, guard, stop), stop=stop)
    guard.thread("follow", lambda: _follow(hub, guard, stop), stop=stop)
    guard.thread("catch up", lambda: _catch_up(hub, guard, stop), stop=stop)
    _sweep(hub, guard, container.counters, stop)
    hub.pump.close()


def _sweep(hub: Hub, guard: Guard, counters: Counters, stop: threading.Event) -> None:
    waiting_since: float | None = None
    while not stop.wait(EVERY_S):
        idle_s = 0.0 if waiting_since is None else time.monotonic() - waiting_since
        with guard.turn("sweep"):
            waits = hub.sweep.sweep(idle_s=idle_s, stop=stop.is_set)
            waiting_since = (waiting_since or time.monotonic()) if waits else None
            counters.mark("sweeper_last_run")


def _follow(hub: Hub, guard: Guard, stop: threading.Event) -> None:
    """Go on with commands, many at once: an operator that hangs holds up no other's."""
    with ThreadPoolExecutor(FOLLOWED_AT_ONCE, thread_name_prefix="command") as pool:
        under_way: dict[str, Future[None]] = {}
        while not stop.wait(FOLLOW_EVERY_S):
            with guard.turn("follow"):
                under_way = {each: done for each, done in under_way.items() if not done.done()}
                for command_id in hub.command_deadlines.due():
                    if command_id not in under_way:
                        follow = hub.command_deadlines.follow
                        under_way[command_id] = pool.submit(
                            guard.run, "follow a command", follow, command_id
                        )


def _care(hub: Hub, guard: Guard, stop: threading.Event) -> None:
    """Probe partners; now and then compare what was told with what is, and wake pulls."""
    compare: tuple[tuple[str, Callable[[], object]], ...] = (
        ("announce", hub.client_info.reconcile),
        ("set off pulls", hub.pulls_of_partners.sweep),
        ("tell roles", hub.role_announcer.sweep),
        ("forget old legs", hub.tracer.expire),
        ("look for alarms", hub.alarm_watch.sweep),
        ("tell of alarms", hub.alarm_events.sweep),
        ("look at the clock", hub.look_beside.at_the_clock),
    )
    compared = 0.0
    while not stop.wait(CARE_EVERY_S):
        guard.run("probe", hub.liveness.sweep)
        if time.monotonic() - compared >= COMPARE_EVERY_S:
            compared = time.monotonic()
            for name, step in compare:
                guard.run(name, step)


def _catch_up(hub: Hub, guard: Guard, stop: threading.Event) -> None:
    """Bring partners into step: one that lacks a hundred thousand objects delays no probe."""
    is_over = False
    while not is_over:
        guard.run("bring into step", hub.catch_up.sweep)
        is_over = stop.wait(COMPARE_EVERY_S)
