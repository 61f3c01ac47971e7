"""The proxy that other tests stand a platform behind is a real one, and stops with its test."""

from http.client import HTTPConnection
from pathlib import Path

from tests.nginx import an_nginx

_ECHO = """
server {
    listen 127.0.0.1:@PORT@;
    location / { return 200 "$uri"; }
}
"""


def test_nginx_runs_as_any_user_and_normalises_a_path(tmp_path: Path) -> None:
    with an_nginx(tmp_path / "nginx", _ECHO) as nginx:
        connection = HTTPConnection("127.0.0.1", nginx.port, timeout=30)
        connection.request("GET", "/ocpi/locations/..%2F../credentials")

        seen = connection.getresponse().read()

        connection.close()
    assert seen == b"/credentials"
    assert nginx.process.poll() is not None
