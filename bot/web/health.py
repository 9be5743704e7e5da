"""What a supervisor and Prometheus ask: does the process live, can it work, what has it done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address, ip_network

import structlog
from aiohttp import web

from bot import metrics
from bot.clocks import Clock
from bot.disk import room
from bot.settings import Settings
from db import Database
from db.health import backlogs, touch

log = structlog.get_logger()
PATIENCE = 3.0
"""Seconds after which a write counts as impossible."""
FRESH = 1.0
"""Seconds for which its outcome holds: asking often must not cost a write each time."""
FORWARDED = ("Forwarded", "X-Forwarded-For", "Via")


class Health:
    """`/healthz`, `/readyz` and `/metrics`. `channels` says which are dead and why; `seconds` is a monotonic clock."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        channels: Callable[[], dict[str, str]],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channels = channels
        self._db, self._clock, self._settings, self._seconds = db, clock, settings, seconds
        self._near = [ip_network(part.strip()) for part in settings.metrics_from.split(",") if part.strip()]
        self._ticked = seconds()
        self._written: asyncio.Task[bool] | None = None
        self._asked_at = 0.0
        self.patience = PATIENCE

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/metrics", self._metrics),
        ]

    def ticked(self) -> None:
        """The clock has looked for what is due, and got through."""
        self._ticked = self._seconds()

    async def close(self) -> None:
        """Returns when no write of ours is under way."""
        if self._written is not None:
            await asyncio.wait([self._written])

    async def wrong(self) -> dict[str, str]:
        """What stands in the way of working, by `database`, `disk`, `tick` and channel; empty when nothing does."""
        found = {}
        if not await self._writable():
            found["database"] = "cannot be written"
        if (left := room(self._settings.data_dir)).full:
            found["disk"] = f"nearly full: {left.free >> 20} MiB left"
        age = self._seconds() - self._ticked
        if age > 2 * self._settings.tick_seconds:
            found["tick"] = f"the last one was {age:.0f} s ago"
        return found | self._channels()

    async def _writable(self) -> bool:
        """One write at a time, however many ask."""
        if self._written is None or (self._written.done() and self._seconds() - self._asked_at > FRESH):
            self._written, self._asked_at = asyncio.create_task(self._write()), self._seconds()
        done, _ = await asyncio.wait([self._written], timeout=self.patience)
        return bool(done) and self._written.result()

    async def _write(self) -> bool:
        try:
            async with self._db.writing() as session:
                await touch(session)
        except Exception as error:
            log.error("database cannot be written", error=type(error).__name__)
            return False
        return True

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _readyz(self, _request: web.Request) -> web.Response:
        wrong = await self.wrong()
        return web.json_response({"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200)

    async def _metrics(self, request: web.Request) -> web.Response:
        if not self._is_near(request):
            raise web.HTTPNotFound
        await self._measure()
        return web.Response(body=metrics.page(), headers={"Content-Type": metrics.CONTENT_TYPE})

    def _is_near(self, request: web.Request) -> bool:
        """From the networks of our own, and not on behalf of somebody behind a proxy."""
        if request.remote is None or any(name in request.headers for name in FORWARDED):
            return False
        peer = ip_address(request.remote)
        if isinstance(peer, IPv6Address) and peer.ipv4_mapped:
            peer = peer.ipv4_mapped
        return any(peer in network for network in self._near)

    async def _measure(self) -> None:
        """What is not counted as it happens."""
        wrong = await self.wrong()
        for check in ("database", "disk", "tick"):
            metrics.READY.labels(check).set(check not in wrong)
        metrics.TICK_AGE.set(self._seconds() - self._ticked)
        metrics.FREE.set(room(self._settings.data_dir).free)
        if "database" not in wrong:
            await self._measure_queues()

    async def _measure_queues(self) -> None:
        now = self._clock.now()
        async with self._db.reading() as session:
            for queue, found in (await backlogs(session, now)).items():
                metrics.DUE.labels(queue).set(found.due)
                age = (now - found.oldest).total_seconds() if found.oldest else 0
                metrics.OLDEST.labels(queue).set(age)
