"""deploy/nginx.conf before the hub, as operators install it: what it opens, refuses and holds."""

import datetime
import ipaddress
import os
import re
import socket
import ssl
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from entrypoints.sandbox.wire import authorization
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import free_port
from tests.hostile.raw import IDS, PATIENCE_S, Said, answer, head, send, with_lines
from tests.nginx import PORT, Nginx, whole_nginx

pytestmark = pytest.mark.e2e
_SHIPPED = Path(__file__).parent.parent.parent / "deploy" / "nginx.conf"
_MORE_THAN_THREADS = 80
_ANSWERED_S = 2.0
_SLOW_ADDRESS = "127.0.0.2"


@pytest.fixture(scope="module")
def door(hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """The shipped file, with nothing changed but what it says is to be changed."""
    folder = tmp_path_factory.mktemp("door")
    _write_certificate(folder)
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = _SHIPPED.read_text(encoding="utf-8")
    for there, here in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{PORT} ssl;"),
        ("127.0.0.1:8000", f"127.0.0.1:{hub.process.port}"),
        ("/etc/ssl/hub/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/run/nginx.pid", f"{folder}/nginx.pid"),
        ("http {\n", "http {\n" + temporary),
    ):
        assert there in config
        config = (
            config.replace(there, here, 1) if there == "http {\n" else config.replace(there, here)
        )
    config = ("user root;\n" if os.geteuid() == 0 else "") + config
    with whole_nginx(folder, config) as running:
        yield running


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=36_500))
        .add_extension(place, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(pem))
    plain = serialization.NoEncryption()
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "privkey.pem").write_bytes(written)


def _opened(door: Nginx, *, by: str = "127.0.0.1") -> ssl.SSLSocket:
    """A connection from this address: nginx limits each address by itself."""
    trusted = ssl.create_default_context(cafile=str(door.folder / "fullchain.pem"))
    plain = socket.create_connection(("127.0.0.1", door.port), PATIENCE_S, (by, 0))
    return trusted.wrap_socket(plain, server_hostname="127.0.0.1")


def _ask(door: Nginx, *pieces: bytes) -> Said:
    with _opened(door) as connection:
        send(connection, pieces)
        return answer(connection)


def _operators(hub: RunningHub) -> str:
    return hub.inside.settings.admin_token


def test_what_is_to_be_open_is_open(hub: RunningHub, door: Nginx) -> None:
    token = _operators(hub)

    assert _ask(door, head("GET", "/hub/v1/partners", token=token)).outcome == (200, 1000)
    assert _ask(door, head("GET", "/ocpi/versions")).outcome == (401, 2000)


@pytest.mark.parametrize(
    "path",
    ["/healthz", "/readyz", "/", "/hub", "/nowhere", "/ocpi", "/hub/v1", "/hubs/v1/x", "/refused"],
)
def test_what_is_to_be_closed_is_closed_in_the_envelope(door: Nginx, path: str) -> None:
    said = _ask(door, head("GET", path))

    assert said.outcome == (404, 2000)
    assert said.headers["content-type"] == "application/json"
    assert said.headers["x-request-id"] == IDS["X-Request-ID"]
    assert said.headers["x-correlation-id"] == IDS["X-Correlation-ID"]
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", said.envelope["timestamp"])


@pytest.mark.parametrize(
    "target",
    [
        "/ocpi/x://y/hub/v1/partners",
        "/ocpi/../hub/v1/partners",
        "/ocpi/%2e%2e/hub/v1/partners",
        "/ocpi/..%2fhub/v1/partners",
        "//hub/v1/partners",
        "/ocpi//../hub/v1/partners",
        "/hub/v1/../../healthz",
        "/ocpi/../healthz",
    ],
)
def test_no_path_is_one_thing_to_nginx_and_another_to_the_hub(
    hub: RunningHub, door: Nginx, target: str
) -> None:
    assert _ask(door, head("GET", target, token=_operators(hub))).status in (400, 401, 404)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (head("PUT", "/ocpi/versions", Content_Length=str(2**30)), 413),
        (head("GET", "/ocpi/" + "x" * 20_000), 414),
        (head("GET", "/ocpi/versions", X_Long="x" * 20_000), 431),
        (with_lines("GET /ocpi/versions HTTP/1.1", "Host: h", "Content-Length: x"), 400),
    ],
)
def test_what_nginx_refuses_is_in_the_envelope(door: Nginx, asked: bytes, status: int) -> None:
    said = _ask(door, asked)

    assert said.outcome == (status, 2000)
    assert said.headers["content-type"] == "application/json"
    assert said.headers["x-request-id"]


def test_no_underscore_and_no_forwarded_header_gets_to_the_hub(door: Nginx) -> None:
    lines = ("Host: hub", "X_Request_ID: sneaked-in", "SCRIPT_NAME: /ocpi")

    said = _ask(door, with_lines("GET /ocpi/versions HTTP/1.1", *lines))

    assert said.status == 401
    assert said.headers["x-request-id"] != "sneaked-in"


def test_slow_clients_hold_up_no_other(hub: RunningHub, door: Nginx) -> None:
    idle = _typical_s(door)
    slow = (
        b"GET /ocpi/versions HTTP/1.1\r\nHost: hub\r\n",
        head("POST", "/ocpi/2.3.0/credentials", Content_Length="100000") + b"{",
        head("GET", "/hub/v1/openapi.json") * 20,
    )
    with ExitStack() as stack:
        for number in range(_MORE_THAN_THREADS):
            client = stack.enter_context(_opened(door, by=_SLOW_ADDRESS))
            send(client, (slow[number % len(slow)],))
        assert _typical_s(door) < 10 * idle + _ANSWERED_S


def _typical_s(door: Nginx, times: int = 15) -> float:
    def once() -> float:
        begun = time.perf_counter()
        assert _ask(door, head("GET", "/ocpi/versions", Connection="close")).status == 401
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(times))


def test_its_logs_hold_no_path_and_no_token(hub: RunningHub, door: Nginx) -> None:
    secret = "SECRET-UID-IN-A-PATH"
    _ask(door, head("GET", f"/ocpi/2.3.0/sender/tokens/{secret}", token=secret))
    _ask(door, head("GET", f"/nowhere/{secret}?token={secret}"))

    logs = "".join(path.read_text() for path in door.folder.glob("*.log"))
    assert "GET 401" in logs
    assert secret not in logs
    assert authorization(secret) not in logs
