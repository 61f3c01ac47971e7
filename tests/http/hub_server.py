"""The hub's web application on a real socket, in this process, on stores of its own."""

import atexit
import base64
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from application.delivery import pump as pump_module
from entrypoints import bootstrap
from entrypoints.bootstrap import Container
from entrypoints.sandbox import Answer, HubClient, Platform
from entrypoints.settings import Settings
from entrypoints.web import app_of
from tests.e2e.hub_process import free_port

ADMIN = "the-operator-of-the-tests-and-of-nothing-else"
_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
_POLL_S = 0.01
_DELIVERS_S = 120.0

Headers = Mapping[str, str | None]
_OF_EVERY_REQUEST = frozenset({405, 408, 413, 431, 500})
"""What the server answers before an endpoint is asked, and what is the hub's own fault."""


@dataclass(frozen=True)
class HubServer:
    """`environment` is what a command needs to find the same stores."""

    environment: Mapping[str, str]
    container: Container
    url: str

    def call(
        self,
        method: str,
        path: str,
        *,
        by: HubClient | None = None,
        token: str | None = None,
        headers: Headers | None = None,
        body: Any = None,
    ) -> Answer:
        """A call to the hub API: the operator's, unless `by` a partner or with another `token`."""
        client = by or self._stranger
        if token is None:
            token = by.peer.token if by is not None else ADMIN
        url = f"{self.url}/hub/v1{path}"
        answer = client.call(method, url, token=token, headers=headers, body=body)
        assert is_described(method, path, answer.status), f"{method} {path}: {answer.status}"
        assert not misspelled(answer.message), answer.message
        return answer

    def get(self, path: str, *, by: HubClient | None = None) -> Answer:
        """GET, by the operator unless by a partner."""
        return self.call("GET", path, by=by)

    def register(self, platform: Platform, *roles: str) -> Platform:
        """Invite the platform for its roles, such as `CPO:DE:ABC`, and have it register."""
        answer = self.call("POST", "/partners", body={"name": roles[0], "roles": _roles(roles)})
        platform.hub.register(answer.data["versions_url"], answer.data["token"])
        platform.clear()
        return platform

    def pump(self, seconds: float = 1.0) -> bool:
        """Send what is due, and end as soon as it is sent; whether there is more to do."""
        with patch.multiple(pump_module, _IDLE_S=0.0, _LOOK_S=0.01):
            return self.container.hub.pump.run(seconds=seconds)

    def deliver(self) -> None:
        """Publish what is not yet, and send what is due."""
        self.container.hub.sweep.publisher.sweep(older_than_s=-1)
        ends = time.monotonic() + _DELIVERS_S
        while self.pump() and time.monotonic() < ends:
            pass

    def herald(self) -> None:
        """Deliver, then tell subscribers what became of CDRs."""
        self.deliver()
        self.container.hub.sweep.cdr_events.sweep()
        self.deliver()

    @property
    def _stranger(self) -> HubClient:
        return Platform([("OTHER", "NL", "TST", "")]).hub


@contextmanager
def hub_server(
    mongo_url: str, database_name: str, redis_url: str, **further: str
) -> Iterator[HubServer]:
    """A hub on stores that are made ready for it, that serves until the end of the block."""
    environment = environment_of(mongo_url, database_name, redis_url) | further
    bootstrap.prepare_stores(Settings.read(environment))
    with serving(environment) as running:
        yield running


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[HubServer]:
    """A hub that serves until the end of the block; the caller has made its stores ready."""
    settings = Settings.read(environment)
    container = bootstrap.build(settings)
    server = make_server("127.0.0.1", settings.port, app_of(container), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,))
    thread.start()
    try:
        yield HubServer(environment, container, settings.public_url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        container.hub.pump.close()
        container.tally.close()
        container.close()


def environment_of(mongo_url: str, database_name: str, redis_url: str) -> dict[str, str]:
    """Settings of a hub on these stores."""
    place = urlsplit(mongo_url)
    port = free_port()
    return {
        "HUB_BIND": f"127.0.0.1:{port}",
        "HUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HUB_MONGO_URL": place._replace(path=f"/{database_name}").geturl(),
        "HUB_REDIS_URL": redis_url,
        "HUB_SECRET_KEYS": _KEY,
        "HUB_TOKEN_PEPPER": "pepper-of-the-tests",
        "HUB_ADMIN_TOKEN": ADMIN,
        "HUB_ALLOW_PRIVATE_NETWORKS": "1",
        "HUB_LOG_LEVEL": "warning",
        "HUB_DATA_DIR": _folder(),
    }


@cache
def _folder() -> str:
    """What these hubs keep in files: gone with the tests."""
    folder = mkdtemp(prefix="ocpi-hub-tests-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def misspelled(text: str) -> list[str]:
    """Parties that are not written as `DE-ABC`: stores have `DE/ABC`, no answer has."""
    return re.findall(r"(?<![\w/])[A-Z]{2}/[A-Z0-9]{3}(?![\w/])", text)


def is_described(method: str, path: str, status: int) -> bool:
    """Whether the OpenAPI description knows this answer; of what is not in it, all are well."""
    asked = path.partition("?")[0].rstrip("/")
    found = (known for shape, known in _described() if shape.fullmatch(asked))
    item: Mapping[str, Any] = next(found, {})
    operation = item.get(method.lower())
    return operation is None or status in _OF_EVERY_REQUEST or str(status) in operation["responses"]


@cache
def _described() -> list[tuple[re.Pattern[str], Any]]:
    """Every path below /hub/v1 with what can be done there; those without ids come first."""
    raw = files("entrypoints.hub_api").joinpath("openapi.json").read_text()
    paths = sorted(json.loads(raw)["paths"].items(), key=lambda each: each[0].count("{"))
    shape = {path: re.sub("{[a-z_]+}", "[^/]+", path.removeprefix("/hub/v1")) for path, _ in paths}
    return [(re.compile(shape[path]), known) for path, known in paths]


def _roles(texts: tuple[str, ...]) -> list[dict[str, str]]:
    names = ("role", "country_code", "party_id")
    return [dict(zip(names, text.split(":"), strict=True)) for text in texts]
