"""The folder that a process counts its metrics in, made ready before anything is counted."""

from adapters.prometheus import MetricFiles
from entrypoints.folder import CannotRun
from entrypoints.settings import Settings


def begin(settings: Settings) -> None:
    """Begin anew, unless other processes of this machine count already.

    :raises CannotRun: if the folder cannot be used.
    """
    folder = settings.signals.metrics_dir
    try:
        MetricFiles(folder).begin()
    except OSError as error:
        raise CannotRun(f"HUB_METRICS_DIR: {folder} cannot be used: {error.strerror}") from error


def bury(settings: Settings, pid: int) -> None:
    """Keep what a process has counted that is gone, and no file of it."""
    MetricFiles(settings.signals.metrics_dir).bury(pid)
