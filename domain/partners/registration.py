"""The credentials handshake as decisions: what is acceptable, and what follows from it.

OCPI 2.3.0, credentials. No calls are made here: the use case makes them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain import errors
from domain.documents import Document, JsonValue, as_documents
from domain.noted_text import storable
from domain.partners.party import Endpoint, Interface, PartyId, PartyRole, Role

CREDENTIALS = "credentials"
_LONGEST_NAME = 255
_LONGEST_FAULT = 300


Faces = frozenset[tuple[str, Interface]]
"""Modules with an interface, by which an endpoint is told."""


@dataclass(frozen=True)
class OfferedVersion:
    """One line of a platform's versions list."""

    version: str
    url: str


@dataclass(frozen=True)
class Credentials:
    """A checked Credentials object: the other side's token, versions URL and parties."""

    token: str
    url: str
    roles: tuple[PartyRole, ...]
    hub_party: PartyId | None

    @classmethod
    def of(cls, document: Document) -> "Credentials":
        """What a Credentials document says, after the schemas have accepted it."""
        hub = str(document.get("hub_party_id") or "")
        return cls(
            token=str(document["token"]),
            url=str(document["url"]),
            roles=tuple(PartyRole.of(role) for role in as_documents(document["roles"])),
            hub_party=PartyId(hub[:2], hub[2:]) if hub else None,
        )


def choose_version(offered: Iterable[OfferedVersion], spoken: Sequence[str]) -> OfferedVersion:
    """The highest version that both sides speak; `spoken` has the hub's, highest first.

    :raises UnsupportedVersion: if there is none.
    """
    by_version = {line.version: line for line in offered}
    for version in spoken:
        if version in by_version:
            return by_version[version]
    raise errors.UnsupportedVersion(
        f"no version in common: {', '.join(by_version) or 'none offered'}"
    )


def check_endpoints(
    endpoints: Iterable[Endpoint], roles: Iterable[PartyRole], *, useful: Mapping[Role, Faces]
) -> None:
    """Whether the hub and the platform have anything to do with each other.

    `useful` has the interfaces that the hub uses of platforms of each role.

    :raises NoMatchingEndpoints: if not a single endpoint is of use to its roles.
    """
    offered = {(endpoint.identifier, endpoint.role) for endpoint in endpoints if not endpoint.fault}
    if any(offered & useful[role.role] for role in roles):
        return
    raise errors.NoMatchingEndpoints("no endpoint that its roles could use with the hub")


def credentials_url(endpoints: Iterable[Endpoint]) -> str:
    """Where the credentials module is; its role says nothing (V-3).

    :raises NoMatchingEndpoints: if there is none.
    """
    for endpoint in endpoints:
        if endpoint.identifier == CREDENTIALS and not endpoint.fault:
            return endpoint.url
    raise errors.NoMatchingEndpoints("the partner lists no credentials endpoint")


def hub_credentials(
    *,
    token: str,
    versions_url: str,
    hub: PartyId,
    hub_name: str,
    reachable: Iterable[PartyRole],
) -> Document:
    """The hub's Credentials for one partner: itself as OTHER (C-ROLE-2), and whom it reaches."""
    own = PartyRole(role=Role.OTHER, party=hub, business_details={"name": hub_name})
    roles: list[JsonValue] = [role.as_credentials_role() for role in (own, *reachable)]
    return {
        "token": token,
        "url": versions_url,
        "hub_party_id": f"{hub.country_code}{hub.party_id}",
        "roles": roles,
    }


def summary(reachable: Iterable[PartyRole]) -> str:
    """Which roles a partner was told of: the same for the same roles in any order."""
    return " ".join(sorted(role.key for role in reachable))


def read_versions(data: JsonValue) -> tuple[OfferedVersion, ...]:
    """The lines of a versions list that the schemas accepted."""
    return tuple(
        OfferedVersion(str(line["version"]), str(line["url"])) for line in as_documents(data)
    )


def read_endpoint(line: Document) -> Endpoint:
    """An endpoint of version details; other modules than ours are kept too (V-6)."""
    return Endpoint(
        identifier=str(line["identifier"]),
        role=Interface(str(line.get("role") or Interface.SENDER)),
        url=str(line["url"]),
    )


def flawed_endpoint(line: JsonValue, fault: str) -> Endpoint:
    """One that cannot be used: what it is, as far as it says so, and why."""
    said = line if isinstance(line, Mapping) else {}
    is_receiver = said.get("role") == Interface.RECEIVER.value
    return Endpoint(
        identifier=storable(str(said.get("identifier", "?")), _LONGEST_NAME),
        role=Interface.RECEIVER if is_receiver else Interface.SENDER,
        url=storable(str(said.get("url", "")), _LONGEST_NAME),
        fault=storable(fault, _LONGEST_FAULT),
    )
