"""The lines of the log that belong to an incident: of a time, or about one message.

Only the end of a file is read, and of a line that goes on for ever its beginning.
"""

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.times import parse_time

MOST_READ = 32 * 2**20
MOST_KEPT = 4 * 2**20
MOST_FILES = 40
_LONGEST_LINE = 16_384
_STORES = ("mongo", "redis", "supervisord")
"""Their lines have keys, and queries with what partners wrote."""


@dataclass(frozen=True)
class Wanted:
    """Lines from `since` on that have `about` in them; empty: all. Tracebacks go with theirs."""

    since: datetime
    about: str = ""


def log_files(folder: Path, given: Iterable[Path]) -> Iterator[Path]:
    """The files that were given, those in folders that were given, and those of `make run`."""
    for place in (*given, folder):
        named = place in given
        found = sorted(place.iterdir()) if place.is_dir() else [place]
        yield from (
            each
            for each in found
            if each.is_file() and (named or not each.name.startswith(_STORES))
        )


def lines_of(path: Path, wanted: Wanted) -> bytes:
    """Those of its last `MOST_READ` bytes, the last `MOST_KEPT` bytes of them."""
    kept, size, is_wanted = deque[bytes](), 0, False
    for line in _last_lines(path):
        at = _time_of(line)
        if at is not None:
            is_wanted = at >= wanted.since and wanted.about.encode() in line
        if is_wanted:
            kept.append(line[:_LONGEST_LINE].rstrip(b"\n") + b"\n")
            size += len(kept[-1])
        while size > MOST_KEPT:
            size -= len(kept.popleft())
    return b"".join(kept)


def _last_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - MOST_READ))
        if size > MOST_READ:
            file.readline()
        yield from file


def _time_of(line: bytes) -> datetime | None:
    """When a line begins with its time, or has it as JSON; None: it goes on with the one before."""
    text = line[:_LONGEST_LINE].decode("utf-8", "replace")
    try:
        if text.startswith("{"):
            text = str(json.loads(line)["time"])
        return parse_time(text.partition(" ")[0].strip())
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
