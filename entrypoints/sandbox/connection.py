"""The credentials tokens and endpoints of one OCPI connection, seen from the platform's side.

Tokens that the platform handed out (A, B, C) let the hub in; the peer's token is for calling it.
"""

import json
import os
import secrets
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from entrypoints.sandbox.wire import Document

Standing = Literal["INVITED", "REGISTERED", "UNKNOWN"]


@dataclass(frozen=True)
class Endpoint:
    identifier: str
    role: str
    url: str


@dataclass(frozen=True)
class Peer:
    """The other side, once registered."""

    token: str
    versions_url: str
    version: str
    endpoints: tuple[Endpoint, ...]
    roles: tuple[Document, ...] = ()
    hub_party_id: str = ""

    def url(self, module: str, role: str) -> str:
        """:raises LookupError: if the peer's version details list no such endpoint."""
        for endpoint in self.endpoints:
            fits = module == "credentials" or endpoint.role == role
            if endpoint.identifier == module and fits:
                return endpoint.url
        raise LookupError(f"the peer's version details list no {role} {module}")


@dataclass
class _Tokens:
    invitations: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    fresh: str = ""
    """An accepted token that ends all others as soon as it is used."""


class Connection:
    """Who may call, and how to call. Safe for threads; written to `file` at every change."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._tokens = _Tokens()
        self._peer: Peer | None = None
        self.port = 0
        self.told_url = ""
        """The versions URL that the peer was told last; empty before any registration."""
        if file is not None and file.exists():
            self._load(json.loads(file.read_text()))

    @property
    def peer(self) -> Peer | None:
        with self._lock:
            return self._peer

    def standing(self, token: str) -> Standing:
        """What the bearer of `token` is. The first use of a renewed token ends the old one."""
        with self._lock:
            if token and token == self._tokens.fresh:
                self.settle(token)
            if token in self._tokens.accepted:
                return "REGISTERED"
            return "INVITED" if token in self._tokens.invitations else "UNKNOWN"

    def invite(self) -> str:
        """A new token A."""
        with self._lock:
            token = new_token()
            self._tokens.invitations.append(token)
            self._save()
            return token

    def admit(self, token: str) -> None:
        """Accept `token` besides those that are accepted already."""
        with self._lock:
            self._tokens.accepted.append(token)
            self._save()

    def replace_upon_use(self, token: str) -> None:
        with self._lock:
            self._tokens.fresh = token
            self.admit(token)

    def settle(self, token: str) -> None:
        """Accept `token` and no other."""
        with self._lock:
            self._tokens = _Tokens(self._tokens.invitations, [token])
            self._save()

    def withdraw(self, token: str) -> None:
        """Accept `token` no longer, invitation or not."""
        with self._lock:
            for tokens in (self._tokens.accepted, self._tokens.invitations):
                if token in tokens:
                    tokens.remove(token)
            self._save()

    def registered(self, peer: Peer, *, told_url: str) -> None:
        with self._lock:
            self._peer, self.told_url = peer, told_url
            self._save()

    def forget(self) -> None:
        """Unregistered: no token is accepted any more, but open invitations."""
        with self._lock:
            self._tokens = _Tokens(self._tokens.invitations)
            self._peer, self.told_url = None, ""
            self._save()

    def remember_port(self, port: int) -> None:
        with self._lock:
            if port != self.port:
                self.port = port
                self._save()

    def _load(self, kept: Any) -> None:
        self._tokens = _Tokens(**kept["tokens"])
        self.port, self.told_url = kept["port"], kept["told_url"]
        if kept["peer"]:
            endpoints = tuple(Endpoint(**endpoint) for endpoint in kept["peer"].pop("endpoints"))
            roles = tuple(kept["peer"].pop("roles"))
            self._peer = Peer(**kept["peer"], endpoints=endpoints, roles=roles)

    def _save(self) -> None:
        if self._file is None:
            return
        kept = {
            "tokens": asdict(self._tokens),
            "port": self.port,
            "told_url": self.told_url,
            "peer": asdict(self._peer) if self._peer else None,
        }
        new = self._file.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            json.dump(kept, out, indent=1)
        new.replace(self._file)


def new_token() -> str:
    return secrets.token_urlsafe(32)
