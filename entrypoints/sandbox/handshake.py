"""The platform's credentials endpoint: how a hub registers AT it (OCPI 2.3.0, credentials)."""

from collections.abc import Callable
from dataclasses import dataclass

from entrypoints.sandbox.caller import Caller, Unusable
from entrypoints.sandbox.client import told
from entrypoints.sandbox.connection import Connection, Peer, Standing, new_token
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.parties import Profile
from entrypoints.sandbox.reply import Refused, Reply, success
from entrypoints.sandbox.wire import Document


@dataclass(frozen=True)
class Handshake:
    connection: Connection
    caller: Caller
    profile: Callable[[], Profile]

    def answer(self, request: Received, token: str, standing: Standing) -> Reply:
        """What the bearer of `token` gets. While POST and PUT are open the peer is called back.

        :raises Refused: in OCPI terms; nothing has changed then.
        """
        if request.method == "GET":
            return success(self.profile().credentials(token))
        match request.method, standing:
            case "POST", "INVITED":
                return self._register(request, token)
            case "PUT", "REGISTERED":
                return self._renew(request)
            case "DELETE", "REGISTERED":
                self.connection.forget()
                return success()
        raise Refused(405, 2000, f"{request.method} does not fit: {standing.lower()}")

    def _register(self, request: Received, token_a: str) -> Reply:
        peer = self._called_back(request)
        token_c = new_token()
        mine = self.profile().credentials(token_c)
        self.connection.settle(token_c)
        self.connection.withdraw(token_a)
        self.connection.registered(peer, told_url=mine["url"])
        return success(mine, status=201)

    def _renew(self, request: Received) -> Reply:
        peer = self._called_back(request)
        token_c = new_token()
        mine = self.profile().credentials(token_c)
        self.connection.replace_upon_use(token_c)
        self.connection.registered(peer, told_url=mine["url"])
        return success(mine)

    def _called_back(self, request: Received) -> Peer:
        """The peer, after its versions and details were read with the token that it sent."""
        offered = _checked(request)
        (version,) = request.segments
        try:
            versions = self.caller.versions(offered["url"], offered["token"])
            if version not in versions:
                raise Refused(200, 3002, f"your versions do not list {version}")
            endpoints = self.caller.details(versions[version], offered["token"])
        except Unusable as wrong:
            raise Refused(200, 3001, str(wrong)) from wrong
        return told(offered, version=version, endpoints=endpoints)


def _checked(request: Received) -> Document:
    body = request.json()
    complete = isinstance(body, dict) and all(body.get(key) for key in ("token", "url", "roles"))
    if not complete:
        raise Refused(200, 2001, "token, url and roles are required")
    return dict(body)
