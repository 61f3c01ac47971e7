"""Log lines of every process of the hub: one line each, on stderr, with the time in UTC.

What is logged are names and reasons, never a header, a body or a URL's query: they may be secret.
"""

import logging
import time

_OURS = ("domain", "application", "adapters", "entrypoints")
_FORMAT = "%(asctime)sZ %(levelname)s %(name)s %(message)s"


def to_stderr(level: str) -> None:
    """Log from this level on. Libraries that log what they send or receive say only what failed."""
    handler = logging.StreamHandler()
    formatter = logging.Formatter(_FORMAT, datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(_is_ours_or_a_warning)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _is_ours_or_a_warning(record: logging.LogRecord) -> bool:
    """Libraries tell at debug what they send: URLs with ids, commands, jobs with their keys."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OURS
