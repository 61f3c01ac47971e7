"""Where a request ends in what a client has sent so far.

gunicorn's own parser reads every request. This says when it can: once all of it is here.
"""

from dataclasses import dataclass

from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.errors import (
    InvalidChunkSize,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.http.message import Request
from gunicorn.http.unreader import Unreader

LONGEST_HEAD = 65_536
LONGEST_LINE = 8_190
SMALLEST_CHUNK = 16
FREE_CHUNKS = 1_000


class BodyTooLong(ParseException):  # type: ignore[misc]
    """The body is longer than the hub takes, `limit` bytes: 413."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class BodyCutShort(ParseException):  # type: ignore[misc]
    """The client ended the connection, and its body with it, before the end it announced: 400."""


class TooSlow(ParseException):  # type: ignore[misc]
    """The client had its time for the head, or sent the body too slowly: 408."""


class Held(Unreader):  # type: ignore[misc]
    """Gives gunicorn's parser what has arrived, and never waits for more."""

    def __init__(self, arrived: bytes) -> None:
        super().__init__()
        self.give(arrived)

    def give(self, arrived: bytes) -> None:
        """More to read, behind which there is nothing."""
        self._arrived, self._at = arrived, 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next piece; small, because the parser copies the rest of it for every chunk."""
        start, self._at = self._at, self._at + max(LONGEST_LINE, size_hint or 0)
        return self._arrived[start : self._at]

    @property
    def is_empty(self) -> bool:
        return not self.buf.getvalue() and self._at >= len(self._arrived)


def end_of_head(arrived: bytearray, searched: int) -> int | None:
    """Where the head ends, if it does; what is before `searched` has been looked at.

    A head of lines that end in a bare line feed ends as well: the parser refuses it.

    :raises LimitRequestLine: if the request line is too long.
    :raises LimitRequestHeaders: if the head is.
    """
    start = max(0, searched - 3)
    ends = [arrived.find(mark, start) for mark in (b"\n\r\n", b"\n\n")]
    found = [at + size for at, size in zip(ends, (3, 2), strict=True) if at >= 0]
    if min(found, default=len(arrived)) > LONGEST_HEAD:
        raise LimitRequestHeaders("the head is too long")
    if not found and arrived.find(b"\n", 2, LONGEST_LINE) < 0 and len(arrived) > LONGEST_LINE:
        raise LimitRequestLine(len(arrived), LONGEST_LINE)
    return min(found, default=None)


@dataclass
class Length:
    """A body of a length that is known."""

    length: int

    def end(self, body: bytearray) -> int | None:
        """Where the body ends, once all of it is there."""
        return self.length if len(body) >= self.length else None


@dataclass
class Chunks:
    """A chunked body: steps from one chunk's size to the next, until the last one."""

    limit: int
    _at: int = 0
    _count: int = 0
    _bytes: int = 0
    _is_over: bool = False

    def end(self, body: bytearray) -> int | None:
        """Where the body ends, once all of it is there.

        :raises BodyTooLong: if there is too much of it already.
        :raises InvalidChunkSize: if a size is none, or chunks are so small that they are an attack.
        """
        while not self._is_over:
            line = body.find(b"\r\n", self._at, self._at + LONGEST_LINE)
            if line < 0:
                if len(body) - self._at > LONGEST_LINE:
                    raise InvalidChunkSize(b"no end")
                return None
            self._step(bytes(body[self._at : line]), line + 2)
        return self._end_of_trailers(body)

    def _step(self, line: bytes, start: int) -> None:
        size = line.partition(b";")[0].strip(b" \t")
        try:
            length = int(size, 16) if len(size) < 16 else self.limit + 1
        except ValueError:
            raise InvalidChunkSize(size[:20]) from None
        self._is_over = length == 0
        self._at = start + (length + 2 if length > 0 else 0)
        self._bytes, self._count = self._bytes + length, self._count + 1
        if self._bytes > self.limit or self._at > 2 * self.limit + LONGEST_HEAD:
            raise BodyTooLong(self.limit)
        if length < 0 or self._count > FREE_CHUNKS + self._bytes // SMALLEST_CHUNK:
            raise InvalidChunkSize(b"too small")

    def _end_of_trailers(self, body: bytearray) -> int | None:
        if body[self._at : self._at + 2] == b"\r\n":
            return self._at + 2
        end = body.find(b"\r\n\r\n", self._at)
        if max(end, len(body)) - self._at > LONGEST_LINE:
            raise LimitRequestHeaders("the trailers are too long")
        return end + 4 if end >= 0 else None


def framing_of(request: Request, limit: int) -> Length | Chunks:
    """How the end of this request's body is found.

    :raises BodyTooLong: if it says that it is longer than `limit`.
    """
    reader = request.body.reader
    if isinstance(reader, ChunkedReader):
        return Chunks(limit)
    length = reader.length if isinstance(reader, LengthReader) else 0
    if length > limit:
        raise BodyTooLong(limit)
    return Length(length)
