"""The file itself: a gzipped tar for its owner alone, whole or not there."""

import io
import os
import tarfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from entrypoints.folder import CannotRun


def write_archive(path: Path, members: Mapping[str, bytes], *, at: datetime) -> int:
    """Write a new file with these members; how many bytes it has.

    :raises CannotRun: if there is such a file, or if it cannot be written: then none is left.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotRun(f"{path}: cannot be made: {error.strerror}") from error
    folder = path.name.strip(".").partition(".")[0] or "bundle"
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write(file, folder, members, at)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CannotRun(f"{path}: cannot be written: {error.strerror}") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(
    file: io.BufferedWriter, folder: str, members: Mapping[str, bytes], at: datetime
) -> None:
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mode, entry.mtime = len(content), 0o600, int(at.timestamp())
            archive.addfile(entry, io.BytesIO(content))
