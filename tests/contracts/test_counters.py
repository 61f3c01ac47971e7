"""What is counted: by its labels, over all processes, and within bounds."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.memory import MemoryCounters
from adapters.prometheus import Figure, MetricFiles, PrometheusCounters, exposed
from domain.ports import Counters

Totals = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def totals(folder: Path, *figures: Figure) -> Totals:
    """What a scrape gets: the value of each sample, without buckets and their bounds."""
    page = exposed(MetricFiles(folder), figures).decode()
    return {
        (sample.name.removeprefix("ocpi_hub_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if "le" not in sample.labels
    }


def elsewhere(folder: Path, done: str) -> int:
    """Count in a process of its own; its id, when it has ended."""
    counting = (
        "from pathlib import Path; from adapters.prometheus import PrometheusCounters;"
        f"counters = PrometheusCounters(Path({str(folder)!r})); {done}"
    )
    process = subprocess.Popen([sys.executable, "-c", counting], cwd=Path(__file__).parents[2])
    assert process.wait(120) == 0
    return process.pid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    MetricFiles(tmp_path / "metrics").begin()
    return tmp_path / "metrics"


def in_memory(folder: Path) -> tuple[Counters, Callable[[], Totals]]:
    counters = MemoryCounters()
    return counters, lambda: {
        (f"{name}_total", labels): many for (name, labels), many in counters.totals().items()
    }


def in_files(folder: Path) -> tuple[Counters, Callable[[], Totals]]:
    return PrometheusCounters(folder), lambda: totals(folder)


@pytest.mark.parametrize("made", [in_memory, in_files])
def test_what_happened_is_counted_by_its_labels(
    folder: Path, made: Callable[[Path], tuple[Counters, Callable[[], Totals]]]
) -> None:
    counters, counted = made(folder)
    counters.count("deliveries", verdict="sick", class_="cdr", partner="NL-MS1")
    counters.count("deliveries", partner="NL-MS1", class_="cdr", verdict="sick")
    counters.count("deliveries", partner="NL-MS1", class_="cdr", verdict="accepted")
    counters.count("log_lines_dropped")

    def of(verdict: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        told = (("class", "cdr"), ("partner", "NL-MS1"), ("verdict", verdict))
        return ("deliveries_total", told)

    assert counted() == {of("sick"): 2, of("accepted"): 1, ("log_lines_dropped_total", ()): 1}


@pytest.mark.parametrize("made", [in_memory, in_files])
def test_what_took_time_and_what_happened_now_is_noted(
    folder: Path, made: Callable[[Path], tuple[Counters, Callable[[], Totals]]]
) -> None:
    counters, counted = made(folder)
    counters.time("authorize", 0.25, path="live")
    counters.time("authorize", 0.5, path="live")
    counters.mark("sweeper_last_run")

    assert len(counted()) >= 2


def test_times_are_added_up(folder: Path) -> None:
    counters = PrometheusCounters(folder)
    counters.time("authorize", 0.25, path="live")
    counters.time("authorize", 0.5, path="live")

    found, live = totals(folder), (("path", "live"),)
    assert found["authorize_seconds_sum", live] == 0.75
    assert found["authorize_seconds_count", live] == 2


def test_what_processes_have_counted_adds_up_also_after_they_ended(folder: Path) -> None:
    PrometheusCounters(folder).count("log_lines_dropped")
    gone = [elsewhere(folder, "counters.count('log_lines_dropped')") for _ in range(2)]

    assert totals(folder)["log_lines_dropped_total", ()] == 3
    for pid in gone:
        MetricFiles(folder).bury(pid)
    assert totals(folder)["log_lines_dropped_total", ()] == 3
    names = {each.name for each in folder.glob("*.db")}
    assert names == {"counter_past.db", f"counter_{os.getpid()}.db"}


def test_a_process_that_starts_beside_others_adds_up_those_that_are_gone(folder: Path) -> None:
    PrometheusCounters(folder).count("log_lines_dropped")
    elsewhere(folder, "counters.count('log_lines_dropped'); counters.mark('sweeper_last_run')")
    before = totals(folder)

    MetricFiles(folder).begin()
    MetricFiles(folder).begin()

    assert totals(folder) == before
    assert len(list(folder.glob("*_past.db"))) == 2
    assert len(list(folder.glob("*.db"))) == 3


def test_the_first_process_of_a_start_begins_anew(folder: Path) -> None:
    elsewhere(folder, "counters.count('log_lines_dropped')")
    assert totals(folder)

    MetricFiles(folder).begin()

    assert totals(folder) == {}
    assert list(folder.glob("*.db")) == []


def test_a_killed_process_takes_no_count_with_it(folder: Path) -> None:
    counting = "counters.count('log_lines_dropped'); import os; os._exit(0)"
    elsewhere(folder, counting)

    assert totals(folder)["log_lines_dropped_total", ()] == 1


def test_no_caller_makes_the_labels_grow(folder: Path) -> None:
    counters = PrometheusCounters(folder, most=10)
    for number in range(1_000):
        counters.count("remarks", partner=f"partner-{number}", module="locations")
        counters.count(
            "requests",
            surface="ocpi",
            module="none",
            method=f"METHOD{number}",
            http=str(200 + number),
            ocpi=str(number),
        )

    found = totals(folder)
    assert len([name for name, _ in found if name == "remarks_total"]) == 11
    assert found["remarks_total", (("module", "other"), ("partner", "other"))] == 990
    assert len([name for name, _ in found if name == "requests_total"]) <= 11


@pytest.mark.parametrize("text", ["\ud800", "x" * 10_000, 'a"b\\c\nd', "{} 7\n# HELP x"])
def test_any_text_can_be_shown(folder: Path, text: str) -> None:
    PrometheusCounters(folder).count("cdr_conflicts", partner=text)

    [(_, labels)] = totals(folder)

    assert len(labels[0][1]) <= 64


def test_where_no_file_can_be_made_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")

    PrometheusCounters(tmp_path / "a file" / "metrics").count("log_lines_dropped")


def test_a_figure_has_its_own_labels(folder: Path) -> None:
    its = {"partner": "DE-ABC", "class": "cdr"}

    found = totals(folder, Figure("lane_due", "Due.", 7.0, its), Figure("cdrs_owed", "Owed.", 2.0))

    assert found == {("lane_due", tuple(sorted(its.items()))): 7.0, ("cdrs_owed", ()): 2.0}
