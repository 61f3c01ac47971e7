"""Which address a request comes from: the one place that says so.

It is the peer's. Where the peer is a proxy that the settings trust, it is what that proxy says, in
X-Forwarded-For: the last address in it that is no trusted proxy's. What stands before that address
was written by the caller, and is believed by nothing here.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from wsgiref.types import WSGIEnvironment

UNKNOWN_ADDRESS = "unknown"
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_PREFIX_V6 = 64
_MOST_HOPS = 16
"""Proxies one behind the other; what stands before these is not looked at."""


@dataclass(frozen=True)
class Places:
    """`trusted`: where the proxies are that say where a request comes from."""

    trusted: tuple[Network, ...] = ()

    def of(self, environ: WSGIEnvironment) -> str:
        """The address, or `unknown`: where the peer has none, and where a proxy says none."""
        peer = address_of(environ.get("REMOTE_ADDR", ""))
        if peer is None:
            return UNKNOWN_ADDRESS
        said = environ.get("HTTP_X_FORWARDED_FOR", "") if self._trusts(peer) else ""
        place = peer
        for hop in reversed(said.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:] if said else []):
            found = address_of(_without_port(hop.strip()))
            if found is None:
                return str(place)
            place = found
            if not self._trusts(place):
                break
        return str(place)

    def network_of(self, environ: WSGIEnvironment) -> str:
        """What counts as one address: of IPv6 the 64 bits that one customer gets."""
        place = address_of(self.of(environ))
        if isinstance(place, IPv6Address):
            return str(ip_network((place, _PREFIX_V6), strict=False))
        return UNKNOWN_ADDRESS if place is None else str(place)

    def _trusts(self, place: Address) -> bool:
        return any(place in network for network in self.trusted)


def address_of(text: str) -> Address | None:
    """The address; IPv4 in IPv6 is IPv4. None where the text is none."""
    try:
        place = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(place, IPv6Address) and place.ipv4_mapped) or place


def _without_port(hop: str) -> str:
    """Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
