"""The names of the hub's databases: each one has rights of its own (docs/operators.md)."""

import re
from urllib.parse import urlsplit

from entrypoints.given import Given

_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}\Z")


def database_of(mongo_url: str) -> str:
    """The database that the URL names in its path, else `ocpi_hub`."""
    return urlsplit(mongo_url).path.lstrip("/") or "ocpi_hub"


def audit_database(given: Given) -> str:
    """Where the audit trail is. :raises SettingsError: if that is no name, or the hub's own."""
    hubs = database_of(given.text("HUB_MONGO_URL", given.text("EMBEDDED_MONGO_URL")))
    named = given.text("HUB_AUDIT_DATABASE", f"{hubs}_audit")
    if named == hubs or not _NAME.match(named):
        expected = "not the name of another database than the hub's, of letters, digits, _ and -"
        raise given.wrong("HUB_AUDIT_DATABASE", expected)
    return named
