"""What a call carries, and how connections are kept, shared and kept apart."""

import os
import select
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.outbound import RequestsOutbound
from domain import errors
from tests.wire.outbound.calls import POST, call, development
from tests.wire.outbound.peers import OK, Behaviour, Peer, answering, peer, read_request


def numbering() -> Behaviour:
    """Answers with the number of the connection and the path that was asked for."""

    def behave(connection: socket.socket, serving: Peer) -> None:
        number = serving.connections
        while request := read_request(connection, serving):
            body = b"%d %s" % (number, request.split(b" ")[1])
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            )

    return behave


def test_a_request_arrives_word_for_word() -> None:
    with peer(answering(OK)) as partner:
        path = "/ocpi/2.3.0/tokens/DE/ABC/a%2fb%20c%7E//d/?type=RFID&x=%2b/../%"
        headers = {"Authorization": "Token dG9rZW4=", "X-Request-ID": "1"}
        call(development(), partner.url(path), method=POST, body=b'{"a": 1.10}', headers=headers)

    head, _, body = partner.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == f"POST {path} HTTP/1.1"
    assert sorted(lines[1:]) == [
        "Accept-Encoding: identity",
        "Authorization: Token dG9rZW4=",
        "Content-Length: 11",
        f"Host: 127.0.0.1:{partner.port}",
        "User-Agent: hub-under-test",
        "X-Request-ID: 1",
    ]
    assert body == b'{"a": 1.10}'


def test_headers_that_belong_to_a_connection_are_not_passed_on() -> None:
    unwanted = {"Cookie": "a=b", "accept-encoding": "gzip", "HOST": "other.example", "TE": "gzip"}
    with peer(answering(OK)) as partner:
        call(development(), partner.url(), headers=unwanted)

    head = partner.requests[0].lower()
    assert b"cookie" not in head
    assert b"gzip" not in head
    assert b"other.example" not in head


def test_a_cookie_is_not_sent_back() -> None:
    setting = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: session=1; Path=/\r\n\r\n")
    with peer(answering(setting)) as partner:
        outbound = development()
        call(outbound, partner.url())
        call(outbound, partner.url())

    assert b"cookie" not in partner.requests[1].lower()


def test_proxies_and_credentials_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    netrc = os.path.join(tmp_path, "netrc")
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login user password secret\n")
    with peer(answering(OK)) as proxy, peer(answering(OK)) as partner:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url("/"))
            monkeypatch.setenv(name.upper(), proxy.url("/"))
        monkeypatch.setenv("NETRC", netrc)
        call(development(), partner.url())

    assert proxy.connections == 0
    assert b"authorization" not in partner.requests[0].lower()


def test_header_names_are_in_lower_case_and_repeated_ones_are_joined() -> None:
    links = b"\r\nLINK: <a>\r\nlink: <b>\r\n\r\n"
    with peer(answering(OK.replace(b"\r\n\r\n", links))) as partner:
        answer = call(development(), partner.url())

    assert answer.headers["link"] == "<a>, <b>"
    assert answer.elapsed_s > 0


def test_a_connection_is_kept_and_used_again() -> None:
    with peer(answering(OK)) as partner:
        outbound = development()
        for _ in range(3):
            call(outbound, partner.url())

    assert len(partner.requests) == 3
    assert partner.connections == 1


def test_a_connection_that_the_peer_closed_while_idle_is_replaced() -> None:
    def hanging_up(connection: socket.socket, serving: Peer) -> None:
        read_request(connection, serving)
        connection.sendall(OK)

    with peer(hanging_up) as partner:
        outbound = development()
        for _ in range(3):
            assert call(outbound, partner.url()).status == 200
            _wait_for_the_end_of(_kept(outbound))

    assert partner.connections == 3


def test_a_kept_connection_that_takes_no_byte_any_more_was_certainly_not_read() -> None:
    def heedless(connection: socket.socket, serving: Peer) -> None:
        if read_request(connection, serving):
            connection.sendall(OK)
            serving.rest(10)

    with peer(heedless) as partner:
        outbound = development()
        call(outbound, partner.url())
        _kept(outbound).shutdown(socket.SHUT_WR)

        with pytest.raises(errors.Unreachable):
            call(outbound, partner.url(), method=POST, body=b"{}")

        assert call(outbound, partner.url()).status == 200
    assert len(partner.requests) == 2


def test_after_a_failure_the_rest_of_the_answer_is_not_read() -> None:
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000
    with peer(answering(long)) as partner:
        outbound = development()
        with pytest.raises(errors.AnswerTooLarge):
            call(outbound, partner.url(), max_bytes=10)

        assert len(call(outbound, partner.url()).body) == 200_000
    assert partner.connections == 2


def test_an_answer_without_a_request_is_not_taken_for_the_next_one() -> None:
    def talkative(connection: socket.socket, serving: Peer) -> None:
        while read_request(connection, serving):
            stray = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
            connection.sendall(OK + stray)

    with peer(talkative) as partner:
        outbound = development()

        assert [call(outbound, partner.url()).body for _ in range(3)] == [b"ok"] * 3


def test_threads_get_their_own_answers() -> None:
    with peer(numbering()) as partner, ThreadPoolExecutor(8) as threads:
        outbound = development()
        paths = [f"/{number}" for number in range(200)]
        answers = threads.map(lambda path: call(outbound, partner.url(path)).body, paths)

        assert [answer.split()[1].decode() for answer in answers] == paths


def test_a_fork_does_not_share_the_parents_connections() -> None:
    with peer(numbering()) as partner:
        outbound = development()
        before = call(outbound, partner.url("/before")).body

        in_child = _in_a_fork(outbound, partner.url("/child"))
        after = call(outbound, partner.url("/after")).body

    assert (before, in_child, after) == (b"1 /before", b"2 /child", b"1 /after")


def test_the_port_shows_no_transport_in_its_repr() -> None:
    outbound = development()

    assert "allow_private_networks=True" in repr(outbound)
    assert "_transports" not in repr(outbound)


def _in_a_fork(outbound: RequestsOutbound, url: str) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, call(outbound, url).body)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        return answer.read()


def _wait_for_the_end_of(connection: socket.socket) -> None:
    ended, _, _ = select.select([connection], [], [], 5)
    assert ended


def _kept(outbound: RequestsOutbound) -> socket.socket:
    """The idle connection that the transport keeps: the only way to break it from this side."""
    pools = outbound._transports[os.getpid()].poolmanager.pools
    [pool] = [pools[key] for key in pools.keys()]  # noqa: SIM118
    [connection] = [kept for kept in pool.pool.queue if kept]
    kept: socket.socket = connection.sock
    return kept
