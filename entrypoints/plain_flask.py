"""Flask without what the hub has no use for: sessions, signals, URLs of endpoints, async views.

Each of these costs every request something, and all together as much as the hub does for a small
request.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.datastructures import Headers
from werkzeug.routing import MapAdapter

_NO_SESSION = NullSession()
_WITHOUT_BODY = (204, 304)


class _NoSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return _NO_SESSION


class PlainFlask(Flask):
    """Every view and error handler gives a Response, and what is to come before it gives nothing.

    `before_request` is the application's own; there is nothing to come after an answer.
    """

    session_interface = _NoSessions()

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """By path and method alone: no host is looked at, the hub's own URL is a setting."""
        if request is None:
            return None
        return MapAdapter(self.url_map, "", "/", "", "http", request.path, request.method)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """It is: the hub has no coroutines."""
        return func

    def full_dispatch_request(self) -> Response:
        """The view's answer, or the error handler's."""
        answer: Response
        try:
            for begin in self.before_request_funcs[None]:
                begin()
            answer = self.dispatch_request()  # type: ignore[assignment]
        except Exception as error:  # noqa: BLE001 - as Flask's own: its handlers are the outermost
            answer = self.handle_user_exception(error)  # type: ignore[assignment]
        return answer

    def do_teardown_request(self, *_: object) -> None:
        """Nothing is left to put away."""

    def do_teardown_appcontext(self, *_: object) -> None:
        """Nothing is left to put away."""


class Answer(Response):
    """A response that is whole when it is made: its pieces and its headers leave as they are."""

    def __init__(
        self, pieces: Sequence[bytes], *, status: int, headers: list[tuple[str, str]]
    ) -> None:
        length = str(sum(map(len, pieces)))
        super().__init__(list(pieces), status, Headers([*headers, ("Content-Length", length)]))

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """As it is, where it has a body."""
        if environ["REQUEST_METHOD"] == "HEAD" or self.status_code in _WITHOUT_BODY:
            return super().get_wsgi_response(environ)
        return self.response, self.status, self.headers.to_wsgi_list()  # type: ignore[return-value]
