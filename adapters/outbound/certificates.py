"""When a certificate that was refused has expired: the library that refused it does not say."""

import contextlib
import socket
import ssl
from datetime import datetime

from cryptography import x509

from adapters.outbound.deadline import Deadline
from adapters.outbound.dialing import Dialer
from domain.errors import OutboundFailed

_WITHIN_S = 2.0
_AT_ONCE = 16 * 1024


def expired_at(dialer: Dialer, host: str, port: int, until: Deadline) -> datetime | None:
    """The end of the certificate that stands there, by a second look at it; None if it has none.

    Nothing is sent but a handshake, and nothing of what is read is trusted.
    """
    within = until.or_within(_WITHIN_S)
    with contextlib.suppress(OutboundFailed, OSError, ValueError):
        named = f"[{host}]" if ":" in host else host
        with dialer.dial(f"https://{named}:{port}/", until=within) as sock:
            der = _certificate(sock, host, within)
        return x509.load_der_x509_certificate(der).not_valid_after_utc if der else None
    return None


def _certificate(sock: socket.socket, host: str, until: Deadline) -> bytes | None:
    """By hand, so that a peer that sends byte by byte is held to the deadline as a whole."""
    arrived, to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    tls = context.wrap_bio(arrived, to_send, server_hostname=host)
    while True:
        try:
            tls.do_handshake()
            return tls.getpeercert(binary_form=True)
        except ssl.SSLWantReadError:
            sock.settimeout(until.left())
            sock.sendall(to_send.read())
            read = sock.recv(_AT_ONCE)
            if not read:
                return None
            arrived.write(read)
