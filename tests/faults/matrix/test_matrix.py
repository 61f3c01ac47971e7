"""Every part breaks in turn: no CDR is lost or billed twice, and all end with the present state."""

import json

import pytest

from tests.faults.matrix.cells import Cell
from tests.faults.matrix.playing import Matrix

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]


def test_the_promises_hold_when(matrix: Matrix, cell: Cell) -> None:
    matrix.verdict(cell)


def test_in_the_end_the_archive_adds_up(matrix: Matrix) -> None:
    """I8, as the hub itself counts it."""
    counted = matrix.cluster.command("cdr", "verify", "--json")

    assert counted.returncode == 0, counted.stderr
    assert json.loads(counted.stdout)["archived"] > 0
