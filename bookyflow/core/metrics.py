"""What is counted for whoever runs the site: `/metrics`, in the form of Prometheus.

Each process counts for itself. Where PROMETHEUS_MULTIPROC_DIR names a directory that they share,
the numbers of all of them are added up, whichever is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

# Seconds; the lowest are those of a call that asks the database nothing.
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

calls = Histogram(
    "bookyflow_call_seconds",
    "Calls and pages that were answered, and how long it took.",
    ["method", "route", "status"],
    buckets=LATENCIES,
)
statements = Counter(
    "bookyflow_statements", "Statements that calls and pages have run.", ["method", "route"]
)
refusals = Counter("bookyflow_refusals", "Refusals of the API by their key.", ["key"])
happened = Counter("bookyflow_events", "What has happened, such as bookings made.", ["kind"])
connections_used = Gauge(
    "bookyflow_pool_connections_used",
    "Connections to the database that threads have out of the pool.",
    multiprocess_mode="livesum",
)
connections_waited_for = Gauge(
    "bookyflow_pool_threads_waiting",
    "Threads that wait for a connection to the database.",
    multiprocess_mode="livesum",
)

replica_connections_used = Gauge(
    "bookyflow_replica_connections_used",
    "Connections to the replica that threads have out of the pool.",
    multiprocess_mode="livesum",
)
replica_left_out = Gauge(
    "bookyflow_replica_left_out",
    "Web processes that read nothing from the replica now.",
    multiprocess_mode="livesum",
)
replica_behind = Gauge(
    "bookyflow_replica_behind_seconds",
    "How old what the replica shows is, at most.",
    multiprocess_mode="livemax",
)
mails = Counter("bookyflow_mails", "Mails by what became of them.", ["outcome"])
calendar_polls = Counter(
    "bookyflow_calendar_polls",
    "Readings of calendars of other platforms by what came of them.",
    ["outcome"],
)

FORM = CONTENT_TYPE_LATEST

Reading = Iterator[tuple[str, str, float]]  # of gauges: name, what it is, value
_readings: list[Callable[[], Reading]] = []


def reading_add(reading: Callable[[], Reading]) -> None:
    """Show gauges that are read when somebody asks. Called when an app is ready.

    They are the site's, the same whichever process reads them.
    """
    _readings.append(reading)


class Readings(Collector):
    """All that is read when somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each reading."""
        for reading in _readings:
            for name, told, value in reading():
                yield GaugeMetricFamily(f"bookyflow_{name}", told, value=value)


def exposition() -> bytes:
    """Everything, as Prometheus reads it. Raises DatabaseError where the database is away."""
    registry = CollectorRegistry()
    registry.register(Readings())
    if settings.METRICS_DIR:
        _dead_forget(Path(settings.METRICS_DIR))
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no hints
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)


def _dead_forget(directory: Path) -> None:
    """Leave out what processes that are gone had in use; what they have counted stays."""
    pids = {path.stem.rpartition("_")[2] for path in directory.glob("gauge_live*_*.db")}
    for pid in filter(str.isdecimal, pids):
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(int(pid), directory)  # type: ignore[no-untyped-call]  # it has no hints


def is_on() -> bool:
    """Whether anybody may ask."""
    return bool(settings.METRICS_TOKEN)
