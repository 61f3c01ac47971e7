"""Versions and version details, read off the routes: what is listed is what is mounted.

OCPI 2.3.0, version information endpoint.
"""

from collections.abc import Iterable
from functools import cache

from adapters.ocpi import exact_json
from application.hub import Hub
from domain.documents import JsonValue
from domain.partners.party import Interface
from entrypoints.ocpi.calls import OcpiCall
from entrypoints.ocpi.replies import Reply


def list_versions(hub: Hub, call: OcpiCall) -> Reply:
    """GET versions: every version that the hub speaks."""
    return Reply(data=_listed(call.version, call.base_url))


@cache
def _listed(version: str, url: str) -> bytes:
    """The same for every caller."""
    return exact_json.dump([{"version": version, "url": url}])


def version_details(
    mounted: Iterable[tuple[str, Interface | None]], *, version: str, base_url: str
) -> JsonValue:
    """The details of a version: `mounted` has (module, interface), None for credentials (V-3)."""
    endpoints: list[JsonValue] = []
    for module, interface in mounted:
        role = interface or Interface.SENDER
        place = f"{role.value.lower()}/{module}" if interface is not None else module
        endpoints.append({"identifier": module, "role": role.value, "url": f"{base_url}/{place}"})
    return {"version": version, "endpoints": endpoints}
