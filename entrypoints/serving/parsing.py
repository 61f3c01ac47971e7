"""gunicorn's parser, without what it looks up anew for every request."""

from types import SimpleNamespace
from typing import Any

from gunicorn.http.message import Request

_ASKED = ("is_ssl", "forwarded_allow_networks", "proxy_allow_networks")
"""What the parser asks of gunicorn's settings beside the settings themselves."""


def at_hand(cfg: Any) -> SimpleNamespace:
    """gunicorn's settings as plain attributes: they stay what they are while a process lives."""
    found = {name: getattr(cfg, name) for name in cfg.settings}
    return SimpleNamespace(**found, **{name: getattr(cfg, name) for name in _ASKED})


class ParsedRequest(Request):  # type: ignore[misc]
    """gunicorn's own, which looks the peer up only where its headers could move a request."""

    def _peer_trusted_for_forwarded(self) -> tuple[Any, Any]:
        if self.cfg.secure_scheme_headers or self.cfg.forwarder_headers:
            return tuple(super()._peer_trusted_for_forwarded())
        return {}, []
