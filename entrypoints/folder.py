"""The folder of a hub on one machine (HUB_DATA_DIR): its stores' data, secrets and logs, and a note
of the settings it runs with, by which `ocpi-hub` in any other shell finds it."""

import fcntl
import json
import os
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LEFTOVERS_STOP_S = 20.0
_OWNER_ALONE = 0o077


class CannotRun(Exception):
    """A reason not to go on that a person can put right; shown as one line, exit 1."""


@dataclass(frozen=True)
class HubFolder:
    """One hub at a time owns a folder: its processes hold a lock on `up.lock`."""

    path: Path

    @property
    def logs(self) -> Path:
        """One file a process, rotated."""
        return self.path / "logs"

    def prepare(self) -> None:
        """Make the folder for its owner alone, and what this process writes from now on.

        One that was there is closed if it is the hub's own, and what is in it in any case.

        :raises CannotRun: if it cannot be made, or not be written to.
        """
        os.umask(_OWNER_ALONE)
        probe = self.path / f".writable.{os.getpid()}"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._lock.exists() or not any(self.path.iterdir()):
                self.path.chmod(0o700)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            for place in self._own():
                place.chmod(0o700 if place.is_dir() else 0o600)
            probe.touch()
            probe.unlink()
        except OSError as error:
            reason = f"HUB_DATA_DIR={self.path}: no folder to write to: {error.strerror}"
            raise CannotRun(reason) from error

    @contextmanager
    def owned(self) -> Iterator[int]:
        """Own the folder until the block ends; gives its lock's descriptor, to be inherited.

        :raises CannotRun: if another hub runs in it. What a killed one left gets time to stop.
        """
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait_for(lock, self.path)
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            try:
                yield lock
            finally:
                self._running.unlink(missing_ok=True)
        finally:
            os.close(lock)

    def announce(self, settings: Mapping[str, str]) -> None:
        """Note the settings that the hub runs with, by their names in the environment."""
        _write_private(self._running, settings)

    def running(self) -> dict[str, str]:
        """The settings of the hub that runs in this folder; empty if none does."""
        if not self._is_owned():
            return {}
        return _read(self._running)

    def secrets(self) -> dict[str, str]:
        """The secrets that go with this folder's data, by their names as settings, if any."""
        return _read(self._secrets)

    def ensure_secrets(self) -> None:
        """Make the folder's secrets, once: without them its data cannot be read again."""
        if self._secrets.exists():
            return
        made = {
            "HUB_SECRET_KEYS": urlsafe_b64encode(os.urandom(32)).decode(),
            "HUB_TOKEN_PEPPER": secrets.token_urlsafe(32),
            "HUB_ADMIN_TOKEN": secrets.token_urlsafe(32),
        }
        _write_private(self._secrets, made)

    def _own(self) -> Iterator[Path]:
        """What the hub has in the folder; it may hold secrets, and partners' names."""
        names = ("mongo", "redis", "supervisord.conf", "supervisord.pid")
        own = (self.logs, self._lock, self._running, self._secrets, *map(self.path.joinpath, names))
        yield from (place for place in own if place.exists())
        yield from (log for log in self.logs.iterdir() if not log.is_symlink())

    @property
    def _lock(self) -> Path:
        return self.path / "up.lock"

    @property
    def _running(self) -> Path:
        return self.path / "running.json"

    @property
    def _secrets(self) -> Path:
        return self.path / "secrets.json"

    def _is_owned(self) -> bool:
        try:
            lock = os.open(self._lock, os.O_RDONLY)
        except OSError:
            return False
        try:
            return not _locked(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)


def _wait_for(lock: int, path: Path) -> None:
    deadline = time.monotonic() + _LEFTOVERS_STOP_S
    while not _locked(lock, fcntl.LOCK_EX):
        owner = os.pread(lock, 32, 0).decode()
        if _is_alive(owner) or time.monotonic() > deadline:
            raise CannotRun(f"HUB_DATA_DIR={path}: a hub runs there already (process {owner})")
        time.sleep(0.05)


def _locked(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _read(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CannotRun(f"{path}: cannot be read: {error}") from error
    return {str(name): str(value) for name, value in content.items()}


def _write_private(path: Path, content: Mapping[str, str]) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(dict(content), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
