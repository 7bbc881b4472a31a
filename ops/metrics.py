"""Every figure that /metrics tells, in one place. Labels are few and known beforehand: never an id, never what a client sent."""

from functools import cache
from typing import TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

HTTP_REQUESTS = Counter("tidemark_http_requests_total", "Requests answered", ["method", "route", "status"])
HTTP_SECONDS = Histogram("tidemark_http_request_seconds", "Time to answer a request", ["route"], buckets=_QUICK)
OPERATIONS = Counter("tidemark_operations_total", "GraphQL operations by kind and how they ended", ["kind", "outcome"])
OPERATION_SECONDS = Histogram("tidemark_operation_seconds", "Time to execute a query or mutation", ["kind"], buckets=_QUICK)
THROTTLED = Counter("tidemark_throttled_total", "Attempts put off by a limit", ["limit"])

SOCKETS = Gauge("tidemark_sockets", "WebSockets open", multiprocess_mode="livesum")
EVENT_STREAMS = Gauge("tidemark_event_streams", "Answers by server-sent events under way", multiprocess_mode="livesum")
SUBSCRIPTIONS = Gauge("tidemark_subscriptions", "Subscriptions running", ["field"], multiprocess_mode="livesum")
SOCKETS_CLOSED = Counter("tidemark_sockets_closed_total", "WebSockets closed by us", ["code"])
TASKS = Gauge("tidemark_tasks", "asyncio tasks under way", multiprocess_mode="livesum")
DELIVERIES = Counter("tidemark_deliveries_total", "Payloads put on a socket's queue", ["field"])
DELIVERY_SECONDS = Histogram("tidemark_delivery_seconds", "From an event's transaction to the hub of this process", buckets=_QUICK)

RELAYED = Counter("tidemark_events_relayed_total", "Events numbered and published")
RELAY_LAG_SECONDS = Gauge("tidemark_relay_lag_seconds", "Age of the oldest event the relay took up last", multiprocess_mode="livemax")
HINTS = Counter("tidemark_hints_total", "Hints published, after coalescing")

LEASES = Counter("tidemark_leases_total", "Tasks leased")
SUBMISSIONS = Counter("tidemark_submissions_total", "Annotations submitted")
VERDICTS = Counter("tidemark_verdicts_total", "Verdicts given", ["decision", "source"])
JOBS = Counter("tidemark_jobs_total", "Runs of a background duty", ["job", "outcome"])
JOB_SECONDS = Histogram("tidemark_job_seconds", "Time a background duty took", ["job"], buckets=_QUICK)


M = TypeVar("M", Counter, Gauge, Histogram)


@cache
def labelled(metric: M, *values: str | int) -> M:
    """As `metric.labels`, for what every request asks for: each choice of values, of which there are few, is looked up once."""
    return metric.labels(*values)


def exposition() -> tuple[bytes, str]:
    """The body of /metrics and its content type."""
    return generate_latest(), CONTENT_TYPE_LATEST
