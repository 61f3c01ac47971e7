"""A span for each request that comes in: begun when its ids are known, ended with its answer.

Health checks and scrapes are none, as in the log.
"""

from collections.abc import Callable
from dataclasses import dataclass

from entrypoints.bootstrap.traced import Begun
from entrypoints.inbound_legs import decision_on
from entrypoints.ocpi.errors import WIRE
from entrypoints.ocpi.exchange import HubRequest

_SPAN = "ocpi_hub.span"
_FAILED = 3000


@dataclass(frozen=True)
class RequestSpans:
    """`begins` is given the correlation id; `noted` is told of each request's end beside."""

    begins: Callable[[str], Begun]
    noted: Callable[[HubRequest, float], None]

    def begin(self, request: HubRequest) -> None:
        """To be called once the request has its ids."""
        request.environ[_SPAN] = self.begins(request.ids.correlation)

    def end(self, request: HubRequest, took_s: float) -> None:
        """It was answered."""
        self.noted(request, took_s)
        reply = request.reply
        if reply is None:
            request.environ[_SPAN].end(None, failed=False)
            return
        caller = getattr(request, "caller", None)
        facts: dict[str, str | int | float | bool] = {
            "http.request.method": request.method,
            "http.response.status_code": reply.status,
            "ocpi.status_code": reply.code,
            "ocpi.surface": "ocpi" if request.wire is WIRE else "hub_api",
            "ocpi.module": request.module,
            "ocpi.decision": decision_on(request, reply)[0],
            "ocpi.request_id": request.ids.request,
            "ocpi.partner": "" if caller is None else str(caller.partner.id),
        }
        request.environ[_SPAN].end(facts, failed=reply.code == _FAILED or reply.status >= 500)
