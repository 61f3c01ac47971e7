"""Links to further pages of a list that another platform holds (T-PAG-9).

A requester has no token for the platform that the receiver's Link points at, so it gets a link to
the hub. The cursor in it is signed and says everything: nothing is stored, it can be fetched twice,
it survives a restart, and it is of no use to anybody else.
"""

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain import errors
from domain.party import PartyId
from domain.ports import Secrets

CURSOR = "hub_cursor"
"""The query parameter that carries it."""


@dataclass(frozen=True)
class PageLink:
    """Whose page, for whom: the requesting platform's id and party, the receiver, its own link."""

    requester: str
    sender: PartyId
    receiver: PartyId
    module: str
    url: str


@dataclass(frozen=True)
class Cursors:
    """Makes and reads such links. `sender_url` is the hub's SENDER base URL, absolute."""

    secrets: Secrets
    sender_url: str

    def link(self, page: PageLink) -> str:
        """The Link header for the requester: the hub's URL with the receiver's own query kept."""
        text = "\n".join(
            (page.requester, str(page.sender), str(page.receiver), page.module, page.url)
        )
        payload = base64.urlsafe_b64encode(text.encode()).decode()
        cursor = f"{payload}.{self.secrets.sign(payload.encode())}"
        query = urlsplit(page.url).query
        kept = f"{query}&" if query else ""
        return f'<{self.sender_url}/{page.module}?{kept}{CURSOR}={cursor}>; rel="next"'

    def read(self, cursor: str, *, requester: str, module: str) -> PageLink:
        """What the cursor says.

        :raises InvalidParameter: if the hub did not make it, or made it for somebody else.
        """
        payload, _, signature = cursor.partition(".")
        if not self.secrets.verify(payload.encode(), signature):
            raise errors.InvalidParameter(f"{CURSOR} is not one of this hub's")
        try:
            text = base64.urlsafe_b64decode(payload).decode()
            made_for, sender, receiver, made_in, url = text.split("\n", 4)
        except ValueError as broken:
            raise errors.InvalidParameter(f"{CURSOR} is not one of this hub's") from broken
        if made_for != requester or made_in != module:
            raise errors.InvalidParameter(f"{CURSOR} was made for somebody else")
        return PageLink(made_for, PartyId.parse(sender), PartyId.parse(receiver), made_in, url)
