"""A TCP proxy that can break what passes it: cut it in the middle of an answer, or swallow it.

A process of its own on the standard library alone: `python proxy.py LISTEN TARGET` (ports on
loopback). A line on its standard input says how it goes on: `pass`, `cut`, `swallow`; it says how
many connections it has cut, or how many bytes it has swallowed, since the line before.
"""

import asyncio
import sys


class Proxy:
    """`cut`: half of the next answer passes, then a reset. `swallow`: no answer passes."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.mode = "pass"
        self.hits = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side is done with it."""
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        there = asyncio.create_task(self._carry(reader, far_writer, broken=False))
        back = asyncio.create_task(self._carry(far_reader, writer, broken=True))
        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        for task in (there, back):
            task.cancel()
        for end in (writer, far_writer):
            end.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, broken: bool
    ) -> None:
        try:
            while piece := await reader.read(65_536):
                if broken and self.mode == "swallow":
                    self.hits += len(piece)
                    continue
                if broken and self.mode == "cut":
                    self.hits += 1
                    writer.write(piece[: len(piece) // 2])
                    return
                writer.write(piece)
                await writer.drain()
        except OSError:
            return

    async def obey(self) -> None:
        """Until standard input ends."""
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            hits, self.hits, self.mode = self.hits, 0, line.strip()
            print(hits, flush=True)


async def main() -> None:
    listen, target = map(int, sys.argv[1:])
    proxy = Proxy(target)
    async with await asyncio.start_server(proxy.serve, "127.0.0.1", listen):
        await proxy.obey()


if __name__ == "__main__":
    asyncio.run(main())
