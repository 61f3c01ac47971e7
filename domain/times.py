"""OCPI's DateTime: UTC, `Z` or nothing, at most 25 characters (OCPI 2.3.0, types, DateTime)."""

from datetime import UTC, datetime

_YEARS = range(1970, 9000)
"""What people may mean: from these there is room to count on and back."""


def parse_time(text: str) -> datetime:
    """The moment that an OCPI DateTime names; no designator means UTC (T-PAG-7).

    :raises ValueError: if the text is not such a DateTime.
    """
    if "+" in text or " " in text or len(text) > 25 or "T" not in text:
        raise ValueError(f"not an OCPI DateTime: {text[:40]!r}")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None and not text.endswith("Z"):
        raise ValueError(f"not in UTC: {text!r}")
    return moment.replace(tzinfo=UTC)


def parse_moment(text: str) -> datetime:
    """What people write: a day, meant from its first second (UTC), or an OCPI DateTime.

    :raises ValueError: if it is neither, or before 1970, or after 8999.
    """
    moment = parse_time(text if "T" in text else f"{text}T00:00:00Z")
    if moment.year not in _YEARS:
        raise ValueError(f"no year that is meant: {text!r}")
    return moment


def format_time(moment: datetime) -> str:
    """`2026-01-31T12:00:00.123Z`: what the hub writes for a moment of its own."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
