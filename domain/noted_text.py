"""Text of partners as the hub notes it: fit to be stored, sent and shown.

JSON may hold half characters (lone surrogates), which no store and no UTF-8 has, and headers may
hold control characters, which no answer may repeat. What a partner answers may be a firewall's
page, ten megabytes, or no text at all.
"""

MOST = 200
_READ = 20 * MOST
_HALF_CHARACTERS = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
_NOT_STORABLE = _HALF_CHARACTERS | _CONTROLS


def storable(text: str, longest: int | None = None) -> str:
    """The text as it can be kept, sent and shown anywhere, at most `longest` characters of it."""
    cut = text[:longest]
    return cut if cut.isascii() and cut.isprintable() else cut.translate(_NOT_STORABLE)


def plain(text: str, *, most: int = MOST) -> str:
    """One line without markup: the first `most` characters of what there is to read in it."""
    head = text[:_READ]
    if head.lstrip().startswith("<"):
        head = _without_tags(head)
    shown = "".join(letter if letter.isprintable() else " " for letter in head)
    return " ".join(shown.split())[:most]


def plain_bytes(body: bytes) -> str:
    """The same of a body that may be no text."""
    return plain(body[:_READ].decode("utf-8", "replace"))


def _without_tags(markup: str) -> str:
    """One pass and no pattern: a page may be made to be slow to read."""
    first, *others = markup.split("<")
    return " ".join([first, *(each.partition(">")[2] for each in others)])
