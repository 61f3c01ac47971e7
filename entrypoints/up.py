"""`ocpi-hub up`: the whole hub on one machine, from nothing to listening, and back on Ctrl-C.

What can be found wrong beforehand is one line and exit 1, before anything was started.
"""

import errno
import re
import shlex
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from entrypoints.embedded import Store, mongo_store, redis_store
from entrypoints.folder import CannotRun, HubFolder
from entrypoints.settings import Settings, data_folder, reachable_host
from entrypoints.supervision import Program, Supervision

_READY_S = 60.0
_STOP_S = 20.0
_PORT_FREED_S = 5.0
_QUIET_S = 30.0
_STORES, _BACKGROUND, _WEB = ("stores", 10), ("background", 20), ("web", 30)


class _ToldToStop(BaseException):
    """The user who started the hub wants it to end."""


def up(environ: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Run the hub until SIGINT, SIGTERM or SIGHUP; `say` gets each line that is for a person.

    :raises CannotRun: if it cannot start, or ends by itself.
    """
    folder = data_folder(environ)
    folder.prepare()
    with _until_told_to_stop(), folder.owned() as lock:
        stores = _embedded_stores(folder, environ)
        settings = _announced(folder, environ, stores)
        _check_ports(settings, stores)
        supervision = Supervision(folder, [*map(_store_program, stores), *_HUB_PROGRAMS], lock)
        try:
            _start_stores(supervision, folder, stores)
            _start_hub(supervision, folder, settings)
            say(_banner(settings, environ))
            _watch(supervision, folder, say)
        finally:
            _ignore_signals()
            say("Stopping")
            supervision.stop(_STOP_S)


def _embedded_stores(folder: HubFolder, environ: Mapping[str, str]) -> list[Store]:
    stores = []
    if not environ.get("HUB_MONGO_URL"):
        stores.append(mongo_store(folder.path / "mongo", environ=environ))
    if not environ.get("HUB_REDIS_URL"):
        stores.append(redis_store(folder.path / "redis", environ=environ))
    return stores


def _announced(folder: HubFolder, environ: Mapping[str, str], stores: Sequence[Store]) -> Settings:
    """The settings of this hub, noted where its processes, and every other command, find them."""
    given = {name: value for name, value in environ.items() if name.startswith("HUB_") and value}
    given |= {_EMBEDDED_URLS[store.name]: store.url for store in stores}
    port = {"PORT": environ["PORT"]} if environ.get("PORT") else {}
    if "HUB_MONGO_URL" not in given:
        folder.ensure_secrets()
    settings = Settings.read(port | ({} if "HUB_MONGO_URL" in given else folder.secrets()) | given)
    effective = {"HUB_BIND": settings.bind, "HUB_PUBLIC_URL": settings.public_url}
    folder.announce(given | effective | {"HUB_DATA_DIR": str(folder.path)})
    return settings


_EMBEDDED_URLS = {"mongod": "EMBEDDED_MONGO_URL", "redis": "EMBEDDED_REDIS_URL"}


def _check_ports(settings: Settings, stores: Sequence[Store]) -> None:
    if not _is_free(settings.host, settings.port):
        raise CannotRun(f"{settings.bind} is in use: choose another port with PORT or HUB_BIND")
    deadline = time.monotonic() + _PORT_FREED_S
    for store in stores:
        while not _is_free("127.0.0.1", store.port):
            if time.monotonic() > deadline:
                raise CannotRun(f"port {store.port} of this hub's {store.name} is in use: free it")
            time.sleep(0.05)


def _is_free(host: str, port: int) -> bool:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise CannotRun(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return True


def _store_program(store: Store) -> Program:
    return Program(store.name, store.command, place=_STORES, stop_within_s=10)


def _hub_program(name: str, *arguments: str) -> Program:
    command = (sys.executable, "-m", "entrypoints.cli", *arguments)
    return Program(name, command, place=_BACKGROUND, stop_within_s=5)


_HUB_PROGRAMS = (
    Program(
        "web",
        (sys.executable, "-m", "entrypoints.cli", "web", "--graceful-timeout", "5"),
        place=_WEB,
        stop_within_s=7,
    ),
    _hub_program("publish", "worker", "--queue", "publish"),
    _hub_program("pump", "worker", "--queue", "pump"),
    _hub_program("sync", "worker", "--queue", "sync"),
    _hub_program("sweeper", "sweeper"),
)


def _start_stores(supervision: Supervision, folder: HubFolder, stores: Sequence[Store]) -> None:
    started = [(store, supervision.start(store.name)) for store in stores]
    for store, is_alive in started:
        try:
            store.wait(is_alive)
        except CannotRun as reason:
            raise CannotRun(f"{reason}: {folder.logs / store.name}.log says why") from reason


def _start_hub(supervision: Supervision, folder: HubFolder, settings: Settings) -> None:
    from entrypoints.bootstrap import prepare_stores

    prepare_stores(settings)
    is_alive = {program.name: supervision.start(program.name) for program in _HUB_PROGRAMS}
    deadline = time.monotonic() + _READY_S
    while not _is_ready(settings):
        if not is_alive["web"]() or time.monotonic() > deadline:
            log = folder.logs / "web.log"
            raise CannotRun(f"the web does not start: {_last_error(log)}{log} says why")
        time.sleep(0.05)


def _is_ready(settings: Settings) -> bool:
    connection = HTTPConnection(reachable_host(settings.host).strip("[]"), settings.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _last_error(log: Path) -> str:
    """The last exception in `log` that is not gunicorn's own, and a semicolon; perhaps nothing."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    errors = re.findall(r"^(?!gunicorn\.)([A-Za-z_][\w.]*: .+)$", text, re.MULTILINE)
    return f"{errors[-1]}; " if errors else ""


def _watch(supervision: Supervision, folder: HubFolder, say: Callable[[str], None]) -> None:
    """Say what ended by itself, at most once in _QUIET_S of the same program."""
    before, said = supervision.processes(), dict[str, float]()
    while True:
        time.sleep(1)
        now, moment = supervision.processes(), time.monotonic()
        for name in [name for name, process in now.items() if before[name] not in (0, process)]:
            if moment - said.get(name, -_QUIET_S) >= _QUIET_S:
                said[name] = moment
                log = folder.logs / f"{name}.log"
                say(f"{name} ended by itself and is started again: {_short(log)} says why")
        before = now


def _banner(settings: Settings, environ: Mapping[str, str]) -> str:
    command = shlex.quote(_short(Path(sys.executable).with_name("ocpi-hub")))
    folder = _short(settings.data_dir)
    if environ.get("HUB_DATA_DIR"):
        command = f"HUB_DATA_DIR={shlex.quote(environ['HUB_DATA_DIR'])} {command}"
    return f"""\
The hub {settings.country_code}-{settings.party_id} listens on http://{settings.bind}
  versions  {settings.versions_url}
  data      {folder} (logs in {folder}/logs, the operator's token in {folder}/secrets.json)
Ctrl-C stops it. Next, in another terminal, invite a partner:
  {command} partner invite --name "My CPO" --role CPO:DE-ABC"""


def _short(path: Path) -> str:
    """As one would type it here."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


@contextmanager
def _until_told_to_stop() -> Iterator[None]:
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        yield
    except _ToldToStop:
        return


def _stop(number: int, frame: FrameType | None) -> None:
    _ignore_signals()
    raise _ToldToStop


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
