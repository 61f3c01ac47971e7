"""THE TABLE of OCPI endpoints: one line each. Version details are read off it (design D3).

`interface` None marks the configuration modules, which have no routing headers (R-2).
"""

from collections.abc import Callable
from dataclasses import dataclass

from application.hub import Hub
from domain.party import Interface
from entrypoints.ocpi import handlers, versions
from entrypoints.ocpi.calls import Call
from entrypoints.ocpi.replies import Reply, of_value

Handler = Callable[[Hub, Call], Reply]
SENDER, RECEIVER = Interface.SENDER, Interface.RECEIVER

_ONE = "/<object_id>"
_OWNED = "/<country_code>/<party_id>/<object_id>"
_PARTS = ("", "/<evse_uid>", "/<evse_uid>/<connector_id>")

LIST = ("",)
LOCATION = tuple(_ONE + part for part in _PARTS)
OWNED_LOCATION = tuple(_OWNED + part for part in _PARTS)


@dataclass(frozen=True)
class Route:
    """One endpoint: method, interface, module, the paths below the module's URL, handler."""

    method: str
    interface: Interface | None
    module: str
    paths: tuple[str, ...]
    handler: Handler

    @property
    def prefix(self) -> str:
        """Where its paths are, below `/ocpi`."""
        if self.module == "versions":
            return "/versions"
        if self.module == "details":
            return "/2.3.0"
        if self.interface is None:
            return f"/2.3.0/{self.module}"
        return f"/2.3.0/{self.interface.value.lower()}/{self.module}"


def _get_details(hub: Hub, call: Call) -> Reply:
    """GET version details: the modules of this very table."""
    return of_value(versions.version_details(MOUNTED, version=call.version, base_url=call.base_url))


ROUTES = (
    Route("GET", None, "versions", LIST, versions.list_versions),
    Route("GET", None, "details", LIST, _get_details),
    Route("GET", None, "credentials", LIST, handlers.get_credentials),
    Route("POST", None, "credentials", LIST, handlers.post_credentials),
    Route("PUT", None, "credentials", LIST, handlers.put_credentials),
    Route("DELETE", None, "credentials", LIST, handlers.delete_credentials),
    Route("GET", SENDER, "locations", LIST, handlers.list_objects),
    Route("GET", SENDER, "locations", LOCATION, handlers.get_object),
    Route("GET", RECEIVER, "locations", OWNED_LOCATION, handlers.get_own_object),
    Route("PUT", RECEIVER, "locations", OWNED_LOCATION, handlers.push_object),
    Route("PATCH", RECEIVER, "locations", OWNED_LOCATION, handlers.push_object),
)

MOUNTED = tuple(
    dict.fromkeys(
        (route.module, route.interface)
        for route in ROUTES
        if route.module not in ("versions", "details")
    )
)
"""(module, interface) of everything that partners find in the version details."""
