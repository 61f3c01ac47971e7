"""The platform calling the hub: registration as OCPI's Sender, pushes, pulls, callbacks.

Every URL comes from the hub's version details, never from knowledge of the hub.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from entrypoints.sandbox.caller import Caller, Unusable
from entrypoints.sandbox.connection import Connection, Peer, new_token
from entrypoints.sandbox.parties import UNROUTED, Profile
from entrypoints.sandbox.routing import (
    OMITTED,
    PartyId,
    Query,
    located,
    next_page,
    routing_headers,
)
from entrypoints.sandbox.wire import Answer, Document

Headers = Mapping[str, str | None]


class RegistrationRefused(Exception):
    """The hub did not answer a credentials request with success; `answer` is what it said."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}, {answer.code}: {answer.message}")
        self.answer = answer


@dataclass
class HubClient:
    """`profile` gives what the platform publishes now: parties, versions URL."""

    connection: Connection
    caller: Caller
    profile: Callable[[], Profile]

    # Credentials

    def register(self, versions_url: str, token_a: str, *, version: str = "") -> Answer:
        """The whole handshake: versions, details, POST with a token B that is good already.

        `version`: by default the highest that both sides have.

        :raises RegistrationRefused: if the hub refuses; token B is void then.
        :raises Unusable: if the hub's versions or details cannot be read.
        """
        offered = self.caller.versions(versions_url, token_a)
        version = version or self._highest(offered)
        endpoints = self.caller.details(offered[version], token_a)
        hub = Peer(token_a, versions_url, version, endpoints)
        return self._exchange_tokens("POST", hub)

    def _highest(self, offered: Mapping[str, str]) -> str:
        mutual = [version for version in self.profile().versions if version in offered]
        if not mutual:
            raise Unusable(f"no version in common; theirs are {', '.join(offered) or 'none'}")
        return max(mutual, key=lambda version: [int(part) for part in version.split(".")])

    def rotate(self) -> Answer:
        """PUT: new tokens both ways, roles and endpoints told anew. :raises RegistrationRefused:"""
        answer = self._exchange_tokens("PUT", self.peer)
        self.refresh()
        return answer

    def _exchange_tokens(self, method: str, hub: Peer) -> Answer:
        token_b = new_token()
        self.connection.admit(token_b)
        mine = self.profile().credentials(token_b)
        answer = self.call(method, hub.url("credentials", "SENDER"), token=hub.token, body=mine)
        if not answer.ok:
            self.connection.withdraw(token_b)
            raise RegistrationRefused(answer)
        self.connection.settle(token_b)
        theirs = told(answer.data, version=hub.version, endpoints=hub.endpoints)
        self.connection.registered(theirs, told_url=mine["url"])
        return answer

    def refresh(self) -> None:
        """Read the hub's versions and details again, and use what they say from now on."""
        hub = self.peer
        offered = self.caller.versions(hub.versions_url, hub.token)
        endpoints = self.caller.details(offered[hub.version], hub.token)
        renewed = replace(hub, endpoints=endpoints)
        self.connection.registered(renewed, told_url=self.connection.told_url)

    def unregister(self) -> Answer:
        """DELETE. Tokens are forgotten only if the hub agreed."""
        answer = self.call("DELETE", self.peer.url("credentials", "SENDER"), token=self.peer.token)
        if answer.ok:
            self.connection.forget()
        return answer

    def credentials(self) -> Answer:
        return self.call("GET", self.peer.url("credentials", "SENDER"), token=self.peer.token)

    @property
    def peer(self) -> Peer:
        """The hub as it is registered. :raises LookupError: if it is not."""
        if self.connection.peer is None:
            raise LookupError("this platform is not registered with a hub")
        return self.connection.peer

    @property
    def hub_party(self) -> PartyId:
        """The hub's own party, for TO: a push to it is broadcast, a list from it is GET ALL."""
        return self.peer.hub_party_id[:2], self.peer.hub_party_id[2:]

    # Modules

    def push(
        self,
        method: str,
        module: str,
        segments: Sequence[str],
        body: Any = None,
        *,
        to: PartyId | None = None,
        from_: PartyId | None = None,
        headers: Headers | None = None,
        query: Query = "",
        role: str = "RECEIVER",
    ) -> Answer:
        """Send an object, a change of one, or a command. `segments` are plain, not encoded.

        `to` None: open routing. `from_` None: the platform's first party.
        """
        url = self.url(module, role, segments, query)
        routed = self._routing(module, to, from_) | dict(headers or {})
        return self.call(method, url, token=self.peer.token, headers=routed, body=body)

    def get(
        self,
        module: str,
        segments: Sequence[str] = (),
        query: Query = "",
        *,
        to: PartyId | None = None,
        from_: PartyId | None = None,
        headers: Headers | None = None,
        role: str = "SENDER",
    ) -> Answer:
        url = self.url(module, role, segments, query)
        routed = self._routing(module, to, from_) | dict(headers or {})
        return self.call("GET", url, token=self.peer.token, headers=routed)

    def pages(
        self,
        module: str,
        query: Query = "",
        *,
        to: PartyId | None = None,
        from_: PartyId | None = None,
    ) -> Iterator[Answer]:
        """A list page by page, following Link until there is none."""
        routed = self._routing(module, to, from_)
        url = self.url(module, "SENDER", (), query)
        while url:
            page = self.call("GET", url, token=self.peer.token, headers=routed)
            yield page
            url = next_page(page)

    def objects(
        self, module: str, query: Query = "", *, to: PartyId | None = None
    ) -> list[Document]:
        """All objects of a list. :raises ValueError: if a page is anything but success."""
        found: list[Document] = []
        for page in self.pages(module, query, to=to):
            if not page.ok:
                raise ValueError(f"GET {module}: HTTP {page.status}, {page.code} {page.message}")
            found += page.data
        return found

    def callback(
        self,
        url: str,
        result: Document,
        *,
        to: PartyId | None = None,
        from_: PartyId | None = None,
    ) -> Answer:
        """POST a CommandResult, or a result of charging profiles, to the `response_url` given."""
        routed = self._routing("commands", to, from_)
        return self.call("POST", url, token=self.peer.token, headers=routed, body=result)

    def url(self, module: str, role: str, segments: Sequence[str] = (), query: Query = "") -> str:
        """The hub's URL for it. :raises LookupError: if the hub does not offer that interface."""
        return located(self.peer.url(module, role), tuple(segments), query)

    def call(
        self,
        method: str,
        url: str,
        *,
        token: str = "",
        headers: Headers | None = None,
        body: Any = None,
        timeout: float | None = None,
    ) -> Answer:
        """Any request, also a wrong one: see Caller.call."""
        return self.caller.call(
            method, url, token=token, headers=headers, body=body, timeout=timeout
        )

    def _routing(
        self, module: str, to: PartyId | None, from_: PartyId | None
    ) -> dict[str, str | None]:
        if module in UNROUTED:
            return {}
        return dict(routing_headers(to or OMITTED, from_ or self.profile().parties[0].id))


def told(credentials: Document, *, version: str, endpoints: tuple[Any, ...]) -> Peer:
    """The peer that a Credentials object describes."""
    return Peer(
        credentials["token"],
        credentials["url"],
        version,
        endpoints,
        tuple(credentials["roles"]),
        credentials.get("hub_party_id") or "",
    )
