"""The table that `make attack` ends with: what was sent, what the hub did, and whether it held."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

Tell = Callable[[str, str], None]
_ROW = "attack"
_HEADINGS = ("attack", "what was sent", "what the hub did", "verdict")
_WIDEST = 60


@dataclass(frozen=True)
class Row:
    attack: str
    sent: str
    did: str
    verdict: str

    @property
    def cells(self) -> tuple[str, ...]:
        return self.attack, self.sent, self.did, self.verdict


def teller(item: pytest.Item) -> Tell:
    """Writes a row for this test: `tell(what was sent, what the hub did)`."""
    return lambda sent, did: item.user_properties.append((_ROW, (sent, did)))


def rows_of(reporter: pytest.TerminalReporter) -> Iterator[Row]:
    """One row for each that a test told, and one for each attack that told nothing."""
    for outcome, verdict in (("passed", "held"), ("failed", "BROKE"), ("error", "NOT RUN")):
        for report in reporter.stats.get(outcome, []):
            if "attack" in getattr(report, "keywords", ()) and report.when in ("call", "setup"):
                told = [said for name, said in report.user_properties if name == _ROW]
                for sent, did in told or [("-", "-")]:
                    yield Row(report.nodeid.rpartition("/")[2], sent, did, verdict)


def print_table(reporter: pytest.TerminalReporter) -> None:
    """Nothing where no attack was run."""
    rows = [row.cells for row in rows_of(reporter)]
    if not rows:
        return
    reporter.section("attacks")
    table = [_HEADINGS, *rows]
    widths = [min(_WIDEST, max(len(cells[at]) for cells in table)) for at in range(3)]
    for cells in table:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
        reporter.line("  ".join([*padded, cells[-1]]))
