"""What the hub asks of the machine: time, chance, JSON, schemas, secrets, locks, counters.

Asked for, never imported, so that the core runs the same in a test as on a server.
"""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from domain.documents import JsonValue
from domain.objects.remarks import Remarks
from domain.validation import Mode


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, in UTC and aware of it."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """An id that was never used before (36 characters)."""
        ...


class Spread(Protocol):
    def spread(self) -> float:
        """A random number from 0 to 1: jitter."""
        ...


class Json(Protocol):
    def parse(self, raw: bytes) -> JsonValue:
        """The value, numbers exact.

        :raises errors.MalformedJson: if it is not JSON as the hub accepts it.
        """
        ...

    def dump(self, value: JsonValue) -> bytes:
        """Compact JSON, every number with the digits that it came with."""
        ...


class Schemas(Protocol):
    """The field tables of OCPI 2.3.0. `kind`: location, evse, connector, credentials, ..."""

    def check(self, kind: str, document: JsonValue, mode: Mode = Mode.ENFORCE) -> Remarks:
        """What is odd about the document and taken in this mode.

        :raises errors.InvalidDocument: naming every wrong field that is not.
        """
        ...

    def check_patch(self, kind: str, document: JsonValue, mode: Mode = Mode.ENFORCE) -> Remarks:
        """The same for the body of a PATCH: only what is there, and last_updated (T-PATCH-1)."""
        ...


class Zones(Protocol):
    def named(self, name: str) -> tzinfo:
        """The time zone of this name: of the IANA database, or one of Windows that CLDR maps to it.

        Its text is the IANA name.

        :raises KeyError: if there is none; the schemas have looked at it before.
        """
        ...


class Secrets(Protocol):
    """Tokens at rest. Nothing that this port returns but `new_token` and `unseal` is secret."""

    def new_token(self) -> str:
        """A fresh credentials token: 64 characters of T-AUTH-5's set."""
        ...

    def fingerprint(self, token: str) -> str:
        """The keyed hash that an inbound token is stored and found by."""
        ...

    def seal(self, token: str, *, partner_id: str) -> str: ...

    def unseal(self, sealed: str, *, partner_id: str) -> str:
        """:raises errors.SecretUnreadable: if its key is gone or it is another partner's."""
        ...

    def reseal(self, sealed: str, *, partner_id: str) -> str:
        """The same under the newest key."""
        ...

    def is_newest(self, sealed: str, *, partner_id: str) -> bool:
        """Whether it is sealed under the newest key. :raises errors.SecretUnreadable: as unseal."""
        ...

    def sign(self, payload: bytes) -> str: ...

    def verify(self, payload: bytes, signature: str) -> bool: ...


@dataclass
class Hold:
    """`was_kept`: no other caller was let in until the end; known afterwards, False before."""

    was_kept: bool = False


class Locks(Protocol):
    def hold(self, name: str, *, seconds: float) -> AbstractContextManager[Hold]:
        """Keep others out while inside, `seconds` at most; best effort, waits no longer either."""
        ...

    def try_hold(self, name: str, *, seconds: float) -> AbstractContextManager[bool]:
        """The same without waiting: False, at once, while another one holds it."""
        ...


class SharedCounts(Protocol):
    """Numbers that all processes add to. All of them may be lost at any moment."""

    def add(self, counts: Mapping[str, int], *, seconds: float) -> Mapping[str, int] | None:
        """Add to each; what each comes to with all others' additions. None: they are away.

        0: it may have been added, and is not to be added once more: no answer came in time.
        A number is gone `seconds` after its first addition.
        """
        ...

    def read(self, names: Collection[str]) -> Mapping[str, int] | None:
        """What those of the names come to that there are. None: they are away."""
        ...


class Counters(Protocol):
    """What happens, counted and timed for the metrics. Never raises, and waits for no store.

    A label that is a word of Python's has `_` behind it here: `class_`.
    """

    def count(self, name: str, **labels: str) -> None:
        """Count something that happened."""
        ...

    def time(self, name: str, seconds: float, **labels: str) -> None:
        """Note how long something took."""
        ...

    def mark(self, name: str) -> None:
        """Note that something happened at this moment."""
        ...


class FailPoints(Protocol):
    """Named moments at which a process may be made to die, to prove that nothing is lost by it.

    Does nothing, unless the environment arms one (docs/operators.md); product code has no branch
    for it.
    """

    def reach(self, name: str) -> None:
        """This process is at the point of this name."""
        ...
