"""What is counted, for Prometheus. Labels are queues, channels, outcomes and reasons: no chat, no name, no words."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE

__all__ = ["CONTENT_TYPE", "Dwell", "page"]

_REGISTRY = CollectorRegistry()
_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 14400)
_MOST_CHATS = 10_000

ProcessCollector(registry=_REGISTRY)
RECEIVED = Counter("nhacviec_received", "Updates handed in, repeated ones too.", ["channel"], registry=_REGISTRY)
FINISHED = Counter("nhacviec_finished", "Rows that are over.", ["queue", "channel", "outcome"], registry=_REGISTRY)
FAILURES = Counter("nhacviec_failures", "Tries that failed.", ["queue", "channel", "reason"], registry=_REGISTRY)
UNCERTAIN = Counter("nhacviec_uncertain", "Messages whose answer never came.", ["channel"], registry=_REGISTRY)
DWELL = Histogram(
    "nhacviec_dwell_seconds",
    "From an update committed to its answer taken by the platform.",
    ["channel"],
    buckets=_SECONDS,
    registry=_REGISTRY,
)
DUE = Gauge("nhacviec_due", "Rows that are due and not over.", ["queue"], registry=_REGISTRY)
OLDEST = Gauge("nhacviec_oldest_due_seconds", "How long the oldest of them is due.", ["queue"], registry=_REGISTRY)
READY = Gauge("nhacviec_ready", "Whether nothing stands in the way of working.", ["check"], registry=_REGISTRY)
TICK_AGE = Gauge("nhacviec_tick_age_seconds", "Since the clock last looked for what is due.", registry=_REGISTRY)
FREE = Gauge("nhacviec_disk_free_bytes", "On the disk of the data folder.", registry=_REGISTRY)


def page() -> bytes:
    """All of it in Prometheus' text format."""
    return generate_latest(_REGISTRY)


def channel_of(lane: str) -> str:
    """`telegram` of `telegram:12345`; empty for the lane of an office."""
    return lane.partition(":")[0] if ":" in lane else ""


class Dwell:
    """How long people wait for an answer. Matched by chat in memory: what a restart or another process answers is not
    counted."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def begin(self, lane: str, waited: float) -> None:
        """An answer was decided for an update committed `waited` seconds ago."""
        if len(self._since) >= _MOST_CHATS:
            self._since.pop(next(iter(self._since)))
        self._since[lane] = time.monotonic() - waited

    def end(self, lane: str) -> None:
        since = self._since.pop(lane, None)
        if since is not None:
            DWELL.labels(channel_of(lane)).observe(time.monotonic() - since)


dwell = Dwell()
