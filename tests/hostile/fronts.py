"""What stands in front of a partner's OCPI, and answers in its place: over a real socket."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.lanes import Breaker
from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer, hub_server

Answer = tuple[int, str, bytes]
"""HTTP status, content type, body."""


class Front:
    """A server in front of the partner's locations: it answers by itself what `refuses` says."""

    def __init__(self) -> None:
        self.refuses: Callable[[str], Answer | None] = lambda _: None
        self.asked: list[str] = []
        self.lock = Lock()

    def answer(self, path: str) -> Answer:
        name = path.rpartition("/")[2]
        with self.lock:
            self.asked.append(name)
        good = {"status_code": 1000, "timestamp": "2026-11-28T00:00:00Z"}
        return self.refuses(name) or (200, "application/json", json.dumps(good).encode())


@contextmanager
def standing(front: Front) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, body = front.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/locations"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Scene:
    """A CPO, and an eMSP whose locations are behind the front."""

    def __init__(self, hub: HubServer, cpo: Platform, front: Front, lane: LaneId) -> None:
        self.hub, self.cpo, self.front, self.lane = hub, cpo, front, lane

    def push(self, *names: str) -> None:
        for name in names:
            body = location(id=name)
            assert self.hub.call("PUT", f"/locations/{name}", by=self.cpo.hub, body=body).ok

    def owed(self) -> dict[str, tuple[str, str]]:
        """By object: the delivery's state and the reason of its last attempt."""
        shown = self.hub.get("/deliveries?limit=100").data
        return {
            each["object"]["id"]: (each["state"], (each["last"] or {}).get("reason", ""))
            for each in shown
        }

    def breaker(self) -> Breaker:
        return self.hub.container.hub.delivery_overview.health()[self.lane].breaker


@contextmanager
def a_scene(mongo_url: str, database_name: str, redis_url: str) -> Iterator[Scene]:
    """A hub in this process, and its stores of its own."""
    front = Front()
    with (
        hub_server(mongo_url, database_name, redis_url) as hub,
        Platform([("CPO", "DE", "ABC", "ABC Charging")]) as cpo,
        Platform([("EMSP", "NL", "MS1", "Mobility One")]) as msp,
        standing(front) as url,
    ):
        hub.register(cpo, "CPO:DE:ABC")
        hub.register(msp, "EMSP:NL:MS1")
        partners = hub.container.hub.sweep.cdr_obligations.directories.partners
        partner = partners.get(_partner_id(hub))
        ends = tuple(
            replace(each, url=url) if each.identifier == "locations" else each
            for each in partner.endpoints
        )
        partners.save(replace(partner, endpoints=ends))
        hub.deliver()
        yield Scene(hub, cpo, front, LaneId(_partner_id(hub), DeliveryClass.STATE))


def _partner_id(hub: HubServer) -> str:
    return str(hub.get("/partners/NL-MS1").data["id"])
