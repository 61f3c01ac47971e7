"""The back door of a platform that runs as a process: tests look in and switch its behaviour.

Outside the OCPI prefix, without a token, and off unless asked for: nothing for the open internet.
"""

from typing import Final, Protocol

from entrypoints.sandbox.exchange import Behaviour
from entrypoints.sandbox.journal import Received, Sent, as_line
from entrypoints.sandbox.reply import Reply
from entrypoints.sandbox.shelf import Shelf
from entrypoints.sandbox.wire import encode

PREFIX: Final = "/_sandbox/"


class Controlled(Protocol):
    """What can be done to a platform from here."""

    held: Shelf

    @property
    def received(self) -> list[Received]: ...

    @property
    def sent(self) -> list[Sent]: ...

    def clear(self) -> None: ...

    def behave(
        self,
        how: str | Behaviour,
        module: str | None = None,
        *,
        method: str | None = None,
        object_id: str | None = None,
        times: int | None = None,
    ) -> None: ...


def answer(platform: Controlled, request: Received) -> Reply:
    """Plain JSON, no envelope.

    GET received, sent: ledger lines. DELETE received: forget both. GET held/MODULE: present state.
    PUT behaviour: {"how", "module"?, "method"?, "object_id"?, "times"?}.
    """
    match request.method, request.path.removeprefix(PREFIX).split("/"):
        case "GET", ["received"]:
            return _json([as_line(record) for record in platform.received])
        case "GET", ["sent"]:
            return _json([as_line(record) for record in platform.sent])
        case "DELETE", ["received"]:
            platform.clear()
            return _json(None)
        case "GET", ["held", module]:
            return _json(platform.held.all(module))
        case "PUT", ["behaviour"]:
            return _behave(platform, request)
    return _json({"error": "no such control"}, status=404)


def _behave(platform: Controlled, request: Received) -> Reply:
    try:
        platform.behave(**request.json())
    except (TypeError, ValueError) as wrong:
        return _json({"error": str(wrong)}, status=400)
    return _json(None)


def _json(value: object, status: int = 200) -> Reply:
    return Reply(status, encode(value), {"Content-Type": "application/json"})
