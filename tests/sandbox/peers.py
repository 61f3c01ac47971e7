"""Two sandbox platforms that play hub and partner: what they agree on is OCPI, not the hub."""

from collections.abc import Iterator
from contextlib import contextmanager

from entrypoints.sandbox import Platform

LOC1 = ("DE", "ABC", "LOC1")
EVERYTHING = [
    (module, role)
    for module in ("locations", "sessions", "cdrs", "tariffs", "tokens", "commands")
    for role in ("SENDER", "RECEIVER")
]


@contextmanager
def registered_pair() -> Iterator[tuple[Platform, Platform]]:
    """A CPO that is registered at an eMSP as if that were its hub."""
    cpo = Platform([("CPO", "DE", "ABC", "ABC Charging")])
    hub = Platform(
        [("EMSP", "NL", "MS1", "Mobility One")], modules=EVERYTHING, hub_party_id="NLHUB"
    )
    with cpo, hub:
        cpo.hub.register(hub.versions_url, hub.invite())
        hub.clear()
        cpo.clear()
        yield cpo, hub
