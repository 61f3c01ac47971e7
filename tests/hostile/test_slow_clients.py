"""Clients that send or read slowly, or not at all, without any token: more of them than the hub has
threads, and a partner beside them that behaves."""

import select
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.conformance.running import RunningHub, a_hub
from tests.e2e.hub_process import until
from tests.hostile.raw import Said, answer, ask, head, opened, send
from tests.hostile.table import Tell

pytestmark = pytest.mark.e2e
MORE_THAN_THREADS = 80
MORE_THAN_CONNECTIONS = 2_400
_DESCRIPTION = "/hub/v1/openapi.json"
_ANSWERED_S = 2.0
_SOON_CUT_S = 60.0


def _slow_head(port: int) -> socket.socket:
    client = opened(port)
    client.sendall(b"GET /ocpi/versions HTTP/1.1\r\nHost: hub\r\n")
    return client


def _slow_body(port: int) -> socket.socket:
    client = opened(port)
    client.sendall(head("POST", "/ocpi/2.3.0/credentials", Content_Length="100000") + b"{")
    return client


def _slow_chunk(port: int) -> socket.socket:
    client = opened(port)
    chunked = head("POST", "/ocpi/2.3.0/credentials", Transfer_Encoding="chunked")
    client.sendall(chunked + b"ffff\r\n{")
    return client


def _slow_reader(port: int) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", port))
    client.sendall(head("GET", _DESCRIPTION) * 50)
    return client


def _silent(port: int) -> socket.socket:
    return opened(port)


def _kept_alive(port: int) -> socket.socket:
    client = opened(port)
    client.sendall(head("GET", "/healthz"))
    answer(client)
    return client


def _says_goodbye_and_stays(port: int) -> socket.socket:
    client = opened(port)
    client.sendall(head("GET", "/healthz", Connection="close"))
    return client


KINDS: tuple[Callable[[int], socket.socket], ...] = (
    _slow_head,
    _slow_body,
    _slow_chunk,
    _slow_reader,
    _silent,
    _kept_alive,
    _says_goodbye_and_stays,
)


@contextmanager
def _many(count: int, kind: Callable[[int], socket.socket], port: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(kind(port))
        yield


def _typical_s(port: int, times: int = 15) -> float:
    """How long a well-behaved partner's call takes, on a connection of its own."""

    def once() -> float:
        begun = time.perf_counter()
        assert ask(port, head("GET", "/ocpi/versions", Connection="close")).status == 401
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(times))


@pytest.mark.parametrize("kind", KINDS)
def test_slow_clients_hold_no_thread(hub: RunningHub, kind: Callable[[int], socket.socket]) -> None:
    port = hub.process.port
    idle = _typical_s(port)

    with _many(MORE_THAN_THREADS, kind, port):
        beside = _typical_s(port)

    assert beside < 10 * idle + _ANSWERED_S


@pytest.mark.parametrize("kind", [_silent, _slow_head, _kept_alive])
def test_more_connections_than_the_hub_has_cost_the_slowest_theirs(
    hub: RunningHub, kind: Callable[[int], socket.socket]
) -> None:
    port = hub.process.port
    idle = _typical_s(port)

    with _many(MORE_THAN_CONNECTIONS, kind, port):
        beside = _typical_s(port)

    assert beside < 10 * idle + _ANSWERED_S


def test_a_client_that_drips_gets_its_time_and_no_more(hub: RunningHub) -> None:
    """A byte now and then renews nothing: it is the whole that has its time."""
    port = hub.process.port
    begun = time.monotonic()
    with ExitStack() as stack:
        drips = {kind: stack.enter_context(kind(port)) for kind in KINDS[:3]}
        silent = stack.enter_context(_silent(port))
        reader = stack.enter_context(_slow_reader(port))
        said = _drip_until_cut(drips)
        assert silent.recv(1) == b""
        until(lambda: _is_cut(reader), _SOON_CUT_S)

    assert {each.outcome for each in said.values()} == {(408, 2000)}
    assert {each.headers["content-type"] for each in said.values()} == {"application/json"}
    assert all(each.headers["x-request-id"] for each in said.values())
    assert 5 < time.monotonic() - begun < _SOON_CUT_S


def _drip_until_cut(
    drips: dict[Callable[[int], socket.socket], socket.socket],
) -> dict[Callable[[int], socket.socket], Said]:
    said: dict[Callable[[int], socket.socket], Said] = {}
    with selectors.DefaultSelector() as selector:
        for kind, client in drips.items():
            selector.register(client, selectors.EVENT_READ, kind)
        ends = time.monotonic() + _SOON_CUT_S
        while len(said) < len(drips) and time.monotonic() < ends:
            for key, _ in selector.select(0.3):
                said[key.data] = answer(drips[key.data])
                selector.unregister(key.fileobj)
            for kind, client in drips.items():
                if kind not in said:
                    send(client, (b"x",))
    assert len(said) == len(drips), "not cut"
    return said


def _is_cut(reader: socket.socket) -> bool:
    """Whether sending to it fails, because the other side has let go."""
    with suppress(TimeoutError):
        try:
            reader.sendall(b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            return True
    return False


def test_an_answer_that_is_read_slowly_comes_whole(hub: RunningHub) -> None:
    with _slow_reader(hub.process.port) as client:
        read = bytearray()
        while piece := client.recv(3000):
            read += piece
            if read.count(b"HTTP/1.1 200") >= 20:
                break

    assert read.count(b"HTTP/1.1 200") >= 20


@pytest.mark.attack
@pytest.mark.parametrize("kind", KINDS)
def test_slow_clients_that_come_back_for_minutes(
    tell: Tell, tmp_path_factory: pytest.TempPathFactory, kind: Callable[[int], socket.socket]
) -> None:
    """Each connection that the hub cuts is replaced at once."""
    with a_hub(tmp_path_factory.mktemp("slow") / "hub") as hub:
        port = hub.process.port
        idle = _typical_s(port)
        beside, opened_in_all = _besieged(port, kind, seconds=120)

    tell(
        f"{opened_in_all} connections:{kind.__name__.replace('_', ' ')}, 400 at once",
        f"a partner's call {beside * 1000:.0f} ms, idle {idle * 1000:.0f} ms",
    )
    assert beside < 10 * idle + _ANSWERED_S


def _besieged(
    port: int, kind: Callable[[int], socket.socket], *, seconds: float
) -> tuple[float, int]:
    clients: list[socket.socket] = []
    times, count, ends = [], 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        while len(clients) < 5 * MORE_THAN_THREADS:
            clients.append(kind(port))
            count += 1
        times.append(_typical_s(port, 3))
        gone = [client for client in clients if _is_gone(client)]
        for client in gone:
            client.close()
            clients.remove(client)
    for client in clients:
        client.close()
    return statistics.median(times), count


def _is_gone(client: socket.socket) -> bool:
    """Whether the hub has ended the connection, also where bytes of it are still unread."""
    watch = select.poll()
    watch.register(client, select.POLLRDHUP)
    return bool(watch.poll(0))
