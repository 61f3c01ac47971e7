"""HTTP out of a platform: every request is recorded, answered or not. Reads versions too."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from entrypoints.sandbox.connection import Endpoint
from entrypoints.sandbox.journal import Journal, Sent
from entrypoints.sandbox.wire import Answer, HubUnreachable, as_envelope, authorization, encode


class Unusable(Exception):
    """The other side's versions or details cannot be read. Worth a 3001."""


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=64))
    return session


@dataclass
class Caller:
    """Calls with a token and new message ids. Connections are kept until `close`."""

    journal: Journal
    timeout: float = 40.0
    _session: requests.Session = field(default_factory=_session)

    def call(
        self,
        method: str,
        url: str,
        *,
        token: str = "",
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        timeout: float | None = None,
    ) -> Answer:
        """One request as it is given: nothing is checked, so that it may be wrong on purpose.

        `headers` win over what is filled in; None leaves one out. `body`: bytes go out as they are.

        :raises HubUnreachable: if no answer came within `timeout` seconds.
        """
        content = body if body is None or isinstance(body, bytes) else encode(body)
        named = _headers(token, content, headers or {})
        sent = Sent(time.time(), method, url, dict(named), content or b"")
        try:
            response = self._session.request(
                method,
                url,
                data=content,
                headers=named,
                timeout=timeout or self.timeout,
                allow_redirects=False,
            )
        except requests.RequestException as failure:
            self.journal.keep(replace(sent, failure=repr(failure)))
            raise HubUnreachable(f"no answer to {method} {url}") from failure
        self.journal.keep(
            replace(sent, answer_status=response.status_code, answer_body=response.content)
        )
        return _answer(response, named)

    def versions(self, url: str, token: str) -> dict[str, str]:
        """The versions that the other side has, with their URLs. :raises Unusable:"""
        listed = self._read(url, token)
        try:
            return {str(entry["version"]): str(entry["url"]) for entry in listed}
        except (TypeError, KeyError) as wrong:
            raise Unusable(f"{url} is no version list") from wrong

    def details(self, url: str, token: str) -> tuple[Endpoint, ...]:
        """The endpoints behind a version's URL. :raises Unusable:"""
        found = self._read(url, token)
        try:
            return tuple(
                Endpoint(entry["identifier"], entry.get("role", ""), entry["url"])
                for entry in found["endpoints"]
            )
        except (TypeError, KeyError, AttributeError) as wrong:
            raise Unusable(f"{url} are no version details") from wrong

    def _read(self, url: str, token: str) -> Any:
        try:
            answer = self.call("GET", url, token=token)
        except HubUnreachable as wrong:
            raise Unusable(str(wrong)) from wrong
        if not answer.ok:
            raise Unusable(f"{url} answered HTTP {answer.status}, {answer.code}")
        return answer.data

    def close(self) -> None:
        """Let go of all connections. The next call opens new ones."""
        self._session.close()


def _headers(
    token: str, content: bytes | None, given: Mapping[str, str | None]
) -> "CaseInsensitiveDict[str]":
    named: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    named["X-Request-ID"] = str(uuid.uuid4())
    named["X-Correlation-ID"] = str(uuid.uuid4())
    if token:
        named["Authorization"] = authorization(token)
    if content is not None:
        named["Content-Type"] = "application/json"
    for name, value in given.items():
        named.pop(name, None)
        if value is not None:
            named[name] = value
    return named


def _answer(response: requests.Response, asked: Mapping[str, str]) -> Answer:
    return Answer(
        response.status_code,
        {name.lower(): value for name, value in response.headers.items()},
        as_envelope(response.content),
        response.content,
        asked.get("X-Request-ID", ""),
        asked.get("X-Correlation-ID", ""),
    )
