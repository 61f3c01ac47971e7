"""The requests and answers of the partners' guide, taken down from a run.

What differs from run to run, such as tokens, ids, hosts and times, is replaced by examples, so that
two runs print the same.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.wire import authorization, presented_token

_SHOWN = (
    "authorization",
    "content-type",
    "x-request-id",
    "x-correlation-id",
    "ocpi-from-country-code",
    "ocpi-from-party-id",
    "ocpi-to-country-code",
    "ocpi-to-party-id",
    "location",
    "link",
    "x-total-count",
    "x-limit",
)
_SPELLED = {
    name: name.title()
    .replace("Ocpi-From", "OCPI-from")
    .replace("Ocpi-To", "OCPI-to")
    .replace("-Country-Code", "-country-code")
    .replace("-Party-Id", "-party-id")
    .replace("-Id", "-ID")
    for name in _SHOWN
}
_TIME = re.compile(r'("timestamp": ")[^"]*')
_POSITION = re.compile(r"hub_after=[^&>;]+")
_NOON = "2026-01-15T12:00:00Z"


@dataclass
class Guide:
    """Takes down what is said, in the order in which it is said."""

    lines: list[str] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    """What stands in the place of what, the longest first."""

    def tell(self, text: str) -> None:
        """A sentence of the guide."""
        self.lines += [text, ""]

    def token(self, token: str, example: str) -> None:
        """A token, in clear and as a header has it."""
        self.examples[authorization(token)] = authorization(example)
        self.examples[token] = example

    def host(self, url: str, example: str) -> None:
        self.examples[url] = example

    def asked(self, platform: Platform, answer: Answer, *, body: bool = True) -> None:
        """The platform's last request to the hub, and the hub's answer."""
        sent = platform.sent[-1]
        self._show(f"{sent.method} {_path(sent.url)}", sent.headers, sent.body)
        answered = answer.raw if body else b""
        self._show(f"HTTP/1.1 {answer.status}", answer.headers, answered)

    def called(self, request: Received) -> None:
        """A request of the hub's, and what the platform answered."""
        query = f"?{request.query}" if request.query else ""
        headers = request.headers
        token = presented_token(headers.get("authorization", ""))
        if token not in self.examples:
            self.token(token, "token-b-of-the-emsp")
        self._show(f"{request.method} {request.path}{query}", headers, request.body)
        self._show(f"HTTP/1.1 {request.answer_status}", {}, request.answer_body)

    @property
    def text(self) -> str:
        """The whole of it."""
        return "\n".join(self.lines).rstrip() + "\n"

    def _show(self, first: str, headers: Mapping[str, str], body: bytes) -> None:
        lines = [first]
        named = {name.lower(): value for name, value in headers.items()}
        lines += [f"{_SPELLED[name]}: {named[name]}" for name in _SHOWN if named.get(name)]
        if body:
            lines += ["", *_pretty(json.loads(body)).splitlines()]
        told = self._replaced("\n".join(lines))
        self.lines += [f"    {line}".rstrip() for line in told.splitlines()] + [""]

    def _replaced(self, text: str) -> str:
        for told in sorted(self.examples, key=len, reverse=True):
            text = text.replace(told, self.examples[told])
        text = re.sub(r"(X-Request-ID: ).+", r"\g<1>2c8d2f0e", text)
        text = re.sub(r"(X-Correlation-ID: ).+", r"\g<1>7a51d3c4", text)
        return _POSITION.sub("hub_after=…", _TIME.sub(rf"\g<1>{_NOON}", text))


def _path(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]


def _pretty(value: Any, *, width: int = 110, indent: int = 0) -> str:
    """JSON with what fits into a line in one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= width or not isinstance(value, dict | list) or not value:
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, list):
        parts = [_pretty(each, width=width, indent=indent + 2) for each in value]
        return "[\n" + ",\n".join(inner + part for part in parts) + "\n" + " " * indent + "]"
    told = [
        f"{inner}{json.dumps(name)}: {_pretty(each, width=width, indent=indent + 2)}"
        for name, each in value.items()
    ]
    return "{\n" + ",\n".join(told) + "\n" + " " * indent + "}"
