"""One real hub for hostile partners: a whole `ocpi-hub up` a session, and platforms that join it.

A test that leaves the hub worse than it found it starts a hub of its own (`a_hub`).
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conformance.guests import Guests, Join
from tests.conformance.running import RunningHub, a_hub


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """The hub that most attacks are for."""
    with a_hub(tmp_path_factory.mktemp("hostile") / "hub") as running:
        yield running


@pytest.fixture
def join(hub: RunningHub) -> Iterator[Join]:
    """Has platforms join for this test: see Guests.join."""
    with ExitStack() as stack:
        guests = Guests(hub, stack)
        yield guests.join
        guests.leave()
