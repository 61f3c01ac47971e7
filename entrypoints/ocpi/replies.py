"""Answers: OCPI's envelope around bytes that are never built twice.

Stored objects are spliced in as they are. A list of them leaves in pieces, so that two megabytes
are copied once, a piece at a time, and no block of that size is needed.
OCPI 2.3.0, transport and format, response format.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from adapters.ocpi import exact_json
from domain.documents import JsonValue
from domain.noted_text import storable
from domain.objects.remarks import Remarks
from domain.partners.party import PartyId
from domain.times import format_time

SUCCESS = 1000
PIECE = 65_536
"""Bytes of a list that are put together, or more where an object is longer."""
_FEW = 64
_MESSAGE_LENGTH = 255
"""Of OCPI's string(255)."""


@dataclass(frozen=True)
class Reply:
    """What a handler answers.

    `data` is JSON, None leaves it out; `items` are stored objects, for a list of them as data.
    `passed_on` is another party's whole envelope, sent as it
    is. `sender` is who answers (OCPI-from); None: the hub.
    For the journal: `decision`, by `rule`, where it is another than the request's routing says;
    `about`, the key of the object, CDR or command; and what was `rewritten` in what was passed on.
    """

    status: int = 200
    code: int = SUCCESS
    message: str = "Success"
    data: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sender: PartyId | None = None
    passed_on: bytes | None = None
    items: Sequence[bytes] | None = None
    decision: str = ""
    rule: str = ""
    about: str = ""
    rewritten: tuple[str, ...] = ()

    def body(self, now: datetime) -> bytes:
        """The envelope, or what was passed on."""
        return b"".join(self.pieces(now))

    def pieces(self, now: datetime) -> list[bytes]:
        """The same in pieces, none of them empty unless all is."""
        if self.passed_on is not None:
            return [self.passed_on]
        tail = _status(self.code, self.message) + format_time(now).encode() + b'"}'
        if self.items is not None:
            return list(_joined(b'{"data":[', self.items, b"]," + tail))
        if self.data is None:
            return [b"{" + tail]
        return [b'{"data":' + self.data + b"," + tail]


@lru_cache(_FEW)
def _status(code: int, message: str) -> bytes:
    """What stands between the data and the time: the same in most answers."""
    said = storable(message, _MESSAGE_LENGTH)
    written = exact_json.dump({"status_code": code, "status_message": said, "timestamp": ""})
    return written[1:-2]


def _joined(head: bytes, items: Sequence[bytes], tail: bytes) -> Iterator[bytes]:
    """Commas between the items, and some of them at a time in a piece."""
    start, size = 0, 0
    for end, item in enumerate(items, start=1):
        size += len(item)
        if size >= PIECE and end < len(items):
            yield head + b",".join(items[start:end])
            head, start, size = b",", end, 0
    yield head + b",".join(items[start:]) + tail


def message_of(remarks: Remarks) -> str:
    """What the sender is told of what was taken: that it was, and what is odd about it."""
    return remarks.message if remarks else "Success"


def of_value(
    value: JsonValue, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """Success, with this value as data."""
    return Reply(status=status, data=exact_json.dump(value), headers=headers or {})


def of_list(items: Sequence[bytes], *, headers: Mapping[str, str]) -> Reply:
    """Success, with stored objects as data."""
    return Reply(items=items, headers=headers)
