"""Links to further pages of a list that another platform holds (T-PAG-9).

A requester has no token for the platform that the receiver's Link points at, so it gets a link to
the hub. The cursor in it is signed and says everything: nothing is stored, it can be fetched twice,
it survives a restart, and it is of no use to another party. It ends after a day, and when the list
that it goes on with is at another platform, or elsewhere at the same one.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from domain import errors
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId
from domain.ports import Clock, Secrets

CURSOR = "hub_cursor"
"""The query parameter that carries it."""

_LASTS = timedelta(hours=24)
_AHEAD = timedelta(minutes=5)
"""What the clocks of two web processes may differ by."""


def place_of(partner: Partner, module: str, interface: Interface) -> str:
    """Which platform's list it is, and where that is: both are other ones after a move."""
    endpoint = partner.endpoint(module, interface)
    url = "" if endpoint is None else endpoint.url
    return f"{partner.id} {sha256(url.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class PageLink:
    """Whose page, for whom: the requesting platform's id and party, the receiver, its own link.

    `at` says which platform the receiver was at, and where its list was.
    """

    requester: str
    sender: PartyId
    receiver: PartyId
    module: str
    at: str
    url: str


@dataclass(frozen=True)
class PageLinks:
    """Makes and reads such links. `sender_url` is the hub's SENDER base URL, absolute."""

    secrets: Secrets
    clock: Clock
    sender_url: str

    def link(self, page: PageLink) -> str:
        """The Link header for the requester: the hub's URL with the receiver's own query kept."""
        made_at = str(int(self.clock.now().timestamp()))
        names = (page.requester, str(page.sender), str(page.receiver), page.module, page.at)
        text = "\n".join((made_at, *names, page.url))
        payload = base64.urlsafe_b64encode(text.encode()).decode()
        cursor = f"{payload}.{self.secrets.sign(payload.encode())}"
        query = urlsplit(page.url).query
        kept = f"{query}&" if query else ""
        return f'<{self.sender_url}/{page.module}?{kept}{CURSOR}={cursor}>; rel="next"'

    def read(self, cursor: str, *, requester: str, module: str) -> PageLink:
        """What the cursor says.

        :raises InvalidParameter: if the hub did not make it, made it for another requester, or
            made it more than a day ago.
        """
        payload, _, signature = cursor.partition(".")
        if not self.secrets.verify(payload.encode(), signature):
            raise errors.InvalidParameter(f"{CURSOR} is not one of this hub's")
        try:
            text = base64.urlsafe_b64decode(payload).decode()
            made_at, made_for, sender, receiver, made_in, at, url = text.split("\n", 6)
            age = self.clock.now() - datetime.fromtimestamp(int(made_at), UTC)
        except ValueError as broken:
            raise errors.InvalidParameter(f"{CURSOR} is not one of this hub's") from broken
        if made_for != requester or made_in != module:
            raise errors.InvalidParameter(f"{CURSOR} was made for another party")
        if not -_AHEAD <= age <= _LASTS:
            raise errors.InvalidParameter(f"{CURSOR} is more than a day old: start again")
        return PageLink(made_for, PartyId.parse(sender), PartyId.parse(receiver), made_in, at, url)
