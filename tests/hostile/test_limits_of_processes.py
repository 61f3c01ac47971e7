"""Limits of a hub as in production: two web processes under gunicorn, and a Redis that may go.

Each process is known by its port, so that a test says which of them it asks.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import pytest
from redis import Redis

from domain.partners.approval import Invited
from domain.partners.party import parse_role
from entrypoints import bootstrap
from entrypoints.embedded import launch, redis_store
from entrypoints.sandbox import HubClient, Platform
from entrypoints.settings import Settings
from tests.e2e.hub_process import free_port, until
from tests.e2e.test_rolling_restart import Part, _status
from tests.http.hub_server import environment_of
from tests.http.minutes import early_in_a_minute

pytestmark = pytest.mark.timeout(300)
LISTS, WRONG = 40, 8
_ENOUGH_S = 60.0


@dataclass
class Site:
    """`ports` of two web processes: the first one trusts this machine as a proxy."""

    settings: Settings
    ports: tuple[int, int]
    redis: "subprocess.Popen[bytes]"

    def url(self, web: int, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[web]}{path}"

    def invited(self, role: str) -> str:
        container = bootstrap.build(self.settings)
        try:
            administering = container.hub.administration
            return administering.invite(name=role, roles=[Invited(*parse_role(role))]).token
        finally:
            container.close()

    def shared(self, beginning: str) -> int:
        """What Redis has of all keys that begin so."""
        with Redis.from_url(self.settings.redis.url) as redis:
            return sum(int(redis.get(key) or 0) for key in redis.scan_iter(f"limits:{beginning}*"))


@pytest.fixture
def site(mongo_url: str, database_name: str, tmp_path: Path) -> Iterator[Site]:
    store = redis_store(tmp_path / "redis")
    server = launch(store, tmp_path / "redis.log")
    given = environment_of(mongo_url, database_name, store.url) | {
        "HUB_DATA_DIR": str(tmp_path),
        "HUB_WEB_WORKERS": "1",
        "HUB_WEB_THREADS": "4",
        "HUB_DRAIN_S": "0",
        "HUB_LIMIT_LISTS": str(LISTS),
        "HUB_WRONG_TOKENS_PER_MINUTE": str(WRONG),
    }
    settings = Settings.read(given)
    bootstrap.prepare_stores(settings)
    ports = (settings.port, free_port())
    trusting = {"HUB_TRUSTED_PROXIES": "127.0.0.1"}
    with ExitStack() as stack:
        for port, further in zip(ports, (trusting, {}), strict=True):
            place = {"HUB_BIND": f"127.0.0.1:{port}"}
            web = Part(("web",), given | place | further, tmp_path / f"{port}.log")
            stack.callback(web.start().end)
        for port in ports:
            until(lambda port=port: _status(port, "/readyz") == 200, _ENOUGH_S)  # type: ignore[misc]
        yield Site(settings, ports, server)
        server.kill()
        server.wait()


@pytest.fixture
def msp(site: Site) -> Iterator[Platform]:
    with Platform([("EMSP", "NL", "MS1", "")]) as platform:
        platform.hub.register(site.settings.versions_url, site.invited("EMSP:NL:MS1"))
        early_in_a_minute(30.0)
        yield platform


def _lists(site: Site, client: HubClient, web: int, times: int) -> list[int]:
    url = site.url(web, "/ocpi/2.3.0/sender/locations")
    headers = {"OCPI-to-country-code": "NL", "OCPI-to-party-id": "HUB"}
    token = client.peer.token
    return [client.call("GET", url, token=token, headers=headers).status for _ in range(times)]


def _wrong(site: Site, client: HubClient, web: int, forwarded: str) -> int:
    headers = {"X-Forwarded-For": forwarded}
    url = site.url(web, "/ocpi/versions")
    return client.call("GET", url, token=f"guess-{forwarded}", headers=headers).status


def test_two_processes_hold_one_limit_but_for_a_second(site: Site, msp: Platform) -> None:
    assert _lists(site, msp.hub, 0, 10) + _lists(site, msp.hub, 1, 10) == [200] * 20
    until(lambda: site.shared("lists:") == 20, _ENOUGH_S)
    assert _lists(site, msp.hub, 0, 1) == [200]
    until(lambda: site.shared("lists:") == 21, _ENOUGH_S)

    assert _lists(site, msp.hub, 0, 30) == [200] * 19 + [429] * 11
    until(lambda: site.shared("lists:") == LISTS, _ENOUGH_S)
    assert _lists(site, msp.hub, 1, 1) == [200]  # it has not asked Redis since
    until(lambda: site.shared("lists:") == LISTS + 1, _ENOUGH_S)
    assert _lists(site, msp.hub, 1, 5) == [429] * 5


def test_without_redis_each_process_goes_on_by_itself(site: Site, msp: Platform) -> None:
    assert _lists(site, msp.hub, 0, 10) == [200] * 10
    site.redis.kill()
    site.redis.wait()

    begun = time.monotonic()
    assert _lists(site, msp.hub, 0, LISTS) == [200] * (LISTS - 10) + [429] * 10
    assert _lists(site, msp.hub, 1, LISTS + 1) == [200] * LISTS + [429]
    assert time.monotonic() - begun < _ENOUGH_S
    client = msp.hub
    rows = client.call("GET", site.url(0, "/hub/v1/limits"), token=client.peer.token).data
    used = {row["class"]: row["used"] for row in rows}
    assert (used["lists"], used["cdrs"]) == (LISTS, None)


def test_a_forged_address_is_believed_of_no_peer_that_is_not_trusted(
    site: Site, msp: Platform
) -> None:
    forged = [_wrong(site, msp.hub, 1, f"192.0.2.{each}") for each in range(WRONG + 2)]
    assert forged == [401] * WRONG + [429] * 2

    trusted = [_wrong(site, msp.hub, 0, f"192.0.2.{each}") for each in range(WRONG + 2)]
    assert trusted == [401] * (WRONG + 2)
    hidden = [_wrong(site, msp.hub, 0, f"192.0.2.{each}, 198.51.100.1") for each in range(9)]
    assert hidden == [401] * WRONG + [429]


def test_a_good_token_passes_while_its_address_is_braked(site: Site, msp: Platform) -> None:
    for each in range(WRONG + 1):
        _wrong(site, msp.hub, 1, f"192.0.2.{each}")
    assert _wrong(site, msp.hub, 1, "192.0.2.9") == 429

    url, token = site.url(1, "/ocpi/versions"), msp.hub.peer.token
    assert {msp.hub.call("GET", url, token=token).status for _ in range(20)} == {200}
    assert _wrong(site, msp.hub, 1, "192.0.2.9") == 429


def test_a_partner_beyond_its_limit_slows_no_other(site: Site, msp: Platform) -> None:
    over, refused = Event(), list[int]()

    def flood() -> None:
        while not over.is_set():
            refused.extend(_lists(site, msp.hub, 0, 5))

    with Platform([("EMSP", "BE", "ELE", "")]) as other:
        other.hub.register(site.settings.versions_url, site.invited("EMSP:BE:ELE"))
        early_in_a_minute(30.0)
        threads = [Thread(target=flood) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            until(lambda: 429 in refused, _ENOUGH_S)
            took = []
            for _ in range(30):
                begun = time.monotonic()
                assert _lists(site, other.hub, 0, 1) == [200]
                took.append(time.monotonic() - begun)
        finally:
            over.set()
            for thread in threads:
                thread.join()

    assert sorted(took)[len(took) // 2] < 1.0
    assert refused.count(429) > 30
