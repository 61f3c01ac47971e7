"""A platform's network seen from outside: every request line that reaches it, byte for byte."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Tap:
    """Passes bytes on to `port` and keeps each request line. Normalises nothing."""

    port: int
    listens_at: int = 0
    lines: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listens_at}"


@contextmanager
def a_tap(port: int) -> Iterator[Tap]:
    """Listens on a free port until the end of the block."""
    tap = Tap(port)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", tap.port)) as behind:
                back = threading.Thread(target=_pass_on, args=(behind, self.request), daemon=True)
                back.start()
                _watch(self.request, behind, tap.lines)
                back.join(30)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        tap.listens_at = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield tap
        server.shutdown()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def _watch(source: socket.socket, target: socket.socket, lines: list[bytes]) -> None:
    """Heads arrive in one piece each: the hub sends them so."""
    while piece := source.recv(65_536):
        line = piece.partition(b"\r\n")[0]
        if line.endswith(b" HTTP/1.1"):
            lines.append(line)
        target.sendall(piece)
    target.shutdown(socket.SHUT_WR)
