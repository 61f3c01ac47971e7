"""What a good platform answers: token, then module, then OCPI's own refusals."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from entrypoints.sandbox.connection import Connection
from entrypoints.sandbox.handshake import Handshake
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.parties import UNROUTED, Profile
from entrypoints.sandbox.receiver import Receiver
from entrypoints.sandbox.reply import Refused, Reply, refused, success
from entrypoints.sandbox.routing import routing_headers
from entrypoints.sandbox.sender import Sender
from entrypoints.sandbox.wire import presented_token

_OPEN_TO_INVITED = frozenset({"versions", "details", "credentials"})


@dataclass
class Answering:
    """Objects are changed one request at a time, in the order that `applied` tells afterwards."""

    connection: Connection
    profile: Callable[[], Profile]
    handshake: Handshake
    receiver: Receiver
    sender: Sender
    _applying: threading.Lock = field(default_factory=threading.Lock)
    _places: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def well(self, request: Received) -> tuple[Reply, int]:
        """The answer, and the place of the request among those acted upon; 0: it was not."""
        token = presented_token(request.headers.get("authorization", ""))
        standing = self.connection.standing(token)
        if standing == "UNKNOWN" or (
            standing == "INVITED" and request.module not in _OPEN_TO_INVITED
        ):
            return refused(2000, "unknown token", status=401), 0
        if request.module == "credentials":
            return self._handled(lambda r: self.handshake.answer(r, token, standing), request)
        with self._applying:
            return self._handled(self._module, request)

    def _handled(self, answer: Callable[[Received], Reply], request: Received) -> tuple[Reply, int]:
        try:
            return answer(request), next(self._places)
        except Refused as wrong:
            return wrong.reply, 0
        except ValueError:
            return refused(2000, "not JSON", status=400), 0

    def _module(self, request: Received) -> Reply:
        if request.module in ("versions", "details"):
            return self._published(request)
        if (request.module, request.role) not in self.profile().modules:
            raise Refused(404, 2000, "there is nothing here")
        if request.role == "RECEIVER":
            return self.receiver.answer(request)
        return self.sender.answer(request)

    def _published(self, request: Received) -> Reply:
        if request.method != "GET":
            raise Refused(405, 2000, "only GET")
        if request.module == "versions":
            return success(self.profile().version_list())
        return success(self.profile().details(request.segments[0]))

    def headers(self, request: Received) -> dict[str, str]:
        """The ids that came, and the routing headers turned round (OCPI 2.3.0, message routing)."""
        headers = {"Content-Type": "application/json"}
        for name in ("X-Request-ID", "X-Correlation-ID"):
            if name.lower() in request.headers:
                headers[name] = request.headers[name.lower()]
        if request.module in UNROUTED or not request.module:
            return headers
        answering = request.to if all(request.to) else self.profile().parties[0].id
        return headers | routing_headers(request.from_, answering)
