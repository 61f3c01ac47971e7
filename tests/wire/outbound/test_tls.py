"""TLS: the certificate must be good, and for the name that the URL says, not for the address."""

import socket
import ssl
import time
from pathlib import Path

import pytest

from domain import errors
from tests.wire.outbound.calls import POST, Names, call, development, production
from tests.wire.outbound.certificates import self_signed, trust_in
from tests.wire.outbound.peers import OK, Peer, answering, dripping, peer

PARTNER = "partner.example"
LOOPBACK = Names(["127.0.0.1"])


def test_a_self_signed_certificate_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with peer(answering(OK), tls=self_signed(tmp_path, PARTNER)) as partner:
        public = ssl.create_default_context()
        outbound = development(resolver=LOOPBACK, trust=public)

        with pytest.raises(errors.Unreachable):
            call(outbound, partner.url(host=PARTNER, scheme="https"), method=POST, body=b"{}")

    assert partner.requests == []


def test_a_good_certificate_for_the_name_is_accepted_though_an_address_was_dialled(
    tmp_path: Path,
) -> None:
    with peer(answering(OK), tls=self_signed(tmp_path, PARTNER)) as partner:
        outbound = development(resolver=LOOPBACK, trust=trust_in(tmp_path))
        for _ in range(2):
            assert call(outbound, partner.url(host=PARTNER, scheme="https")).body == b"ok"

    assert f"Host: {PARTNER}:{partner.port}\r\n".encode() in partner.requests[0]
    assert partner.connections == 1


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1"])
def test_a_good_certificate_for_another_name_is_refused(tmp_path: Path, name: str) -> None:
    with peer(answering(OK), tls=self_signed(tmp_path, name)) as partner:
        outbound = development(resolver=LOOPBACK, trust=trust_in(tmp_path))

        with pytest.raises(errors.Unreachable):
            call(outbound, partner.url(host=PARTNER, scheme="https"))

    assert partner.requests == []


def test_a_certificate_bundle_of_the_environment_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(answering(OK), tls=self_signed(tmp_path, PARTNER)) as partner:
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.setenv(name, str(tmp_path / "certificate.pem"))

        with pytest.raises(errors.Unreachable):
            call(development(resolver=LOOPBACK), partner.url(host=PARTNER, scheme="https"))


def test_a_peer_that_speaks_no_tls_is_unreachable() -> None:
    def plain(connection: socket.socket, serving: Peer) -> None:
        connection.recv(100)
        connection.sendall(OK)

    outbound = development(resolver=LOOPBACK)
    with peer(plain) as partner, pytest.raises(errors.Unreachable):
        call(outbound, partner.url(host=PARTNER, scheme="https"))


def test_a_handshake_that_drips_ends_at_the_connect_limit() -> None:
    def dripping_handshake(connection: socket.socket, serving: Peer) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while serving.rest(0.02):
            connection.sendall(b"\x02")

    started = time.monotonic()
    outbound = development(resolver=LOOPBACK)
    with peer(dripping_handshake) as partner, pytest.raises(errors.Unreachable):
        call(outbound, partner.url(host=PARTNER, scheme="https"), connect_s=0.3, deadline_s=5)

    assert partner.connections == 1
    assert time.monotonic() - started < 2


def test_a_drip_inside_tls_ends_at_the_deadline(tmp_path: Path) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    with peer(dripping(start, b"x"), tls=self_signed(tmp_path, PARTNER)) as partner:
        outbound = development(resolver=LOOPBACK, trust=trust_in(tmp_path))

        with pytest.raises(errors.NoAnswer) as failure:
            call(outbound, partner.url(host=PARTNER, scheme="https"), deadline_s=0.4)

    assert failure.value.timed_out


def test_production_calls_a_public_name_only_under_tls() -> None:
    names = Names(["93.184.215.14"])

    with pytest.raises(errors.AddressRefused):
        call(production(resolver=names), "http://partner.example/ocpi")

    assert names.asked == []
