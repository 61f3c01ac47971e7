"""A hub as its users start it, in an empty folder, and platforms that register there."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from entrypoints.sandbox import Platform
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import HubProcess, free_port


@contextmanager
def fresh_hub(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[RunningHub]:
    """Nothing of it runs afterwards."""
    given = {"HUB_ALLOW_PRIVATE_NETWORKS": "1", **(settings or {})}
    hub = RunningHub(HubProcess(folder, free_port(), given).start())
    try:
        yield hub
    finally:
        hub.close()


@contextmanager
def registered(hub: RunningHub, *roles: str) -> Iterator[list[Platform]]:
    """A platform for each role (`CPO:DE:ABC`), registered by invitation."""
    with ExitStack() as stack:
        platforms = []
        for role in roles:
            name, country_code, party_id = role.split(":")
            own = (name, country_code, party_id, role)
            platform = stack.enter_context(Platform([own]))
            platform.hub.register(hub.versions_url, hub.invited(role))
            platforms.append(platform)
        yield platforms
