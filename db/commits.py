"""Group commit for SQLite's one writer: transactions that wait for each other share an fsync."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from bot.loops import whole

MOST = 64
"""Transactions in one commit: the last of them waits for the first."""


class _Batch:
    """Transactions not yet committed. `committed` is what each of them waits for before it returns."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.size = 0

    @property
    def gone(self) -> bool:
        """SQLite rolls the whole transaction back by itself when the disk is full or fails; what comes after would be
        committed one by one, and what went before is lost."""
        driver = self.connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]
        return not driver.in_transaction  # type: ignore[union-attr]


class RolledBack(Exception):
    """Another transaction of the batch took this one with it: nothing of it is on disk."""


class GroupCommit:
    """Each transaction is a savepoint: one that fails takes nothing with it. Whoever leaves is on disk."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._open: _Batch | None = None
        self._commits: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        await self._my_turn()
        try:
            if self._open is None:
                await whole(self._begin())
            batch = self._open
            assert batch is not None
            async with _savepoint(batch.connection) as session:
                yield session
            batch.size += 1
        finally:
            self._turn.release()
            self._commit_if_last()
        await asyncio.shield(batch.committed)

    async def close(self) -> None:
        """Returns when what was under way is committed."""
        await asyncio.gather(*self._commits)
        await self._engine.dispose()

    async def _my_turn(self) -> None:
        self._waiting += 1
        try:
            await self._turn.acquire()
        except asyncio.CancelledError:
            self._waiting -= 1
            self._commit_if_last()
            raise
        self._waiting -= 1

    async def _begin(self) -> None:
        connection = await self._engine.connect()
        try:
            await connection.begin()
        except BaseException:
            await connection.close()
            raise
        self._open = _Batch(connection)

    def _commit_if_last(self) -> None:
        """Nobody else is coming, enough have come, or it is gone: this batch takes no more, the next begins anew."""
        batch = self._open
        if batch is None or self._turn.locked() or (self._waiting and batch.size < MOST and not batch.gone):
            return
        self._open = None
        task = asyncio.create_task(_commit(batch))
        self._commits.add(task)
        task.add_done_callback(self._commits.discard)


@asynccontextmanager
async def _savepoint(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    async with (
        AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
        session.begin(),
    ):
        yield session


async def _commit(batch: _Batch) -> None:
    """All of it is on disk, or everybody in it hears why not."""
    try:
        try:
            if batch.gone:
                raise RolledBack
            await batch.connection.commit()
        finally:
            await batch.connection.close()
    except Exception as error:
        batch.committed.set_exception(error)
        batch.committed.exception()  # heard, even where all who waited were cancelled
    else:
        batch.committed.set_result(None)
