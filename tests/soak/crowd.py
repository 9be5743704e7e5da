"""Heads who write and hand in files whatever happens to the bot, and the account of it afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import func, select

from bot.channels.telegram import CAPABILITIES
from bot.fit import fit
from bot.sandbox.samples import sample
from bot.sandbox.stage import Stage
from bot.sandbox.telegram import Event
from db import Database
from db.mail import Delivery, Outcome, Received
from db.reports import SubmissionFile
from soak.theatre import name_of, rows_of

Said = Counter[tuple[str, str]]


@dataclass
class Crowd:
    """`count` people, each of whom does something every second or so; `sent` is what they heard, as it appeared."""

    stage: Stage
    count: int
    said: int = 0
    files: list[str] = field(default_factory=list)
    sent: Said = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(412))

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        people = [asyncio.create_task(self._person(name_of(n))) for n in range(self.count)]
        try:
            yield
            assert not any(person.done() for person in people), "a person gave up"
        finally:
            for person in people:
                person.cancel()
            await asyncio.gather(*people, return_exceptions=True)

    async def _person(self, name: str) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5))
            self.said += 1
            if self.chance.random() < 0.15:
                content = sample("bao-cao.docx") + b"\n" * len(self.files)
                self.files.append(hashlib.sha256(content).hexdigest())
                await self.stage.phone(name).send_document("bao-cao.docx", content)
            else:
                await self.stage.phone(name).say(self.chance.choice(("/viec", "/huongdan", "xin chào")))

    async def listen(self) -> None:
        """Until cancelled."""
        events: asyncio.Queue[Event] = self.stage.telegram.listen()
        while True:
            event = await events.get()
            if event.kind == "sent" and event.message.from_bot:
                self.sent[f"telegram:{event.message.chat_id}", event.message.text.strip()] += 1

    async def answered(self, within: float) -> None:
        """Everything is answered. Raises TimeoutError."""
        await settled_apart(self.stage, within)

    async def judge(self) -> str:
        """Nothing lost, nothing said more often than its rows allow; the account in words."""
        came, gone = await rows_of(self.stage)
        async with self.stage.app.db.reading() as session:
            kept = (await session.scalars(select(SubmissionFile.sha256))).all()
        once, allowed = promised(gone)
        assert len(came) == self.said, "lost, or more than one row"
        assert {row.outcome for row in came} == {Outcome.DONE}
        assert Counter(kept) == Counter(self.files), "each file is filed exactly once"
        assert not self.sent - allowed, "said more often than once, or twice where uncertain"
        assert not once - self.sent - uncertain(gone), "marked as sent and never heard"
        return (
            f"{self.said} updates ({len(self.files)} files), 0 lost, {(self.sent - once).total()} of "
            f"{self.sent.total()} messages twice, all marked uncertain"
        )


async def settled_apart(stage: Stage, within: float) -> None:
    """Nothing waits, at Telegram or in the bot, which is another process. Raises TimeoutError."""
    db = Database(stage.settings.url)
    try:
        async with asyncio.timeout(within):
            while stage.telegram.pending or await open_rows(db):  # noqa: ASYNC110 - what ends it lies in the bot
                await asyncio.sleep(0.2)
    finally:
        await db.close()


async def open_rows(db: Database) -> int:
    """How many messages and answers are not over."""
    async with db.reading() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(row).where(row.done_at.is_(None)))
            for row in (Received, Delivery)
        ]
    return sum(count or 0 for count in counts)


def promised(gone: Iterable[Delivery]) -> tuple[Said, Said]:
    """How often each text is to appear in each chat: once a row that was sent, and twice an uncertain one."""
    once: Said = Counter()
    allowed: Said = Counter()
    for row in gone:
        for text in texts(row):
            once[row.lane, text] += row.outcome in (Outcome.DONE, Outcome.UNCERTAIN)
            allowed[row.lane, text] += 2 if row.uncertain else 1
    return once, allowed


def uncertain(gone: Iterable[Delivery]) -> Said:
    return Counter((row.lane, text) for row in gone if row.outcome == Outcome.UNCERTAIN for text in texts(row))


def texts(row: Delivery) -> list[str]:
    return [part.text.strip() for part in fit(row.outgoing, CAPABILITIES).parts]
