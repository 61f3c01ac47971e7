"""A real nginx in a folder of its own, as partners and operators put one in front of a platform.

`make test` gets the program (tests/get-nginx.sh); without it a test fails and says so.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from entrypoints.tether import tethered
from tests.e2e.hub_process import free_port, until

PORT = "@PORT@"
_UNPACKED = Path(__file__).parent.parent / ".cache" / "nginx" / "usr" / "sbin" / "nginx"
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_START_S = 30.0
_KINDS_OF_BODY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_AROUND = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
{temporary}
{http}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """One that runs. `folder` has its logs: error.log and access.log."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def an_nginx(folder: Path, http: str) -> Iterator[Nginx]:
    """nginx with `http` inside its http block, where `@PORT@` stands for a free loopback port.

    `server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://127.0.0.1:8000/; } }`
    """
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "\n".join(f"    {kind}_temp_path {folder}/{kind};" for kind in _KINDS_OF_BODY)
    config = _AROUND.format(user=user, folder=folder, temporary=temporary, http=http)
    with whole_nginx(folder, config) as running:
        yield running


@contextmanager
def whole_nginx(folder: Path, config: str) -> Iterator[Nginx]:
    """nginx with `config` as its whole nginx.conf, in the foreground; `@PORT@` as above."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    written = folder / "nginx.conf"
    written.write_text(config.replace(PORT, str(port)), encoding="utf-8")
    words = [program(), "-p", str(folder), "-c", str(written), "-e", str(folder / "error.log")]
    if "daemon off" not in config:
        words += ["-g", "daemon off;"]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(tethered(words), stdout=output, stderr=subprocess.STDOUT)
    try:
        until(lambda: process.poll() is not None or _answers(port), _START_S)
        assert process.poll() is None, _said(folder)
        yield Nginx(port, folder, process)
    finally:
        process.terminate()
        process.wait(_START_S)


def program() -> str:
    """Where nginx is on this machine."""
    if found := shutil.which("nginx", path=_PLACES):
        return found
    assert _UNPACKED.exists(), "no nginx here: `make nginx` gets it"
    return str(_UNPACKED)


def _said(folder: Path) -> str:
    logs = [folder / "output", folder / "error.log"]
    return "".join(log.read_text(encoding="utf-8") for log in logs if log.exists())


def _answers(port: int) -> bool:
    with suppress(OSError):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.connect()
        connection.close()
        return True
    return False
