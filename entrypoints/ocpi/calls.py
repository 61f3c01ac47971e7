"""One OCPI request, read once: who calls, for whom, with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from application.partners.credentials_server import Caller
from domain import errors
from domain.documents import Document, JsonValue
from domain.errors import Problem
from domain.objects.stored import PartPath
from domain.partners.party import Interface, PartyId
from domain.routing.outbound_urls import leads_astray
from domain.routing.routes import Routed
from entrypoints.ocpi.exchange import MessageIds
from entrypoints.ocpi.paging import Query

_LONGEST_NAME = 40


@dataclass(frozen=True)
class OcpiCall:
    """What a handler gets. `path` has the URL's ids, decoded; `document` the parsed body.

    `suffix` is the path below the module's URL and `raw_query` the query, both as they came.

    `routed` is None for configuration modules; `is_to_hub`: TO names the hub itself. `page_limit`
    is the server's upper bound and `public_url` the absolute URL that the hub is reached at.
    `place` is the address that the call comes from.
    """

    caller: Caller
    method: str
    module: str
    interface: Interface | None
    path: Mapping[str, str]
    query: Query
    raw_query: str
    suffix: str
    ids: MessageIds
    page_limit: int
    public_url: str
    place: str
    routed: Routed | None = None
    is_to_hub: bool = False
    body: bytes = field(default=b"", repr=False)
    document: JsonValue = field(default=None, repr=False)

    @property
    def version(self) -> str:
        return "2.3.0"

    @property
    def base_url(self) -> str:
        """The absolute URL of this version."""
        return f"{self.public_url}/ocpi/{self.version}"

    @property
    def parties(self) -> Routed:
        """Who speaks to whom; only functional modules have this."""
        if self.routed is None:
            raise errors.InvalidParameter("a configuration module has no routing")
        return self.routed

    @property
    def owner(self) -> PartyId:
        """The party in the URL.

        :raises InvalidParameter: if it is none.
        """
        country_code, party_id = self.path["country_code"], self.path["party_id"]
        if len(country_code) != 2 or len(party_id) != 3:
            named = f"{country_code}/{party_id}"[:_LONGEST_NAME]
            raise errors.InvalidParameter(
                f"{named} in the URL is no party: {self.module} are at"
                " {country_code}/{party_id}/{id}, such as DE/ABC/1"
            )
        return PartyId(country_code, party_id)

    @property
    def part(self) -> PartPath:
        """Which EVSE or connector the URL names below the object, if any."""
        names = ("evse_uid", "connector_id")
        return tuple(self.path[name] for name in names if name in self.path)

    def json_object(self) -> Document:
        """The body as a JSON object.

        :raises InvalidDocument: if it is another JSON value.
        """
        if not isinstance(self.document, Mapping):
            raise errors.InvalidDocument((Problem("", "expected a JSON object"),))
        return self.document


def ids_of(path: Mapping[str, str]) -> dict[str, str]:
    """The URL's ids, decoded: what they name may be a segment of a partner's URL later.

    :raises InvalidParameter: if one leads out of the path that it stands in.
    """
    if any(leads_astray(raw) for raw in path.values()):
        raise errors.InvalidParameter("an id in the URL leads out of its path, as .. does")
    return {name: unquote(raw) for name, raw in path.items()}
