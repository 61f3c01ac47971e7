"""What each failure is on the wire: THE TABLE of HTTP status and OCPI status code.

Once a request has reached the OCPI layer its errors travel in HTTP 200 (OCPI 2.3.0, status codes);
the explicit exceptions are here, and nowhere else.
"""

from typing import NamedTuple

from domain import errors
from domain.bridging.losses import Inexpressible, InexpressiblePatch

Table = tuple[tuple[type[errors.HubError], int, int], ...]
WIRE: Table = (
    (errors.MalformedJson, 400, 2000),
    (errors.InvalidDocument, 200, 2001),
    (errors.InvalidParameter, 200, 2001),
    (errors.UnknownCaller, 401, 2000),
    (errors.AwaitsApproval, 403, 2001),
    (errors.HandshakeUnderWay, 429, 2000),
    (errors.ForeignSender, 403, 2001),
    (errors.NotYours, 404, 2001),
    (errors.UnknownLocation, 404, 2003),
    (errors.UnknownToken, 404, 2004),
    (errors.UnknownSession, 404, 2001),
    (errors.UnknownObject, 404, 2000),
    (errors.UnknownPartner, 404, 2000),
    (errors.AmbiguousObject, 200, 4001),
    (errors.AlreadyRegistered, 405, 2000),
    (errors.NotRegistered, 405, 2000),
    (errors.NotReplaceable, 200, 2001),
    (errors.WrongState, 200, 2001),
    (errors.WrongToken, 403, 2000),
    (errors.WrongContent, 415, 2000),
    (errors.PartyTaken, 200, 2001),
    (errors.PartnerUnusable, 200, 3001),
    (errors.UnsupportedVersion, 200, 3002),
    (errors.NoMatchingEndpoints, 200, 3003),
    (errors.RegistrationRefused, 200, 3001),
    (errors.LockedOut, 200, 3001),
    (errors.Unstorable, 200, 2001),
    (errors.UnknownReceiver, 200, 4001),
    (errors.ReceiverTimedOut, 200, 4002),
    (errors.TooLate, 200, 4003),
    (errors.ReceiverAway, 200, 4003),
    (errors.ReceiverFailed, 200, 4000),
    (InexpressiblePatch, 200, 2001),
    (Inexpressible, 200, 4000),
    (errors.HubError, 200, 3000),
)
"""From the special to the general: the first line that fits counts."""

_SAYS_WHAT_HAPPENED_INSIDE = (
    errors.StoreUnavailable,
    errors.RecordChanged,
    errors.SecretUnreadable,
)


class OnTheWire(NamedTuple):
    """HTTP status, OCPI status code and message."""

    status: int
    code: int
    message: str


def on_the_wire(error: errors.HubError, table: Table = WIRE) -> OnTheWire:
    """What a failure is to its caller; what happened inside the hub is not said."""
    status, code = next((http, ocpi) for kind, http, ocpi in table if isinstance(error, kind))
    if code == 3000 or isinstance(error, _SAYS_WHAT_HAPPENED_INSIDE):
        return OnTheWire(status, code, "the hub could not do this now")
    return OnTheWire(status, code, str(error) or "refused")
