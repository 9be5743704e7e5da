"""The metronome: APScheduler says «now» at intervals, and nothing else. Killing it loses nothing.

APScheduler reckons by the wall clock: put back by two hours, it would be silent for two hours. A timer of the loop's
looks after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clocks import VIETNAM


class Metronome:
    """Calls `tick` every `seconds`; ticks never overlap and missed ones are one."""

    def __init__(self, tick: Callable[[], Awaitable[Any]], seconds: float) -> None:
        self._scheduler = AsyncIOScheduler(timezone=VIETNAM)
        self._interval = timedelta(seconds=seconds)
        self._job = self._scheduler.add_job(
            tick, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        self._scheduler.start()
        self._look_after()

    def stop(self) -> None:
        self._looking.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _look_after(self) -> None:
        now = datetime.now(VIETNAM)
        if self._job.next_run_time > now + self._interval:
            self._job.modify(next_run_time=now)
        self._looking = asyncio.get_running_loop().call_later(self._interval.total_seconds(), self._look_after)
