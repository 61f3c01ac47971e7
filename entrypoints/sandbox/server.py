"""A real HTTP/1.1 server on a real socket, in threads, that can also do what no good server does.

Stopping it refuses new connections and cuts the open ones; it can be started again on its port.
"""

import contextlib
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.reply import Ending, Reply

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: on, zero seconds. Closing then sends RST."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], respond: Callable[[Received], Reply]) -> None:
        super().__init__(address, _Handler)
        self.respond = respond
        self.closing = threading.Event()
        self._open: set[Any] = set()
        self._changed = threading.Condition()

    def accept_until_closing(self) -> None:
        while True:
            try:
                connection, address = self.get_request()
            except OSError:
                return
            if self.closing.is_set():
                connection.close()
                return
            with self._changed:
                self._open.add(connection)
            self.process_request(connection, address)

    def shutdown_request(self, request: Any) -> None:
        if _ends_in_reset(request):
            request.close()
        else:
            super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def cut_all(self, timeout: float) -> None:
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what tests are about; anything else is a mistake to be seen."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _ends_in_reset(connection: Any) -> bool:
    try:
        return bool(connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER))
    except OSError:
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536
    server: _Server

    def _answer(self) -> None:
        if "Transfer-Encoding" in self.headers:
            self.send_error(411, "the sandbox reads bodies of a told length only")
            return
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        named = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.respond(Received(time.time(), self.command, path, query, named, body))
        if not self._waited(reply.hold, reply) or reply.ending is Ending.CUT:
            self._reset()
            return
        self._write(reply)

    do_GET = do_PUT = do_PATCH = do_POST = do_DELETE = _answer

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.ending is Ending.ENDLESS:
            self._write_endlessly(reply)
            return
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.ending is Ending.HALF:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.wfile.flush()
            self._reset()
        elif reply.pace:
            self._drip(reply)
        else:
            self.wfile.write(reply.body)

    def _write_endlessly(self, reply: Reply) -> None:
        self.close_connection = True
        self.send_header("Connection", "close")
        self.end_headers()
        while not (self.server.closing.is_set() or reply.released.is_set()):
            self.wfile.write(reply.body)

    def _drip(self, reply: Reply) -> None:
        for byte in reply.body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if not self._waited(reply.pace, reply):
                self.close_connection = True
                return

    def _waited(self, seconds: float, reply: Reply) -> bool:
        """Wait, unless released. False if the client has left, or the server is stopping."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.server.closing.is_set() or self._client_left():
                return False
            if reply.released.wait(min(left, 0.05)):
                return True
        return True

    def _client_left(self) -> bool:
        try:
            peeked: bytes = self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return peeked == b""

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def log_message(self, format: str, *args: Any) -> None:
        """The journal has it all."""


class Listener:
    """One port that is open between `start` and `stop`, as often as wanted."""

    def __init__(self, host: str, port: int, respond: Callable[[Received], Reply]) -> None:
        self.host = host
        self.port = port
        self._respond = respond
        self._server: _Server | None = None
        self._thread = threading.Thread()

    def start(self) -> None:
        """:raises OSError: if the port is taken."""
        if self._server is not None:
            return
        server = _Server((self.host, self.port), self._respond)
        self.port = server.server_address[1]
        self._server = server
        self._thread = threading.Thread(target=server.accept_until_closing, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Connections are refused, and open ones are cut, when this returns. Safe to repeat."""
        server, self._server = self._server, None
        if server is None:
            return
        server.closing.set()
        with contextlib.suppress(OSError):
            socket.create_connection((self.host, self.port), timeout=1).close()
        self._thread.join(5)
        server.server_close()
        server.cut_all(timeout=5)
