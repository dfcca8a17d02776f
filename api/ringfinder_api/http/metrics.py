"""What Prometheus reads: requests by route, and how old the data and the current run are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)

Moment = Callable[[], datetime | None]


class Metrics:
    """The measures of one service, in a registry of its own."""

    def __init__(self, data_at: Moment, run_at: Moment) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter(
            "ringfinder_requests", "Requests answered.", (*labels, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "ringfinder_request_seconds", "Time to answer.", labels, buckets=_SECONDS, registry=self._registry
        )
        self._registry.register(_Ages(data_at, run_at))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def written(self) -> bytes:
        """Everything as Prometheus reads it."""
        return generate_latest(self._registry)


class _Ages(Collector):
    """Ages in seconds, looked up when somebody asks; a measure whose moment is unknown is left out."""

    def __init__(self, data_at: Moment, run_at: Moment) -> None:
        self._moments = {
            "ringfinder_data_age_seconds": ("Since the last batch was loaded.", data_at),
            "ringfinder_run_age_seconds": ("Since the current run was made.", run_at),
        }

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Both gauges."""
        for name, (said, moment) in self._moments.items():
            gauge = GaugeMetricFamily(name, said)
            at = moment()
            if at is not None:
                gauge.add_metric([], max(time.time() - at.timestamp(), 0.0))
            yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is looked up when the registry is made."""
        return []
