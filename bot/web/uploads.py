"""Files that come by a link: taken in piece by piece within limits, checked, and put into the queue of the chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot import bylink, metrics
from bot.clocks import Clock
from bot.disk import room
from bot.files import NoSpace, Problem, Store, TooBig, inspect, inspect_name, safe_name
from bot.messages import FileKind, Incoming, InFile
from bot.partial import Dropped, Elsewhere, Partials, Taken
from bot.vi import upload as vi
from bot.web.limits import MB, Limits, Places, Refusal
from db import Database, open_work
from db.downloads import forget_downloads
from db.held import referred_to
from db.post import receive
from db.uploads import (
    ComingFile,
    UploadLink,
    coming,
    find_coming,
    find_link,
    forget_coming,
    forget_links,
    forget_old,
    holds,
    left_behind,
    outcomes,
)
from handlers.deeds.reach import tell_of_full_disk

log = structlog.get_logger()
STALE, UNCLAIMED = timedelta(days=1), timedelta(days=7)
KEPT = timedelta(days=30)
"""After its end a link is known for so long, for whoever asks what became of it."""
SWEEP_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that has come; it lies under `partial`."""

    partial: str
    name: str
    size: int
    at: datetime
    print: str = ""


class Uploads:
    """One of these in each process; what must be known to all of them is on disk."""

    def __init__(self, db: Database, clock: Clock, store: Store) -> None:
        self.db, self.clock, self.store = db, clock, store
        self.limits = Limits()
        self.partials = Partials(store.drafts)
        self._places = Places()
        self._handing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._swept: datetime | None = None

    def place(self, link: UploadLink) -> AbstractContextManager[None]:
        """One of the few who may send at once. Raises Refusal."""
        if self._places.full(link.person_id, self.limits):
            raise Refusal(429, vi.BUSY)
        return self._places.taken(link.person_id)

    async def link(self, token: str) -> UploadLink:
        """The link, if files may come by it. Raises Refusal."""
        async with self.db.reading() as session:
            link = await find_link(session, token)
            if link is not None and await holds(session, link, self.clock.now()):
                return link
        used = link is not None and link.used_at is not None
        raise Refusal(410, vi.used(link.used_at) if used and link and link.used_at else vi.DEAD)

    async def begin(self, link: UploadLink, known_by: str, name: str, size: int) -> tuple[int, bool]:
        """How much of this file has come, and whether it is whole. Raises Refusal."""
        name = safe_name(name)
        self._check(name, size)
        await self.check_room(name)
        partial = _partial(link, known_by)
        async with self.db.writing() as session:
            found = await find_coming(session, link.id, known_by)
            for each in await left_behind(session, link.person_id, self.clock.now()):
                self.partials.drop(_partial(*each))
            if found is None:
                others = await coming(session, link.id)
                if len(others) >= self.limits.files or sum(each.size for each in others) + size > self.limits.total:
                    raise self.too_much()
                found = ComingFile(
                    link_id=link.id, print=known_by, name=name, size=size, begun_at=self.clock.now(), arrived_at=None
                )
                session.add(found)
            here = self.partials.size(partial) or 0
            if here > size or (found.name, found.size) != (name, size):
                raise Refusal(400, vi.MALFORMED)
            if here < size:
                found.arrived_at = None
            return here, found.arrived_at is not None

    async def append(self, link: UploadLink, known_by: str, at: int, chunks: AsyncIterator[bytes]) -> tuple[int, bool]:
        """How much of it has come now, and whether it is whole, checked and good. Raises Refusal."""
        async with self.db.reading() as session:
            found = await find_coming(session, link.id, known_by)
        if found is None:
            raise Refusal(404, vi.LOST)
        partial = _partial(link, known_by)
        try:
            size = await self.partials.append(partial, at, chunks, limit=found.size)
        except Elsewhere as elsewhere:
            raise Refusal(409, vi.LOST, elsewhere.size) from None
        except Dropped:
            raise Refusal(404, vi.LOST) from None
        except Taken:
            raise Refusal(423, vi.BUSY) from None
        except TooBig:
            raise Refusal(413, vi.MALFORMED) from None
        except NoSpace:
            raise await self.full(found.name) from None
        if size < found.size:
            return size, False
        try:
            await self.check(partial, found.name)
        except Refusal:
            await self.forget(link, known_by)
            raise
        async with self.db.writing() as session:
            if (row := await find_coming(session, link.id, known_by)) is not None:
                row.arrived_at = row.arrived_at or self.clock.now()
        return size, True

    async def check(self, partial: str, name: str) -> None:
        """What it holds. Raises Refusal."""
        try:
            problem = await asyncio.to_thread(inspect, self.partials.path(partial), name)
        except FileNotFoundError:
            raise Refusal(404, vi.LOST) from None
        if problem is not None:
            raise self.refused(problem, name)

    async def forget(self, link: UploadLink, known_by: str) -> None:
        """This file is not wanted."""
        self.partials.drop(_partial(link, known_by))
        async with self.db.writing() as session:
            await forget_coming(session, link.id, known_by)

    async def whole(self, link: UploadLink, prints: Sequence[str]) -> list[Whole]:
        """These files, all of which must have come. Raises Refusal."""
        async with self.db.reading() as session:
            rows = {row.print: row for row in await coming(session, link.id)}
        found = [rows[each] for each in dict.fromkeys(prints) if each in rows]
        here = all(self.partials.size(_partial(link, row.print)) == row.size and row.arrived_at for row in found)
        if not found or len(found) < len(set(prints)) or not here:
            raise Refusal(409, vi.LOST)
        return [
            Whole(_partial(link, row.print), row.name, row.size, row.arrived_at, row.print)
            for row in found
            if row.arrived_at is not None
        ]

    async def hand_in(self, token: str, files: Sequence[Whole], act: str) -> list[str]:
        """What is answered to them, as in the chat. The link is used up; the same act twice is one. Raises Refusal."""
        link = await self.link(token)
        async with self._handing.setdefault(link.id, asyncio.Lock()):
            await self.link(token)
            good = [await self._adopted(file) for file in files]
            async with open_work(self.db, self.clock) as work:
                found = await find_link(work.session, token)
                if found is None or not await holds(work.session, found, work.now):
                    raise Refusal(410, vi.DEAD)
                if not all(self.store.exists(sha256) for _, sha256 in good):
                    raise Refusal(409, vi.LOST)  # purged as a secret of somebody else's meanwhile
                found.used_at, found.act, found.said = work.now, act, []
                await receive(work.session, [_row(found, n, *each, work.now) for n, each in enumerate(good)])
                for file in files:
                    await forget_coming(work.session, found.id, file.print)
                office_id = found.assignment.office_id if found.assignment else None
                work.log("link_used", found.contact, office_id=office_id, subject=f"link:{found.id}", files=len(files))
                work.touched.add("received")
        metrics.RECEIVED.labels(bylink.CHANNEL).inc(len(files))
        return await self.answers(link.id, len(files))

    async def again(self, token: str, act: str) -> list[str] | None:
        """The answers to this act, if it is over already: its first answer was lost on the way."""
        async with self.db.reading() as session:
            link = await find_link(session, token)
        if link is None or link.used_at is None or not act or link.act != act:
            return None
        return await self.answers(link.id, self.limits.files)

    async def answers(self, link_id: int, count: int) -> list[str]:
        """What was answered to the files of a link, once all are decided on or patience is at an end."""
        keys = [bylink.key_of(link_id, number) for number in range(count)]
        loop = asyncio.get_running_loop()
        until = loop.time() + self.limits.patience
        while True:
            async with self.db.reading() as session:
                ended = await outcomes(session, keys)
                link = await session.get(UploadLink, link_id)
            if None not in ended or loop.time() > until:
                break
            await asyncio.sleep(0.1)
        said = [str(each["text"]) for each in (link.said if link else [])]
        return [*said, vi.PENDING] if None in ended or not said else said

    def refused(self, problem: Problem, name: str) -> Refusal:
        return Refusal(422, vi.problem(problem, name, self.limits.file // MB))

    def too_much(self) -> Refusal:
        return Refusal(413, vi.too_much(self.limits.files, self.limits.total // MB))

    def _check(self, name: str, size: int) -> None:
        problem = inspect_name(name)
        if size > self.limits.file:
            problem = problem or Problem.TOO_BIG
        if problem or size <= 0:
            raise self.refused(problem or Problem.EMPTY, name)

    async def check_room(self, name: str) -> None:
        """Before the disk is full: what comes here is large. Raises Refusal."""
        if room(self.store.drafts).full:
            raise await self.full(name)

    async def full(self, name: str) -> Refusal:
        log.error("no space left for files")
        async with open_work(self.db, self.clock) as work:
            await tell_of_full_disk(work)
        return Refusal(507, vi.problem(Problem.NO_SPACE, name, self.limits.file // MB))

    async def sweep(self) -> None:
        """What was begun more than a day ago and never handed in goes, links that ended long ago, and content that was
        refused or that nobody wants any more."""
        now = self.clock.machine()
        if self._swept is None or now - self._swept > SWEEP_EVERY:
            self._swept = now
            await self.partials.sweep(now - STALE)
            async with self.db.writing() as session:
                await forget_old(session, self.clock.now() - STALE)
                await forget_links(session, self.clock.now() - KEPT)
                await forget_downloads(session, self.clock.now() - KEPT)
            async with self.db.reading() as session:
                needed = await referred_to(session)
            await self.store.sweep(needed, now - UNCLAIMED)

    async def _adopted(self, file: Whole) -> tuple[Whole, str]:
        try:
            return file, (await self.store.adopt(self.partials.path(file.partial))).sha256
        except FileNotFoundError:
            raise Refusal(409, vi.LOST) from None
        except NoSpace:
            raise await self.full(file.name) from None


def _partial(link: UploadLink | int, known_by: str) -> str:
    return f"{link if isinstance(link, int) else link.id}-{known_by}"


def _row(link: UploadLink, number: int, file: Whole, sha256: str, now: datetime) -> dict[str, Any]:
    """As a message of the chat the link was given in, so that all that holds for its files holds for this one."""
    chat, key = link.contact.address, bylink.key_of(link.id, number)
    incoming = Incoming(
        chat=chat,
        sender=chat,
        sender_name="",
        at=file.at,
        message_id=f"{bylink.CHANNEL}:{key}",
        files=(InFile("", file.name, FileKind.DOCUMENT, file.size, sha256=sha256),),
        album=f"{bylink.CHANNEL}:{link.id}",
        answers=f"file:{link.assignment_id}" if link.assignment_id else "",
    )
    row = {"channel": bylink.CHANNEL, "key": key, "lane": str(chat), "body": bylink.body_of(incoming)}
    return {**row, "received_at": now, "due_at": now}
