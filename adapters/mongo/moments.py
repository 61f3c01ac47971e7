"""Times in records: dates, to the millisecond, for the hub's own; exact texts for the partners'."""

from datetime import UTC, datetime


def as_text(moment: datetime) -> str:
    """Always 26 characters, to the microsecond, so that texts are ordered as the moments are."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def of_text(text: str) -> datetime:
    """The moment that `as_text` wrote."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
