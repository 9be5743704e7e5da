"""What may be wrong, asked of the things themselves: database, disk, clock, platforms, queues, the running bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

import aiohttp

from bot.channel import Account, Channel, Checkable, Revoked, SendError
from bot.channels import open_channels
from bot.clocks import Clock
from bot.disk import room
from bot.documents.tools import can_ocr
from bot.settings import Settings
from bot.vi import doctor as vi
from db import Database
from db.health import backlogs, schema, stepped_aside, touch
from db.migrate import newest
from db.snapshot import sqlite_path
from scheduler.workdays import WorkHours, read_overrides

PATIENCE = aiohttp.ClientTimeout(total=10)
LATE, VERY_LATE = timedelta(minutes=1), timedelta(hours=1)
OFF, FAR_OFF = timedelta(seconds=30), timedelta(minutes=5)
RECENT = timedelta(hours=1)
MANY_WAITING = 100


class Status(IntEnum):
    """Its number is the exit code."""

    OK = 0
    WARNING = 1
    FAILURE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` is a sentence in Vietnamese that says what to do."""

    name: str
    status: Status
    message: str


Findings = AsyncIterator[Finding]


def worst(findings: list[Finding]) -> Status:
    return max((finding.status for finding in findings), default=Status.OK)


class Doctor:
    """Asks and changes nothing, but for a row that comes and goes to see whether the database can be written."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.clock = settings, clock

    async def examine(self) -> list[Finding]:
        """Everything, in the order in which it is to be mended. Never raises for what is wrong."""
        async with aiohttp.ClientSession(timeout=PATIENCE) as self._http:
            checks: dict[str, Callable[[], Findings]] = {
                "database": self._database,
                "disk": self._disk,
                "calendar": self._calendar,
                "scans": self._scans,
                "channels": self._channels,
                "service": self._service,
            }
            return [finding for name, check in checks.items() for finding in await _all(name, check())]

    async def _database(self) -> Findings:
        path = sqlite_path(self.settings.url)
        if path is not None and not path.is_file():
            yield Finding("database", Status.FAILURE, vi.database_absent())
            return
        async with _opened(self.settings.url) as db:
            number = await self._reached(db)
            if isinstance(number, Finding):
                yield number
                return
            yield Finding("database", Status.OK, vi.database_fine())
            yield _schema(number)
            if number == newest():
                async for finding in self._queues(db):
                    yield finding

    async def _reached(self, db: Database) -> str | Finding | None:
        """The number of its schema, or what keeps us from it."""
        try:
            async with db.reading() as session:
                number = await schema(session)
            if number is not None:
                async with db.writing() as session:
                    await touch(session)
        except Exception as error:
            return Finding("database", Status.FAILURE, vi.database_away(type(error).__name__))
        return number

    async def _queues(self, db: Database) -> Findings:
        now = self.clock.now()
        async with db.reading() as session:
            found, (count, numbers) = await backlogs(session, now), await stepped_aside(session)
        for queue, backlog in found.items():
            age = now - backlog.oldest if backlog.oldest else timedelta(0)
            late = _grade(age, LATE, VERY_LATE)
            message = vi.queue_late(queue, backlog.due, age) if late else vi.queue_fine(queue, backlog.due)
            yield Finding(f"queue.{queue}", late, message)
        aside = vi.some_aside(count, numbers) if count else vi.none_aside()
        yield Finding("aside", Status.WARNING if count else Status.OK, aside)

    async def _disk(self) -> Findings:
        left = room(self.settings.data_dir)
        status = Status.FAILURE if left.full else Status.WARNING if left.low else Status.OK
        yield Finding("disk", status, vi.disk(left.free, short=bool(status)))

    async def _calendar(self) -> Findings:
        path = self.settings.overrides
        try:
            WorkHours.parse(self.settings.work_hours)
            days = read_overrides(path) if path.exists() else None
        except (ValueError, OSError) as error:
            yield Finding("calendar", Status.FAILURE, vi.days_off_wrong(str(error)))
            return
        yield Finding("calendar", Status.OK, vi.days_off_none() if days is None else vi.days_off_fine(len(days)))

    async def _scans(self) -> Findings:
        """Never more than a remark: without it directives come as text."""
        able = await asyncio.to_thread(can_ocr)
        yield Finding("scans", Status.OK, vi.scans(able=able, wanted=self.settings.ocr))

    async def _channels(self) -> Findings:
        channels = open_channels(self.settings, self._http)
        if not channels:
            yield Finding("channels", Status.FAILURE, vi.no_channel())
        for channel in channels:
            if isinstance(channel, Checkable):
                async for finding in self._account(channel, channel):
                    yield finding

    async def _account(self, channel: Channel, checkable: Checkable) -> Findings:
        name = channel.name
        try:
            account = await checkable.check()
        except Revoked:
            yield Finding(name, Status.FAILURE, vi.account_refused(name))
            return
        except SendError as failure:
            yield Finding(name, Status.FAILURE, vi.account_unreachable(name, str(failure)))
            yield Finding(f"{name}.clock", Status.WARNING, vi.clock_unknown())
            return
        yield Finding(name, Status.OK, vi.account_fine(name, account.name))
        yield self._clock(name, account)
        if account.called is not None:
            yield self._door(name, account)

    def _clock(self, name: str, account: Account) -> Finding:
        if account.said_at is None:
            return Finding(f"{name}.clock", Status.WARNING, vi.clock_unknown())
        off = self.clock.machine() - account.said_at
        status = _grade(abs(off), OFF, FAR_OFF)
        seconds = off.total_seconds()
        return Finding(f"{name}.clock", status, vi.clock_off(seconds) if status else vi.clock_fine(seconds))

    def _door(self, name: str, account: Account) -> Finding:
        """How updates reach us."""
        door = f"{name}.door"
        if not account.fits:
            elsewhere = vi.called_elsewhere(name) if account.called else vi.hook_left(name)
            return Finding(door, Status.FAILURE if account.called else Status.WARNING, elsewhere)
        if not account.called:
            return Finding(door, Status.OK, vi.asking(name))
        if account.error_at and self.clock.now() - account.error_at < RECENT:
            return Finding(door, Status.WARNING, vi.hook_failed(name, account.error_at, account.error))
        if account.waiting > MANY_WAITING:
            return Finding(door, Status.WARNING, vi.hook_late(name, account.waiting))
        return Finding(door, Status.OK, vi.called(name, account.waiting))

    async def _service(self) -> Findings:
        port = self.settings.port
        try:
            async with self._http.get(f"http://{_near(self.settings.host)}:{port}/readyz") as answer:
                wrong = (await answer.json())["wrong"]
        except (aiohttp.ClientConnectionError, TimeoutError):
            yield Finding("service", Status.WARNING, vi.not_serving(port))
            return
        except (aiohttp.ClientError, ValueError, KeyError, TypeError):
            yield Finding("service", Status.FAILURE, vi.somebody_else(port))
            return
        yield Finding("service", Status.FAILURE if wrong else Status.OK, vi.not_ready(wrong) if wrong else vi.serving())
        if self.settings.public_url:
            yield await self._reachable()

    async def _reachable(self) -> Finding:
        """From here, which is not from the platform; but a wrong name or a dead proxy shows."""
        try:
            async with self._http.get(f"{self.settings.public_url.rstrip('/')}/healthz") as answer:
                reason = "" if (await answer.json()).get("ok") is True else f"HTTP {answer.status}"
        except (aiohttp.ClientError, TimeoutError, ValueError, AttributeError) as error:
            reason = type(error).__name__
        return Finding(
            "public", Status.WARNING if reason else Status.OK, vi.not_reachable(reason) if reason else vi.reachable()
        )


def _schema(number: str | None) -> Finding:
    if number == newest():
        return Finding("schema", Status.OK, vi.schema_fine(number))
    if number is None or number < newest():
        return Finding("schema", Status.WARNING, vi.schema_behind(number, newest()))
    return Finding("schema", Status.FAILURE, vi.schema_ahead(number, newest()))


async def _all(name: str, findings: Findings) -> list[Finding]:
    """Of one check; one that breaks is a finding too."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(60):
            found.extend([finding async for finding in findings])
    except Exception as error:
        found.append(Finding(name, Status.FAILURE, vi.broke(name, type(error).__name__)))
    return found


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    db = Database(url)
    try:
        yield db
    finally:
        await db.close()


def _grade(size: timedelta, warning: timedelta, failure: timedelta) -> Status:
    return Status.FAILURE if size > failure else Status.WARNING if size > warning else Status.OK


def _near(host: str) -> str:
    """An address of this machine at which a server listening on `host` answers."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - not bound here
    return f"[{near}]" if ":" in near else near
