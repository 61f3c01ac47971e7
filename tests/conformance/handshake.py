"""The credentials module's requests, right and wrong, one word each."""

from typing import Any

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.connection import new_token
from entrypoints.sandbox.wire import Document
from tests.conformance.running import RunningHub
from tests.conformance.steps import outcome

NOT_ALLOWED = (405, 2000)
GONE = (401, 2000)


def roles_in(answer: Answer) -> set[tuple[str, ...]]:
    names = ("role", "country_code", "party_id")
    return {tuple(role[name] for name in names) for role in answer.data["roles"]}


def offer(
    hub: RunningHub, platform: Platform, token: str, method: str = "POST", /, **changed: Any
) -> Answer:
    """Credentials of the platform with some fields changed; None leaves a field out."""
    token_b = new_token()
    platform.connection.admit(token_b)
    offered: Document = platform.profile.credentials(token_b) | changed
    body = {name: value for name, value in offered.items() if value is not None}
    return platform.hub.call(method, hub.place("credentials"), token=token, body=body)


def versions_with(hub: RunningHub, platform: Platform, token: str) -> tuple[int, int]:
    return outcome(platform.hub.call("GET", hub.versions_url, token=token))
