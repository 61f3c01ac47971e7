"""The bytes of a request's body: all of them or none, and no more than the hub takes.

A packed body is unpacked within the same bound, so that a small one cannot become a big one.
"""

import codecs
import zlib

from flask import Request
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

BOM = codecs.BOM_UTF8
"""Some write it before their JSON. It is no part of it, and would stand in the middle of a list."""
HIGHEST_RATIO = 100
"""A body that unpacks to more than so many times its length is a bomb."""
_GZIP, _ZLIB, _RAW = 31, 15, -15
_CODINGS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW)}


class UnknownCoding(HTTPException):
    """415, and the codings that would do (RFC 9110, 15.5.16)."""

    code = 415

    def __init__(self, known: str) -> None:
        super().__init__(f"this body is packed in a way that is not taken: {known} would do")
        self._known = known

    def get_headers(self, *_: object, **__: object) -> list[tuple[str, str]]:
        """What the body may be packed with."""
        return [("Accept-Encoding", self._known)]


def plain_body(http_request: Request, limit: int) -> bytes:
    """The body of a request that must not be packed.

    :raises UnknownCoding: (415) if it is.
    :raises RequestEntityTooLarge: if it is longer than `limit` bytes.
    """
    if _coding(http_request) != "identity":
        raise UnknownCoding("identity")
    return _as_sent(http_request, limit).removeprefix(BOM)


def read_body(http_request: Request, limit: int) -> bytes:
    """The body, unpacked. It is never cut.

    :raises UnknownCoding: (415) if it is packed with anything but gzip or deflate, once.
    :raises RequestEntityTooLarge: if it is longer than `limit` bytes, packed or unpacked.
    :raises BadRequest: if it is shorter than announced, or cannot be unpacked.
    """
    coding = _coding(http_request)
    if coding == "identity":
        return _as_sent(http_request, limit).removeprefix(BOM)
    if coding not in _CODINGS:
        raise UnknownCoding("gzip, deflate")
    return unpacked(_as_sent(http_request, limit), coding, limit).removeprefix(BOM)


def unpacked(body: bytes, coding: str, limit: int) -> bytes:
    """`body` without its `coding`, which is gzip or deflate.

    :raises RequestEntityTooLarge: beyond `limit` bytes, or HIGHEST_RATIO times its length.
    :raises BadRequest: if it is damaged, cut short, or goes on behind its end.
    """
    for window in _CODINGS[coding]:
        unpacker = zlib.decompressobj(wbits=window)
        most = min(limit, HIGHEST_RATIO * len(body))
        try:
            plain = unpacker.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(plain) > most:
            raise _too_long(limit) if most == limit else _bomb()
        if unpacker.eof and not unpacker.unused_data:
            return plain
        break
    raise BadRequest(f"the body cannot be unpacked: it is no whole {coding}, or goes on behind it")


def _coding(http_request: Request) -> str:
    written = http_request.environ.get("HTTP_CONTENT_ENCODING", "")
    return str(written).strip().lower() or "identity"


def _as_sent(http_request: Request, limit: int) -> bytes:
    environ = http_request.environ
    if not environ.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    length = http_request.content_length
    if length is not None and length > limit:
        raise _too_long(limit)
    body = http_request.stream.read(limit + 1)
    if len(body) > limit:
        raise _too_long(limit)
    if length is not None and len(body) < length:
        raise BadRequest("the body is shorter than its Content-Length")
    return body


def longer_than(limit: int) -> str:
    """What is said of a body that is longer than `limit` bytes."""
    return f"the body is longer than the hub takes: {limit:,} bytes at most"


def _too_long(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(longer_than(limit))


def _bomb() -> RequestEntityTooLarge:
    said = f"the body unpacks to more than {HIGHEST_RATIO} times its packed length"
    return RequestEntityTooLarge(said)
