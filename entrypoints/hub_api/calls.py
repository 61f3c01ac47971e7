"""One request to the hub API, read once: who calls, for which of its parties, with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.ocpi import exact_json
from application.hub import Hub
from domain import errors
from domain.documents import Document
from domain.errors import Problem
from domain.objects.paging import Viewer
from domain.operators.audit import Actor
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.routing.routes import sender_of
from entrypoints.ocpi.paging import Query


@dataclass(frozen=True)
class HubApiCall:
    """What a handler gets; each parameter of `query` is one that the endpoint knows.

    `caller` is None for the operator; `actor` is who it is for the audit trail. `path` has the
    URL's ids, decoded; `url` is absolute and without query. `claimed` and `addressed` are the
    parties of OCPI-from and OCPI-to.
    """

    caller: Partner | None
    actor: Actor
    method: str
    path: Mapping[str, str]
    query: Query
    url: str
    correlation_id: str
    page_limit: int
    content_type: str = ""
    claimed: PartyId | None = None
    addressed: PartyId | None = None
    body: bytes = field(default=b"", repr=False)

    @property
    def partner(self) -> Partner:
        """The calling platform.

        :raises WrongToken: if it is the operator, who speaks for no party.
        """
        if self.caller is None:
            raise errors.WrongToken(
                "the operator speaks for no party: a partner's token opens this"
            )
        return self.caller

    @property
    def owner(self) -> PartyId | None:
        """The party in the URL, else the one that OCPI-to names.

        :raises InvalidParameter: if the URL has one that is none.
        """
        if "party_id" not in self.path:
            return self.addressed
        country_code, party_id = self.path["country_code"], self.path["party_id"]
        if len(country_code) != 2 or len(party_id) != 3:
            raise errors.InvalidParameter("the URL names no party")
        return PartyId(country_code, party_id)

    @property
    def named_owner(self) -> PartyId:
        """The party in the URL.

        :raises InvalidParameter: if it has none.
        """
        if self.owner is None:
            raise errors.InvalidParameter("the URL names no party")
        return self.owner

    def viewer(self, hub: Hub) -> Viewer:
        """Who reads: the party that OCPI-from names, else the platform's first; or the operator."""
        if self.caller is None:
            return hub.object_reader.viewer(hub.party.party)
        claimed = self.claimed or self.caller.first
        return hub.object_reader.viewer(sender_of(self.caller, claimed, roles=frozenset()))

    def parameter(self, name: str) -> str | None:
        """The query parameter of this name, the last one of several."""
        return dict(self.query).get(name)

    def json_object(self) -> Document:
        """The body.

        :raises MalformedJson: (400) if it is not JSON; WrongContent (415) if it says so itself.
        :raises InvalidDocument: if it is another JSON value.
        """
        try:
            document = exact_json.parse(self.body)
        except errors.MalformedJson:
            if self.content_type and not self.content_type.endswith("json"):
                raise errors.WrongContent(
                    f"Content-Type {self.content_type[:40]}: send application/json"
                ) from None
            raise
        if not isinstance(document, Mapping):
            raise errors.InvalidDocument((Problem("", "expected a JSON object"),))
        return document
