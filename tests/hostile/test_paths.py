"""No path leads out of the module that it was asked for, also through a proxy in between.

One partner stands behind a real nginx, which normalises paths; another behind a tap, which passes
on every byte. Neither may ever see the hub's token anywhere but below the module's own URL.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

import pytest

from domain.delivery.deliveries import Delivery, DeliveryState
from domain.objects.stored import Change, ObjectKey, Stored, Unpublished, UnseenChange
from domain.partners.party import PartyId
from domain.times import parse_time
from entrypoints.sandbox import Platform, success
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import start_session
from entrypoints.sandbox.exchange import Exchange
from entrypoints.sandbox.reply import Reply
from tests.conformance.guests import Guests
from tests.conformance.running import RunningHub
from tests.conformance.steps import INVALID, a_location, fresh, outcome, party_of, put, with_evses
from tests.conformance.tariffs import a_tariff
from tests.e2e.hub_process import free_port, until
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


def _is_below(target: str, module: str) -> bool:
    path = target.partition("?")[0]
    rest = path.removeprefix(module + "/")
    pieces = unquote(unquote(rest)).replace("\\", "/").split("/")
    return path == module or (rest != path and not {".", ".."} & set(pieces))


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


@pytest.mark.parametrize("query", ["x=/../../credentials", "../../credentials", "a=%2e%2e%2f&b=;"])
def test_a_query_goes_out_as_it_came_and_never_reaches_the_path(
    hub: RunningHub, fronted: Fronted, attacker: Platform, query: str
) -> None:
    name = fresh("A")

    ask(hub, attacker, f"sender/{THINGS}/{name}?{query}", to=party_of(fronted.platform))

    received = fronted.platform.wait_for(lambda each: each.segments == (name,))
    assert (received.module, received.query) == (THINGS, query)
    assert not fronted.strayed()


def test_every_other_character_of_an_id_arrives_in_its_segment(
    hub: RunningHub, fronted: Fronted, attacker: Platform
) -> None:
    names = ("A#B", "C?D", "E F", "G%H", "I;J", "..K", "L..", "BE*BEC*E1", "M+N", "1.5")

    for name in names:
        target = f"sender/{THINGS}/{quote(name, safe='')}"
        ask(hub, attacker, target, to=party_of(fronted.platform))

    arrived = [each.segments for each in fronted.platform.received if each.module == THINGS]
    assert arrived[-len(names) :] == [(name,) for name in names]
    assert not fronted.strayed()


@pytest.mark.parametrize("name", ["../../../../credentials", "..%2Fx", "a/.."])
def test_an_object_with_such_an_id_is_not_taken(attacker: Platform, name: str) -> None:
    tariff = a_tariff(attacker) | {"id": name}
    site = a_location(attacker, evses=[{**with_evses(1)[0], "uid": name}])
    card = token(*party_of(attacker), uid=name)
    where = (*party_of(attacker), name)
    to = attacker.hub.hub_party

    answers = [
        attacker.hub.push("PUT", "tariffs", where, tariff, to=to),
        attacker.hub.push("DELETE", "tariffs", where, to=to),
        attacker.hub.push("PUT", "tokens", where, card, to=to),
        put(attacker, site),
        put(attacker, a_location(attacker, id=name)),
    ]

    assert [outcome(each) for each in answers] == [INVALID] * len(answers)


def test_a_delivery_of_such_an_object_from_before_is_not_sent(
    hub: RunningHub, fronted: Fronted, attacker: Platform
) -> None:
    key = _withdrawn(hub, attacker, f"{fresh()}/../../../../../credentials")

    assert hub.inside.hub.publisher.publish(key)

    ended = _refused(hub, fronted.platform, key)
    assert ended.last is not None
    assert ended.last.reason.startswith("no URL can be made for it")
    assert not fronted.strayed()


def _withdrawn(hub: RunningHub, owner: Platform, name: str) -> ObjectKey:
    """A tariff as a hub before this one would have stored it, its DELETE still to be told."""
    tariff = a_tariff(owner) | {"id": name}
    key = ObjectKey("tariffs", PartyId(*party_of(owner)), name)
    updated = parse_time(tariff["last_updated"])
    change = Change("DELETE", (), None, "C-1")
    stored = Stored(
        key=key,
        audience="*",
        body=hub.inside.json.dump(tariff),
        last_updated=updated,
        origin=_id_of(hub, owner),
        deleted=True,
        unpublished=Unpublished(since=updated, unseen=UnseenChange.one(change)),
    )
    hub.inside.hub.publisher.objects.save(stored)
    return key


def _refused(hub: RunningHub, receiver: Platform, key: ObjectKey) -> Delivery:
    partner_id = _id_of(hub, receiver)

    def found() -> list[Delivery]:
        state = DeliveryState.REFUSED
        owed = hub.inside.hub.delivery_overview.owed(partner_id=partner_id, state=state)
        return [each for each in owed if each.key == key]

    until(lambda: bool(found()), 60.0)
    return found()[0]


def _id_of(hub: RunningHub, platform: Platform) -> str:
    return hub.inside.hub.administration.find("-".join(party_of(platform))).id


def test_a_pull_neither_keeps_such_an_id_nor_follows_such_a_link(
    hub: RunningHub, fronted: Fronted
) -> None:
    platform = fronted.platform
    climbing = f"{platform.profile.endpoint('tariffs', 'SENDER')}/../../../credentials"
    item = a_tariff(platform) | {"id": "../../../../credentials"}
    link = {"Link": f'<{climbing}>; rel="next"'}
    platform.behave(lambda _: success([item], headers=link), "tariffs", method="GET")

    done = hub.inside.hub.pulls_of_partners.pull(_id_of(hub, platform), whole=True)

    platform.behave("well", "tariffs", method="GET")
    [tariffs] = [each for each in done if each.module == "tariffs"]
    assert (tariffs.seen, tariffs.stored, tariffs.quarantined) == (1, 0, 1)
    assert tariffs.failure
    assert not fronted.strayed()


def test_a_relayed_list_with_such_a_link_has_failed(
    hub: RunningHub, fronted: Fronted, attacker: Platform
) -> None:
    platform = fronted.platform
    climbing = f"{platform.profile.endpoint('locations', 'SENDER')}/%2e%2e/%2e%2e/credentials"
    link = {"Link": f'<{climbing}>; rel="next"'}
    platform.behave(lambda _: success([], headers=link), "locations", method="GET")

    answer = attacker.hub.get("locations", to=party_of(platform))

    platform.behave("well", "locations", method="GET")
    assert outcome(answer) == (200, 4000)
    assert not fronted.strayed()


def test_a_command_that_is_to_be_answered_at_such_a_url_is_refused(
    fronted: Fronted, attacker: Platform
) -> None:
    url = f"{attacker.url}/ocpi/2.3.0/out/commands/../../credentials"

    answer = attacker.hub.push(
        "POST",
        "commands",
        ("START_SESSION",),
        start_session(url, card=token(*party_of(attacker))),
        to=party_of(fronted.platform),
    )

    assert outcome(answer) == INVALID
    assert [each["path"] for each in answer.data["errors"]] == ["response_url"]


def test_such_an_endpoint_of_a_platform_is_left_out_and_never_called(hub: RunningHub) -> None:
    with ExitStack() as stack:
        guests = Guests(hub, stack)
        platform = guests.join("CPO", registered=False)
        platform.behave(_climbing_details, "details")
        role = f"CPO:{':'.join(party_of(platform))}"

        platform.hub.register(hub.versions_url, hub.invited(role))

        endpoints = hub.inside.hub.administration.find("-".join(party_of(platform))).endpoints
        assert [each.identifier for each in endpoints if each.fault] == ["locations"]
        assert not [each for each in platform.received if each.module == "locations"]
        guests.leave()


def _climbing_details(exchange: Exchange) -> Reply:
    told = exchange.answer()
    return replace(told, body=told.body.replace(b"/out/locations", b"/out/../locations"))
