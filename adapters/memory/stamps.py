"""The stamp of the directory in memory. A test has no lease to wait for."""

from dataclasses import dataclass


@dataclass
class MemoryStamp:
    """One for all stores that a directory is read from."""

    number: int = 0

    def read(self) -> int:
        return self.number

    def outdate(self) -> None:
        self.number += 1
