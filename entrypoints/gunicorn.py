"""How gunicorn serves the hub: threads, since requests wait for stores and partners; no access log,
since URLs may hold secrets; no header that moves a request. Its command line and
GUNICORN_CMD_ARGS win over this."""

import gc
from typing import Any

from entrypoints.counting import bury
from entrypoints.one_core import stay_on_one_core
from entrypoints.serving.log_lines import LogLines
from entrypoints.settings import Settings

_settings = Settings.from_environment()

bind = _settings.bind
worker_class = "entrypoints.serving.worker.WebWorker"
workers = _settings.web_workers
threads = _settings.web_threads
worker_connections = threads + 1000
loglevel = _settings.log_level
accesslog = None
logger_class = LogLines
errorlog = "-"
keepalive = 30
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
graceful_timeout = int(_settings.forward_timeout_s) + 5 + _settings.drain_s
control_socket_disable = True


def child_exit(server: object, worker: Any) -> None:
    """Keep what a web process has counted, and no file of it."""
    bury(_settings, worker.pid)


def post_fork(server: object, worker: object) -> None:
    """Begin a web process."""
    stay_on_one_core()


def post_worker_init(worker: object) -> None:
    """What is there before the first request stays: garbage is not looked for in it again."""
    gc.collect()
    gc.freeze()


def pre_request(worker: object, request: object) -> None:
    """Log nothing: gunicorn itself writes each path to the debug log, and with it tokens' uids."""
