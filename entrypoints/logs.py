"""Log lines of every process of the hub: one line each, on stderr, with the time in UTC.

What is logged are names and reasons, never a header, a body or a URL's query: they may be secret.
"""

import logging
import time

_FORMAT = "%(asctime)sZ %(levelname)s %(name)s %(message)s"


def to_stderr(level: str) -> None:
    """Log from this level on. Libraries that log what they send or receive say only what failed."""
    handler = logging.StreamHandler()
    formatter = logging.Formatter(_FORMAT, datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("urllib3", "requests", "pymongo", "rq"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
