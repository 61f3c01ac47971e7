"""The notations of OCPI's strings, in the dialect that Python's `re` and Rust's regex share.

They stand without anchors: each engine has its own word for "the whole string".
"""

import re

PRINTABLE = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*"
PRINTABLE_ASCII = r"[\x20-\x7e]*"
LETTERS = "[A-Za-z]*"
VISIBLE_ASCII = r"[\x21-\x7e]*"
URL = r"[Hh][Tt][Tt][Pp][Ss]?://[^\x00-\x20\x7f-\xa0\u2028\u2029]+"

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character: Python holds it, UTF-8 and BSON do not."""
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
"""At NUL, and at half a character, stores and parsers break."""

_SKIPPED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_RUNS = re.compile("(?:javascript|vbscript|data|file|blob):", re.IGNORECASE)


def runs_something(url: str) -> bool:
    """Whether a browser runs or reads something of its own there; it skips spaces and controls."""
    return _RUNS.match(_SKIPPED.sub("", url)) is not None


_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY_OF_ANY_YEAR = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
DATE = f"(?:{_YEAR}-{_DAY_OF_ANY_YEAR}|{_LEAP_YEAR}-02-29)"
"""A day that the calendar has, years 1 to 9999: `2026-02-29` is none."""

TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"

LOOSE_TIME = "(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?"

DATE_TIME = rf"{DATE}T{TIME}:[0-5][0-9](?:Z|\.[0-9]{{1,4}}Z|\.[0-9]{{1,5}})?"
"""In UTC with `Z` or nothing (OCPI 2.3.0, types); the fractions are what 25 characters leave."""

LATITUDE = r"-?(?:[0-8]?[0-9]\.[0-9]{5,7}|90\.0{5,7})"
LONGITUDE = r"-?(?:(?:1[0-7][0-9]|0?[0-9]?[0-9])\.[0-9]{5,7}|180\.0{5,7})"
DEGREES = r"-?[0-9]{1,3}(?:\.[0-9]{1,30})?"
