"""What can go wrong, by name; a table in each entrypoint says what each means on the wire."""

from dataclasses import dataclass, field

from domain.validation import Weight


class HubError(Exception):
    """Everything that the hub refuses, or fails at, on purpose."""


# --- what a caller sent ---------------------------------------------------------------------


class MalformedJson(HubError):
    """The body is not JSON as the hub accepts it (T-HTTP-2)."""


@dataclass(frozen=True)
class Problem:
    """One wrong field: its path (`evses[3].connectors[0].voltage`) and what was expected.

    `weight` is what the fault does to a reader; it is no part of what is told.
    """

    path: str
    reason: str
    weight: Weight = field(default=Weight.STRUCTURAL, compare=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


MOST_PROBLEMS = 20
_LONGEST_MESSAGE = 255


class InvalidDocument(HubError):
    """The document breaks the field tables: the first 20 `problems`, and how many `more` there are.

    It says as much of that as a status_message has room for, and how many it leaves out.
    """

    def __init__(self, problems: tuple[Problem, ...], *, more: int = 0) -> None:
        self.problems = problems[:MOST_PROBLEMS]
        self.more = more + len(problems) - len(self.problems)
        super().__init__(_in_short([str(problem) for problem in self.problems], self.more))


def _in_short(said: list[str], more: int) -> str:
    whole = "; ".join(said) + (f"; and {more:,} more" if more else "")
    if len(whole) <= _LONGEST_MESSAGE or len(said) < 2:
        return whole
    return _in_short(said[:-1], more + 1)


class InvalidParameter(HubError):
    """A header, path or query value that cannot be used."""


class NotYours(HubError):
    """The object in the URL belongs to no party of the caller that may own it (T-OWN-3)."""


class ForeignSender(HubError):
    """OCPI-from names a party that the calling platform did not register."""


class UnknownCaller(HubError):
    """The Authorization header names no platform that may make this call."""


class TokenRefused(UnknownCaller):
    """The credentials token is, or was, a partner's, and does not open this; it says why."""


class WrongToken(HubError):
    """The caller is known, and this is not for it: it says whose token opens it (403)."""


class WrongContent(HubError):
    """The body is not JSON, and says so itself (415)."""


class UnknownObject(HubError):
    """No such object among those that the caller may see."""


class UnknownLocation(UnknownObject):
    """The Location, or the EVSE, that the request builds on is not known."""


class UnknownToken(UnknownObject):
    """No such token among those that the caller may see (2004)."""


class AmbiguousObject(HubError):
    """Several owners have an object of this id, and the caller did not say which one."""


class WrongState(HubError):
    """What is asked for does not fit the state that the thing is in."""


class NotReplaceable(HubError):
    """Another CDR of this id has been accepted: CDRs are never replaced (CDR-1, H-CDR-3)."""


class UnknownSession(UnknownObject):
    """No such session among those that the caller may see."""


# --- partners and their credentials -----------------------------------------------------------


class UnknownPartner(HubError):
    """No partner of this id."""


class AmbiguousPartner(UnknownPartner):
    """Several partners are called so, and the caller did not say which one."""


class AlreadyRegistered(HubError):
    """POST credentials on a connection that is registered (405)."""


class NotRegistered(HubError):
    """PUT or DELETE credentials on a connection that is not registered (405)."""


class PartyTaken(HubError):
    """A role in the credentials is another platform's, the hub's own, or is not approved."""


class AwaitsApproval(HubError):
    """The handshake is done, and the hub's operator has not approved the platform (403)."""


class HandshakeUnderWay(HubError):
    """Another handshake of the platform, or too many of others, are under way: try again (429)."""


class LockedOut(HubError):
    """The partner's token is dead, and the partner may not have the new one."""


class PartnerUnusable(HubError):
    """The calls back to the partner's versions or details failed (3001)."""


class UnsupportedVersion(HubError):
    """The partner does not offer the version that was called (3002)."""


class NoMatchingEndpoints(HubError):
    """The partner offers no endpoint that its roles could use with the hub (3003)."""


class RegistrationRefused(HubError):
    """The partner did not accept the hub's credentials."""


class SecretUnreadable(HubError):
    """A sealed token cannot be opened: its key is gone or it belongs to another partner."""


# --- routing and relaying ----------------------------------------------------------------------


class UnknownReceiver(HubError):
    """The party addressed is not known to the hub, or not to this caller (4001)."""


class ReceiverTimedOut(HubError):
    """The request was forwarded and no answer came in time (4002)."""


class ReceiverAway(HubError):
    """The receiver cannot be reached, or is known not to be (4003)."""


class TooLate(ReceiverAway):
    """Its deadline has passed before anything was sent, so nothing is (4003)."""


class ReceiverFailed(HubError):
    """The receiver answered nothing that can be relayed (4000)."""


class NotOffered(ReceiverFailed):
    """The receiver's platform lists no such endpoint (4000)."""


class OutOfTurn(HubError):
    """A command, or its result, is past this step: another process took it, or it is over."""


# --- calling out -------------------------------------------------------------------------------


class OutboundFailed(HubError):
    """A call to a partner brought no usable answer. `request_id`: of the call, if one was made."""

    request_id = ""


class Unreachable(OutboundFailed):
    """DNS, TCP or TLS failed before the request could have been read: certainly not received."""


class AddressRefused(Unreachable):
    """The guard refused the URL or every address that it resolves to; nothing was sent."""


class UnsafeUrl(AddressRefused):
    """A URL, or what is to stand in one, that servers could read in different ways."""


class NoAnswer(OutboundFailed):
    """The request left, and no complete answer came: it may have been received."""

    def __init__(self, reason: str, *, timed_out: bool) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class AnswerTooLarge(OutboundFailed):
    """The answer had more bytes than the caller of the port allows."""


# --- stores ------------------------------------------------------------------------------------


class RecordChanged(HubError):
    """The record changed between reading and writing it; read again and decide again."""


class StoreUnavailable(HubError):
    """The store cannot answer now; nothing can be said about what it holds."""


class Unstorable(HubError):
    """The store takes no such record: too large, too deep, a number too great, or no text."""


class LaneLost(HubError):
    """The lease on the lane has passed to another process: stop at once."""
