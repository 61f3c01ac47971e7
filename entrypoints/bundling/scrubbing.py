"""What must not leave the house: the hub's own secrets, and what webhooks' URLs may hold.

The parts of a bundle are made without secrets; this is the second look, at every byte of it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from domain.documents import JsonValue
from domain.journal.secrets import HIDDEN, url_without_secrets
from entrypoints.settings import Settings

_URL = re.compile(r"https?://[^\s\"\\<>]+")
_BEHIND = "',;:)]}."
"""What may stand behind a URL and be none of it."""
_LEAST = 6
"""A shorter password may be any word: it is hidden in the settings alone."""


@dataclass(frozen=True)
class Scrub:
    """Takes these out of any text: secrets as they are, and of these URLs all but the host."""

    secrets: tuple[str, ...]
    urls: frozenset[str]

    @classmethod
    def of(cls, settings: Settings, urls: Iterable[str]) -> "Scrub":
        """By the settings, and the URLs of the webhooks."""
        given = (
            *settings.secret_keys,
            *(settings.token_pepper, settings.admin_token, settings.signals.metrics_token),
            *_passwords(settings.mongo_url, settings.journal.mongo_url),
            *_passwords(settings.redis.url, *settings.redis.sentinels),
        )
        known = sorted({each for each in given if len(each) >= _LEAST}, key=len, reverse=True)
        begun = (_URL.match(each) for each in urls)
        return cls(tuple(known), frozenset(_base_of(each[0]) for each in begun if each))

    def text(self, text: str) -> str:
        """The text without them."""
        for secret in self.secrets:
            for spelt in {secret, json.dumps(secret)[1:-1]}:
                text = text.replace(spelt, HIDDEN)
        return url_without_secrets(_URL.sub(self._shown_url, text) if self.urls else text)

    def _shown_url(self, found: re.Match[str]) -> str:
        """Of a webhook's URL, with any query, the host."""
        url = found[0]
        bases = {_base_of(url), _base_of(url.rstrip(_BEHIND))}
        return _host_of(url) if bases & self.urls else url


def shown_settings(settings: Any) -> Mapping[str, JsonValue]:
    """Each setting; of what may hold a secret that it is set, of a URL scheme, hosts and path."""
    return {
        each.name: _shown(getattr(settings, each.name), is_secret=not each.repr)
        for each in fields(settings)
    }


def _shown(value: object, *, is_secret: bool) -> JsonValue:
    if isinstance(value, str) and "://" in value:
        place = urlsplit(value)
        return f"{place.scheme}://{place.netloc.rpartition('@')[2]}{place.path}"
    if is_secret:
        return HIDDEN if value else None
    if is_dataclass(value) and not isinstance(value, type):
        return shown_settings(value)
    if isinstance(value, Mapping):
        return {str(name): _shown(each, is_secret=False) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_shown(each, is_secret=False) for each in value]
    return value if isinstance(value, bool | int) or value is None else str(value)


def _passwords(*urls: str) -> Iterable[str]:
    """As they are written in the URLs, and as they are meant."""
    for url in urls:
        account = urlsplit(url).netloc.rpartition("@")[0]
        password = account.partition(":")[2]
        yield from (password, unquote(password))


def _base_of(url: str) -> str:
    return url.partition("?")[0].partition("#")[0]


def _host_of(url: str) -> str:
    place = urlsplit(url)
    return f"{place.scheme}://{place.netloc.rpartition('@')[2]}/{HIDDEN}"
