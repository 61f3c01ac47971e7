"""gunicorn's threaded worker, with a loop that receives whole requests and sends whole answers.

A thread gets a request when all of it is here. However many clients are slow, to send or to read,
they wait in the loop, each within its time; where there are too many, the slowest goes.
"""

import errno
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from gunicorn.http.errors import NoMoreData, ParseException

from entrypoints.serving.balance import Balance, Counts
from entrypoints.serving.connection import Connection, Pace, Wait
from entrypoints.serving.framing import TooSlow
from entrypoints.serving.handing import HandingWorker
from entrypoints.serving.parsing import at_hand
from entrypoints.serving.refusals import refusal
from entrypoints.settings import Settings

MOST_HELD = 256 * 1_048_576
"""Bytes of requests and answers that one worker keeps for clients that are slow."""
_CHECK_EVERY_S = 0.5
_COUNTS = Counts()
"""gunicorn imports this module before it forks: all its workers share them."""
_OTHER_FILES = 200
_MOST_FILES = 65_536


class WebWorker(HandingWorker):
    """Serves Flask in threads; gunicorn's arbiter starts, watches and stops it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        settings = Settings.from_environment()
        self._pace = Pace(
            head_s=settings.head_timeout_s,
            bytes_per_s=settings.min_bytes_per_s,
            grace_s=settings.head_timeout_s,
            idle_s=float(self.cfg.keepalive),
            longest_body=settings.max_body_bytes,
        )
        self._connections: set[Connection] = set()
        self._balance = Balance(_COUNTS, self.age)
        self._parsing = at_hand(self.cfg)
        self._next_check, self._said = 0.0, 0
        self._idle_until = float("inf")

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """:raises RuntimeError: if it is to end TLS itself: a proxy in front of the hub does."""
        if cfg.is_ssl:
            raise RuntimeError("the hub ends no TLS: put a reverse proxy in front of it")

    def init_process(self) -> None:
        """A connection is a file: have as many as the system allows."""
        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        most = _MOST_FILES if allowed == resource.RLIM_INFINITY else min(allowed, _MOST_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, allowed))
        self.worker_connections = max(1, min(self.cfg.worker_connections, most - _OTHER_FILES))
        super().init_process()

    # --- from the loop ------------------------------------------------------------------------

    def say(self) -> None:
        """Tell the other processes how many connections this one holds."""
        self._said = self.nr_conns
        self._balance.say(self.nr_conns)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait no longer than until this process looks at new connections again."""
        if self.nr_conns != self._said or self._balance.looks_away_s:
            self.say()
        if looks_away_s := self._balance.looks_away_s:
            self.set_accept_enabled(False)
            timeout = min(timeout, looks_away_s)
        super().wait_for_and_dispatch_events(timeout)

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, in the place of the one that has waited longest if need be.

        Leave it to another process first, if that holds fewer.
        """
        if self._balance.leaves_to_others(self.nr_conns):
            return
        try:
            peer, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._make_room()
            return
        if self.nr_conns + 1 >= self.worker_connections:
            self._make_room()
        server = listener.getsockname()
        now = time.monotonic()
        connection = Connection(peer, client, server, self._parsing, self._pace, now)
        self.nr_conns += 1
        self._connections.add(connection)
        self.say()
        self._watch(connection, selectors.EVENT_READ)

    def _on_ready(self, connection: Connection, peer: socket.socket) -> None:
        if connection.is_away:
            self._unwatch(connection)
        if connection.is_away or connection.wait is Wait.NOTHING:
            return
        now = time.monotonic()
        try:
            if connection.wait is Wait.READER:
                self._send(connection, now)
                return
            connection.receive(now)
            self._go_on(connection, now)
        except OSError:
            self._drop(connection)
        except Exception:
            self.log.exception("a connection failed inside the loop")
            self._drop(connection)

    def _go_on(self, connection: Connection, now: float) -> None:
        """Hand the request to a thread, if all of it is here."""
        try:
            if connection.wait is not Wait.GOODBYE and connection.is_whole(now):
                self.hand_over(connection)
            elif connection.has_ended:
                self._drop(connection)
        except (ParseException, NoMoreData) as error:
            self._refuse(connection, error, now)

    def _refuse(self, connection: Connection, error: Exception, now: float) -> None:
        self.log.debug("a request is refused: %s", type(error).__name__)
        connection.keep = False
        connection.sock.sendall(refusal(error, connection.headers()))
        self._send(connection, now)

    def _send(self, connection: Connection, now: float) -> None:
        """Send on; then wait for the next request, or for the client to close."""
        if not connection.send(now):
            self._watch(connection, selectors.EVENT_WRITE)
            return
        if not connection.keep or connection.has_ended:
            connection.say_goodbye(now)
            self._watch(connection, selectors.EVENT_READ)
            return
        connection.begin_anew(now)
        self._watch(connection, selectors.EVENT_READ)
        self._go_on(connection, now)

    def finish_request(self, connection: Connection, keep: bool) -> None:
        """The thread has its answer: send the rest of it."""
        self.take_back(connection)
        connection.keep = keep
        try:
            self._send(connection, time.monotonic())
        except OSError:
            self._drop(connection)

    # --- in a thread --------------------------------------------------------------------------

    def handle(self, connection: Connection) -> bool:
        """Have the application answer, and send what the client takes at once.

        Whether the connection is kept.

        :raises OSError: if it is gone.
        """
        try:
            keep = bool(self.handle_request(connection.request, connection))
        except StopIteration:
            keep = False
        except Exception as error:
            self.log.exception("a request failed outside the application")
            connection.sock.sendall(refusal(error, connection.headers()))
            keep = False
        connection.send(time.monotonic())
        return keep

    # --- time and room ------------------------------------------------------------------------

    def murder_keepalived(self, force: bool = False) -> None:
        """Cut what has had its time; gunicorn's loop calls this every second, and at its end."""
        now = time.monotonic()
        if now < self._next_check and not force:
            return
        self._next_check = now + _CHECK_EVERY_S
        for connection in list(self._waiting()):
            if force or (connection.is_silent and now >= self._idle_until):
                self._drop(connection)
            elif now >= connection.deadline:
                self._cut(connection, now)
        held = sum(connection.held for connection in self._connections)
        while held > MOST_HELD and (slowest := self._slowest(holding=True)):
            held -= slowest.held
            self._drop(slowest)

    def murder_pending(self) -> None:
        """Nothing waits but what murder_keepalived looks after."""

    def _cap_keepalive(self, deadline: float) -> None:
        self._idle_until = deadline

    def _cut(self, connection: Connection, now: float) -> None:
        """One that has begun a request is told why."""
        if connection.wait not in (Wait.HEAD, Wait.BODY) or connection.is_silent:
            self._drop(connection)
            return
        try:
            self._refuse(connection, TooSlow(), now)
        except OSError:
            self._drop(connection)

    def _make_room(self) -> None:
        if slowest := self._slowest():
            self._drop(slowest)

    def _slowest(self, *, holding: bool = False) -> Connection | None:
        """The connection that has waited longest."""
        found = (each for each in self._waiting() if each.held or not holding)
        return min(found, key=lambda each: each.since, default=None)

    def _waiting(self) -> Iterator[Connection]:
        return (each for each in self._connections if not each.is_away)

    def _drop(self, connection: Connection) -> None:
        self._unwatch(connection)
        self._connections.discard(connection)
        self.nr_conns -= 1
        connection.close()

    def _watch(self, connection: Connection, event: int) -> None:
        """It stays watched while a thread has it: most clients send nothing then."""
        if connection.watched_for == event:
            return
        change = self.poller.modify if connection.watched_for else self.poller.register
        change(connection.peer, event, partial(self._on_ready, connection))
        connection.watched_for = event

    def _unwatch(self, connection: Connection) -> None:
        if connection.watched_for:
            self.poller.unregister(connection.peer)
            connection.watched_for = 0
