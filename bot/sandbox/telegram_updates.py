"""The queue of updates: numbered, expiring, confirmed by an offset; and long polling on it."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.telegram_errors import conflict
from bot.sandbox.telegram_model import Json, Now

MESSAGE_LIFE = timedelta(hours=24)
CALLBACK_LIFE = timedelta(seconds=150)
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
LONGEST_POLL = 50
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(eq=False, slots=True)
class Update:
    """`lane`: updates of one lane reach a webhook one after another. `left`: how often it is still to be delivered."""

    update_id: int
    kind: str
    body: Json
    lane: str
    expires_at: datetime
    left: int

    def to_json(self) -> Json:
        return {"update_id": self.update_id, self.kind: self.body}


class Pulse:
    """Wakes everyone who waits for something to change."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def beat(self) -> None:
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, seconds: float | None = None) -> None:
        event = self._event
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass


class UpdateQueue:
    def __init__(self, now: Now, *, first_id: int = 1, redeliver: int = 1) -> None:
        self._now, self._redeliver, self._next_id = now, redeliver, first_id
        self._updates: dict[int, Update] = {}
        self._lanes: dict[str, deque[Update]] = {}
        self._poll: object = None
        self._ended_by = OTHER_POLL
        self._soonest: datetime | None = None
        self.allowed: list[str] = []
        self.changed = Pulse()
        self.on_push: Callable[[str], None] = lambda lane: None

    def restart_ids(self, at: int | None = None) -> None:
        """After a quiet week the numbers go on anywhere, lower ones included."""
        self._next_id = secrets.randbelow(2**30) + 1 if at is None else at

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ON_REQUEST

    def push(self, kind: str, body: Json, lane: str) -> None:
        if not self.wants(kind):
            return
        life = CALLBACK_LIFE if kind == "callback_query" else MESSAGE_LIFE
        update = Update(self._next_id, kind, body, lane, self._now() + life, self._redeliver)
        self._next_id += 1
        self._updates[update.update_id] = update
        self._soonest = min(self._soonest or update.expires_at, update.expires_at)
        self._lanes.setdefault(lane, deque()).append(update)
        self.on_push(lane)
        self.changed.beat()

    def pending(self) -> int:
        """How many are waiting, those that have expired forgotten."""
        now = self._now()
        if self._soonest and self._soonest < now:
            self._forget([u for u in self._updates.values() if u.expires_at < now])
            self._soonest = min((u.expires_at for u in self._updates.values()), default=None)
        return len(self._updates)

    def lanes(self) -> list[str]:
        return list(self._lanes)

    def first(self, lane: str) -> Update | None:
        """The next of its lane that has not expired."""
        while waiting := self._lanes.get(lane):
            if waiting[0].expires_at >= self._now():
                return waiting[0]
            self._remove(waiting[0])
        return None

    def delivered(self, update: Update) -> None:
        update.left -= 1
        if update.left <= 0:
            self._remove(update)

    def drop_all(self) -> None:
        self._updates.clear()
        self._lanes.clear()
        self.changed.beat()

    def _remove(self, update: Update) -> None:
        if self._updates.pop(update.update_id, None) is None:
            return
        lane = self._lanes[update.lane]
        lane.remove(update)
        if not lane:
            del self._lanes[update.lane]
        self.changed.beat()

    def end_poll(self, reason: str) -> None:
        """Whoever is polling now is told why it ended."""
        self._poll, self._ended_by = None, reason
        self.changed.beat()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """As getUpdates does: the newest poll wins, the one before it is told so."""
        self.end_poll(OTHER_POLL)
        self._poll = mine = object()
        self._confirm(offset)
        loop = asyncio.get_running_loop()
        until = loop.time() + min(seconds, LONGEST_POLL)
        while not self.pending() and loop.time() < until:
            await self.changed.wait(until - loop.time())
            if self._poll is not mine:
                raise conflict(self._ended_by)
        self.pending()
        return [update.to_json() for update in list(self._updates.values())[:limit]]

    def _confirm(self, offset: int) -> None:
        """An offset far ahead belongs to numbers from before a restart and confirms nothing, as in TQueue."""
        if offset < 0:
            self._forget(list(self._updates.values())[:offset])
        elif offset <= self._next_id + 10:
            for update in [u for u in self._updates.values() if u.update_id < offset]:
                self.delivered(update)

    def _forget(self, updates: list[Update]) -> None:
        for update in updates:
            self._remove(update)
