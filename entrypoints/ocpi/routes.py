"""THE TABLE of OCPI endpoints: one line each. Version details are read off it.

`interface` None marks the configuration modules, which have no routing headers (R-2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from application.hub import Hub
from application.modules import MODULES
from domain.partners.party import Interface
from entrypoints.ocpi import cdrs, commands, handlers, sessions, versions
from entrypoints.ocpi.authorize import authorize
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.relaying import relay_any
from entrypoints.ocpi.replies import Reply, of_value

Handler = Callable[[Hub, OcpiCall], Reply]
SENDER, RECEIVER = Interface.SENDER, Interface.RECEIVER

_ONE = "/<object_id>"
_OWNED = "/<country_code>/<party_id>/<object_id>"
_PARTS = ("", "/<evse_uid>", "/<evse_uid>/<connector_id>")

LIST = ("",)
_ANYTHING = ("", "/<path:rest>")
OWNED = (_OWNED,)
COMMAND = ("/<command>",)
CALLBACK = ("/<command>/<command_id>",)
PROFILE = ("/<session_id>",)
PROFILE_CALLBACK = ("/callback/<command_id>",)
AUTHORIZE = (_ONE + "/authorize", _OWNED + "/authorize")
"""The second one is not OCPI's: some send it all the same."""
PREFERENCES = (_ONE + "/charging_preferences",)
LOCATION = tuple(_ONE + part for part in _PARTS)
OWNED_LOCATION = tuple(_OWNED + part for part in _PARTS)


class Body(Enum):
    """What a request's body has to be; GET and DELETE have none."""

    JSON = "json"
    JSON_OR_EMPTY = "json or empty"
    AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Route:
    """One endpoint: method, interface, module, the paths below the module's URL, handler.

    `by_id`: the hub made its URL, and who is addressed follows from the id in it.
    """

    method: str
    interface: Interface | None
    module: str
    paths: tuple[str, ...]
    handler: Handler
    body: Body = Body.JSON
    by_id: bool = False

    @property
    def is_routed(self) -> bool:
        """Whether its requests carry routing headers (R-1, R-2)."""
        is_own = self.module in MODULES and not MODULES[self.module].is_routed
        return self.interface is not None and not is_own

    def is_parsed(self, body: bytes) -> bool:
        """Whether this body is to be read as JSON."""
        if self.method not in ("POST", "PUT", "PATCH") or self.body is Body.AS_IT_IS:
            return False
        return bool(body) or self.body is Body.JSON

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


def _get_details(hub: Hub, call: OcpiCall) -> Reply:
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
    Route("GET", SENDER, "tariffs", LIST, handlers.list_objects),
    Route("GET", RECEIVER, "tariffs", OWNED, handlers.get_own_object),
    Route("PUT", RECEIVER, "tariffs", OWNED, handlers.push_object),
    Route("DELETE", RECEIVER, "tariffs", OWNED, handlers.delete_object),
    Route("GET", SENDER, "tokens", LIST, handlers.list_objects),
    Route("POST", SENDER, "tokens", AUTHORIZE, authorize, Body.JSON_OR_EMPTY),
    Route("GET", RECEIVER, "tokens", OWNED, handlers.get_own_object),
    Route("PUT", RECEIVER, "tokens", OWNED, handlers.push_object),
    Route("PATCH", RECEIVER, "tokens", OWNED, handlers.push_object),
    Route("POST", RECEIVER, "commands", COMMAND, commands.send_command, Body.AS_IT_IS),
    Route("POST", SENDER, "commands", CALLBACK, commands.take_result, by_id=True),
    Route("GET", RECEIVER, "chargingprofiles", PROFILE, commands.send_profile),
    Route("PUT", RECEIVER, "chargingprofiles", PROFILE, commands.send_profile),
    Route("DELETE", RECEIVER, "chargingprofiles", PROFILE, commands.send_profile),
    Route("PUT", SENDER, "chargingprofiles", PROFILE, commands.push_active_profile),
    Route("POST", SENDER, "chargingprofiles", PROFILE_CALLBACK, commands.take_result, by_id=True),
    Route("GET", SENDER, "sessions", LIST, sessions.list_sessions),
    Route("PUT", SENDER, "sessions", PREFERENCES, sessions.put_preferences),
    Route("GET", RECEIVER, "sessions", OWNED, handlers.get_own_object),
    Route("PUT", RECEIVER, "sessions", OWNED, sessions.push_session),
    Route("PATCH", RECEIVER, "sessions", OWNED, sessions.push_session),
    Route("GET", SENDER, "cdrs", LIST, handlers.list_objects),
    Route("POST", RECEIVER, "cdrs", LIST, cdrs.post_cdr),
    Route("GET", RECEIVER, "cdrs", (_ONE,), cdrs.get_cdr, by_id=True),
    Route("GET", SENDER, "hubclientinfo", LIST, handlers.list_client_infos),
)

MOUNTED = tuple(
    dict.fromkeys(
        (route.module, route.interface)
        for route in ROUTES
        if route.module not in ("versions", "details")
    )
)
"""(module, interface) of everything that partners find in the version details."""

ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""What a custom module may use."""

CUSTOM = tuple(
    Route(method, interface, "<custom_module:module>", _ANYTHING, relay_any, Body.AS_IT_IS)
    for interface in Interface
    for method in ANY_METHOD
)
"""Modules that the hub knows nothing of: passed on, and listed nowhere (T-EXT-3)."""
