"""A brake on guessing tokens: an address that was wrong too often is told to wait.

It looks at refusals alone, so it never stands in the way of a token that is good. It is one
process's own, and needs no store.
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MINUTE_S = 60.0
MOST_ADDRESSES = 10_000
_PREFIX_V6 = 64
UNKNOWN_ADDRESS = "unknown"


@dataclass
class Brake:
    """`per_minute` wrong tokens from one address; then one more each time as much has passed."""

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _free_again: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wrong_token(self, address: str | None) -> int:
        """Note one; how many seconds the address has to wait, 0 if it has not been wrong often."""
        return self.note(network_of(address))

    def note(self, place: str) -> int:
        """The same for what is known by another name than an address."""
        now = self.clock()
        cost = MINUTE_S / self.per_minute
        with self._lock:
            ends = max(self._free_again.pop(place, now), now) + cost
            self._free_again[place] = min(ends, now + MINUTE_S + cost)
            if len(self._free_again) > MOST_ADDRESSES:
                self._free_again.popitem(last=False)
        return max(0, math.ceil(ends - now - MINUTE_S))


def network_of(address: str | None) -> str:
    """What counts as one address: of IPv6 the 64 bits that one customer gets."""
    try:
        place = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN_ADDRESS
    if isinstance(place, ipaddress.IPv6Address):
        if place.ipv4_mapped:
            return str(place.ipv4_mapped)
        return str(ipaddress.ip_network((place, _PREFIX_V6), strict=False))
    return str(place)
