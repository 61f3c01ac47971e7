"""An answer on its way from the thread that made it to the client: the pieces as they came."""

from collections import deque

AT_ONCE = 262_144
MOST_PIECES = 64
"""What one call of the system is given to send."""


class Outbox:
    """The socket as gunicorn's response sees it: it takes everything, and never waits."""

    def __init__(self) -> None:
        self.waiting: deque[bytes | memoryview] = deque()
        self.length = 0

    def sendall(self, content: bytes) -> None:
        """Collect; nothing is copied."""
        self.waiting.append(content)
        self.length += len(content)

    def some(self) -> list[bytes | memoryview]:
        """The first pieces, of AT_ONCE bytes and one more piece at the most."""
        pieces: list[bytes | memoryview] = []
        size = 0
        for piece in self.waiting:
            pieces.append(piece)
            size += len(piece)
            if size >= AT_ONCE or len(pieces) == MOST_PIECES:
                break
        return pieces

    def sent(self, count: int) -> None:
        """Let go of so many bytes."""
        self.length -= count
        while self.waiting and count >= len(self.waiting[0]):
            count -= len(self.waiting.popleft())
        if count:
            self.waiting[0] = memoryview(self.waiting[0])[count:]

    def clear(self) -> None:
        """Let go of all."""
        self.waiting.clear()
        self.length = 0

    def shutdown(self, how: int) -> None:
        """:raises OSError: always. gunicorn must not end what others still send from."""
        raise OSError("the answer is only collected")

    def close(self) -> None:
        """Do nothing: the connection outlives an answer."""
