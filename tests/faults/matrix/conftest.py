"""One cluster for the matrix; each cell's verdict is a line at the end of the run."""

import os
import random
import time
from collections.abc import Iterator

import pytest

from tests.faults.matrix.cells import ALL, Cell
from tests.faults.matrix.cluster import running_cluster
from tests.faults.matrix.playing import Matrix

_THOROUGH = os.environ.get("HUB_FAULTS") == "all"
_VERDICTS = pytest.StashKey[list[str]]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every cell, or those that are quick enough for every day."""
    if "cell" in metafunc.fixturenames:
        cells = [cell for cell in ALL if _THOROUGH or cell.quick]
        metafunc.parametrize("cell", cells, ids=[cell.id for cell in cells])


@pytest.fixture(scope="package")
def matrix(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Matrix]:
    """All cells that were selected, on one cluster; HUB_FAULT_SEED repeats a run's load."""
    seed = int(os.environ.get("HUB_FAULT_SEED") or random.SystemRandom().randrange(10_000))
    cells = [cell for item in request.session.items if (cell := _cell_of(item)) is not None]
    verdicts = request.config.stash.setdefault(_VERDICTS, [])
    began = time.monotonic()
    with running_cluster(tmp_path_factory.mktemp("matrix")) as cluster:
        verdicts.append(f"a hub on a set of three: up in {time.monotonic() - began:.0f} s")
        yield Matrix(cluster, tuple(cells), seed, verdicts)


def _cell_of(item: pytest.Item) -> Cell | None:
    called = getattr(item, "callspec", None)
    return None if called is None else called.params.get("cell")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The verdicts, each with the seed that repeats it."""
    verdicts = terminalreporter.config.stash.get(_VERDICTS, [])
    if verdicts:
        terminalreporter.section("fault matrix")
        for verdict in verdicts:
            terminalreporter.line(verdict)
