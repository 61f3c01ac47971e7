"""Partners that answer what a test tells them to."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.documents import JsonValue
from domain.errors import OutboundFailed
from domain.ports import WireAnswer, WireRequest


def answer(
    *,
    status: int = 200,
    code: int | None = 1000,
    message: str = "",
    data: JsonValue = None,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> WireAnswer:
    """An answer of a partner's; `code` None: what came was no envelope."""
    return WireAnswer(status, code, message, data, body, headers or {}, elapsed_s=0.0)


@dataclass
class MemoryWire:
    """Gives the scripted answers, or failures, one by one, then `usual` for ever."""

    script: deque[WireAnswer | OutboundFailed] = field(default_factory=deque)
    usual: WireAnswer = field(default_factory=answer)
    asked: list[WireRequest] = field(default_factory=list)

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        self.asked.append(request)
        given = self.script.popleft() if self.script else self.usual
        if isinstance(given, OutboundFailed):
            raise given
        return given
