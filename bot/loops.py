"""Working a queue: woken after each commit, looking by itself every second, never dying of one bad round."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger()
LOOK_AGAIN = 1.0
RENEW_EVERY = 20.0
Item = TypeVar("Item")
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
    """While the body runs, say again and again that this worker is still alive; most end before the first time."""
    tasks: list[asyncio.Task[None]] = []
    first = asyncio.get_running_loop().call_later(RENEW_EVERY, lambda: tasks.append(asyncio.create_task(_renew(renew))))
    try:
        yield
    finally:
        first.cancel()
        for task in tasks:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _renew(renew: Callable[[], Awaitable[None]]) -> None:
    while True:
        await renew()
        await asyncio.sleep(RENEW_EVERY)


class Together(Generic[Item]):
    """Calls that come while a batch is being done make up the next one: many share a statement and a commit."""

    def __init__(self, do: Callable[[Sequence[Item]], Awaitable[None]]) -> None:
        self._do = do
        self._arrived: list[tuple[Item, asyncio.Future[None]]] = []
        self._doing: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> None:
        """Returns once it is done, or raises what doing it raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.append((item, done))
        if self._doing is None or self._doing.done():
            self._doing = asyncio.create_task(self._batches())
        await asyncio.shield(done)

    async def _batches(self) -> None:
        while self._arrived:
            batch, self._arrived = self._arrived, []
            try:
                await self._do([item for item, _ in batch])
            except Exception as error:
                await self._one_by_one(batch, error)
            else:
                for _, done in batch:
                    done.set_result(None)

    async def _one_by_one(self, batch: Sequence[tuple[Item, asyncio.Future[None]]], error: Exception) -> None:
        """Nobody is refused for what another brought."""
        for item, done in batch:
            try:
                if len(batch) == 1:
                    raise error
                await self._do([item])
            except Exception as own:
                done.set_exception(own)
                done.exception()  # heard, even where who waited is gone
            else:
                done.set_result(None)


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
