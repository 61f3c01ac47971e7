"""Plays the cells: strikes one after the other, and lets each come to rest while others are struck.

What recovery takes is mostly waiting (leases, schedules), so the cells of a round share it.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.matrix.cells import Cell
from tests.faults.matrix.checking import check, settle
from tests.faults.matrix.cluster import Cluster
from tests.faults.matrix.scene import Scene


@dataclass
class _Struck:
    """A cell that was struck: how it goes on, or why it failed already."""

    scene: Scene
    rest: Iterator[None]
    failure: BaseException | None = None


@dataclass
class Matrix:
    """The cells in the order of their tests; a round is struck when its first verdict is asked."""

    cluster: Cluster
    cells: tuple[Cell, ...]
    seed: int
    verdicts: list[str]
    _struck: dict[str, _Struck] = field(default_factory=dict)
    _cpo: dict[str, object] | None = None

    def verdict(self, cell: Cell) -> None:
        """Say how the cell went. :raises AssertionError: naming the invariant that was broken."""
        if cell.name not in self._struck:
            self._strike(self._round_of(cell))
        struck = self._struck[cell.name]
        try:
            said = self._finish(struck)
        except BaseException as failure:
            words = str(failure).splitlines()[:1]
            self._say(cell, struck, f"BROKEN {words[0] if words else failure!r}")
            raise
        finally:
            struck.scene.drop_load()
        self._say(cell, struck, f"ok     {said}")

    def _round_of(self, cell: Cell) -> list[Cell]:
        """It alone, or all of those that follow and need not be alone."""
        if cell.alone:
            return [cell]
        waiting = [each for each in self.cells if each.name not in self._struck]
        return [each for each in waiting if not each.alone]

    def _strike(self, cells: list[Cell]) -> None:
        for cell in cells:
            scene = self._scene(cell)
            rest = cell.strike(scene)
            struck = self._struck[cell.name] = _Struck(scene, rest)
            began = time.monotonic()
            try:
                next(rest)
            except BaseException as failure:  # noqa: BLE001 - told by the cell's own test
                struck.failure = failure
                scene.drop_load()
            scene.notes.append(f"struck in {time.monotonic() - began:.1f} s")
        for cell in cells:
            self._struck[cell.name].scene.is_repaired()

    def _finish(self, struck: _Struck) -> str:
        """What was counted, once it is at rest."""
        if struck.failure is not None:
            raise struck.failure
        took = settle(struck.scene)
        for _ in struck.rest:
            raise AssertionError("a strike yields once")
        counted = check(struck.scene)
        return f"{counted}, at rest after {took:.1f} s"

    def _scene(self, cell: Cell) -> Scene:
        number = len(self._struck) + 1
        if self._cpo is None:
            parties = [["DE", f"C{each + 1:02}"] for each in range(len(self.cells))]
            ledger = self.cluster.folder / "cpo.jsonl"
            self._cpo = self.cluster.register("cpo", "CPO", parties, ledger)
        return Scene.prepare(self.cluster, cell.name, number, self.seed, self._cpo)

    def _say(self, cell: Cell, struck: _Struck, said: str) -> None:
        notes = ", ".join(struck.scene.notes)
        self.verdicts.append(f"{cell.name:<50} {said}, {notes}, seed {self.seed}")
