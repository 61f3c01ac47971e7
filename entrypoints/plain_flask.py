"""Flask without what the hub has no use for: contexts, sessions, signals, async views.

Each of these costs every request something, and all together more than the hub does for a small
request.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from http import HTTPStatus
from time import monotonic
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request
from flask.ctx import RequestContext
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.routing import MapAdapter, Rule

_STATUS_LINES = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}
_WITHOUT_BODY = (204, 304)


class _NoSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return NullSession()


class PlainFlask(Flask):
    """Every view, and what is to come before it, gets the request as its first argument.

    A view and an error handler give a WSGI application, such as a Response: it is the answer. Only
    an error handler has Flask's context, with `flask.request`. `before_request` is the
    application's own, and so is `note_end`, which changes no answer.
    """

    session_interface = _NoSessions()
    note_end: Callable[[Any, float], None] = staticmethod(lambda *_: None)
    """Gets each request, and how many seconds its answer took."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """By path and method alone: no host is looked at, the hub's own URL is a setting."""
        if request is None:
            return None
        return MapAdapter(self.url_map, "", "/", "", "http", request.path, request.method)

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The view's answer, or the error handler's."""
        begun = monotonic()
        request = self.request_class(environ, populate_request=False)
        try:
            for begin in self.before_request_funcs[None]:
                begin(request)  # type: ignore[call-arg]
            answer = self._view_of(request)
        except Exception as error:  # noqa: BLE001 - as Flask's own: its handlers are the outermost
            answer = self._handled(request, error)
        pieces = answer(environ, start_response)
        self.note_end(request, monotonic() - begun)
        return pieces

    def _view_of(self, request: Request) -> WSGIApplication:
        """:raises HTTPException: if no rule fits."""
        rule, found = self._rule_of(request.path, request.method)
        request.url_rule, request.view_args = rule, found
        if request.method == "OPTIONS" and getattr(rule, "provide_automatic_options", False):
            with RequestContext(self, request.environ, request):
                return self.make_default_options_response()
        return self.view_functions[rule.endpoint](request, **found)  # type: ignore[return-value]

    def _rule_of(self, path: str, method: str) -> tuple[Rule, dict[str, Any]]:
        """The router is asked once for a path that names nothing."""
        if (rule := self._fixed.get((path, method))) is not None:
            return rule, {}
        rule, found = self._routes.match(path, method, return_rule=True)
        if not found:
            self._fixed[path, method] = rule
        return rule, dict(found)

    def _handled(self, request: Request, error: Exception) -> WSGIApplication:
        answer: Any
        with RequestContext(self, request.environ, request):
            try:
                answer = self.handle_user_exception(error)
            except Exception as failure:  # noqa: BLE001 - the last resort
                answer = self.handle_exception(failure)
        return answer  # type: ignore[no-any-return]

    @cached_property
    def _routes(self) -> MapAdapter:
        return MapAdapter(self.url_map, "", "/", "", "http", "/", "GET")

    @cached_property
    def _fixed(self) -> dict[tuple[str, str], Rule]:
        """By path and method: as many as there are rules without ids in their path."""
        return {}


class Answer:
    """A response that is whole when it is made: its pieces and its headers leave as they are.

    :raises ValueError: for a header of more than one line.
    """

    def __init__(
        self, pieces: Sequence[bytes], *, status: int, headers: list[tuple[str, str]]
    ) -> None:
        written = "".join(text for _, text in headers)
        if "\n" in written or "\r" in written:
            raise ValueError("a header is one line")
        self._pieces, self._status, self._headers = pieces, status, headers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """As it is, where it has a body."""
        if self._status in _WITHOUT_BODY:
            start_response(_STATUS_LINES[self._status], self._headers)
            return ()
        length = str(sum(map(len, self._pieces)))
        line = _STATUS_LINES.get(self._status) or f"{self._status} UNKNOWN"
        start_response(line, [*self._headers, ("Content-Length", length)])
        return () if environ["REQUEST_METHOD"] == "HEAD" else self._pieces
