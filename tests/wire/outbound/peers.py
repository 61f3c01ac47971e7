"""Partners that misbehave, over real sockets: a behaviour is a function of a few lines."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Behaviour = Callable[[socket.socket, "Peer"], None]


@dataclass
class Peer:
    """A listening peer and what it has seen. `closing` is set when the test is over."""

    port: int
    closing: threading.Event = field(default_factory=threading.Event)
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/ocpi", *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def rest(self, seconds: float) -> bool:
        """Wait, but not beyond the test; False when the test is over."""
        return not self.closing.wait(seconds)


@contextlib.contextmanager
def peer(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """A server on 127.0.0.1 that does `behaviour` on each connection, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = Peer(listener.getsockname()[1])
        threads: list[threading.Thread] = []
        accepting = threading.Thread(
            target=_accept, args=(listener, behaviour, serving, tls, threads)
        )
        accepting.start()
        try:
            yield serving
        finally:
            serving.closing.set()
            _wake(serving.port)
            for thread in (accepting, *threads):
                thread.join(timeout=10)
                assert not thread.is_alive()


def _wake(port: int) -> None:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()


def _accept(
    listener: socket.socket,
    behaviour: Behaviour,
    serving: Peer,
    tls: ssl.SSLContext | None,
    threads: list[threading.Thread],
) -> None:
    while True:
        connection, _ = listener.accept()
        if serving.closing.is_set():
            connection.close()
            return
        serving.connections += 1
        thread = threading.Thread(target=_serve, args=(connection, behaviour, serving, tls))
        threads.append(thread)
        thread.start()


def _serve(
    connection: socket.socket, behaviour: Behaviour, serving: Peer, tls: ssl.SSLContext | None
) -> None:
    connection.settimeout(10)
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        stack.callback(connection.close)
        if tls is not None:
            connection = stack.enter_context(tls.wrap_socket(connection, server_side=True))
        behaviour(connection, serving)


def read_request(connection: socket.socket, serving: Peer) -> bytes:
    """One whole request, b"" when the hub hangs up or the test is over; kept in `requests`."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = _receive(connection, serving)
        if not more:
            return b""
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    while len(body) < _content_length(head):
        body += connection.recv(65536)
    serving.requests.append(head + b"\r\n\r\n" + body)
    return serving.requests[-1]


def _receive(connection: socket.socket, serving: Peer) -> bytes:
    connection.settimeout(0.05)
    while not serving.closing.is_set():
        with contextlib.suppress(TimeoutError):
            return connection.recv(65536)
    return b""


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def answering(answer: bytes) -> Behaviour:
    """Answers every request with these bytes, over a connection that stays open."""

    def behave(connection: socket.socket, serving: Peer) -> None:
        while read_request(connection, serving):
            connection.sendall(answer)

    return behave


def answering_once(answer: bytes) -> Behaviour:
    """Answers the first request with these bytes and hangs up."""

    def behave(connection: socket.socket, serving: Peer) -> None:
        if read_request(connection, serving):
            connection.sendall(answer)

    return behave


def hanging(connection: socket.socket, serving: Peer) -> None:
    """Takes the request and says nothing."""
    read_request(connection, serving)
    serving.rest(10)


def dripping(start: bytes, drop: bytes) -> Behaviour:
    """Answers `start` and then `drop` every 20 ms, without end."""

    def behave(connection: socket.socket, serving: Peer) -> None:
        read_request(connection, serving)
        connection.sendall(start)
        while serving.rest(0.02):
            connection.sendall(drop)

    return behave


def pouring(start: bytes, piece: bytes) -> Behaviour:
    """Answers `start` and then `piece` as fast as it is taken, without end."""

    def behave(connection: socket.socket, serving: Peer) -> None:
        read_request(connection, serving)
        connection.sendall(start)
        while not serving.closing.is_set():
            connection.sendall(piece)

    return behave


def free_port() -> int:
    """A port of 127.0.0.1 that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
