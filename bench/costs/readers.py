"""Readers that take pushes and note when each came: many of them in one lean process of its own.

A reader checks nothing and answers 1000 at once. So its cost is small beside that of the hub,
which the platforms of the sandbox are not made for.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

Mark = tuple[int, str]
"""A reader's number, and the `last_updated` of what it got: unique to a change."""

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_STAMP = re.compile(rb'\s*:\s*"([^"]+)"')
_UPDATED = b'"last_updated"'
_START_S = 20.0
_SAID = b'"status_code":1000,"status_message":"Success","timestamp":"2026-01-15T08:00:00Z"}'
_ALLOWED = b'{"data":{"allowed":"ALLOWED","token":%s},' + _SAID


class Readers:
    """The process; a context manager. Times are of `time.monotonic`: one clock for all."""

    def __enter__(self) -> "Readers":
        context = get_context("spawn")
        self._orders, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.close()
        self._process.join()

    def open(self) -> int:
        """The port of one reader more; its number is how many there were before."""
        return int(self._asked("open", _START_S))

    def show(self, reader: int, pages: Mapping[str, bytes]) -> None:
        """What this reader answers to a GET, by path; to any other GET an empty list."""
        self._asked("show", _START_S, reader, dict(pages))

    def know(self, token: bytes) -> None:
        """The token object that is ALLOWED whenever the hub asks for authorization."""
        self._asked("know", _START_S, token)

    def wait(self, seconds: float) -> None:
        """All readers wait so long from now on before they answer."""
        self._asked("slow", _START_S, seconds)

    def forget(self) -> None:
        """What came so far."""
        self._asked("forget", _START_S)

    def came(
        self, readers: Iterable[int], stamps: Sequence[str], *, within_s: float
    ) -> dict[Mark, float]:
        """When each of these readers first had each of these changes: returns once all have.

        :raises TimeoutError: if one has not after `within_s` seconds.
        """
        wanted = [(reader, stamp) for reader in readers for stamp in stamps]
        found: dict[Mark, float] = self._asked("wait", within_s, wanted)
        return found

    def _asked(self, order: str, within_s: float, *arguments: object) -> Any:
        self._orders.send((order, *arguments))
        if not self._orders.poll(within_s):
            raise TimeoutError(f"the readers did not come to the end of {order}")
        return self._orders.recv()


def _serve(orders: Connection) -> None:
    asyncio.run(_Serving(orders).until_closed())


@dataclass
class _Serving:
    """What the process keeps; `waited` holds what a question still waits for."""

    orders: Connection
    pages: list[dict[str, bytes]] = field(default_factory=list)
    came: dict[Mark, float] = field(default_factory=dict)
    wanted: list[Mark] = field(default_factory=list)
    missing: set[Mark] = field(default_factory=set)
    allowed: bytes = _ALLOWED % b"{}"
    wait_s: float = 0.0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_closed(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self.orders.fileno(), self._ordered)
        await self.closed.wait()

    def _ordered(self) -> None:
        try:
            order, *arguments = self.orders.recv()
        except EOFError:
            asyncio.get_running_loop().remove_reader(self.orders.fileno())
            self.closed.set()
            return
        if order == "open":
            self.opening = asyncio.ensure_future(self._open())
        elif order == "wait":
            self._wait(*arguments)
        else:
            orders: dict[str, Callable[..., None]] = {
                "show": self._show,
                "know": self._know,
                "slow": self._slow,
                "forget": self._forget,
            }
            orders[order](*arguments)
            self.orders.send(None)

    async def _open(self) -> None:
        reader = len(self.pages)
        self.pages.append({})
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Reader(self, reader), "127.0.0.1", 0)
        self.orders.send(server.sockets[0].getsockname()[1])

    def _show(self, reader: int, pages: dict[str, bytes]) -> None:
        self.pages[reader] = pages

    def _know(self, token: bytes) -> None:
        self.allowed = _ALLOWED % token

    def _slow(self, seconds: float) -> None:
        self.wait_s = seconds

    def _forget(self) -> None:
        self.came.clear()

    def _wait(self, wanted: list[Mark]) -> None:
        self.wanted, self.missing = wanted, set(wanted) - self.came.keys()
        self._tell_if_all_came()

    def note(self, reader: int, body: bytes) -> None:
        """Note the time of what came, under the last `last_updated` in it: the object's own."""
        found = _STAMP.match(body, body.rfind(_UPDATED) + len(_UPDATED))
        if found is None:
            return
        mark = reader, found[1].decode()
        self.came.setdefault(mark, time.monotonic())
        if mark in self.missing:
            self.missing.discard(mark)
            self._tell_if_all_came()

    def _tell_if_all_came(self) -> None:
        if not self.missing:
            self.orders.send({mark: self.came[mark] for mark in self.wanted})


class _Reader(asyncio.Protocol):
    """One connection; requests come one after the other, each with a length."""

    def __init__(self, serving: _Serving, reader: int) -> None:
        self._serving, self._reader = serving, reader
        self._came = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        end = self._came.find(b"\r\n\r\n") + 4
        if end < 4:
            return
        length = _LENGTH.search(self._came, 0, end)
        whole = end + (int(length[1]) if length else 0)
        if len(self._came) < whole:
            return
        method, path, _ = self._came.split(b" ", 2)
        body = bytes(self._came[end:whole])
        self._came.clear()
        if body:
            self._serving.note(self._reader, body)
        assert isinstance(self._transport, asyncio.Transport)
        answer = self._answer(bytes(method), path.decode())
        if self._serving.wait_s:
            loop = asyncio.get_running_loop()
            loop.call_later(self._serving.wait_s, self._transport.write, answer)
        else:
            self._transport.write(answer)

    def _answer(self, method: bytes, path: str) -> bytes:
        if path.endswith("/authorize"):
            return _written(b"200 OK", self._serving.allowed)
        if method == b"GET":
            page = self._serving.pages[self._reader].get(path, b'{"data":[],' + _SAID)
            return _written(b"200 OK", page)
        if method == b"POST":
            return _written(b"201 Created", b"{" + _SAID, b"Location: http://127.0.0.1/cdr\r\n")
        return _written(b"200 OK", b"{" + _SAID)


def _written(status: bytes, body: bytes, header: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
    return head % (status, header, len(body)) + body
