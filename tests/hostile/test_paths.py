"""No path leads out of the module that it was asked for, whatever stands between the hub and it.

One partner stands behind a real nginx, which normalises paths; another behind a tap, which passes
on every byte. Neither may ever see the hub's token anywhere but below the module's own URL.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.guests import Guests
from tests.conformance.running import RunningHub
from tests.conformance.steps import (
    INVALID,
    party_of,
)
from tests.e2e.hub_process import free_port
from tests.hostile.raw_calls import Said, ask
from tests.hostile.tapped import a_tap
from tests.nginx import an_nginx

pytestmark = pytest.mark.e2e

THINGS = "nltnm-things"
MODULES = [
    ("locations", "SENDER"),
    ("locations", "RECEIVER"),
    ("tariffs", "SENDER"),
    ("tariffs", "RECEIVER"),
    ("sessions", "SENDER"),
    ("tokens", "SENDER"),
    ("tokens", "RECEIVER"),
    ("commands", "RECEIVER"),
    ("commands", "SENDER"),
    ("chargingprofiles", "RECEIVER"),
    ("chargingprofiles", "SENDER"),
    (THINGS, "SENDER"),
    (THINGS, "RECEIVER"),
]
_TO_BACKEND = """
server {
    listen 127.0.0.1:@PORT@;
    location / { proxy_pass http://127.0.0.1:@BACKEND@/; }
}
"""

CLIMBS = (
    "../../credentials",
    "..",
    "x/..",
    "x/../../../credentials",
    "..%2F..%2Fcredentials",
    "%2E%2E/%2E%2E/credentials",
    "%2e./.%2e/credentials",
    "%2e%2e%2f%2e%2e%2fcredentials",
    "%252E%252E%252F%252E%252E%252Fcredentials",
    "%25252e%25252e%25252fcredentials",
    "..\\..\\credentials",
    "..%5C..%5Ccredentials",
    "..%255C..%255Ccredentials",
    "..;/..;/credentials",
    "..;a=b/..%3B/credentials",
    "..%20/..%20/credentials",
    "a%2F..%2F..%2F..%2Fcredentials",
    "a%2F..",
    "%2E",
    "./../credentials",
    "%c0%ae%c0%ae/%c0%ae%c0%ae/credentials",
    "..%c0%af..%c0%afcredentials",
    "..%e0%80%af..%e0%80%afcredentials",
    "..%u2215..%u2215credentials",
    "%u002e%u002e%u002fcredentials",
    "%EF%BC%8E%EF%BC%8E%EF%BC%8F%EF%BC%8E%EF%BC%8E%EF%BC%8Fcredentials",
    "a%00b",
    "..%00/..%00/credentials",
    "..%0d%0a/..%0d%0a/credentials",
    "a%0d%0aX-Evil:%201",
    "\xef\xbc\x8e\xef\xbc\x8e/credentials",
    "\xff..",
)
"""What stands in the place of an id, as an attacker writes it."""

PLACES = (
    ("GET", "sender/locations/{}"),
    ("GET", "receiver/locations/{owner}/{}"),
    ("PUT", "receiver/locations/{owner}/{}"),
    ("PATCH", "receiver/locations/{owner}/{}"),
    ("DELETE", "receiver/tariffs/{owner}/{}"),
    ("PUT", "receiver/tokens/{owner}/{}"),
    ("PUT", "sender/sessions/{}/charging_preferences"),
    ("POST", "sender/tokens/{}/authorize"),
    ("POST", "receiver/commands/{}"),
    ("DELETE", "receiver/chargingprofiles/{}?response_url=http%3A%2F%2F127.0.0.1%2F"),
    ("PUT", "sender/chargingprofiles/{}"),
    ("GET", f"sender/{THINGS}/{{}}"),
    ("POST", f"receiver/{THINGS}/{{}}"),
    ("GET", "sender/{}"),
    ("DELETE", "receiver/{}"),
)


@dataclass(frozen=True)
class Fronted:
    """A partner, and every path that reached it."""

    platform: Platform
    paths: Callable[[], list[str]]

    def strayed(self) -> list[str]:
        """The paths that are not below one of its modules; its own registration is over."""
        below = [urlsplit(self.platform.profile.endpoint(*module)).path for module in MODULES]
        return [path for path in self.paths() if not any(_is_below(path, each) for each in below)]


def _is_below(path: str, module: str) -> bool:
    if path.partition("?")[0] == module:
        return True
    rest = path.removeprefix(module + "/")
    return rest != path and not {".", ".."} & set(
        unquote(unquote(rest)).replace("\\", "/").split("/")
    )


@pytest.fixture(scope="module", params=["nginx", "tap"])
def fronted(
    request: pytest.FixtureRequest, hub: RunningHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fronted]:
    """A CPO and eMSP behind a proxy that normalises, or one that does not."""
    with ExitStack() as stack:
        guests, port = Guests(hub, stack), free_port()
        if request.param == "nginx":
            config = _TO_BACKEND.replace("@BACKEND@", str(port))
            nginx = stack.enter_context(an_nginx(tmp_path_factory.mktemp("nginx"), config))
            platform = _joined(guests, port, nginx.url)
            paths = lambda: [each.path for each in platform.received]  # noqa: E731
        else:
            tap = stack.enter_context(a_tap(port))
            platform = _joined(guests, port, tap.url)
            tap.lines.clear()
            paths = lambda: [line.decode("latin-1").split(" ")[1] for line in tap.lines]  # noqa: E731
        platform.clear()
        yield Fronted(platform, paths)
        guests.leave()


def _joined(guests: Guests, port: int, url: str) -> Platform:
    return guests.join("CPO", "EMSP", modules=MODULES, port=port, public_url=url)


@pytest.fixture(scope="module")
def attacker(hub: RunningHub) -> Iterator[Platform]:
    """A partner that may do what partners may."""
    with ExitStack() as stack:
        guests = Guests(hub, stack)
        yield guests.join("CPO", "EMSP")
        guests.leave()


@pytest.mark.parametrize(("method", "place"), PLACES)
def test_no_relay_leaves_the_module_that_it_is_for(
    hub: RunningHub, fronted: Fronted, attacker: Platform, method: str, place: str
) -> None:
    owner = "/".join(party_of(attacker))
    body = b"" if method in ("GET", "DELETE") else b"{}"
    answers: dict[str, Said] = {}

    for climb in CLIMBS:
        target = place.replace("{owner}", owner).replace("{}", climb)
        to = party_of(fronted.platform)
        answers[climb] = ask(hub, attacker, target, to=to, method=method, body=body)

    assert not fronted.strayed()
    let_through = {climb: said for climb, said in answers.items() if said.code // 1000 != 2}
    assert not {climb: said for climb, said in let_through.items() if said.status != 400}
    assert {(answers[climb].status, answers[climb].code) for climb in ("..", "%2E")} == {INVALID}
