"""Two platforms that are registered at each other, one in the place of the hub."""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Platform
from tests.sandbox.peers import registered_pair


@pytest.fixture
def pair() -> Iterator[tuple[Platform, Platform]]:
    with registered_pair() as platforms:
        yield platforms


@pytest.fixture
def cpo(pair: tuple[Platform, Platform]) -> Platform:
    return pair[0]


@pytest.fixture
def hub(pair: tuple[Platform, Platform]) -> Platform:
    return pair[1]
