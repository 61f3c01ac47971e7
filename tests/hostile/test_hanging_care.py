"""Partners that hang when the hub calls them: no other partner's care waits for them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conformance.guests import Guests, Join
from tests.conformance.running import RunningHub, a_hub

_HANGING = 10
_ONE_HANGS_S = 30.0
"""So long the hub waits for one that hangs in PUT credentials."""
_SOON_S = 150.0
"""Less than half of what the hanging ones take one after the other, on however busy a machine."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """It tells its peers of new roles a second after the last change."""
    folder: Path = tmp_path_factory.mktemp("care") / "hub"
    with a_hub(folder, HUB_ANNOUNCE_ROLES_AFTER_S="1") as running:
        yield running


@pytest.fixture
def join(hub: RunningHub) -> Iterator[Join]:
    with ExitStack() as stack:
        yield Guests(hub, stack).join


def test_a_peer_is_told_of_new_roles_while_earlier_ones_hang(join: Join) -> None:
    assert 2 * _SOON_S <= _HANGING * _ONE_HANGS_S
    hanging = [join("CPO") for _ in range(_HANGING)]
    for platform in hanging:
        platform.behave("hang", "credentials", method="PUT")
    honest = join("CPO")
    honest.clear()

    join("EMSP")

    told = honest.wait_for(lambda got: (got.method, got.module) == ("PUT", "credentials"), _SOON_S)
    assert "EMSP" in [role["role"] for role in told.json()["roles"]]
    for platform in hanging:
        platform.behave("well")
