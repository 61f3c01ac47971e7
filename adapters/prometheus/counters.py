"""Counting, right with many processes: each writes its own file, and a scrape adds them up.

What is counted is in the file at once: a process that is killed takes nothing with it.
"""

import logging
import os
import time
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values

from adapters.prometheus.table import (
    COUNTED,
    KNOWN,
    MARKED,
    MOST_SERIES,
    OTHER,
    PREFIX,
    TIMED,
)

_LONGEST = 64
_OPENING = Lock()
_log = logging.getLogger(__name__)

Change = Callable[..., None]
Key = tuple[object, ...]


@dataclass
class _Made:
    """The metrics that this process counts in one folder, and their series so far."""

    values: Any = field(default_factory=values.MultiProcessValue)
    metrics: dict[str, Any] = field(default_factory=dict)
    series: dict[Key, Change] = field(default_factory=dict)
    many: Tally[object] = field(default_factory=Tally)


@dataclass(frozen=True)
class PrometheusCounters:
    """Counts in `folder`, at most `most` series of each metric."""

    folder: Path
    most: int = MOST_SERIES

    def count(self, name: str, **labels: str) -> None:
        key = (name, *labels.items())
        (self._series.get(key) or self._new(key, labels))()

    def time(self, name: str, seconds: float, **labels: str) -> None:
        key = (name, *labels.items())
        (self._series.get(key) or self._new(key, labels))(seconds)

    def mark(self, name: str) -> None:
        (self._series.get((name,)) or self._new((name,), {}))(time.time())

    @property
    def _series(self) -> dict[Key, Change]:
        return _made_in(self.folder).series

    def _new(self, key: Key, labels: dict[str, str]) -> Change:
        """The series of these labels; where there are too many already, the one for the rest."""
        made, name = _made_in(self.folder), str(key[0])
        told = {each.rstrip("_"): _known(each, text) for each, text in labels.items()}
        with _OPENING:
            is_full = made.many[name] >= self.most
            try:
                self._open(made, name)
                metric = made.metrics[name]
                told = dict.fromkeys(told, OTHER) if is_full else told
                change = _change_of(metric.labels(**told) if told else metric)
            except OSError as failure:
                _log.warning("%s is not counted: %s", name, failure)
                return _not_counted
            if not is_full:
                made.many[name] += 1
                made.series[key] = change
        return change

    def _open(self, made: _Made, name: str) -> None:
        """The library opens a file when a series is made, in the folder of the environment."""
        values.ValueClass = made.values
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self.folder)
        if name not in made.metrics:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made.metrics[name] = _metric(name)


@cache
def _made_in(folder: Path) -> _Made:
    """One for each folder: two that write the same file would write over each other."""
    return _Made()


def _metric(name: str) -> Counter | Gauge | Histogram:
    registry = CollectorRegistry(auto_describe=False)
    if name in COUNTED:
        counted = COUNTED[name]
        return Counter(PREFIX + name, counted.help, counted.labels, registry=registry)
    title = f"{PREFIX}{name}_seconds"
    if name in MARKED:
        return Gauge(title, MARKED[name].help, registry=registry, multiprocess_mode="max")
    timed = TIMED[name]
    return Histogram(title, timed.help, timed.labels, buckets=timed.buckets, registry=registry)


def _change_of(series: Counter | Gauge | Histogram) -> Change:
    if isinstance(series, Counter):
        return series.inc
    return series.set if isinstance(series, Gauge) else series.observe


def _known(label: str, text: str) -> str:
    """The value, if it is one of few; else as text that can be shown, and not too long."""
    if label in KNOWN:
        return text if text in KNOWN[label] else OTHER
    return text[:_LONGEST].encode("utf-8", "replace").decode()


def _not_counted(*_: float) -> None:
    """Nothing can be written now; the next one tries again."""
