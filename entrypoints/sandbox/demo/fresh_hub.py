"""A hub as its operators start it, used from outside alone: its command line and its URLs.

It lives in a temporary folder that goes with it, and it ends when this process does, however that
ends.
"""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

from entrypoints.sandbox.caller import Caller
from entrypoints.sandbox.demo.telling import Unexpected
from entrypoints.sandbox.journal import Journal
from entrypoints.sandbox.wire import HubUnreachable

_COMMAND = Path(sys.executable).with_name("ocpi-hub")
_TETHER = Path(__file__).parents[2] / "tether.py"
_START_S = 60.0
_STOP_S = 30.0
_COMMAND_S = 30.0
_PROGRAMS_OF_THIS_MACHINE = ("HUB_MONGOD", "HUB_REDIS_SERVER")


class FreshHub:
    """`ocpi-hub up` on a free port, with nothing in it."""

    def __init__(self) -> None:
        self.url = ""
        self.logs = Path()
        self._environment: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def folder_of_its_own(self) -> Iterator[None]:
        """Where it may be started; it is stopped at the end and its folder removed.

        After a failure the logs in it stay, and nothing else.
        """
        folder = Path(tempfile.mkdtemp(prefix="ocpi-demo-"))
        self.logs = folder / "logs"
        self._environment = _environment(folder)
        self.url = f"http://{self._environment['HUB_BIND']}"
        try:
            yield
        except (KeyboardInterrupt, BrokenPipeError):
            self._remove(folder)
            raise
        except BaseException:
            self._stop()
            _leave_only(self.logs)
            raise
        self._remove(folder)

    def start(self) -> float:
        """Start it; the seconds until it was ready.

        :raises Unexpected: saying the last that was heard of it, if it ends or takes too long.
        """
        began = time.monotonic()
        self.logs.mkdir()
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                (sys.executable, "-IS", str(_TETHER), str(_COMMAND), "up"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                process_group=0,
            )
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > began + _START_S:
                said = self._output.read_text(encoding="utf-8", errors="replace").splitlines()
                raise Unexpected("a hub that is ready", (said or ["nothing"])[-1])
            time.sleep(0.05)
        return time.monotonic() - began

    def invite(self, name: str, roles: Sequence[str]) -> tuple[str, dict[str, str]]:
        """Have the operator invite a partner: the command, and {partner_id, token, versions_url}.

        :raises Unexpected: saying why the command failed.
        """
        arguments = ["partner", "invite", "--name", name]
        for role in roles:
            arguments += ["--role", role]
        printed = self._run(arguments)
        try:
            invitation: dict[str, str] = json.loads(printed)
        except ValueError as wrong:
            raise Unexpected("an invitation in JSON", printed or "nothing") from wrong
        return shlex.join(("ocpi-hub", *arguments)), invitation

    def operate(self, *arguments: str) -> str:
        """What an operator's command printed.

        :raises Unexpected: saying why it failed.
        """
        return self._run(arguments)

    def kill(self, what: str) -> int:
        """Kill -9 the hub's one process whose command line has this; its process id.

        :raises Unexpected: if there is none.
        """
        folder = f"HUB_DATA_DIR={self._environment['HUB_DATA_DIR']}".encode()
        for path in Path("/proc").iterdir():
            if path.name.isdigit() and _is(path, what, folder):
                os.kill(int(path.name), signal.SIGKILL)
                return int(path.name)
        raise Unexpected(f"a process of the hub with {what!r}", "none")

    def _run(self, arguments: Sequence[str]) -> str:
        """What the command printed on stdout."""
        run = subprocess.run(
            (_COMMAND, *arguments),
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
        )
        if run.returncode:
            last = (run.stderr.splitlines() or ["nothing on stderr"])[-1]
            raise Unexpected(f"exit 0 of ocpi-hub {arguments[0]} {arguments[1]}", last)
        return run.stdout

    def _is_ready(self) -> bool:
        caller = Caller(Journal())
        try:
            return caller.call("GET", f"{self.url}/readyz", timeout=2).status == 200
        except HubUnreachable:
            return False
        finally:
            caller.close()

    @property
    def _output(self) -> Path:
        return self.logs / "up.log"

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _remove(self, folder: Path) -> None:
        self._stop()
        shutil.rmtree(folder, ignore_errors=True)


def _is(process: Path, what: str, folder: bytes) -> bool:
    """Whether this is a process of the hub in that folder, and the one that is meant."""
    try:
        command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return what in command and folder in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the settings of another hub, but where this machine has its stores."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name in _PROGRAMS_OF_THIS_MACHINE or not (name == "PORT" or name.startswith("HUB_"))
    }
    return clean | {
        "HUB_DATA_DIR": str(folder),
        "HUB_BIND": f"127.0.0.1:{_free_port()}",
        "HUB_ALLOW_PRIVATE_NETWORKS": "1",
    }


def _free_port() -> int:
    """One below those that the kernel gives to connections: else one may be taken by then."""
    while True:
        port = SystemRandom().randrange(10_000, 20_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _leave_only(kept: Path) -> None:
    """Tokens and data go, so that none of them lies about unprotected."""
    for path in kept.parent.iterdir():
        if path == kept:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
