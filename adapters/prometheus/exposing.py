"""What a scrape gets: the counts of all processes, and what was found in the stores just now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from adapters.prometheus.files import MetricFiles
from adapters.prometheus.table import PREFIX

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Figure:
    """One value of a gauge, `ocpi_hub_<name>`."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Figures:
    figures: tuple[Figure, ...]

    def collect(self) -> Iterator[Metric]:
        families = dict[str, GaugeMetricFamily]()
        for each in self.figures:
            family = families.setdefault(
                each.name,
                GaugeMetricFamily(PREFIX + each.name, each.help, labels=tuple(each.labels)),
            )
            family.add_metric(tuple(each.labels.values()), each.value)
        yield from families.values()


def exposed(files: MetricFiles, figures: Iterable[Figure]) -> bytes:
    """All of it as text, as Prometheus 0.0.4 has it."""
    registry = CollectorRegistry(auto_describe=False)
    with files.reading() as folder:
        MultiProcessCollector(registry, folder)
        registry.register(_Figures(tuple(figures)))
        return generate_latest(registry)
