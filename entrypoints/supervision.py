"""Keeps the hub's processes running, through supervisord.

It restarts what crashes, rotates what they log, and stops them group by group, the web first and
the stores last. supervisord itself ends when its starter does.
"""

import contextlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from entrypoints.folder import CannotRun, HubFolder
from entrypoints.tether import tethered, tethered_to_starter

_SOCKET_PATH_LIMIT = 90
_ANSWER_S = 10.0


@dataclass(frozen=True)
class Program:
    """One process to keep running, in a group with a rank: the group with the highest rank is
    stopped first, and the next one when all of it has ended."""

    name: str
    command: tuple[str, ...]
    place: tuple[str, int]
    stop_within_s: int


class Supervision:
    """A running supervisord, asked over its socket in the hub's folder."""

    def __init__(self, folder: HubFolder, programs: Sequence[Program], lock: int) -> None:
        """Start supervisord, with no program running yet; it inherits `lock`."""
        self._folder = folder
        self._socket = _socket_of(folder)
        self._groups = {program.name: program.place[0] for program in programs}
        configuration = folder.path / "supervisord.conf"
        configuration.write_text(_configuration(folder, self._socket, programs), encoding="utf-8")
        command = (sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(configuration))
        self._process = subprocess.Popen(
            tethered(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            process_group=0,
            pass_fds=(lock,),
        )
        self._wait_until_it_answers()

    def start(self, name: str) -> Callable[[], bool]:
        """Start a program; returns at once, with a way to ask whether that process still runs."""
        self._ask("startProcess", f"{self._groups[name]}:{name}", False)
        started = self.processes()[name]
        return lambda: self.processes()[name] == started != 0

    def processes(self) -> dict[str, int]:
        """Every program by name, with its process id now, 0 while it has none.

        :raises CannotRun: if supervisord is gone.
        """
        return {run["name"]: run["pid"] for run in self._ask("getAllProcessInfo")}

    def stop(self, within_s: float) -> None:
        """Stop every program in order, then supervisord; after `within_s` seconds it is killed,
        which tells what is left to stop."""
        self._process.terminate()
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._socket.parent != self._folder.path:
            shutil.rmtree(self._socket.parent, ignore_errors=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _ANSWER_S
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(CannotRun):
                self.processes()
                return
            time.sleep(0.02)
        self.stop(within_s=1)
        raise CannotRun("the supervisor does not start; logs/supervisord.log says why")

    def _ask(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        try:
            with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
                return getattr(server.supervisor, method)(*arguments)
        except (OSError, HTTPException, xmlrpc.client.Error) as error:
            raise CannotRun(f"the supervisor is gone: {error}") from error


def _socket_of(folder: HubFolder) -> Path:
    """In the folder, unless its path is longer than a socket's may be; so may be TMPDIR's.

    Outside the folder it is in a directory of this user's alone.
    """
    inside = folder.path / "supervisor.sock"
    if len(str(inside)) < _SOCKET_PATH_LIMIT:
        return inside
    elsewhere = Path(tempfile.mkdtemp(prefix="ocpi-hub-")) / inside.name
    if len(str(elsewhere)) < _SOCKET_PATH_LIMIT:
        return elsewhere
    elsewhere.parent.rmdir()
    return Path(tempfile.mkdtemp(prefix="ocpi-hub-", dir="/tmp")) / inside.name


def _configuration(folder: HubFolder, socket: Path, programs: Sequence[Program]) -> str:
    sections = [_DAEMON.format(folder=_escaped(folder.path), socket=_escaped(socket))]
    sections += [_section(folder, program) for program in programs]
    for name, rank in {program.place for program in programs}:
        members = ",".join(program.name for program in programs if program.place == (name, rank))
        sections.append(f"[group:{name}]\nprograms={members}\npriority={rank}\n")
    return "\n".join(sections)


def _section(folder: HubFolder, program: Program) -> str:
    return _PROGRAM.format(
        name=program.name,
        command=_escaped(shlex.join(tethered_to_starter(program.command))),
        log=_escaped(folder.logs / f"{program.name}.log"),
        stop_within_s=program.stop_within_s,
    )


def _escaped(text: object) -> str:
    return str(text).replace("%", "%%")


_DAEMON = """\
[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisord]
nodaemon=true
umask=077
silent=true
pidfile={folder}/supervisord.pid
logfile={folder}/logs/supervisord.log
logfile_maxbytes=10MB
logfile_backups=3
"""

# Retries without end: a worker that starts while a store is away ends at once, and must be back
# once the store is.
_PROGRAM = """\
[program:{name}]
command={command}
autostart=false
autorestart=true
startsecs=1
startretries=1000000
stopsignal=TERM
stopwaitsecs={stop_within_s}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""
