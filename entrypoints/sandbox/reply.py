"""What a platform sends back, as a value: faults are told here, and carried out by the server."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from entrypoints.sandbox.wire import ABSENT, envelope


class Ending(Enum):
    """How the answer ends on the socket."""

    KEPT = "the whole answer, and the connection stays open"
    HALF = "half of the body, then a TCP reset"
    ENDLESS = "the body again and again, without an end"
    CUT = "no byte at all, then a TCP reset"


@dataclass(frozen=True)
class Reply:
    """An HTTP answer. `hold`: seconds before its first byte; `pace`: seconds between its bytes.

    Setting `released` ends both kinds of waiting at once.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: float = 0.0
    pace: float = 0.0
    ending: Ending = Ending.KEPT
    released: threading.Event = field(default_factory=threading.Event)


class Refused(Exception):
    """The platform refuses a request, in OCPI terms."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.reply = refused(code, message, status=status)


def success(
    data: Any = ABSENT, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    return Reply(status, envelope(1000, data), headers or {})


def refused(code: int, message: str, *, status: int = 200, data: Any = ABSENT) -> Reply:
    return Reply(status, envelope(code, data, message))
