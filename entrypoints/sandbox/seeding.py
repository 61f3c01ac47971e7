"""A CPO and an eMSP for a newcomer: they register at a hub, and a location travels between them.

What the newcomer sees is what happened: the eMSP's own record of the request that reached it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from entrypoints.sandbox.fixtures import DEMO_LOCATIONS
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.wire import Document, authorization

CPO = ("CPO", "DE", "ABC", "ABC Charging")
EMSP = ("EMSP", "NL", "MS1", "Mobility One")
_ARRIVAL_S = 60.0

Invite = Callable[[str], tuple[str, str]]
"""Has the hub invite a role such as `CPO:DE:ABC`: its versions URL and a token A."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Market:
    """The two platforms, both registered at the hub."""

    cpo: Platform
    emsp: Platform


@contextmanager
def market(invite: Invite, folder: Path) -> Iterator[Market]:
    """Both platforms until the end of the block; their tokens and objects are kept in `folder`.

    :raises RegistrationRefused, Unusable, HubUnreachable: if the hub does not let one in.
    """
    with ExitStack() as stack:
        cpo, emsp = (
            stack.enter_context(Platform([party], data_dir=folder / party[0].lower()))
            for party in (CPO, EMSP)
        )
        for platform, party in ((cpo, CPO), (emsp, EMSP)):
            if platform.connection.peer is None:
                platform.hub.register(*invite(":".join(party[:3])))
        yield Market(cpo, emsp)


def show_a_location_arrive(shown: Market, say: Say) -> None:
    """The CPO puts a location to the hub; say when and how it reached the eMSP.

    :raises TimeoutError: if it did not within a minute.
    """
    location = DEMO_LOCATIONS[0] | {"last_updated": _now()}
    path = (location["country_code"], location["party_id"], location["id"])
    before = len(shown.emsp.received)
    begun = time.perf_counter()
    answer = shown.cpo.hub.push("PUT", "locations", path, location, to=shown.cpo.hub.hub_party)
    say(f"DE-ABC puts its location {location['id']} to the hub: {answer.status}, {answer.code}")
    shown.emsp.wait_for(lambda each: _is_about(each, path, before, shown.emsp), _ARRIVAL_S)
    took = (time.perf_counter() - begun) * 1000
    held = shown.emsp.holds("locations", *path)
    say(f"NL-MS1 has it {took:.0f} ms later: {_summary(held or location)}")


def a_change_to_type(shown: Market) -> str:
    """A command line that changes the status of the location's first EVSE, as the CPO."""
    location = DEMO_LOCATIONS[0]
    hub = shown.cpo.hub
    path = (location["country_code"], location["party_id"], location["id"])
    url = hub.url("locations", "RECEIVER", (*path, location["evses"][0]["uid"]))
    body = f'{{"status": "CHARGING", "last_updated": "{_now()}"}}'
    return (
        f"curl -s -X PATCH {url} \\\n"
        f"    -H 'Authorization: {authorization(hub.peer.token)}' \\\n"
        f"    -H 'Content-Type: application/json' -d '{body}'"
    )


def tell(shown: Market, say: Callable[[str, Received], None]) -> None:
    """Say of every request from now on whom it reached; does not return."""
    named = (("DE-ABC", shown.cpo), ("NL-MS1", shown.emsp))
    threads = [
        threading.Thread(target=_follow, args=(name, platform, say), daemon=True)
        for name, platform in named
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _follow(name: str, platform: Platform, say: Callable[[str, Received], None]) -> None:
    for request in platform.follow():
        say(name, request)


def _is_about(request: Received, path: tuple[str, ...], before: int, platform: Platform) -> bool:
    is_new = request not in platform.received[:before]
    return is_new and request.method == "PUT" and request.segments[:3] == path


def _summary(location: Document) -> str:
    count = len(location["evses"])
    return f"{location['name']!r}, {location['city']}, {count} EVSEs, first {_status(location)}"


def _status(location: Document) -> str:
    return str(location["evses"][0]["status"])


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
