"""The RQ jobs and the worker process that runs them: wake-ups, which carry names and no data.

A job may be lost and may run twice; what it does is safe to repeat, and what it
leaves behind the sweeper finds. One queue per worker process, no fork per job.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial

from application.objects.pull_turns import AT_ONCE
from domain.objects.stored import ObjectKey
from entrypoints import bootstrap, logs, metrics
from entrypoints.bootstrap import Container
from entrypoints.checks import warn_of_open_redis
from entrypoints.counting import begin
from entrypoints.guard import Guard
from entrypoints.one_core import stay_on_one_core
from entrypoints.settings import Settings
from entrypoints.watchdog import Watchdog

STRETCH_S = 20.0
DRAIN_S = 0.1
GATHER_S = 0.025
"""How long changes gather behind those that have just been published."""
SENT_AT_ONCE = 16
_log = logging.getLogger(__name__)
LONGEST_S = 300.0
_told_to_stop = threading.Event()


@cache
def _container() -> Container:
    """This process's hub, made once; the pump in it lives from job to job."""
    return bootstrap.build(Settings.from_environment())


@cache
def _guard() -> Guard:
    return Guard(_container().counters, _container().bell)


@cache
def _watchdog() -> Watchdog:
    return Watchdog()


@cache
def _senders() -> ThreadPoolExecutor:
    """This process's threads for commands; it ends when they have."""
    return ThreadPoolExecutor(SENT_AT_ONCE, thread_name_prefix="command")


@cache
def _pullers() -> ThreadPoolExecutor:
    """This process's threads for pulls; a turn in hand ends soon after the worker is to stop."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pull")


def drain() -> None:
    """Owe all that is unpublished to its readers, until nothing more is asked for.

    A first change is published at once. Those that come right after it gather for a moment, so that
    one look finds several. Lasting work ends the job too: another one goes on, behind the commands
    that wait meanwhile.
    """
    container = _container()
    once, ends = container.wake_once, time.monotonic() + DRAIN_S
    while True:
        once.begin("publish")
        try:
            more = container.hub.publisher.drain(seconds=DRAIN_S)
        except Exception:
            once.forget("publish")
            raise
        if not more:
            _let_changes_gather()
            if once.end("publish"):
                return
        if time.monotonic() > ends:
            once.forget("publish")
            container.wake.publish()
            return


def _let_changes_gather() -> None:
    time.sleep(GATHER_S)


def publish(key: str) -> None:
    """Owe one object's changes to its readers: what the version before asked for."""
    _container().hub.publisher.publish(ObjectKey.parse(key))


def command(command_id: str) -> None:
    """Send one command, beside this worker's other work: operators take their time."""
    send = _container().hub.command_sender.send
    _senders().submit(_guard().run, "a command is left to the sweeper", send, command_id)


def pump() -> None:
    """Drain the lanes while any is in hand; at the end none is, and any worker can have them.

    Lasting work ends the job too: another one goes on, so that none ever takes long.
    """
    container = _container()
    container.wake_once.forget("pump")
    pumping = container.hub.pump
    ends = time.monotonic() + LONGEST_S
    while pumping.run(seconds=STRETCH_S, stop=_told_to_stop.is_set):
        if _told_to_stop.is_set() or time.monotonic() > ends:
            pumping.close()
            container.wake.pump()
            return


def synchronize(partner_id: str) -> None:
    """Pull what one partner has new, beside other pulls and in turns with them."""
    container = _container()
    container.wake_once.forget(f"sync:{partner_id}")
    container.hub.pull_turns.ask(partner_id, _begin_pull, stop=_told_to_stop.is_set)


def _begin_pull(turn: Callable[[], None]) -> None:
    _pullers().submit(_guard().run, "pull", turn)


def run_worker(settings: Settings, queue: str) -> None:
    """Work on this queue until told to stop; what is under way then is settled first."""
    lines = logs.to_stderr(settings.log_level, settings.signals.log_format)
    begin(settings)
    lines.note_dropped = partial(_container().counters.count, "log_lines_dropped")
    stay_on_one_core()
    warn_of_open_redis(settings)
    worker = bootstrap.worker(settings, queue, running=_running, stopping=_told_to_stop.set)
    _watchdog().start()
    metrics.serve(_container())
    _container().settling.begin()
    try:
        worker.work(logging_level="WARNING", with_scheduler=False)
    finally:
        if queue == "pump":
            _container().hub.pump.close()


@contextmanager
def _running(name: str, at_most_s: float) -> Iterator[None]:
    """What every job runs inside of: nothing that it raises, or does for ever, stops the worker."""
    with _watchdog().within(at_most_s), _guard().turn(name):
        yield
