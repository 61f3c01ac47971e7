"""Legs that wait to be written to the journal: how large they are, and which go together."""

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import count
from typing import NamedTuple

from adapters.mongo.leg_records import day_of
from domain.journal.legs import Leg, Spoken

TOGETHER = 100
"""So many legs are in one record at most."""
SPAN = timedelta(seconds=10)
"""The legs of one record begin within this."""
_BESIDE = 1_000
"""Bytes that a leg takes beside its bodies."""


_numbers = count()
_process = [secrets.token_hex(4)]


def _begin_anew() -> None:
    """In the child of a fork: the parent has the other ids."""
    _process[0] = secrets.token_hex(4)


os.register_at_fork(after_in_child=_begin_anew)


class Noted(NamedTuple):
    """A leg that waits to be written, with what was said; `size` in bytes of memory, about."""

    leg: Leg
    asked: Spoken | None
    answered: Spoken | None
    size: int


def new_id(leg: Leg) -> str:
    """In the order of time: milliseconds, what this process alone has, and a number."""
    number = next(_numbers) & 0xFFFF
    return f"{int(leg.at.timestamp() * 1000):012x}{_process[0]}{number:04x}"


def together(noted: Iterable[Noted]) -> Iterator[list[Noted]]:
    """Those that go together, as many as one record takes; each of the others by itself."""
    group = list[Noted]()
    for each in noted:
        if not each.leg.goes_together:
            yield [each]
            continue
        if group and (len(group) == TOGETHER or _is_later(group[0].leg, each.leg)):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _is_later(first: Leg, leg: Leg) -> bool:
    """Whether a record that begins with the one would not be looked for at the other's time."""
    return leg.at - first.at > SPAN or day_of(first.at) != day_of(leg.at)


def size_of(leg: Leg, asked: Spoken | None, answered: Spoken | None) -> int:
    return _BESIDE + len(leg.address) + _length(asked) + _length(answered)


def _length(spoken: Spoken | None) -> int:
    """Headers count, too: sixty of a thousand characters are as much as a body."""
    if spoken is None:
        return 0
    named = sum(len(name) + len(value) for name, value in spoken.headers.items())
    return len(spoken.body) + named
