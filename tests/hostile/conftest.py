"""One real hub for hostile partners, a whole `ocpi-hub up`, and platforms that join it.

A test that leaves the hub worse than it found it starts a hub of its own (`a_hub`). One that takes
long is marked `attack`: `make test` leaves it out, `make attack` runs it and prints its row.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conformance.guests import Guests, Join
from tests.conformance.running import RunningHub, a_hub
from tests.hostile.fronts import Scene, a_scene
from tests.hostile.table import Tell, print_table, teller


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """The hub that most attacks are for."""
    folder = tmp_path_factory.mktemp("hostile") / "hub"
    with a_hub(folder, HUB_HEAD_TIMEOUT_S="5", HUB_MIN_BYTES_PER_S="65536") as running:
        yield running


@pytest.fixture
def join(hub: RunningHub) -> Iterator[Join]:
    """Has platforms join for this test: see Guests.join."""
    with ExitStack() as stack:
        guests = Guests(hub, stack)
        yield guests.join
        guests.leave()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Writes a row of `make attack`'s table: `tell(what was sent, what the hub did)`."""
    return teller(request.node)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of attacks, where any was run."""
    print_table(terminalreporter)


@pytest.fixture
def scene(mongo_url: str, database_name: str, redis_url: str) -> Iterator[Scene]:
    """A CPO, and an eMSP with something in front of its locations."""
    with a_scene(mongo_url, database_name, redis_url) as made:
        yield made
