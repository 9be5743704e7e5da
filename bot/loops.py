"""Working a queue: woken after each commit, looking by itself every second, never dying of one bad round."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import structlog

log = structlog.get_logger()
LOOK_AGAIN = 1.0
RENEW_EVERY = 20.0
INSISTING = 60
Result = TypeVar("Result")


async def work_queue(wake: asyncio.Event, start: Callable[[], Coroutine[Any, Any, float | None]]) -> None:
    """Call `start` whenever there may be something to take, until cancelled.

    It returns the seconds after which there may be more, or None: when woken, or at the next look.
    """
    while True:
        wake.clear()
        again = None
        try:
            again = await whole(start())
        except Exception:
            log.exception("taking work failed")
        if again is not None:
            await asyncio.sleep(again)
            continue
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN):
                await wake.wait()


async def whole(job: Coroutine[Any, Any, Result]) -> Result:
    """All of it, even when cancelled meanwhile: rows taken and handed to nobody would stay leased."""
    task = asyncio.create_task(job)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def insist(job: Callable[[], Awaitable[None]], *, unless: type[Exception]) -> None:
    """Once a second until it succeeds, for a minute: what happened is to be written down, also if the database is away
    just now. Raises `unless` at once, and after the minute whatever it was."""
    for _ in range(INSISTING):
        try:
            return await job()
        except unless:
            raise
        except Exception as error:
            log.warning("not written down yet", error=type(error).__name__)
            await asyncio.sleep(LOOK_AGAIN)
    return await job()


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


class Crew:
    """The tasks under way, at most `size`; each one's end wakes whoever hands out the next."""

    def __init__(self, size: int, wake: asyncio.Event) -> None:
        self.size, self._wake = size, wake
        self.busy: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        return self.size - len(self.busy)

    def start(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self.busy.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.busy.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("a task failed: its row returns when the lease ends", exc_info=error)
