"""One real hub and the platforms P1 to P7 of the conformance cases, for the whole session.

Every test has objects of its own; one that changes a partner's state lets partners of its own join.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from entrypoints.sandbox import Answer, Platform
from tests.conformance.guests import Guests, Join
from tests.conformance.running import SETTINGS, RunningHub, a_hub
from tests.e2e.hub_process import HubProcess, free_port

_CAST = {
    "p1": ("CPO:DE:ABC:ABC Charging",),
    "p2": ("CPO:FR:XYZ:XYZ Recharge",),
    "p3": ("EMSP:NL:MS1:Mobility One",),
    "p4": ("EMSP:BE:MS2:Mobility Two",),
    "p5": ("NSP:NL:NAV:Navigator",),
    "p6": ("CPO:ES:CP6:Carga Seis", "EMSP:ES:EM6:Movilidad Seis"),
    "p7": ("OTHER:DE:OTH:Other",),
}


@dataclass(frozen=True)
class Cast:
    """The platforms of the cases; `first_answer` is what the very first one was answered."""

    platforms: Mapping[str, Platform]
    first_answer: Answer


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """The hub that nearly all cases are for."""
    folder = tmp_path_factory.mktemp("conformance") / "hub"
    running = RunningHub(HubProcess(folder, free_port(), SETTINGS).start())
    yield running
    running.close()


@pytest.fixture(scope="module")
def watchful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub that asks after a second of silence whether a partner is still there."""
    folder = tmp_path_factory.mktemp("watchful") / "hub"
    with a_hub(folder, HUB_PROBE_AFTER_S="1") as running:
        yield running


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub where parties see each other by agreement only, and are told so a second later."""
    folder = tmp_path_factory.mktemp("strict") / "hub"
    more = {"HUB_AGREEMENTS": "required", "HUB_ANNOUNCE_ROLES_AFTER_S": "1"}
    with a_hub(folder, **more) as running:
        yield running


@pytest.fixture(scope="package")
def cast(hub: RunningHub) -> Iterator[Cast]:
    """P1 to P7, registered by the real handshake with the operators' invitations."""
    with ExitStack() as stack, ThreadPoolExecutor(3) as pool:
        asked = {name: [":".join(r.split(":")[:3]) for r in roles] for name, roles in _CAST.items()}
        tokens = pool.map(lambda roles: hub.invited_by_command(*roles), asked.values())
        platforms: dict[str, Platform] = {}
        answers = []
        for (name, roles), token in zip(_CAST.items(), tokens, strict=True):
            own = [tuple(role.split(":")) for role in roles]
            platforms[name] = stack.enter_context(Platform(own))  # type: ignore[arg-type]
            answers.append(platforms[name].hub.register(hub.versions_url, token))
        yield Cast(platforms, answers[0])


@pytest.fixture
def join(hub: RunningHub, cast: Cast) -> Iterator[Join]:
    """Has platforms join for this test: see Guests.join."""
    with ExitStack() as stack:
        guests = Guests(hub, stack)
        yield guests.join
        guests.leave()


def _played(name: str) -> Any:
    """A fixture: this platform of the cast, well and as if nothing had come to it yet."""

    @pytest.fixture
    def platform(cast: Cast) -> Platform:
        played = cast.platforms[name]
        played.behave("well")
        played.clear()
        return played

    return platform


p1, p2, p3, p4, p5, p6, p7 = map(_played, _CAST)
