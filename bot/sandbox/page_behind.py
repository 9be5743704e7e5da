"""What goes on behind the page of phones: the clock that runs and is pushed, and who is told that something changed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import datetime, time, timedelta
from typing import Any

import structlog

from bot.clocks import local
from bot.sandbox.page_view import clock_words
from bot.sandbox.stage import Stage
from bot.vi.common import stamp
from scheduler.workdays import at

log = structlog.get_logger()
MORNING = time(8)


class Behind:
    """One thing moves the clock at a time; `bells` ring whenever the page should look again."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.bells: set[asyncio.Event] = set()
        self.typing: set[int | str] = set()
        self.walking = False
        self.next_due = ""
        self.notice = ""
        self._moving = asyncio.Lock()
        self._jobs: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        for platform in self.stage.platforms.values():
            self._spawn(self._follow_chats(platform))
        self._spawn(self._follow_clock())

    async def stop(self) -> None:
        jobs = list(self._jobs)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    def answer_soon(self) -> None:
        """Somebody did something: the bot sees to it while the page goes on."""
        self.notice = ""
        self._spawn(self._settle())
        self.ring()

    def set_out(self, moment: datetime) -> None:
        self.walking, self.notice = True, ""
        self._spawn(self._walk(moment))
        self.ring()

    async def moment(self, to: str) -> datetime | None:
        now = self.stage.clock.now()
        if to == "hour":
            return now + timedelta(hours=1)
        if to == "workday":
            return at(self.stage.app.house.calendar.add_working(local(now).date(), 1), MORNING)
        if to == "due":
            return await self.stage.app.next_due()
        raise ValueError(to)

    async def _walk(self, moment: datetime) -> None:
        try:
            async with self._moving:
                await self.stage.app.walk_to(moment)
                await self.stage.settled()
        except TimeoutError:
            self.notice = "Trợ lý chưa làm xong việc của lượt này; xin chờ rồi bấm lại."
        finally:
            self.walking = False
            await self._look_ahead()

    async def _settle(self) -> None:
        """Let the bot finish what was asked of it, echoes that wait a moment included."""
        with contextlib.suppress(TimeoutError):
            async with self._moving:
                await self.stage.settled()
        await self._look_ahead()

    async def _look_ahead(self) -> None:
        due = await self.stage.app.next_due()
        self.next_due = stamp(due) if due else ""
        self.ring()

    async def _follow_chats(self, platform: Any) -> None:
        events = platform.listen()
        try:
            while True:
                event = await events.get()
                if event.kind == "typing":
                    self.typing.add(event.message.chat_id)
                elif event.kind in ("sent", "edited"):
                    self.typing.discard(event.message.chat_id)
                self.ring()
        finally:
            platform.unlisten(events)

    async def _follow_clock(self) -> None:
        """The minute that passed is shown, and what fell due by itself is sent."""
        shown = ""
        while True:
            now = clock_words(self.stage.clock.now())
            if now != shown and not self._moving.locked():
                shown = now
                await self._tick()
            await asyncio.sleep(1)

    async def _tick(self) -> None:
        try:
            async with self._moving:
                await self.stage.app.tick()
            await self._look_ahead()
        except Exception:
            log.exception("the bot missed a minute")

    async def until(self, true: Callable[[], bool]) -> None:
        bell = asyncio.Event()
        self.bells.add(bell)
        try:
            while not true():
                await bell.wait()
                bell.clear()
        finally:
            self.bells.discard(bell)

    def ring(self) -> None:
        for bell in self.bells:
            bell.set()

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
