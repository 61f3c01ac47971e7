"""HTTP that no honest client sends: paths around a proxy, framing that two servers read in two
ways, heads without end. Every refusal has the envelope, the ids and a connection in good order."""

import gzip
import socket
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from entrypoints.sandbox.wire import authorization, encode
from tests.conformance.guests import Guests
from tests.conformance.running import RunningHub
from tests.conformance.steps import a_location, own_copy, party_of, place
from tests.hostile.raw import IDS, Said, answer, ask, head, is_closed, opened, send, with_lines

pytestmark = pytest.mark.e2e
_MEBIBYTE = 1_048_576


@pytest.fixture(scope="module")
def cpo(hub: RunningHub) -> Iterator[Platform]:
    """One for all: what is refused leaves no trace."""
    with ExitStack() as stack:
        guests = Guests(hub, stack)
        yield guests.join("CPO")
        guests.leave()


def _operators(hub: RunningHub) -> str:
    return hub.inside.settings.admin_token


def _is_in_order(said: Said) -> bool:
    return (
        said.headers.get("content-type") == "application/json"
        and bool(said.headers.get("x-request-id"))
        and bool(said.headers.get("x-correlation-id"))
        and 2000 <= said.outcome[1] < 3000
    )


# --- paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "/ocpi/x://y/hub/v1/partners",
        "/ocpi/://y/hub/v1/partners",
        "/ocpi/versions/http://y/hub/v1/partners",
        "//hub/v1/partners",
        "///hub/v1/partners",
        "//ocpi//hub/v1/partners",
        "/ocpi/../hub/v1/partners",
        "/ocpi/%2e%2e/hub/v1/partners",
        "/ocpi/..%2Fhub/v1/partners",
        "/ocpi/..;/hub/v1/partners",
        "/ocpi;/../hub/v1/partners",
        "/ocpi/%2Fhub/v1/partners",
        "/%2Fhub/v1/partners",
        "/hub%2Fv1/partners",
        "/ocpi/\\..\\hub/v1/partners",
        "http://hub//hub/v1/partners",
        "http:///hub/v1/partners",
        "x://hub/hub/v1/partners",
        "http://hub/ocpi/x://y/hub/v1/partners",
        "http://hub/ocpi/../hub/v1/partners",
    ],
)
def test_a_path_means_what_a_proxy_reads_in_it(hub: RunningHub, target: str) -> None:
    said = ask(hub.process.port, head("GET", target, token=_operators(hub)))

    assert said.status in (400, 401, 404)
    assert _is_in_order(said)


@pytest.mark.parametrize("target", ["/hub/v1/partners", "http://hub/hub/v1/partners"])
def test_a_path_that_says_so_gets_there(hub: RunningHub, target: str) -> None:
    assert ask(hub.process.port, head("GET", target, token=_operators(hub))).status == 200


# --- what an answer has to say ----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/ocpi/versions", "/hub/v1/partners", "/hub/v1/nowhere"])
@pytest.mark.parametrize("token", ["", "unknown-token"])
def test_a_401_says_how_to_get_in(hub: RunningHub, path: str, token: str) -> None:
    said = ask(hub.process.port, head("GET", path, token=token))

    assert said.status == 401
    assert said.headers["www-authenticate"].startswith("Token")


def test_a_405_says_what_is_allowed(hub: RunningHub, cpo: Platform) -> None:
    port, token = hub.process.port, cpo.hub.peer.token

    versions = ask(port, head("PUT", "/ocpi/versions", token=token, Content_Length="0"))
    lanes = ask(port, head("DELETE", "/hub/v1/lanes", token=_operators(hub)))

    assert (versions.status, lanes.status) == (405, 405)
    assert set(versions.headers["allow"].split(", ")) >= {"GET"}
    assert set(lanes.headers["allow"].split(", ")) >= {"GET"}


def test_a_405_of_the_handshake_says_what_is_allowed_now(hub: RunningHub, cpo: Platform) -> None:
    url = "/ocpi/2.3.0/credentials"
    body = encode({"token": "x" * 20, "url": cpo.versions_url, "roles": []})
    length = str(len(body))
    invited = hub.invited(":".join(("CPO", *hub.free_party())))

    posted = ask(
        hub.process.port, head("POST", url, token=cpo.hub.peer.token, Content_Length=length), body
    )
    deleted = ask(hub.process.port, head("DELETE", url, token=invited))

    assert (posted.status, posted.headers.get("allow")) == (405, "GET, PUT, DELETE")
    assert (deleted.status, deleted.headers.get("allow")) == (405, "GET, POST")


# --- framing ----------------------------------------------------------------------------------


def _put(cpo: Platform, *framing: str, version: str = "1.1") -> tuple[bytes, dict[str, object]]:
    item = a_location(cpo)
    target = cpo.hub.url("locations", "RECEIVER", place(item)).partition("/ocpi")[2]
    lines = (f"Authorization: {authorization(cpo.hub.peer.token)}", "Host: hub", *framing)
    ids = (": ".join(pair) for pair in IDS.items())
    return with_lines(f"PUT /ocpi{target} HTTP/{version}", *ids, *lines), item


def test_a_body_shorter_than_it_was_announced_is_not_taken(hub: RunningHub, cpo: Platform) -> None:
    body = encode(a_location(cpo))
    asked, item = _put(cpo, f"Content-Length: {len(body) + 40}")

    said = ask(hub.process.port, asked, body, end=True)

    assert said.outcome == (400, 2000)
    assert said.headers["x-request-id"] == IDS["X-Request-ID"]
    assert own_copy(cpo, item).status == 404


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"2 \r\n{}\r\n0\r\n\r\n",
        b"2\n{}\n0\n\n",
        b"2\r\n{}}\r\n0\r\n\r\n",
        b"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n",
        b"0x2\r\n{}\r\n0\r\n\r\n",
        b"2;\x00\r\n{}\r\n0\r\n\r\n",
        b"f" * 9000,
        b"2\r\n{}\r\n0\r\n" + b"a: b\r\n" * 5000 + b"\r\n",
    ],
)
def test_a_bad_chunk_is_400(hub: RunningHub, cpo: Platform, chunks: bytes) -> None:
    asked, _ = _put(cpo, "Transfer-Encoding: chunked")

    said = ask(hub.process.port, asked, chunks, end=True)

    assert said.outcome in ((400, 2000), (431, 2000))
    assert _is_in_order(said)
    assert said.headers["x-request-id"] == IDS["X-Request-ID"]


def test_a_chunked_body_that_ends_early_is_400(hub: RunningHub, cpo: Platform) -> None:
    asked, _ = _put(cpo, "Transfer-Encoding: chunked")

    assert ask(hub.process.port, asked, b"5\r\n{}", end=True).outcome == (400, 2000)


def test_bodies_in_single_bytes_cost_little(hub: RunningHub, cpo: Platform) -> None:
    """One byte a chunk: six bytes on the wire for one, and as much work as 400,000 bytes."""
    asked, _ = _put(cpo, "Transfer-Encoding: chunked")

    said = ask(hub.process.port, asked, b"1\r\n \r\n" * 400_000, b"0\r\n\r\n")

    assert said.outcome in ((400, 2000), (413, 2000))


@pytest.mark.parametrize(
    ("framing", "status"),
    [
        (("Content-Length: 2", "Transfer-Encoding: chunked"), 400),
        (("Content-Length: 2", "Content-Length: 2"), 400),
        (("Content-Length: 2", "Content-Length: 3"), 400),
        (("Content-Length: 2, 2",), 400),
        (("Content-Length: +2",), 400),
        (("Content-Length: -2",), 400),
        (("Content-Length: 0x2",), 400),
        (("Content-Length: \xb2",), 400),
        (("Content-Length: " + "9" * 5000,), 400),
        (("Transfer-Encoding: chunked, chunked",), 400),
        (("Transfer-Encoding: gzip",), 400),
        (("Transfer-Encoding: xchunked",), 501),
        (("Transfer-Encoding : chunked",), 400),
        (("Content-Length: 2", "X-Folded: a", " b"), 400),
        ((" Leading: space",), 400),
        (("No colon",), 400),
        (("X-Null: a\x00b",), 400),
        (("X-Return: a\rb",), 400),
        (("Expect: something-else", "Content-Length: 2"), 417),
        (("Host: other",), 400),
        (tuple(f"X-{number}: x" for number in range(200)), 431),
        (("X-Long: " + "x" * 20_000,), 431),
        (tuple(f"X-{number}: {'x' * 4000}" for number in range(90)), 431),
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(
    hub: RunningHub, cpo: Platform, framing: tuple[str, ...], status: int
) -> None:
    asked, item = _put(cpo, *framing)

    with opened(hub.process.port) as connection:
        send(connection, (asked, b"{}"))
        said = answer(connection)
        closed = is_closed(connection)

    assert said.status == status
    assert _is_in_order(said)
    assert said.headers["connection"] == "close"
    assert closed
    assert own_copy(cpo, item).status == 404


def test_what_is_left_of_a_refused_request_is_no_request(hub: RunningHub, cpo: Platform) -> None:
    inner = head("GET", "/healthz")
    asked, _ = _put(cpo, f"Content-Length: {len(inner)}", "Transfer-Encoding: chunked")

    with opened(hub.process.port) as connection:
        send(connection, (asked, b"0\r\n\r\n", inner))
        said = answer(connection)
        rest = connection.recv(65_536)

    assert (said.status, rest) == (400, b"")


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /" + "x" * 10_000 + " HTTP/1.1", 414),
        ("GET /ocpi/versions HTTP/3.0", 400),
        ("GET /ocpi/versions", 400),
        ("GET  /ocpi/versions HTTP/1.1", 400),
        ("get /ocpi/versions HTTP/1.1", 400),
        ("GET /ocpi/v\xe9rsions HTTP/1.1", 400),
        ("GET ocpi/versions HTTP/1.1", 400),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
)
def test_a_request_line_that_is_none_is_refused_in_order(
    hub: RunningHub, line: str, status: int
) -> None:
    said = ask(hub.process.port, with_lines(line, "Host: hub"))

    assert said.status == status
    assert _is_in_order(said)


@pytest.mark.parametrize(
    "piece", [b"GET /" + b"x" * 20_000, b"GET / HTTP/1.1\r\nX: " + b"x" * 400_000]
)
def test_a_head_without_an_end_is_refused_before_its_end(hub: RunningHub, piece: bytes) -> None:
    said = ask(hub.process.port, piece)

    assert said.status in (414, 431)
    assert _is_in_order(said)


def test_lines_that_end_in_a_bare_line_feed_are_refused_at_once(hub: RunningHub) -> None:
    said = ask(hub.process.port, b"GET /ocpi/versions HTTP/1.1\nHost: hub\n\n")

    assert said.status == 400


def test_ids_of_a_head_that_is_refused_are_echoed(hub: RunningHub) -> None:
    said = ask(hub.process.port, head("GET", "/ocpi/versions", X_Bad="a\x00b"))

    assert said.status == 400
    assert said.headers["x-request-id"] == IDS["X-Request-ID"]
    assert said.headers["x-correlation-id"] == IDS["X-Correlation-ID"]


def test_ids_are_never_echoed_with_what_could_end_a_header(hub: RunningHub) -> None:
    said = ask(hub.process.port, with_lines("GET / HTTP/1.1", "X-Request-ID: a\rSet-Cookie: b"))

    assert said.status == 400
    assert "set-cookie" not in said.headers


# --- routing headers --------------------------------------------------------------------------


def test_an_underscore_makes_no_routing_header(hub: RunningHub, cpo: Platform) -> None:
    lines = ("OCPI_from_country_code: NL", "OCPI_from_party_id: ZZZ")
    asked, item = _put(cpo, *lines, f"Content-Length: {len(encode(location()))}")

    said = ask(hub.process.port, asked, encode(location() | {"id": item["id"]}))

    assert said.status != 403, "the underscore was read as a dash"


def test_a_script_name_moves_no_request(hub: RunningHub) -> None:
    lines = ("Host: hub", "SCRIPT_NAME: /ocpi", "PATH_INFO: /hub/v1/partners")

    assert ask(hub.process.port, with_lines("GET /healthz HTTP/1.1", *lines)).status == 200


@pytest.mark.parametrize("name", ["from", "to"])
def test_a_routing_header_that_comes_twice_is_2001(
    hub: RunningHub, cpo: Platform, name: str
) -> None:
    code, party = party_of(cpo)
    lines = (
        f"OCPI-{name}-country-code: {code}",
        f"OCPI-{name}-party-id: {party}",
        f"OCPI-{name}-party-id: ZZZ",
    )
    body = encode(location())
    asked, item = _put(cpo, *lines, f"Content-Length: {len(body)}")

    said = ask(hub.process.port, asked, body)

    assert said.outcome == (200, 2001)
    assert own_copy(cpo, item).status == 404


def test_two_tokens_are_none(hub: RunningHub, cpo: Platform) -> None:
    own = f"Authorization: {authorization(cpo.hub.peer.token)}"

    said = ask(hub.process.port, with_lines("GET /ocpi/versions HTTP/1.1", own, own))

    assert said.status == 401


# --- connections ------------------------------------------------------------------------------


def test_http_1_0_is_answered_and_closed(hub: RunningHub, cpo: Platform) -> None:
    asked = head("GET", "/ocpi/versions", token=cpo.hub.peer.token, version="1.0")

    with opened(hub.process.port) as connection:
        send(connection, (asked,))
        said = answer(connection)
        assert is_closed(connection)

    assert (said.status, said.headers["connection"]) == (200, "close")


def test_requests_that_come_at_once_are_answered_in_turn(hub: RunningHub, cpo: Platform) -> None:
    body = encode(location())
    asked, _ = _put(cpo, f"Content-Length: {len(body)}")
    closing = head("GET", "/healthz", Connection="close")

    with opened(hub.process.port) as connection:
        send(connection, (asked + body + head("GET", "/ocpi/versions") + closing,))
        statuses = [answer_of(connection) for _ in range(3)]

    assert statuses[1:] == [401, 200]


def answer_of(connection: socket.socket) -> int:
    """One answer's status, read to the byte: HTTPResponse would read ahead into the next one."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(1)
    lines = read.decode("latin-1").lower().split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
    while length > 0:
        length -= len(connection.recv(length))
    return int(lines[0].split(" ")[1])


def test_a_body_is_asked_for_where_a_client_waits_to_be(hub: RunningHub, cpo: Platform) -> None:
    item = a_location(cpo)
    body = encode(item)
    asked, _ = _put(cpo, f"Content-Length: {len(body)}", "Expect: 100-continue")

    with opened(hub.process.port) as connection:
        send(connection, (asked,))
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        send(connection, (body,))
        assert answer(connection).status in (200, 201)


def test_a_body_that_is_too_long_is_not_even_asked_for(hub: RunningHub, cpo: Platform) -> None:
    asked, _ = _put(cpo, f"Content-Length: {2**40}", "Expect: 100-continue")

    with opened(hub.process.port) as connection:
        send(connection, (asked,))
        said = answer(connection)

    assert said.outcome == (413, 2000)
    assert _is_in_order(said)


@pytest.mark.parametrize(
    "framing", [f"Content-Length: {64 * _MEBIBYTE}", "Transfer-Encoding: chunked"]
)
def test_a_body_that_is_too_long_is_refused_first_and_cut_soon(
    hub: RunningHub, cpo: Platform, framing: str
) -> None:
    asked, _ = _put(cpo, framing)
    piece = b"10000\r\n" + b" " * 65_536 + b"\r\n"

    with opened(hub.process.port) as connection:
        connection.sendall(asked)
        sent = 0
        with suppress(BrokenPipeError, ConnectionResetError):
            while sent < 64 * _MEBIBYTE:
                connection.sendall(piece)
                sent += len(piece)
        said = answer(connection)

    assert said.outcome == (413, 2000)
    assert said.headers["x-request-id"] == IDS["X-Request-ID"]
    assert said.headers["connection"] == "close"
    assert sent < 32 * _MEBIBYTE, "it was read to its end"


# --- compressed bodies ------------------------------------------------------------------------


def _packed(cpo: Platform, port: int, body: bytes, coding: str) -> tuple[Said, dict[str, object]]:
    asked, item = _put(cpo, f"Content-Encoding: {coding}", f"Content-Length: {len(body)}")
    return ask(port, asked, body), item


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "deflate", "raw deflate", "identity"])
def test_a_packed_body_is_unpacked(hub: RunningHub, cpo: Platform, coding: str) -> None:
    item = a_location(cpo)
    plain = encode(item)
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "deflate": zlib.compress(plain),
        "raw deflate": raw.compress(plain) + raw.flush(),
        "identity": plain,
    }.get(coding, gzip.compress(plain))
    target = cpo.hub.url("locations", "RECEIVER", place(item)).partition("/ocpi")[2]
    named = {"Content-Encoding": coding.removeprefix("raw "), "Content-Length": str(len(packed))}
    lines = [": ".join(pair) for pair in (IDS | named).items()]
    token = f"Authorization: {authorization(cpo.hub.peer.token)}"

    said = ask(hub.process.port, with_lines(f"PUT /ocpi{target} HTTP/1.1", token, *lines), packed)

    assert said.outcome == (201, 1000)
    assert own_copy(cpo, item).data["id"] == item["id"]


def _gzip(plain: bytes) -> bytes:
    """The same bytes every time: they name a test."""
    return gzip.compress(plain, mtime=0)


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("gzip", _gzip(b" " * (64 * _MEBIBYTE)), 413),
        ("deflate", zlib.compress(b" " * (64 * _MEBIBYTE)), 413),
        ("gzip", _gzip(b" " * (_MEBIBYTE - 100)), 413),
        ("gzip", _gzip(b'{"id": 1}')[:-9], 400),
        ("gzip", _gzip(b"{}") + b"more", 400),
        ("gzip", _gzip(b"{}") + _gzip(b"{}"), 400),
        ("gzip", b"{}", 400),
        ("gzip", b"", 400),
        ("deflate", b"\xff\xff\xff", 400),
        ("gzip, gzip", _gzip(_gzip(b"{}")), 415),
        ("br", b"{}", 415),
        ("zstd", b"{}", 415),
        ("gzip, identity", _gzip(b"{}"), 415),
    ],
)
def test_a_packed_body_is_no_way_around_a_limit(
    hub: RunningHub, cpo: Platform, coding: str, body: bytes, status: int
) -> None:
    said, item = _packed(cpo, hub.process.port, body, coding)

    assert said.outcome == (status, 2000)
    assert status != 415 or said.headers["accept-encoding"] == "gzip, deflate"
    assert own_copy(cpo, item).status == 404


def test_the_hub_api_takes_no_packed_body(hub: RunningHub) -> None:
    body = gzip.compress(b"{}")
    named = {"Content_Encoding": "gzip", "Content_Length": str(len(body))}

    said = ask(
        hub.process.port, head("POST", "/hub/v1/partners", token=_operators(hub), **named), body
    )

    assert said.outcome == (415, 2000)


@pytest.mark.parametrize("piece", [50, 1_000_000])
def test_requests_that_come_before_the_answer_are_each_answered(
    hub: RunningHub, piece: int
) -> None:
    sent, received = head("GET", "/healthz") * 30, b""

    with opened(hub.process.port) as connection:
        for start in range(0, len(sent), piece):
            connection.sendall(sent[start : start + piece])
        while received.count(b"HTTP/1.1 200 OK") < 30:
            received += (more := connection.recv(65_536))
            assert more, "the hub ended the connection"
