"""Reading a partner's SENDER list to its end: TO the party whose it is, FROM the hub.

OCPI makes pulling the way to recover (1.11); what is done with what comes is `synchronizing`'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from application.connecting import Connecting
from application.modules import Module
from domain import errors
from domain.documents import JsonValue
from domain.links import next_link
from domain.outbound_urls import as_given, below
from domain.partner import Partner
from domain.party import Interface, PartyId
from domain.ports import Ids, Wire, WireAnswer, WireRequest
from domain.times import format_time

PAGE_DEADLINE_S = 30.0
_MOST_PAGES = 10_000
_MUST_HAVE_DATE_FROM = frozenset({"sessions"})
_THE_BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
_OVERLAP = timedelta(minutes=5)
"""A delta begins that much before the last pull: the owner's clock may be behind."""


@dataclass(frozen=True)
class Pulling:
    """Asks for pages, one after the other."""

    hub: PartyId
    connecting: Connecting
    wire: Wire
    ids: Ids

    def objects(
        self, partner: Partner, module: Module, party: PartyId, since: datetime | None
    ) -> Iterator[JsonValue]:
        """Every object of every page.

        :raises PartnerUnusable: if a page cannot be read, or pages go round in circles.
        """
        url = _first_page(partner, module, since)
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) >= _MOST_PAGES:
                raise errors.PartnerUnusable(f"its pages of {module.id} go round in circles")
            seen.add(url)
            answer = self._page(partner, module, party, url)
            yield from answer.data if isinstance(answer.data, list) else ()
            url = next_link(answer.headers.get("link", ""))

    def _page(self, partner: Partner, module: Module, party: PartyId, url: str) -> WireAnswer:
        try:
            request = WireRequest(
                method="GET",
                url=as_given(url),
                token=self.connecting.outbound_token(partner),
                correlation_id=self.ids.new(),
                sender=self.hub,
                receiver=party,
            )
            answer = self.wire.ask(request, deadline_s=PAGE_DEADLINE_S)
        except errors.OutboundFailed as failure:
            raise errors.PartnerUnusable(f"GET {module.id} failed: {failure}") from failure
        if answer.status != 200 or answer.code is None or not 1000 <= answer.code < 2000:
            said = f"HTTP {answer.status}, status_code {answer.code}"
            raise errors.PartnerUnusable(f"GET {urlsplit(url).path} was answered {said}")
        return answer


def _first_page(partner: Partner, module: Module, since: datetime | None) -> str | None:
    endpoint = partner.endpoint(module.id, Interface.SENDER)
    if endpoint is None:
        return None
    if since is None and module.id in _MUST_HAVE_DATE_FROM:
        since = _THE_BEGINNING
    if since is None:
        return endpoint.url
    return below(endpoint.url, query=urlencode({"date_from": format_time(since - _OVERLAP)}))
