"""Where a command stands, and since when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """PENDING: nothing has left. SENT: claimed, and sent or not. ANSWERED: there is a response.

    FAILED: there is none that can be used. DONE: there is a result. TIMEOUT: it did not come.
    """

    PENDING = "PENDING"
    SENT = "SENT"
    ANSWERED = "ANSWERED"
    FAILED = "FAILED"
    DONE = "DONE"
    TIMEOUT = "TIMEOUT"


@dataclass(frozen=True)
class Step:
    """What its status was from `at` on: a phase, or what the operator said, in its own word."""

    status: str
    at: datetime
