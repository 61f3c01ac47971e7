"""Paths as they were sent: a proxy that opens one of them has to have read the same one."""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_ABSOLUTE = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_NOWHERE = "/no-such-path"


def route_on_raw_paths(inner: WSGIApplication) -> WSGIApplication:
    """Match paths as they were sent: an encoded slash stays in its segment (T-HTTP-6).

    A slash at the end makes no difference, and never a redirect (T-HTTP-5).
    """

    def routed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"])
        environ["PATH_INFO"] = path_of(raw)
        return inner(environ, start_response)

    return routed


def path_of(target: str) -> str:
    """The path in a request target, not decoded.

    `http://host/path` is that path. A path that begins with two slashes leads nowhere: the router
    would take them for one, and a proxy does not.
    """
    absolute = _ABSOLUTE.match(target)
    path = (target[absolute.end() :] if absolute else target).partition("?")[0] or "/"
    if not path.startswith("/") or path.startswith("//"):
        return _NOWHERE
    return path.removesuffix("/") or "/"
