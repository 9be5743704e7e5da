"""The door: what came in is committed before anybody acknowledges it. Those who come together share a statement."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.channel import Raw
from bot.clocks import Clock
from db import Database
from db.post import receive


class Door:
    """While one batch is being committed the next one gathers."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._arrived: list[tuple[Sequence[Raw], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def receive(self, rows: Sequence[Raw]) -> None:
        """Returns once the rows are on disk; those seen before are dropped."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.append((rows, stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store())
        await asyncio.shield(stored)

    async def _store(self) -> None:
        while self._arrived:
            batch, self._arrived = self._arrived, []
            try:
                await self._commit([raw for rows, _ in batch for raw in rows])
            except Exception as error:
                await self._one_by_one(batch, error)
            else:
                for _, stored in batch:
                    stored.set_result(None)

    async def _one_by_one(self, batch: Sequence[tuple[Sequence[Raw], asyncio.Future[None]]], error: Exception) -> None:
        """Nobody is refused for what another brought."""
        for rows, stored in batch:
            try:
                if len(batch) == 1:
                    raise error
                await self._commit(rows)
            except Exception as own:
                stored.set_exception(own)
                stored.exception()  # heard, even where who waited is gone
            else:
                stored.set_result(None)

    async def _commit(self, rows: Sequence[Raw]) -> None:
        now = self._clock.now()
        common: dict[str, Any] = {"received_at": now, "due_at": now}
        values = [
            {"channel": raw.channel, "key": raw.key, "lane": raw.lane, "body": raw.body, **common} for raw in rows
        ]
        async with self._db.writing() as session:
            await receive(session, values)
