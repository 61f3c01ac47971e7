"""The parts that the table of costs rests on: what readers note, CPU by program, met or not."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bench.costs.cpu import Cost, Meter, median
from bench.costs.readers import Readers
from bench.costs.table import Line, save, written

pytestmark = pytest.mark.e2e

NOON = "2026-02-01T12:00:00Z"
LATER = "2026-02-01T12:00:01Z"


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers() as process:
        yield process


def test_a_reader_notes_when_it_had_a_change_and_answers_1000(readers: Readers) -> None:
    port = readers.open()
    begun = time.monotonic()

    answer = _put(port, {"evses": [{"last_updated": LATER}], "last_updated": NOON})

    [(mark, at)] = readers.came([0], [NOON], within_s=5).items()
    assert answer["status_code"] == 1000
    assert mark == (0, NOON)
    assert begun <= at <= time.monotonic()


def test_a_change_that_one_reader_lacks_is_no_success(readers: Readers) -> None:
    first, _ = readers.open(), readers.open()
    _put(first, {"last_updated": NOON})

    with pytest.raises(TimeoutError):
        readers.came([0, 1], [NOON], within_s=0.2)


def test_cpu_is_counted_for_each_operation_and_by_program() -> None:
    def work() -> int:
        ends = time.process_time() + 0.2
        while time.process_time() < ends:
            pass
        return 4

    cost = Meter(lambda: {os.getpid()}).cost(work)

    assert 40 <= cost.ms <= 80
    assert sum(cost.by.values()) == pytest.approx(cost.ms)


def test_the_median_is_the_cost_in_the_middle() -> None:
    assert median([Cost(9.0), Cost(1.0), Cost(2.0)]).ms == 2.0


def test_the_table_says_what_is_met(tmp_path: Path) -> None:
    lines = [
        Line("dear", "ms CPU", 17.0, 0.6, 2.0),
        Line("fast", "a second", 900.0, None, 800.0, more_is_better=True),
        Line("idle", "ms CPU a second", 30.0),
    ]

    _, dear, fast, idle = written(lines).splitlines()
    save(tmp_path / "costs.json", {"commit": "abc"}, lines)

    assert dear.endswith("≤ 2.00  NOT MET")
    assert fast.endswith("≥ 800  met")
    assert idle.endswith("30.00")
    kept = json.loads((tmp_path / "costs.json").read_text())
    assert [each["met"] for each in kept["measures"]] == [False, True, None]


def _put(port: int, body: object) -> dict[str, object]:
    url = f"http://127.0.0.1:{port}/ocpi/2.3.0/in/locations/DE/ABC/LOC1"
    answer: dict[str, object] = requests.put(url, json=body, timeout=5).json()
    return answer
