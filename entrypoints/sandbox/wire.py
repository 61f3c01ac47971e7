"""OCPI 2.3.0 as bytes: token header, envelope, exact numbers.

Written apart from the hub's own code on purpose: a mistake there must show here, not cancel out.
"""

import base64
import binascii
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Document = dict[str, Any]

ABSENT: Final = object()
"""Stands for "no `data` in the envelope", which is something else than `null`."""


class HubUnreachable(Exception):
    """No HTTP answer came: refused, reset, or too slow. Its cause says which."""


@dataclass(frozen=True)
class Answer:
    """What came back: `headers` in lower case, `envelope` empty if the body was none."""

    status: int
    headers: Mapping[str, str]
    envelope: Document
    raw: bytes
    request_id: str = ""
    correlation_id: str = ""

    @property
    def code(self) -> int:
        """The OCPI status code; 0 when there was no envelope."""
        return int(self.envelope.get("status_code", 0))

    @property
    def data(self) -> Any:
        return self.envelope.get("data")

    @property
    def message(self) -> str:
        return str(self.envelope.get("status_message", ""))

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300 and self.code // 100 == 10


def decode(raw: bytes) -> Any:
    """JSON with every fraction as Decimal. :raises ValueError: if it is none, or holds NaN."""
    return json.loads(raw, parse_float=Decimal, parse_constant=_no_such_number)


def _no_such_number(name: str) -> Decimal:
    raise ValueError(f"{name} is no JSON number")


def encode(value: Any) -> bytes:
    """`value` as JSON; a Decimal keeps its digits, as a number."""
    return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(str(k))}:{_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def envelope(code: int, data: Any = ABSENT, message: str = "Success") -> bytes:
    content: Document = {} if data is ABSENT else {"data": data}
    content |= {"status_code": code, "status_message": message, "timestamp": stamp()}
    return encode(content)


def as_envelope(raw: bytes) -> Document:
    """The envelope in `raw`, or an empty one if `raw` is anything else."""
    try:
        found = decode(raw)
    except ValueError:
        return {}
    usable = isinstance(found, dict) and isinstance(found.get("status_code"), int)
    return found if usable else {}


def stamp(at: float | None = None) -> str:
    """An OCPI DateTime: UTC, whole seconds, `Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def authorization(token: str) -> str:
    return "Token " + base64.b64encode(token.encode()).decode()


def presented_token(header: str) -> str:
    """The token in an Authorization header; empty if the header is not as OCPI wants it."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "token":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
