"""gunicorn's own lines, in the one format that every process of the hub logs in."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from entrypoints import logs
from entrypoints.settings import Settings


class LogLines(Logger):  # type: ignore[misc]
    """What gunicorn asks for a logger; there is no access log of its own."""

    def setup(self, cfg: Any) -> None:
        """Log as the hub does. gunicorn calls this before it forks."""
        settings = Settings.from_environment()
        logs.to_stderr(settings.log_level, settings.signals.log_format)
        self.cfg = cfg
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.NOTSET)
        self.access_log.handlers.clear()
