"""Reading pages of a partner's SENDER list: TO the party whose it is, FROM the hub.

OCPI makes pulling the way to recover (OCPI 2.3.0, offline behaviour); what is done with what comes
is the business of `pulls`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from application.modules import Module
from application.partners.credentials_client import CredentialsClient
from domain import errors
from domain.documents import JsonValue
from domain.journal.legs import Errand, Purpose
from domain.objects.links import next_link
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId
from domain.ports import Ids, Wire, WireAnswer, WireRequest
from domain.routing.outbound_urls import as_given, below, linked, origin_of
from domain.times import format_time

PAGE_DEADLINE_S = 30.0
_MUST_HAVE_DATE_FROM = frozenset({"sessions"})
_THE_BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)
_OVERLAP = timedelta(minutes=5)
"""A delta begins that much before the last pull: the owner's clock may be behind."""
_LONGEST_URL = 4096
_LONGEST_NUMBER = 12


@dataclass(frozen=True)
class ListPage:
    """One page: its objects, where the next one is, and how many objects there are in all."""

    objects: Sequence[JsonValue]
    next_url: str | None
    total: int | None


@dataclass(frozen=True)
class PullPages:
    """Asks for one page at a time."""

    hub: PartyId
    credentials_client: CredentialsClient
    wire: Wire
    ids: Ids

    def first_page(self, partner: Partner, module: Module, since: datetime | None) -> str:
        """The URL of the list's first page, from `since` on; None: of the whole list."""
        url = _endpoint(partner, module)
        if since is None and module.id in _MUST_HAVE_DATE_FROM:
            since = _THE_BEGINNING
        if since is None:
            return url
        try:
            return below(url, query=urlencode({"date_from": format_time(since - _OVERLAP)}))
        except errors.UnsafeUrl:
            return url  # Asking for it says what is wrong with it.

    def page(self, partner: Partner, module: Module, party: PartyId, url: str) -> ListPage:
        """The page at this URL.

        :raises PartnerUnusable: if it cannot be read, is no list, or is not at the host of the
            partner's endpoint: the hub's token for the partner goes nowhere else.
        """
        if len(url) > _LONGEST_URL:
            raise errors.PartnerUnusable(f"a Link of {module.id} is too long")
        if not _is_at(_endpoint(partner, module), url):
            raise errors.PartnerUnusable(f"a Link of {module.id} leads to another host")
        answer = self._get_page(partner, module, party, url)
        if not isinstance(answer.data, list):
            raise errors.PartnerUnusable(f"the data of {module.id} is no list")
        return ListPage(answer.data, _next_url(answer.headers, url), _total(answer.headers))

    def _get_page(self, partner: Partner, module: Module, party: PartyId, url: str) -> WireAnswer:
        try:
            request = WireRequest(
                method="GET",
                url=as_given(url),
                token=self.credentials_client.outbound_token(partner),
                correlation_id=self.ids.new(),
                sender=self.hub,
                receiver=party,
                errand=Errand(Purpose.PULLED, partner.id, module.id),
            )
            answer = self.wire.ask(request, deadline_s=PAGE_DEADLINE_S)
        except errors.OutboundFailed as failure:
            raise errors.PartnerUnusable(f"GET {module.id} failed: {failure}") from failure
        if answer.status != 200 or answer.code is None or not 1000 <= answer.code < 2000:
            said = f"HTTP {answer.status}, status_code {answer.code}"
            raise errors.PartnerUnusable(f"GET {urlsplit(url).path} was answered {said}")
        return answer


def _endpoint(partner: Partner, module: Module) -> str:
    endpoint = partner.endpoint(module.id, Interface.SENDER)
    if endpoint is None:
        raise errors.PartnerUnusable(f"it offers no list of {module.id} any more")
    return endpoint.url


def _next_url(headers: Mapping[str, str], url: str) -> str | None:
    """Where Link leads to. Whether the hub goes there is judged when it does."""
    link = next_link(headers.get("link", ""))
    if not link:
        return None
    try:
        return linked(as_given(url), link)[: _LONGEST_URL + 1]
    except errors.UnsafeUrl:
        return link[: _LONGEST_URL + 1]


def _is_at(endpoint: str, url: str) -> bool:
    try:
        return origin_of(url) == origin_of(endpoint)
    except ValueError:
        return False


def _total(headers: Mapping[str, str]) -> int | None:
    text = headers.get("x-total-count", "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None
