"""The door: what came in is committed before anybody acknowledges it. Those who come together share a statement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from bot.channel import Raw
from bot.clocks import Clock
from bot.loops import Together
from bot.messages import NOBODY, Address
from db import Database
from db.post import receive

MOST_KEY, MOST_LANE = 200, 100


class Door:
    """While one batch is being committed the next one gathers."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._store = Together[Sequence[Raw]](self._commit)

    async def receive(self, rows: Sequence[Raw]) -> None:
        """Returns once the rows are on disk; those seen before are dropped."""
        await self._store(rows)

    async def _commit(self, batch: Sequence[Sequence[Raw]]) -> None:
        now = self._clock.now()
        common: dict[str, Any] = {"received_at": now, "due_at": now}
        values = [
            {"channel": raw.channel, "key": bounded(raw.key), "lane": _lane(raw), "body": raw.body, **common}
            for rows in batch
            for raw in rows
        ]
        async with self._db.writing() as session:
            await receive(session, values)


def bounded(key: str) -> str:
    """However long a platform's ids are; what is told apart stays so."""
    return key if len(key) <= MOST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _lane(raw: Raw) -> str:
    return raw.lane if len(raw.lane) <= MOST_LANE else str(Address(raw.channel, NOBODY))
