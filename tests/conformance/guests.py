"""Platforms that join a running hub for one test, and leave after it."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from domain.errors import HubError
from entrypoints.sandbox import Platform
from tests.conformance.running import RunningHub

Join = Callable[..., Platform]


@dataclass
class Guests:
    """Platforms that join for one test, and leave after it."""

    hub: RunningHub
    stack: ExitStack
    there: list[Platform] = field(default_factory=list)

    def join(self, *roles: str, registered: bool = True, **options: Any) -> Platform:
        """A platform with these roles: `CPO` gets a free party, `EMSP:SE:E2E` names its own.

        `options` are Platform's. Not `registered`: it only listens.
        """
        written = [self._written(role) for role in roles]
        own = [(*role.split(":"), f"Guest {role}") for role in written]
        guest = self.stack.enter_context(Platform(own, **options))  # type: ignore[arg-type]
        self.there.append(guest)
        if registered:
            hub_party = options.get("hub_party_id", "")
            token = self.hub.invited(*written, hub_party=hub_party)
            guest.hub.register(self.hub.versions_url, token)
        return guest

    def leave(self) -> None:
        """Unregister those that are registered still, and free the parties of all."""
        for guest in self.there:
            if guest.connection.peer is not None:
                guest.hub.unregister()
            with suppress(HubError):
                self.hub.release(guest.profile.parties[0].id)

    def _written(self, role: str) -> str:
        return role if ":" in role else ":".join((role, *self.hub.free_party()))
