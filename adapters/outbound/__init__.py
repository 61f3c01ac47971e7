"""The hub's only way to the outside, because it calls addresses that others wrote."""

from adapters.outbound.dialing import Dialer
from adapters.outbound.sending import RequestsOutbound

__all__ = ["Dialer", "RequestsOutbound"]
