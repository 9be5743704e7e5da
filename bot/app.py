"""The only module that knows everyone: opens, starts, stops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog

import handlers
from bot import notify
from bot.channel import Channel, HasMenu, Revoked, SendError, Timed
from bot.channels import open_channels
from bot.clocks import Clock, FileClock, MovableClock, SystemClock, this_boot
from bot.files import Store
from bot.inbox import Inbox
from bot.lease import LEASE, Speaker, this_process
from bot.sender import Sender
from bot.settings import Settings
from bot.vi.people import PLACEHOLDER
from bot.watch import Watch
from bot.web.download import DownloadPage
from bot.web.health import Health
from bot.web.server import WebServer
from bot.web.upload import UploadPage
from bot.web.uploads import Uploads
from db import Database, open_work
from db.base import is_away
from db.boots import began_at
from db.daysoff import own_days
from db.migrate import upgrade
from db.own import next_own
from db.people import Role, add_office, contacts_of, find_office, people_with
from db.queue import all_waiting, deliveries, received, reminders
from handlers import House, listed
from handlers.deeds.codes import new_code
from scheduler.away import change_stand_ins
from scheduler.binding import bind_photos
from scheduler.clock import Metronome
from scheduler.daysoff import keep_calendar
from scheduler.digest import digest
from scheduler.escalate import escalate
from scheduler.exporting import make_editions
from scheduler.listing import make_sheets
from scheduler.own import remind_own
from scheduler.recurring import prepare_periods
from scheduler.remind import remind_due
from scheduler.windows import keep_open
from scheduler.workdays import Workdays, WorkHours

log = structlog.get_logger()
GRACE = 5.0
PATIENCE = 75.0
JOBS = (change_stand_ins, keep_calendar, remind_due, remind_own, keep_open, escalate, prepare_periods, digest)
"""Of each tick, in this order."""
LOOPBACK = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


class App:
    """One running nhacviec. `start` and `stop` may be called again: nothing lives in memory alone."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or choose_clock(settings)
        self.channels: dict[str, Channel] = {}
        self.grace, self.lease, self.patience = GRACE, LEASE, PATIENCE
        self._tasks: list[asyncio.Task[Any]] = []
        self._exporting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Migrate, open channels, listen. A channel that cannot be reached is tried again; the rest goes on."""
        handlers.load()
        await upgrade(self.settings.url)
        self.db = Database(self.settings.url)
        async with self.db.writing() as session:
            self.clock.booted = await began_at(session, this_boot(), self.clock.booted)
        self._http = aiohttp.ClientSession()
        self.channels = {channel.name: channel for channel in open_channels(self.settings, self._http, self.db)}
        for channel in self.channels.values():
            if isinstance(channel, Timed):
                channel.clock = self.clock
        self.house = self._house()
        async with self.db.reading() as session:
            self.house.calendar.adopt(await own_days(session))
        self.watch = Watch(self.db, self.clock, self.channels)
        self.inbox = Inbox(self.db, self.clock, self.channels, self.house, self.watch)
        owner = this_process()
        self.speakers = {name: Speaker(self.db, self.clock, name, owner, self.lease) for name in self.channels}
        self.sender = Sender(
            self.db, self.clock, self.channels, self.house.store, self.speakers, self.watch, self.house.public_url
        )
        self.web = WebServer(self.settings.host, self.settings.port)
        self.health = Health(self.db, self.clock, self.settings, self.watch.wrong)
        self.uploads = Uploads(self.db, self.clock, self.house.store)
        self.downloads = DownloadPage(self.db, self.clock, self.house.store)
        pages = (UploadPage(self.uploads, self.clock), self.downloads) if self.settings.public_url else ()
        routes = [route for each in (self.health, *pages) for route in each.routes()]
        await self.web.start(self.channels.values(), self.inbox.receive, *routes)
        for channel in self.channels.values():
            self._spawn(self.speakers[channel.name].keep())
            self._spawn(self._serve(channel))
        self._spawn(self.inbox.run())
        self._spawn(self.sender.run())
        self._spawn(asyncio.to_thread(self.house.calendar.is_working, self.clock.now().date()))  # loads the holidays
        self.metronome = Metronome(self.tick, self.settings.tick_seconds)
        self.metronome.start()
        log.info("ready", channels=list(self.channels), port=self.settings.port)

    async def stop(self) -> None:
        """Stop taking, let what is under way end or be taken up again, close."""
        self.metronome.stop()
        await self.web.stop()
        await self.health.close()
        await self.watch.close()
        await _cancelled(self._tasks)
        if under_way := [*self.inbox.crew.busy, *self.sender.busy, *self._exporting]:
            # A row in flight would stay leased for a minute: let it end.
            _, late = await asyncio.wait(under_way, timeout=self.grace)
            await _cancelled(list(late))
        self._tasks.clear()
        for channel in self.channels.values():
            await self.speakers[channel.name].release()
            await channel.close()
        await self._http.close()
        await self.db.close()

    async def tick(self) -> None:
        """What the metronome calls: reminders that fell due, and rows whose time has come. A job that fails keeps no
        other from its turn; unless all got through, no tick is counted."""
        try:
            whole = all([await self._got_through(job) for job in JOBS])
            self._export()
            await self.watch.look()
            if whole:
                self.health.ticked()
            await self.uploads.sweep()
        finally:
            # Also after a failure: a database that is away is no reason to be started anew, a loop that hangs is.
            notify.alive()
        self.db.wake("received", "deliveries")

    async def _got_through(self, job: Callable[[Database, Clock, House], Awaitable[Any]]) -> bool:
        try:
            await job(self.db, self.clock, self.house)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("a job of the tick failed", job=job.__name__)
            return False
        return True

    async def settled(self, within: float | None = None) -> None:
        """Returns when nothing is due, nothing is under way. Raises TimeoutError after `within` seconds, `patience` if
        none are named."""
        async with asyncio.timeout(within or self.patience):
            while self.inbox.crew.busy or self.sender.busy or self._exporting or await self._waiting():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def unhandled(self) -> int:
        """How many messages came in and wait for a decision, or reminders to be turned into messages."""
        now = self.clock.now()
        async with self.db.reading() as session:
            return await received.waiting(session, now) + await reminders.waiting(session, now)

    async def next_due(self) -> datetime | None:
        """When, after now, a reminder or a delivery falls due."""
        async with self.db.reading() as session:
            now = self.clock.now()
            queued = [await reminders.next_due(session, now), await deliveries.next_due(session, now)]
            found = [*queued, await next_own(session, now)]
        return min((moment for moment in found if moment), default=None)

    async def walk_to(self, moment: datetime) -> None:
        """Sandbox only: move civil time, stopping at every due moment until everything is settled."""
        assert isinstance(self.clock, MovableClock)
        while (due := await self.next_due()) is not None and due <= moment:
            self.clock.move_to(due)
            await self.tick()
            await self.settled()
        self.clock.move_to(max(moment, self.clock.now()))
        await self.tick()
        await self.settled()

    async def first_code(self) -> str | None:
        """While nobody coordinates: one code for the first coordinator, valid an hour. For the terminal only."""
        async with open_work(self.db, self.clock) as work:
            if await people_with(work.session, Role.COORDINATOR):
                return None
            office = await find_office(work.session, PLACEHOLDER) or await add_office(work.session, PLACEHOLDER)
            return await new_code(work, office, Role.COORDINATOR, work.now + timedelta(hours=1))

    async def _waiting(self) -> int:
        async with self.db.reading() as session:
            return await all_waiting(session, self.clock.now())

    async def _serve(self, channel: Channel) -> None:
        pause = 1.0
        while True:
            try:
                await self._open(channel)
                await self.speakers[channel.name].while_speaking(partial(channel.listen, self.inbox.receive))
                return
            except Revoked as failure:
                self.watch.failed(channel.name, failure)
                log.error("the platform refuses our token", channel=channel.name)
                pause = 60.0
            except SendError as failure:
                self.watch.failed(channel.name, failure)
                log.warning("channel not reachable", channel=channel.name, reason=str(failure))
            except Exception:
                log.exception("a channel failed", channel=channel.name)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)

    async def _open(self, channel: Channel) -> None:
        if isinstance(channel, HasMenu):
            channel.commands = [(found.names[0], found.help) for found in listed({Role.HEAD})]
        await channel.start()
        if isinstance(channel, HasMenu):
            await self._menus(channel)

    async def _menus(self, channel: Any) -> None:
        """Coordinators see their own commands."""
        commands = [(found.names[0], found.help) for found in listed({Role.COORDINATOR})]
        async with self.db.reading() as session:
            people = await people_with(session, Role.COORDINATOR)
            chats = [chat for person in people for chat in await contacts_of(session, person.id)]
        for chat in chats:
            if chat.channel == channel.name and chat.blocked_at is None:
                with contextlib.suppress(SendError):
                    await channel.set_menu(chat.address, commands)

    def _house(self) -> House:
        return House(
            calendar=Workdays.load(self.settings.overrides if self.settings.overrides.exists() else None),
            hours=WorkHours.parse(self.settings.work_hours),
            store=Store(self.settings.files_dir),
            invite_links=self._invite_links,
            public_url=self.settings.public_url.rstrip("/"),
            with_files=frozenset(name for name, each in self.channels.items() if each.capabilities.files_in),
            with_buttons=frozenset(name for name, each in self.channels.items() if each.capabilities.buttons),
            windows={name: open_for for name, each in self.channels.items() if (open_for := each.capabilities.window)},
            ocr=self.settings.ocr,
            digest_at=None if self.settings.digest == "off" else time.fromisoformat(self.settings.digest),
        )

    def _invite_links(self, code: str) -> dict[str, str]:
        return {name: link for name, channel in self.channels.items() if (link := channel.invite_link(code))}

    def _export(self) -> None:
        """One at a time, and no tick waits for it: a report of a thousand offices takes its time."""
        if not self._exporting:
            task = asyncio.create_task(self._make_papers())
            self._exporting.add(task)
            task.add_done_callback(self._exporting.discard)
            task.add_done_callback(_report)

    async def _make_papers(self) -> None:
        for make in (bind_photos, make_editions, make_sheets):
            await make(self.db, self.clock, self.house)

    def _spawn(self, job: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(job)
        task.add_done_callback(_report)
        self._tasks.append(task)


def keep_what_is_loaded() -> None:
    """Once all is loaded: the collector need not walk it again and again, which stops a bot for 100 ms each time."""
    gc.freeze()
    gc.set_threshold(10_000)  # the default looks for cycles every 700 objects: each answer has more, and no cycles
    gc.enable()


def _report(task: asyncio.Task[Any]) -> None:
    """A loop that ends by itself with an error is said, not forgotten."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a loop has ended", exc_info=error)


async def _cancelled(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def choose_clock(settings: Settings) -> Clock:
    """The system's, or the sandbox's file, refused unless every API URL is loopback."""
    if settings.clock_file is None:
        return SystemClock()
    if not all(url.startswith(LOOPBACK) for url in settings.api_urls):
        raise ValueError("NHACVIEC_CLOCK_FILE is for the sandbox: every API URL must be loopback")
    return FileClock(settings.clock_file)
