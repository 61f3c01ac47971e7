"""What is never written to the journal, and what is hidden from those who read it.

Credentials are taken out before a body is cut, so that no half of one stays. What names a driver
is written, because people look for it, and hidden when it is shown.
"""

import re
from functools import lru_cache
from hashlib import sha256
from itertools import islice

from domain.journal.legs import Leg, Message, Spoken

HIDDEN = "***"
_STARS = HIDDEN.encode()
MOST_BODY = 65_536
"""Bytes of a body that are kept; of the rest a hash."""
_MARGIN = 4_096
"""What ends in here is recognized as a secret to its end, or to where this ends."""
_MOST_HEADERS = 60
_MOST_HEADER = 1_000
_NEVER = re.compile(
    r"auth|cookie|token|secret|password|passwd|api-?key|credential|signature", re.IGNORECASE
)
"""Names of headers whose values are secrets."""
_IN_QUERY = re.compile(
    rb"(?i)([?&;][^=&;#\s\"]{0,40}?"
    rb"(?:token|secret|passw|api_?-?key|auth|signature|credential)[^=&;#\s\"]{0,40}=)"
    rb"[^&;#\s\"\\]+"
)
_IN_AUTHORITY = re.compile(rb"(?i)(https?:(?:\\?/){2})[^/@\s\"\\]{1,2000}@")
_SECRET_FIELDS = re.compile(
    rb'(?i)("(?:[a-z0-9_]{0,40}_)?(?:token|secret|password|passwd|api_?key|otp|authorization)"'
    rb'\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)',
    re.DOTALL,
)
"""A text under such a name is a secret; an object, as the token of a command, is not."""
_PERSONAL_FIELDS = re.compile(
    rb'(?i)("(?:uid|contract_id|visual_number|license_plate|licence_plate|auth_id|issuer_uid|'
    rb'group_id|driver_id)"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)',
    re.DOTALL,
)
_TOKEN_IN_PATH = re.compile(r"(?i)(/tokens/(?:[a-z]{2}/[a-z0-9]{3}/)?)[^/?#]+")


def url_without_secrets(url: str) -> str:
    """The URL without user names, and without values of its query that may be secrets."""
    if "@" not in url and "=" not in url:
        return url
    return _without_urls_secrets(url.encode("utf-8", "replace")).decode()


def message_of(spoken: Spoken) -> Message:
    """What is written of a message."""
    shown = {
        name: HIDDEN if _is_secret(name) else url_without_secrets(value[:_MOST_HEADER])
        for name, value in islice(spoken.headers.items(), _MOST_HEADERS)
    }
    body = spoken.body
    held = body[: MOST_BODY + _MARGIN]
    if spoken.may_hold_credentials:
        held = _SECRET_FIELDS.sub(rb'\1"' + _STARS + b'"', held)
    held = _without_urls_secrets(held)[:MOST_BODY]
    rest = memoryview(body)[MOST_BODY:]
    size = len(body) if spoken.size is None else spoken.size
    return Message(shown, held, size, sha256(rest).hexdigest() if rest else "")


@lru_cache(maxsize=1_000)
def _is_secret(name: str) -> bool:
    """Whether a header of this name has a secret: most requests have the same few names."""
    return _NEVER.search(name) is not None


def hidden(leg: Leg) -> Leg:
    """The leg without what names a driver: uids, contracts, plates."""
    return leg._replace(
        address=_TOKEN_IN_PATH.sub(rf"\1{HIDDEN}", leg.address),
        about=_hidden_key(leg.about),
        asked=_hidden_message(leg.asked),
        answered=_hidden_message(leg.answered),
    )


def _without_urls_secrets(text: bytes) -> bytes:
    if b"@" in text:
        text = _IN_AUTHORITY.sub(rb"\1" + _STARS + b"@", text)
    if b"?" in text:
        text = _IN_QUERY.sub(rb"\1" + _STARS, text)
    return text


def _hidden_message(message: Message | None) -> Message | None:
    if message is None:
        return None
    body = _PERSONAL_FIELDS.sub(rb'\1"' + _STARS + b'"', message.body)
    headers = {
        name: _TOKEN_IN_PATH.sub(rf"\1{HIDDEN}", value) for name, value in message.headers.items()
    }
    return message._replace(headers=headers, body=body)


def _hidden_key(about: str) -> str:
    module, _, rest = about.partition("/")
    if module != "tokens":
        return about
    return "/".join((module, *rest.split("/")[:2], HIDDEN))
