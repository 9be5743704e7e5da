"""One chat that writes without end: what nobody could answer in time is put aside, and the sender hears it once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.channel import Raw
from bot.clocks import Clock
from bot.messages import Address
from bot.vi import trouble as vi
from db import Database, open_work
from db.mail import Priority
from db.people import find_contact
from db.post import ignore_behind, said_since

log = structlog.get_logger()
MOST = 100
"""Messages of one chat that may wait: ten albums of ten, which a phone sends at once when it is back on line."""
HEAR_AGAIN = timedelta(minutes=10)
FORGET = 60.0
"""Seconds after which counting begins anew."""


class Flood:
    """Counts in memory, and asks the database only about a chat that wrote more than `MOST` in a minute."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._came: Counter[str] = Counter()
        self._since = 0.0

    def over(self, rows: Sequence[Raw]) -> list[str]:
        """The chats among these that have now written so much that what waits there must be looked at."""
        now = asyncio.get_running_loop().time()
        if now - self._since > FORGET:
            self._came.clear()
            self._since = now
        self._came.update(raw.lane for raw in rows)
        found = [lane for lane in {raw.lane for raw in rows} if self._came[lane] > MOST]
        for lane in found:
            self._came[lane] -= MOST // 2  # the next look after half as many again
        return found

    async def calm(self, lane: str) -> None:
        """Keep the first `MOST` that wait, let the others be, and say so."""
        async with open_work(self._db, self._clock) as work:
            ignored = await ignore_behind(work.session, lane, MOST, work.machine)
            if not ignored:
                return
            log.warning("flood", chat=lane, ignored=ignored)
            chat = Address.parse(lane)
            known = await find_contact(work.session, chat)
            if known and known.person_id and not await said_since(work.session, vi.FLOOD, work.now - HEAR_AGAIN, lane):
                await work.send(chat, vi.too_many(), priority=Priority.RECEIPT)
