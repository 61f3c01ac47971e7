"""What each failure is in the hub API: THE TABLE of HTTP status and OCPI status code.

OCPI answers most errors with HTTP 200. Here HTTP's own status says it, so that `curl --fail` and
every HTTP library see it; the envelope stays, with OCPI's code and the reason in words.
"""

from domain import errors
from domain.bridging.losses import Inexpressible, InexpressiblePatch
from entrypoints.ocpi.errors import Table

REST: Table = (
    (errors.MalformedJson, 400, 2000),
    (errors.InvalidParameter, 400, 2001),
    (errors.UnknownCaller, 401, 2000),
    (errors.AwaitsApproval, 403, 2001),
    (errors.ForeignSender, 403, 2001),
    (errors.NotYours, 403, 2001),
    (errors.WrongToken, 403, 2000),
    (errors.UnknownLocation, 404, 2003),
    (errors.UnknownToken, 404, 2004),
    (errors.UnknownSession, 404, 2001),
    (errors.UnknownObject, 404, 2000),
    (errors.AmbiguousPartner, 409, 2000),
    (errors.UnknownPartner, 404, 2000),
    (errors.UnknownReceiver, 404, 4001),
    (errors.AmbiguousObject, 409, 4001),
    (errors.AlreadyRegistered, 409, 2000),
    (errors.NotRegistered, 409, 2000),
    (errors.NotReplaceable, 409, 2001),
    (errors.WrongState, 409, 2001),
    (errors.PartyTaken, 409, 2001),
    (errors.UnsupportedVersion, 409, 3002),
    (errors.NoMatchingEndpoints, 409, 3003),
    (errors.RegistrationRefused, 409, 3001),
    (errors.LockedOut, 409, 3001),
    (errors.WrongContent, 415, 2000),
    (errors.InvalidDocument, 422, 2001),
    (InexpressiblePatch, 422, 2001),
    (Inexpressible, 422, 4000),
    (errors.Unstorable, 422, 2001),
    (errors.HandshakeUnderWay, 429, 2000),
    (errors.PartnerUnusable, 503, 3001),
    (errors.ReceiverTimedOut, 503, 4002),
    (errors.ReceiverAway, 503, 4003),
    (errors.ReceiverFailed, 503, 4000),
    (errors.HubError, 503, 3000),
)
"""From the special to the general: the first line that fits counts.

409: something is in the way that the caller, or the partner, can change. 503: try again later.
"""
