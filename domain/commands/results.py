"""What becomes of a command: the operator's response at once, its results later, and their way on.

A result may reach the requester once at most: the hub sends it again only if it is certain that
it was not sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain import errors
from domain.commands.kinds import ACCEPTED
from domain.documents import Document, JsonValue
from domain.errors import Problem
from domain.noted_text import storable

_AGAIN_AFTER = timedelta(seconds=2)
_LONGEST_TIMEOUT_S = 24 * 3600
_USUAL_TIMEOUT_S = 30
_LONGEST_WORD = 255
_SETTLED_AFTER = timedelta(minutes=1)
_LATE_FOR = timedelta(minutes=1)
"""How long the hub tries to pass on a result that came after its deadline."""


@dataclass(frozen=True)
class CommandResponse:
    """A CommandResponse or ChargingProfileResponse; `timeout` in seconds, `body` its JSON.

    `code` is the OCPI status code of the envelope that it came in. A timeout is a day at most, and
    half a minute where the operator did not say it, or said 0.
    """

    at: datetime
    code: int
    result: str
    timeout_s: int
    body: bytes = b""

    @classmethod
    def read(
        cls, data: JsonValue, *, code: int, at: datetime, body: bytes
    ) -> "CommandResponse | None":
        """What the operator answered as `data`; None where that says nothing.

        Success and `ACCEPTED` go together or not at all.
        """
        result = data.get("result") if isinstance(data, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(result, str):
            return None
        if code >= 2000 and result == ACCEPTED:
            return None
        timeout = data.get("timeout")
        word = storable(result, _LONGEST_WORD)
        return cls(at=at, code=code, result=word, timeout_s=_seconds(timeout), body=body)

    @property
    def deadline(self) -> datetime:
        """Until when the requester waits for the result."""
        return self.at + timedelta(seconds=self.timeout_s)


class Passing(StrEnum):
    """Where a result is on its way to the requester.

    OWED: to be passed on. SENDING: a process does, or died doing it. FORWARDED, REFUSED: it was
    answered, well or not. UNSURE: it may have arrived. LATE: its time passed before it was sent.
    HELD: nowhere to send it to, it waits in the hub to be asked for.
    """

    OWED = "owed"
    SENDING = "sending"
    FORWARDED = "forwarded"
    REFUSED = "refused"
    UNSURE = "unsure"
    LATE = "late"
    HELD = "held"


@dataclass(frozen=True)
class CommandResult:
    """One result, `body` as it came. It is passed on until `forward_by` and not a moment later.

    `due` is when the sweeper has to look at it again, None: never. `is_late`: it came after the
    deadline, and the requester is told all the same: what it means is for the requester to decide.
    """

    result: str
    body: bytes
    at: datetime
    correlation_id: str
    forward_by: datetime
    passing: Passing
    due: datetime | None = None
    is_late: bool = False

    @classmethod
    def received(
        cls, result: str, body: bytes, *, correlation_id: str, forward_by: datetime, now: datetime
    ) -> "CommandResult":
        """One that is owed from now on; it is left behind if no process has sent it soon."""
        is_late = now >= forward_by
        until = now + _LATE_FOR if is_late else forward_by
        return cls(
            result=result,
            body=body,
            at=now,
            correlation_id=correlation_id,
            forward_by=until,
            passing=Passing.OWED,
            due=min(now + _AGAIN_AFTER, until),
            is_late=is_late,
        )

    def held(self) -> "CommandResult":
        """The same where there is no URL to send it to."""
        return replace(self, passing=Passing.HELD, due=None)

    def claimed(self, *, now: datetime) -> "CommandResult":
        """Taken to be sent: by this caller alone, and never again unless it says `unsent`.

        :raises OutOfTurn: if another process took it before, or its time is over.
        """
        if self.passing is not Passing.OWED or now >= self.forward_by:
            raise errors.OutOfTurn(f"the result is {self.passing}")
        return replace(self, passing=Passing.SENDING, due=now + _SETTLED_AFTER)

    def unsent(self, *, now: datetime) -> "CommandResult":
        """Certainly not received: owed again, a little later."""
        self._check_sending()
        return replace(self, passing=Passing.OWED, due=min(now + _AGAIN_AFTER, self.forward_by))

    def settled(self, passing: Passing) -> "CommandResult":
        """It left, and this came of it."""
        self._check_sending()
        return replace(self, passing=passing, due=None)

    def overdue(self, *, now: datetime) -> "CommandResult":
        """What time alone makes of it: late, or unsure where its sender has died."""
        if self.passing is Passing.OWED and now >= self.forward_by:
            return replace(self, passing=Passing.LATE, due=None)
        if self.passing is Passing.SENDING and self.due is not None and now >= self.due:
            return replace(self, passing=Passing.UNSURE, due=None)
        return self

    def _check_sending(self) -> None:
        if self.passing is not Passing.SENDING:
            raise errors.OutOfTurn(f"the result is {self.passing}")


def result_in(document: Document) -> Document:
    """The result object: the body itself, else what an envelope around it has as `data`.

    :raises InvalidDocument: if neither says what the result is.
    """
    within = document.get("data")
    for candidate in (document, within):
        if isinstance(candidate, Mapping) and isinstance(candidate.get("result"), str):
            return candidate
    raise errors.InvalidDocument((Problem("result", "required"),))


def word_of(result: Document) -> str:
    """What a result object says."""
    return storable(str(result["result"]), _LONGEST_WORD)


def _seconds(timeout: JsonValue) -> int:
    """A day at most; some operators write 0 where they do not know, so that is the usual one."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | Decimal) or not timeout > 0:
        return _USUAL_TIMEOUT_S
    return max(1, int(min(timeout, _LONGEST_TIMEOUT_S)))
