"""Why a call brought nothing: words that an operator can act on, and no class names."""

import errno
import socket
import ssl
from datetime import UTC, datetime
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest
from requests import exceptions as requests
from urllib3 import HTTPConnectionPool
from urllib3 import exceptions as urllib3

from adapters.outbound.reasons import reason_of
from domain import errors
from tests.wire.outbound.calls import Names, call, development
from tests.wire.outbound.certificates import self_signed, trust_in
from tests.wire.outbound.peers import OK, Peer, answering, peer

PARTNER = "partner.example"
LOOPBACK = Names(["127.0.0.1"])
PLACE = "partner.example:443"


def test_a_port_that_nothing_listens_at_refuses_the_connection() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        outbound = development(resolver=LOOPBACK)

        with pytest.raises(errors.Unreachable, match=f"^connection refused by {PARTNER}:{port}$"):
            call(outbound, f"http://{PARTNER}:{port}/")


def test_a_name_that_is_not_there_is_said_to_be_not_found() -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(errors.Unreachable, match=f"^name not found: {PARTNER}$"):
        call(development(resolver=unknown), f"https://{PARTNER}/")


def test_a_peer_that_closes_is_said_to_have_closed() -> None:
    def closing(connection: socket.socket, serving: Peer) -> None:
        connection.recv(10_000)

    outbound = development(resolver=LOOPBACK)
    with peer(closing) as partner, pytest.raises(errors.NoAnswer) as failure:
        call(outbound, partner.url(host=PARTNER))

    assert str(failure.value) == f"connection closed by {PARTNER}:{partner.port}"


def test_an_expired_certificate_is_said_to_be_with_its_date(tmp_path: Path) -> None:
    end = datetime(2026, 1, 31, tzinfo=UTC)
    with peer(answering(OK), tls=self_signed(tmp_path, PARTNER, end=end)) as partner:
        outbound = development(resolver=LOOPBACK, trust=trust_in(tmp_path))

        with pytest.raises(errors.Unreachable) as failure:
            call(outbound, partner.url(host=PARTNER, scheme="https"))

        place = f"{PARTNER}:{partner.port}"
    assert str(failure.value) == f"the certificate of {place} has expired on 2026-01-31"
    assert partner.requests == []


@pytest.mark.parametrize(
    ("trusted", "name", "reason"),
    [
        (False, PARTNER, "the certificate of {} is self-signed"),
        (True, "other.example", "the certificate of {} is for another name"),
    ],
)
def test_a_certificate_that_is_not_trusted_says_why(
    tmp_path: Path, trusted: bool, name: str, reason: str
) -> None:
    with peer(answering(OK), tls=self_signed(tmp_path, name)) as partner:
        trust = trust_in(tmp_path) if trusted else ssl.create_default_context()
        outbound = development(resolver=LOOPBACK, trust=trust)

        with pytest.raises(errors.Unreachable) as failure:
            call(outbound, partner.url(host=PARTNER, scheme="https"))

    assert str(failure.value) == reason.format(f"{PARTNER}:{partner.port}")


def test_a_peer_that_speaks_no_tls_says_so() -> None:
    def plain(connection: socket.socket, serving: Peer) -> None:
        connection.recv(100)
        connection.sendall(OK)

    outbound = development(resolver=LOOPBACK)
    with peer(plain) as partner, pytest.raises(errors.Unreachable) as failure:
        call(outbound, partner.url(host=PARTNER, scheme="https"))

    assert str(failure.value).startswith(f"no TLS with {PARTNER}:{partner.port}: ")


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (TimeoutError(), "no answer from partner.example:443 in time"),
        (socket.gaierror(socket.EAI_AGAIN, ""), "the name server does not answer for partner"),
        (OSError(errno.EHOSTUNREACH, ""), "no route to partner.example:443"),
        (ConnectionResetError(), "connection closed by partner.example:443"),
        (RemoteDisconnected(""), "connection closed by partner.example:443"),
        (IncompleteRead(b"half"), "connection closed by partner.example:443"),
        (BadStatusLine("secret"), "partner.example:443 answered what is no HTTP"),
        (urllib3.ProtocolError("aborted", ConnectionResetError()), "connection closed by"),
        (
            requests.ConnectionError(
                urllib3.MaxRetryError(
                    HTTPConnectionPool("partner.example"), "/", ConnectionRefusedError()
                )
            ),
            "connection refused by partner.example:443",
        ),
        (OSError("odd"), "the connection to partner.example:443 failed"),
    ],
)
def test_what_failed_is_said_in_words(failure: Exception, reason: str) -> None:
    said = reason_of(failure, PLACE)

    assert said.startswith(reason)
    assert type(failure).__name__ not in said
    assert "secret" not in said
