"""What is answered to a request that is none: in the envelope and with ids, as by the hub itself.

A refusal says what is wrong by name, never what the client sent: that may hold a token.
"""

from collections.abc import Iterable
from http import HTTPStatus

from gunicorn.http import errors as http

from adapters.system import SystemClock, SystemIds
from entrypoints.ocpi.bodies import longer_than
from entrypoints.ocpi.replies import Reply
from entrypoints.serving.framing import LONGEST_HEAD, LONGEST_LINE, BodyTooLong, TooSlow

_STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (TooSlow, HTTPStatus.REQUEST_TIMEOUT),
    (BodyTooLong, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (http.LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (http.LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (http.ExpectationFailed, HTTPStatus.EXPECTATION_FAILED),
    (http.UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED),
    (http.InvalidResponseHeader, HTTPStatus.INTERNAL_SERVER_ERROR),
    (http.InvalidResponseHeaderName, HTTPStatus.INTERNAL_SERVER_ERROR),
    (http.ConfigurationProblem, HTTPStatus.INTERNAL_SERVER_ERROR),
    (http.ParseException, HTTPStatus.BAD_REQUEST),
    (http.NoMoreData, HTTPStatus.BAD_REQUEST),
)
"""From the special to the general: the first line that fits counts."""
_LONGEST_ID = 200
_MOST_LINES = 200
_PRINTABLE = frozenset(range(0x21, 0x7F))


def status_of(error: Exception) -> HTTPStatus:
    """The HTTP status of what went wrong; 500 for what is the hub's fault."""
    fitting = (status for kind, status in _STATUSES if isinstance(error, kind))
    return next(fitting, HTTPStatus.INTERNAL_SERVER_ERROR)


def refusal(error: Exception, headers: Iterable[tuple[str, str]]) -> bytes:
    """The whole answer, after which the connection ends. `headers`: as far as known."""
    status = status_of(error)
    code = 3000 if status is HTTPStatus.INTERNAL_SERVER_ERROR else 2000
    message = "the hub failed" if code == 3000 else _said(error, status)
    body = Reply(status=status, code=code, message=message).body(SystemClock().now())
    named = {name.upper(): text[:_LONGEST_ID] for name, text in headers}
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    for name in ("X-Request-ID", "X-Correlation-ID"):
        lines.append(f"{name}: {named.get(name.upper()) or SystemIds().new()}")
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def _said(error: Exception, status: HTTPStatus) -> str:
    """Which limit it was, where it was one."""
    if isinstance(error, BodyTooLong):
        return longer_than(error.limit)
    if isinstance(error, http.LimitRequestLine):
        return f"the request line is too long: {LONGEST_LINE:,} bytes at most"
    if isinstance(error, http.LimitRequestHeaders):
        return f"the head is too long: {LONGEST_HEAD:,} bytes at most, and a field {LONGEST_LINE:,}"
    return status.phrase


def ids_in(head: bytes) -> Iterable[tuple[str, str]]:
    """The ids in a head that nothing else can be read in; only such as no header can hide in."""
    for line in head.split(b"\n", _MOST_LINES)[:_MOST_LINES]:
        name, _, text = line.partition(b":")
        found = text.strip(b" \t\r")
        if name.upper() in (b"X-REQUEST-ID", b"X-CORRELATION-ID") and set(found) <= _PRINTABLE:
            yield name.decode("ascii"), found.decode("ascii")
