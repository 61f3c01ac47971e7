"""Which parties a platform hosts, and what it therefore publishes: versions, modules, credentials.

The paths are deliberately not the hub's: who does not read version details does not find them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import unquote

from entrypoints.sandbox.wire import Document

Module = tuple[str, str]
"""A module and the interface that is offered of it: ("locations", "RECEIVER")."""

INTERFACES: Final = {"out": "SENDER", "in": "RECEIVER"}
_PATHS: Final = {role: path for path, role in INTERFACES.items()}

UNROUTED: Final = frozenset({"versions", "details", "credentials", "hubclientinfo"})
"""Configuration modules: no routing headers (OCPI 2.3.0, transport and format)."""


class Party(NamedTuple):
    role: str
    country_code: str
    party_id: str
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> "Party":
        """`EMSP:NL-MS1`, `EMSP:NL:MS1`, or either with `:A name` behind it.

        :raises ValueError: saying what is wrong.
        """
        role, _, party = text.partition(":")
        party = f"{party[:2]}:{party[3:]}" if party[2:3] == "-" else party
        country_code, party_id, name = (party.split(":", 2) + ["", ""])[:3]
        if role not in TYPICAL:
            raise ValueError(f"{text}: the role must be one of {', '.join(TYPICAL)}")
        if len(country_code) != 2 or len(party_id) != 3:
            raise ValueError(f"{text}: write ROLE:CC-PID, as in EMSP:NL-MS1")
        return cls(role, country_code, party_id, name)

    @property
    def id(self) -> tuple[str, str]:
        return self.country_code, self.party_id

    def credentials_role(self) -> Document:
        name = self.name or f"{self.country_code}*{self.party_id}"
        return {
            "role": self.role,
            "business_details": {"name": name},
            "party_id": self.party_id,
            "country_code": self.country_code,
        }


def _offer(senders: str, receivers: str) -> tuple[Module, ...]:
    taken = [(module, "RECEIVER") for module in (*receivers.split(), "hubclientinfo")]
    return (*((module, "SENDER") for module in senders.split()), *taken)


_EMSP: Final = _offer("tokens commands chargingprofiles", "locations sessions cdrs tariffs")

TYPICAL: Final[dict[str, tuple[Module, ...]]] = {
    "CPO": _offer("locations sessions cdrs tariffs", "tokens commands chargingprofiles"),
    "EMSP": _EMSP,
    "OTHER": _EMSP,
    "NSP": _offer("", "locations tariffs"),
    "NAP": _offer("locations tariffs", "locations tariffs"),
    "SCSP": _offer("chargingprofiles", "sessions"),
    "PTP": _offer("commands payments", "locations tariffs sessions cdrs"),
}
"""What each role usually offers (OCPI 2.3.0, introduction, typical roles)."""


def typical_modules(parties: Sequence[Party]) -> tuple[Module, ...]:
    return tuple(dict.fromkeys(module for party in parties for module in TYPICAL[party.role]))


@dataclass(frozen=True)
class Target:
    """What a path of this platform means."""

    module: str = ""
    role: str = ""
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """What a platform tells about itself. `base`: the URL that everything of it starts with."""

    parties: tuple[Party, ...]
    base: str
    versions: tuple[str, ...] = ("2.3.0",)
    modules: tuple[Module, ...] = ()
    hub_party_id: str = ""

    @property
    def versions_url(self) -> str:
        return f"{self.base}/versions"

    def endpoint(self, module: str, role: str, version: str = "2.3.0") -> str:
        return f"{self.base}/{version}/{_PATHS[role]}/{module}"

    def version_list(self) -> list[Document]:
        return [{"version": v, "url": f"{self.base}/{v}"} for v in self.versions]

    def details(self, version: str) -> Document:
        offered = [
            {"identifier": module, "role": role, "url": self.endpoint(module, role, version)}
            for module, role in self.modules
        ]
        own = f"{self.base}/{version}/credentials"
        credentials = {"identifier": "credentials", "role": "SENDER", "url": own}
        return {"version": version, "endpoints": [credentials, *offered]}

    def credentials(self, token: str) -> Document:
        roles = [party.credentials_role() for party in self.parties]
        content: Document = {"token": token, "url": self.versions_url, "roles": roles}
        return content | ({"hub_party_id": self.hub_party_id} if self.hub_party_id else {})

    def target(self, path: str, prefix: str) -> Target:
        """What `path` names, still percent-encoded as it is; an empty Target if nothing of ours."""
        if not path.startswith(prefix + "/"):
            return Target()
        first, *rest = path[len(prefix) + 1 :].rstrip("/").split("/")
        if first == "versions" and not rest:
            return Target("versions")
        if first not in self.versions:
            return Target()
        match rest:
            case []:
                return Target("details", segments=(first,))
            case ["credentials"]:
                return Target("credentials", segments=(first,))
            case [interface, module, *inner] if interface in INTERFACES:
                return Target(module, INTERFACES[interface], tuple(map(unquote, inner)))
        return Target()
