"""Words of a partner's that the hub notes: reasons, names, headers.

JSON may hold half characters (lone surrogates), which no store and no UTF-8 has, and headers may
hold control characters, which no answer may repeat.
"""

_HALF_CHARACTERS = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
_NOT_STORABLE = _HALF_CHARACTERS | _CONTROLS


def storable(text: str, longest: int | None = None) -> str:
    """The text as it can be kept, sent and shown anywhere, at most `longest` characters of it."""
    cut = text[:longest]
    return cut if cut.isascii() and cut.isprintable() else cut.translate(_NOT_STORABLE)
