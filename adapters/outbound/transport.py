"""requests' transport with guarded connections.

A transport adapter is all of requests that the hub uses: the sessions above it follow redirects,
keep cookies and read proxies from the environment, and none of that can be had here.
"""

import logging
import ssl
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from adapters.outbound.connections import GuardedPool, GuardedTlsPool

# It logs headers that it cannot parse, in the peer's words.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)


def public_authorities() -> ssl.SSLContext:
    """Trust in the certificate authorities that requests trusts; tens of milliseconds to make."""
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


class GuardedTransport(HTTPAdapter):
    """Sends prepared requests word for word and hands the answer back unread; retries nothing."""

    def __init__(self, *, trust: ssl.SSLContext, pool_connections: int, pool_maxsize: int) -> None:
        self._trust = trust
        super().__init__(pool_connections=pool_connections, pool_maxsize=pool_maxsize)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        super().init_poolmanager(
            connections, maxsize, block, ssl_context=self._trust, **pool_kwargs
        )
        # Replaced, not written into: the dictionary is urllib3's own, shared by every client.
        pools: Any = {"http": GuardedPool, "https": GuardedTlsPool}
        self.poolmanager.pool_classes_by_scheme = pools

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """requests would load its authorities again for each connection; `trust` has them."""
        conn.cert_reqs = "CERT_REQUIRED"

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Without the cookies and the guess at an encoding that requests would read from it."""
        response = Response()
        response.status_code = resp.status
        response.raw = resp
        return response


def prepared(method: str, url: str, headers: dict[str, str], body: bytes | None) -> PreparedRequest:
    """The request as it stands: requests' own preparation would rewrite its path (T-HTTP-6)."""
    request = PreparedRequest()
    request.method = method
    request.url = url
    request.headers = CaseInsensitiveDict(headers)
    request.body = body
    return request
