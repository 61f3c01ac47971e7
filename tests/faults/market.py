"""A hub as its users start it, and partners of the sandbox that register there by invitation."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

from entrypoints.folder import HubFolder
from entrypoints.sandbox import HubUnreachable, Platform
from entrypoints.sandbox.fixtures import evse, location
from tests.e2e.hub_process import HubProcess, free_port, until

OWNER = ("DE", "ABC")
EVSE = "EVSE1"
_STATUSES = ("CHARGING", "AVAILABLE", "BLOCKED", "RESERVED")
_FIRST_CHANGE = datetime(2026, 2, 1, tzinfo=UTC)
_ANSWERED_WITHIN_S = 60.0


@contextmanager
def fresh_hub(folder: Path, **further: str) -> Iterator[HubProcess]:
    """A whole hub in an empty folder; nothing of it runs afterwards."""
    settings = {"HUB_ALLOW_PRIVATE_NETWORKS": "1", **further}
    hub = HubProcess(folder, free_port(), settings).start()
    try:
        yield hub
    finally:
        hub.stop()


@contextmanager
def registered(
    hub: HubProcess, role: str, parties: Sequence[str], *, ledgers: Path | None = None
) -> Iterator[list[Platform]]:
    """Platforms of one party each (`DE:ABC`), registered at the hub; `ledgers`: their folder."""
    with ExitStack() as stack:
        platforms = []
        for party in parties:
            country_code, party_id = party.split(":")
            ledger = ledgers and ledgers / f"{party_id}.jsonl"
            own = (role, country_code, party_id, party)
            platform = stack.enter_context(Platform([own], ledger=ledger))
            token_a = _invitation(hub, platform, own)
            platform.hub.register(f"http://127.0.0.1:{hub.port}/ocpi/versions", token_a)
            platforms.append(platform)
        yield platforms


def ask(hub: HubProcess, platform: Platform, method: str, path: str, body: object = None) -> Any:
    """What `/hub/v1` + `path` answers the hub's operator."""
    url = f"http://127.0.0.1:{hub.port}/hub/v1{path}"
    token = HubFolder(hub.folder).secrets()["HUB_ADMIN_TOKEN"]
    answer = platform.hub.call(method, url, token=token, body=body)
    assert answer.ok, answer.envelope
    return answer.data


def _invitation(hub: HubProcess, platform: Platform, own: tuple[str, str, str, str]) -> str:
    """Token A, good for this party in this role."""
    role, country_code, party_id, name = own
    named = {"role": role, "country_code": country_code, "party_id": party_id}
    invitation = {"name": name, "roles": [named]}
    return str(ask(hub, platform, "POST", "/partners", invitation)["token"])


class Owner:
    """A CPO that tells how its EVSEs are, and tells it again until the hub has answered 1000.

    `state` is what every reader is to hold in the end, by location id.
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.state: dict[str, dict[str, Any]] = {}
        self.answered = 0
        self._numbers = count(1)

    def opens(self, *ids: str) -> None:
        """PUT new locations with one EVSE each."""
        for id_ in ids:
            opened = location(*OWNER, id_)
            self._push("PUT", (*OWNER, id_), opened)
            self.state[id_] = opened

    def reports(self, id_: str) -> str:
        """PATCH another status of the location's EVSE; its last_updated, which is unique."""
        number = next(self._numbers)
        at = f"{_FIRST_CHANGE + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}"
        change = {"status": _STATUSES[number % len(_STATUSES)], "last_updated": at}
        self._push("PATCH", (*OWNER, id_, EVSE), change)
        self.state[id_] |= {"evses": [evse(EVSE) | change], "last_updated": at}
        return at

    @contextmanager
    def reporting(self, ids: Sequence[str]) -> Iterator[None]:
        """Report one location after the other, without a pause, for as long as this lasts."""
        stop, failures = Event(), list[BaseException]()
        thread = Thread(target=self._report_until, args=(stop, ids, failures))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
        assert not failures, failures

    def goes_on(self, changes: int = 5, within_s: float = _ANSWERED_WITHIN_S) -> None:
        """Return once so many changes more have been answered 1000."""
        enough = self.answered + changes
        until(lambda: self.answered >= enough, within_s)

    def _report_until(self, stop: Event, ids: Sequence[str], failures: list[BaseException]) -> None:
        try:
            while not stop.wait(0.05):
                for id_ in ids:
                    self.reports(id_)
        except AssertionError as failure:
            failures.append(failure)

    def _push(self, method: str, segments: tuple[str, ...], body: dict[str, Any]) -> None:
        until(lambda: self._is_accepted(method, segments, body), _ANSWERED_WITHIN_S)
        self.answered += 1

    def _is_accepted(self, method: str, segments: tuple[str, ...], body: dict[str, Any]) -> bool:
        hub = self.platform.hub
        try:
            answer = hub.push(method, "locations", segments, body, to=hub.hub_party)
        except HubUnreachable:
            return False
        assert answer.ok or answer.status >= 500 or answer.code >= 3000, answer.envelope
        return answer.ok
