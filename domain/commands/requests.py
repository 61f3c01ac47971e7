"""A command, or a request about a charging profile, as it came: what routing and checks read of it.

Its bytes are what is passed on; its document is only looked at (OCPI 2.3.0, mod_commands).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain import errors
from domain.commands.kinds import CommandKind
from domain.documents import Document
from domain.errors import Problem
from domain.noted_text import storable
from domain.partners.party import PartyId
from domain.routing.response_urls import query_url, with_body_url, with_query_url
from domain.times import parse_time

_LONGEST_URL = 255


@dataclass(frozen=True)
class Side:
    """A party, and the platform that it speaks, or is spoken to, through."""

    partner_id: str
    party: PartyId


@dataclass(frozen=True)
class Unsent:
    """What is still to be sent, with the hub's own `response_url` in it; forgotten once it is."""

    suffix: str
    query: str
    body: bytes | None


@dataclass(frozen=True)
class CommandRequest:
    """`suffix` and `query` are raw. `document` is None where there is no body, or it is not JSON.

    `receiver` None: to be found. `session` is the id in the URL of a charging profile.
    """

    kind: CommandKind
    requester: Side
    receiver: PartyId | None
    suffix: str
    correlation_id: str
    query: str = ""
    body: bytes | None = None
    document: Document | None = None
    session: str | None = None

    @property
    def unsent(self) -> Unsent:
        """What there is to send of it."""
        return Unsent(self.suffix, self.query, self.body)

    @property
    def location_id(self) -> str | None:
        return self._text("location_id")

    @property
    def session_id(self) -> str | None:
        return self.session or self._text("session_id")

    @property
    def reservation_id(self) -> str | None:
        return self._text("reservation_id")

    @property
    def response_url(self) -> str | None:
        """Where the requester wants its result; None: nowhere."""
        return self._text("response_url") if self.kind.has_body else query_url(self.query)

    @property
    def reserved_until(self) -> datetime | None:
        """When the reservation that is asked for ends."""
        text = self._text("expiry_date")
        return None if text is None or self.kind.is_custom else parse_time(text)

    def document_with(self, url: str) -> Document:
        """The body's document, with this `response_url` where it says none."""
        return {"response_url": url, **(self.document or {})}

    def check_owner_of_token(self) -> None:
        """A service provider may use its own tokens alone (CM-7, H-CM-6).

        :raises InvalidDocument: if the token in the body is another one's.
        """
        token = None if self.kind.is_custom else self._value("token")
        if not isinstance(token, Mapping):
            return
        if PartyId(str(token["country_code"]), str(token["party_id"])) != self.requester.party:
            raise errors.InvalidDocument((Problem("token", "is not yours: see OCPI-from"),))

    def check_query(self) -> None:
        """What GET and DELETE of a charging profile need in their query (CP-3).

        :raises InvalidDocument: naming what is missing.
        """
        if self.kind.has_body:
            return
        url = self.response_url
        if not url or len(url) > _LONGEST_URL:
            raise errors.InvalidDocument((Problem("response_url", "required: a URL"),))
        duration = dict(part.partition("=")[::2] for part in self.query.split("&")).get("duration")
        asks_for_time = self.kind.method == "GET"
        if asks_for_time and not (duration and duration.isascii() and duration.isdigit()):
            raise errors.InvalidDocument((Problem("duration", "required: whole seconds"),))

    def answering_to(self, url: str, *, even_if_nowhere: bool) -> "CommandRequest":
        """The same with this `response_url`, and nothing else changed.

        Where it had none it gets one only if `even_if_nowhere`.
        """
        if not self.kind.has_body:
            return replace(self, query=with_query_url(self.query, url))
        if self.document is None or self.body is None:
            return self
        if self.response_url is None and not even_if_nowhere:
            return self
        return replace(
            self,
            body=with_body_url(self.body, url),
            document={**self.document, "response_url": url},
        )

    def _text(self, name: str) -> str | None:
        value = self._value(name)
        return storable(value) if isinstance(value, str) else None

    def _value(self, name: str) -> object:
        return None if self.document is None else self.document.get(name)
