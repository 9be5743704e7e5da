"""Working a queue: woken after each commit, looking by itself every second, never dying of one bad round."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()
LOOK_AGAIN = 1.0
RENEW_EVERY = 20.0


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


@asynccontextmanager
async def renewing(renew: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """While the body runs, say again and again that this worker is still alive."""
    task = asyncio.create_task(_renew(renew))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _renew(renew: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(RENEW_EVERY)
        await renew()
