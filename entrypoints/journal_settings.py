"""The settings of the journal: where it is, and how long it is kept."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from entrypoints.given import Given


@dataclass(frozen=True, kw_only=True)
class JournalSettings:
    """Legs are kept for `days`, their headers and bodies for `message_days`; 0 days: no journal.

    The journal is a database of its own, so that its role can be another; with `mongo_url` on
    servers of its own, too.
    """

    mongo_url: str = field(repr=False)
    database_name: str
    days: int
    message_days: int

    @classmethod
    def read(cls, given: Given, hubs_url: str) -> "JournalSettings":
        """What the environment says. :raises SettingsError:"""
        url = given.text("HUB_JOURNAL_MONGO_URL")
        if url and url.partition("://")[0] not in ("mongodb", "mongodb+srv"):
            raise given.wrong("HUB_JOURNAL_MONGO_URL", "not a mongodb:// URL")
        hubs = urlsplit(hubs_url).path.lstrip("/") or "ocpi_hub"
        return cls(
            mongo_url=url,
            database_name=(urlsplit(url).path.lstrip("/") if url else "") or f"{hubs}_journal",
            days=given.number("HUB_JOURNAL_DAYS", 90, least=0, most=3650),
            message_days=given.number("HUB_JOURNAL_MESSAGE_DAYS", 14, least=0, most=3650),
        )
