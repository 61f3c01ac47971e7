"""Text of partners made fit to be stored, logged and read: one line, no markup, not too long.

What a partner answers may be a firewall's page, ten megabytes, or no text at all.
"""

MOST = 200
_READ = 20 * MOST


def plain(text: str, *, most: int = MOST) -> str:
    """The first `most` characters of what there is to read in it."""
    head = text[:_READ]
    if head.lstrip().startswith("<"):
        head = _without_tags(head)
    shown = "".join(letter if letter.isprintable() else " " for letter in head)
    return " ".join(shown.split())[:most]


def plain_bytes(body: bytes) -> str:
    """The same of a body, text or not."""
    return plain(body[:_READ].decode("utf-8", "replace"))


def _without_tags(markup: str) -> str:
    """One pass and no pattern: a page may be made to be slow to read."""
    first, *others = markup.split("<")
    return " ".join([first, *(each.partition(">")[2] for each in others)])
