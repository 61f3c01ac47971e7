"""Who calls: the platform whose token a request has, in any of the ways that tokens are written."""

import base64
import binascii
from collections.abc import Iterator

from flask import Request
from werkzeug.exceptions import TooManyRequests

from application.hub import Hub
from application.partners.credentials_server import Caller
from domain import errors
from entrypoints.guesses import Guesses

_HOW = "Authorization: Token <base64 of the credentials token>"


def authenticated(hub: Hub, guesses: Guesses, http_request: Request, *, functional: bool) -> Caller:
    """The platform that calls.

    :raises UnknownCaller: if no token of it opens this door.
    :raises TooManyRequests: (429) before the store is asked, if its address guesses too much.
    """
    server = hub.credentials_server
    if wait_s := guesses.wait_s(http_request.environ):
        tokens = [token for token, _ in _meant(http_request)]
        if tokens and not any(map(server.knows, tokens)):
            guesses.note(http_request.environ)
            raise TooManyRequests(retry_after=wait_s)
    refusal: errors.UnknownCaller | None = None
    for token, is_raw in _meant(http_request):
        try:
            return server.authenticate(token, functional=functional, is_raw=is_raw)
        except errors.TokenRefused:
            raise
        except errors.UnknownCaller as unknown:
            refusal = refusal or (None if is_raw else unknown)
    raise refusal or errors.UnknownCaller(_HOW)


def tokens_of(http_request: Request) -> Iterator[str]:
    """The credentials tokens that the Authorization header can mean, likeliest first (T-AUTH-6).

    OCPI's own example has a line end behind the token: it is taken without it.
    """
    written = _written(http_request)
    if not written:
        return
    try:
        token = base64.b64decode(written, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    yield token
    if token != token.rstrip("\r\n"):
        yield token.rstrip("\r\n")


def _meant(http_request: Request) -> Iterator[tuple[str, bool]]:
    """Each token that the header can mean, and whether it is taken as it is, without base64."""
    for token in tokens_of(http_request):
        yield token, False
    if written := _written(http_request):
        yield written, True


def _written(http_request: Request) -> str:
    """What stands behind the scheme `Token`, in any letter case and with any spaces between."""
    scheme, _, written = http_request.environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    return written.strip() if scheme.lower() == "token" else ""
