"""What is passed on to the party that it is addressed to, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.partners.party import Interface, PartyId


@dataclass(frozen=True)
class Passed:
    """A request to pass on. `suffix` and `query` are raw, percent-encoded as they came.

    `about` is the key of the object or command, for the journal.
    """

    method: str
    module: str
    interface: Interface
    suffix: str
    query: str
    body: bytes | None
    correlation_id: str
    requester: str
    sender: PartyId
    receiver: PartyId
    about: str = ""


@dataclass(frozen=True)
class Relayed:
    """The receiver's answer for the requester; `body` None where it was no envelope (404, 405)."""

    status: int
    code: int | None
    body: bytes | None
    sender: PartyId
    headers: Mapping[str, str] = field(default_factory=dict)
