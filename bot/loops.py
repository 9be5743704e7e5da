"""Working a queue: woken after each commit, looking by itself every second, never dying of one bad round."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
LOOK_AGAIN = 1.0


async def work_queue(wake: asyncio.Event, start: Callable[[], Awaitable[None]]) -> None:
    """Call `start` whenever there may be something to take, until cancelled."""
    while True:
        wake.clear()
        try:
            await start()
        except Exception:
            log.exception("taking work failed")
        try:
            await asyncio.wait_for(wake.wait(), LOOK_AGAIN)
        except TimeoutError:
            continue
