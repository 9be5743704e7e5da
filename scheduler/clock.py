"""The metronome: APScheduler says «now» at intervals, and nothing else. Killing it loses nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clocks import VIETNAM


class Metronome:
    """Calls `tick` every `seconds`; ticks never overlap and missed ones are one."""

    def __init__(self, tick: Callable[[], Awaitable[Any]], seconds: float) -> None:
        self._scheduler = AsyncIOScheduler(timezone=VIETNAM)
        self._scheduler.add_job(
            tick, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
