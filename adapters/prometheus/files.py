"""The folder that all processes of one machine count in: one file for each kind and process.

A process that is gone leaves its counts: they are added to those of other gone ones, so that a
total never shrinks and the files do not grow in number. The first process of a start begins anew.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

_PAST = "past"
_LOCK = ".lock"


@dataclass(frozen=True)
class MetricFiles:
    """`folder` is one machine's: process ids tell the files apart."""

    folder: Path

    def begin(self) -> None:
        """Make the folder ready for a process that starts. Safe to repeat, beside others at work.

        :raises OSError: if the folder cannot be made or written to.
        """
        with self._locked(fcntl.LOCK_EX):
            files = self._files()
            gone = [file for file in files if not _is_alive(_owner(file))]
            if len(gone) == len(files):
                for file in files:
                    file.unlink()
                return
            self._add_to_past([file for file in gone if _owner(file) != _PAST])

    def bury(self, pid: int) -> None:
        """A process has ended: its counts stay, its file goes."""
        with self._locked(fcntl.LOCK_EX):
            self._add_to_past([file for file in self._files() if _owner(file) == str(pid)])

    @contextmanager
    def reading(self) -> Iterator[str]:
        """The folder, in which no file comes or goes meanwhile."""
        with self._locked(fcntl.LOCK_SH):
            yield str(self.folder)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.db"))

    def _add_to_past(self, files: list[Path]) -> None:
        for file in files:
            kind = file.stem.rpartition("_")[0]
            past = MmapedDict(str(file.with_name(f"{kind}_{_PAST}.db")))
            try:
                for key, value, moment, _ in MmapedDict.read_all_values_from_file(str(file)):
                    held = past.read_value(key)[0]
                    is_mark = kind.startswith("gauge")
                    past.write_value(key, max(held, value) if is_mark else held + value, moment)
            finally:
                past.close()
            file.unlink()

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("ab") as lock:
            fcntl.flock(lock, how)
            yield


def _owner(file: Path) -> str:
    """The process id in its name, or that it is of all that are gone."""
    return file.stem.rpartition("_")[2]


def _is_alive(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
