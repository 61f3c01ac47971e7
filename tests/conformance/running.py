"""The hub under test: a whole one, started as its users start it, and its operators' hands."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from subprocess import DEVNULL, CompletedProcess, Popen

from redis import Redis
from rq import Worker

from domain.partners.approval import Invited
from domain.partners.party import PartyId, parse_role
from entrypoints import bootstrap
from entrypoints.bootstrap import Container
from entrypoints.settings import Settings
from entrypoints.tether import tethered
from tests.e2e.hub_process import COMMAND, HubProcess, free_port, ocpi_hub, until

SETTINGS = {
    "HUB_ALLOW_PRIVATE_NETWORKS": "1",
    "HUB_PAGE_LIMIT": "100",
    "HUB_FORWARD_TIMEOUT_S": "2",
    "HUB_WRONG_TOKENS_PER_MINUTE": "100000",
}
HUB = ("NL", "HUB")
ABC, XYZ, CP6 = ("DE", "ABC"), ("FR", "XYZ"), ("ES", "CP6")
MS1, MS2 = ("NL", "MS1"), ("BE", "MS2")
_START_S = 15.0
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _party_ids() -> Iterator[str]:
    return ("".join(three) for three in itertools.product(_LETTERS, repeat=3))


@dataclass
class RunningHub:
    """`inside` reads and writes the same stores as the hub's own processes."""

    process: HubProcess
    _free: Iterator[str] = field(default_factory=_party_ids)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.process.port}"

    @property
    def versions_url(self) -> str:
        return f"{self.url}/ocpi/versions"

    def place(self, path: str) -> str:
        """A URL below version 2.3.0."""
        return f"{self.url}/ocpi/2.3.0/{path}"

    @cached_property
    def inside(self) -> Container:
        return bootstrap.build(Settings.from_environment(self.process.environment()))

    def run(self, *arguments: str) -> CompletedProcess[str]:
        """One `ocpi-hub` command, in a process of its own."""
        return ocpi_hub(*arguments, environment=self.process.environment())

    def invited_by_command(self, *roles: str) -> str:
        """A token A, as an operator gets it. `roles` such as `CPO:DE:ABC`."""
        options = [word for role in roles for word in ("--role", role)]
        ran = self.run("partner", "invite", "--name", roles[0], *options)
        assert ran.returncode == 0, ran.stderr
        return str(json.loads(ran.stdout)["token"])

    def invited(self, *roles: str, hub_party: str = "") -> str:
        """A token A, without the second that a process needs to start. `hub_party` is `NLHB2`."""
        invited = [Invited(*parse_role(role)) for role in roles]
        hub = PartyId(hub_party[:2], hub_party[2:]) if hub_party else None
        administering = self.inside.hub.administration
        return administering.invite(name=roles[0], roles=invited, hub_party=hub).token

    def release(self, party: tuple[str, str]) -> None:
        """Free the parties of the platform that has left with this one, as an operator does."""
        inside = self.inside.hub
        inside.approval.release(inside.administration.find("-".join(party)).id)

    def free_party(self) -> tuple[str, str]:
        """A party that no partner has."""
        return "QA", next(self._free)

    @contextmanager
    def worker(self, queue: str) -> Iterator[None]:
        """One more worker on the queue, as on another machine."""
        words = [str(COMMAND), "worker", "--queue", queue]
        environment = self.process.environment()
        with Redis.from_url(Settings.from_environment(environment).redis.url) as redis:
            there = Worker.count(connection=redis)
            with Popen(tethered(words), env=environment, stderr=DEVNULL) as started:
                until(lambda: Worker.count(connection=redis) > there, _START_S)
                yield
                started.terminate()

    def restart(self) -> None:
        """Kill all of it, and start it again on the same port and folder."""
        self.kill()
        self.process.start()

    def kill(self) -> None:
        """End it at once, without a goodbye."""
        self._let_go()
        self.process.kill()

    def close(self) -> None:
        """Let go of the stores, and stop the hub."""
        self._let_go()
        self.process.stop()

    def _let_go(self) -> None:
        if "inside" in self.__dict__:
            self.inside.close()
            del self.inside


@contextmanager
def a_hub(folder: Path, **settings: str) -> Iterator[RunningHub]:
    """`ocpi-hub up` on a free port and an empty folder; it is not waited for at the end."""
    running = RunningHub(HubProcess(folder, free_port(), SETTINGS | settings).start())
    yield running
    running.kill()
