"""Why a call to a partner brought nothing, in words of the field: for people, not for programs.

No word of the peer's is in it: what a library quotes of an answer may hold anything.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

from urllib3.exceptions import HTTPError

_DEEPEST = 8
_EXPIRED, _NOT_YET, _SELF_SIGNED, _SELF_SIGNED_ABOVE, _UNKNOWN, _OTHER_NAME = 10, 9, 18, 19, 20, 62
_CERTIFICATES = {
    _EXPIRED: "has expired",
    _NOT_YET: "is not valid yet",
    _SELF_SIGNED: "is self-signed",
    _SELF_SIGNED_ABOVE: "is of an authority that the hub does not know",
    _UNKNOWN: "is of an authority that the hub does not know, or lacks its intermediate",
    _OTHER_NAME: "is for another name",
}
_NO_ROUTE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})


def reason_of(failure: BaseException, place: str) -> str:
    """What went wrong with a call to `place`, a host and port."""
    causes = tuple(_causes(failure))
    said = (words for cause in causes if (words := _words(cause, place)))
    return next(said, f"the connection to {place} failed")


def has_expired(failure: BaseException) -> bool:
    """Whether it is that the other side's certificate has expired."""
    return any(
        isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code == _EXPIRED
        for cause in _causes(failure)
    )


def _words(failure: BaseException, place: str) -> str | None:
    if isinstance(failure, ssl.SSLCertVerificationError):
        fault = _CERTIFICATES.get(failure.verify_code, "is not trusted")
        return f"the certificate of {place} {fault}"
    if isinstance(failure, ssl.SSLError):
        return f"no TLS with {place}{_in_words(failure.reason)}"
    if isinstance(failure, socket.gaierror):
        is_away = failure.errno == socket.EAI_AGAIN
        return f"the name server does not answer for {place}" if is_away else _not_found(place)
    if isinstance(failure, TimeoutError):
        return f"no answer from {place} in time"
    if isinstance(failure, ConnectionRefusedError):
        return f"connection refused by {place}"
    if isinstance(failure, RemoteDisconnected | IncompleteRead | ConnectionError):
        return f"connection closed by {place}"
    if isinstance(failure, OSError) and failure.errno in _NO_ROUTE:
        return f"no route to {place}"
    if isinstance(failure, HTTPException):
        return f"{place} answered what is no HTTP"
    return None


def _not_found(place: str) -> str:
    return f"name not found: {place.rpartition(':')[0]}"


def _in_words(reason: str | None) -> str:
    """OpenSSL's name of it, such as WRONG_VERSION_NUMBER."""
    return f": {reason.lower().replace('_', ' ')}" if reason else ""


def _causes(failure: BaseException | None, depth: int = 0) -> Iterator[BaseException]:
    """The innermost first: libraries wrap what the operating system says."""
    if failure is None or depth > _DEEPEST:
        return
    wrapped = getattr(failure, "reason", None) if isinstance(failure, HTTPError) else None
    for inner in (wrapped, *failure.args, failure.__cause__, failure.__context__):
        if isinstance(inner, BaseException):
            yield from _causes(inner, depth + 1)
    yield failure
