"""Flask as the hub has it: views get the request, error handlers have Flask's context."""

import pytest
from flask import Request, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from entrypoints.plain_flask import Answer, PlainFlask


def echoed(this: Request, name: str = "") -> Answer:
    headers = [("X-Path", this.path), ("X-Name", name)]
    return Answer([b"one ", b"two"], status=200, headers=headers)


def two_lines(_: Request) -> Answer:
    return Answer([b""], status=200, headers=[("Link", "<a>\r\nX-Own: 1")])


def nothing(_: Request) -> Answer:
    return Answer([b"not sent"], status=204, headers=[("X-Seen", "1")])


@pytest.fixture
def noted() -> list[str]:
    """The paths that were begun."""
    return []


@pytest.fixture
def client(noted: list[str]) -> Client:
    app = PlainFlask("test", static_folder=None)

    def begin(this: Request) -> None:
        noted.append(this.path)
        if this.path == "/forbidden":
            raise PermissionError(this.path)

    def refuse(error: HTTPException) -> Answer:
        said = f"{error.code} {request.method} {request.path}".encode()
        return Answer([said], status=error.code or 500, headers=[])

    def deny(error: PermissionError) -> Response:
        return Response(f"denied {error} {request.url_rule}", status=403)

    def fail(error: ValueError) -> Answer:
        return Answer([b"failed"], status=500, headers=[])

    app.before_request(begin)  # type: ignore[type-var]
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(PermissionError, deny)
    app.register_error_handler(ValueError, fail)
    app.add_url_rule("/fixed", view_func=echoed)
    app.add_url_rule("/of/<name>", view_func=echoed, endpoint="of")
    app.add_url_rule("/two-lines", view_func=two_lines)
    app.add_url_rule("/nothing", view_func=nothing)
    return Client(app)


@pytest.mark.parametrize(("path", "name"), [("/fixed", ""), ("/of/a", "a"), ("/of/b", "b")])
def test_a_view_gets_the_request_and_what_its_path_names(
    client: Client, noted: list[str], path: str, name: str
) -> None:
    for _ in range(2):
        answer = client.get(path)

        assert (answer.status, answer.data) == ("200 OK", b"one two")
        assert (answer.headers["X-Path"], answer.headers["X-Name"]) == (path, name)
    assert noted == [path, path]


def test_head_has_the_length_and_no_body(client: Client) -> None:
    answer = client.head("/fixed")

    assert (answer.headers["Content-Length"], answer.data) == ("7", b"")


def test_204_has_neither(client: Client) -> None:
    answer = client.get("/nothing")

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["X-Seen"] == "1"
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [("GET", "/none", b"404 GET /none"), ("POST", "/fixed", b"405 POST /fixed")],
)
def test_what_no_rule_fits_is_the_error_handlers(
    client: Client, method: str, path: str, said: bytes
) -> None:
    client.get("/fixed")

    assert client.open(path, method=method).data == said


def test_what_is_refused_at_the_beginning_asks_no_view(client: Client) -> None:
    assert client.get("/forbidden").data == b"denied /forbidden None"


def test_no_header_has_two_lines(client: Client) -> None:
    answer = client.get("/two-lines")

    assert (answer.status_code, answer.data) == (500, b"failed")
    assert "X-Own" not in answer.headers


def test_options_are_flasks(client: Client) -> None:
    assert set(client.options("/fixed").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
