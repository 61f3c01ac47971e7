"""Answers: OCPI's envelope around bytes that are never built twice.

Stored objects are spliced in as they are; a list of 50 big locations costs a join.
OCPI 2.3.0, transport and format, response format.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.ocpi import exact_json
from domain.documents import JsonValue
from domain.noted_text import storable
from domain.objects.remarks import Remarks
from domain.partners.party import PartyId
from domain.times import format_time

SUCCESS = 1000
_MESSAGE_LENGTH = 255
"""Of OCPI's string(255)."""


@dataclass(frozen=True)
class Reply:
    """What a handler answers.

    `data` is JSON, None leaves it out. `passed_on` is another party's whole envelope, sent as it
    is. `sender` is who answers (OCPI-from); None: the hub.
    """

    status: int = 200
    code: int = SUCCESS
    message: str = "Success"
    data: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sender: PartyId | None = None
    passed_on: bytes | None = None

    def body(self, now: datetime) -> bytes:
        """The envelope, or what was passed on."""
        if self.passed_on is not None:
            return self.passed_on
        tail = exact_json.dump(
            {
                "status_code": self.code,
                "status_message": storable(self.message, _MESSAGE_LENGTH),
                "timestamp": format_time(now),
            }
        )
        if self.data is None:
            return tail
        return b'{"data":' + self.data + b"," + tail[1:]


def message_of(remarks: Remarks) -> str:
    """What the sender is told of what was taken: that it was, and what is odd about it."""
    return remarks.message if remarks else "Success"


def of_value(
    value: JsonValue, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """Success, with this value as data."""
    return Reply(status=status, data=exact_json.dump(value), headers=headers or {})


def of_list(items: Iterable[bytes], *, headers: Mapping[str, str]) -> Reply:
    """Success, with stored objects as data."""
    return Reply(data=b"[" + b",".join(items) + b"]", headers=headers)
