"""What the hub counts, in Prometheus' terms, over all processes of one machine."""

from adapters.prometheus.counters import PrometheusCounters
from adapters.prometheus.exposing import Figure, exposed
from adapters.prometheus.files import MetricFiles

__all__ = ["Figure", "MetricFiles", "PrometheusCounters", "exposed"]
