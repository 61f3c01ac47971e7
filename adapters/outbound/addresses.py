"""Which URLs and addresses the hub may call.

Partners write the URLs; without this they could make the hub call its own neighbours or the
metadata service of its cloud.
"""

from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_network
from urllib.parse import urlsplit

from ssrfguard import DEFAULT_DENIED, AddressTable, Block, Policy, Reach

_HTTP, _HTTPS = 80, 443

_FOR_DEVELOPMENT = {
    ip_network(network)
    for network in (
        "127.0.0.0/8",
        "::1/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
    )
}

# A public address in one cloud, and private ones that `_FOR_DEVELOPMENT` would open in two others.
_METADATA = tuple(
    Block(network=ip_network(network), name="Cloud metadata", rfc="vendor", reach=Reach.DENIED)
    for network in ("168.63.129.16/32", "fd20:ce::254/128", "fd00:42::42/128")
)

_PUBLIC_ONLY = AddressTable(DEFAULT_DENIED.blocks + _METADATA)

# Not the guard's `allowed_networks`, which would win over the metadata addresses inside them.
_WITH_PRIVATE = AddressTable(
    tuple(
        replace(block, reach=Reach.PERMITTED) if block.network in _FOR_DEVELOPMENT else block
        for block in _PUBLIC_ONLY.blocks
    )
)


def policy_for(url: str, *, allow_private_networks: bool) -> Policy:
    """What is held against this URL and the addresses that its host has; any port will do.

    :raises ValueError: if the URL or its port cannot be read.
    """
    return _policy(urlsplit(url).port or _HTTPS, allow_private_networks)


@lru_cache(maxsize=256)
def _policy(port: int, allow_private_networks: bool) -> Policy:
    return Policy(
        allowed_schemes=frozenset({"https", "http"} if allow_private_networks else {"https"}),
        allowed_ports=frozenset({_HTTP, _HTTPS, port}),
        denied_networks=_WITH_PRIVATE if allow_private_networks else _PUBLIC_ONLY,
    )
