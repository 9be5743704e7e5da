"""What an administrator asks the database: can it be written, what waits, what stepped aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.mail import ChannelFile, Delivery, Outcome, Received, Reminder
from db.migrate import version

_PROBE = {"channel": "", "sha256": ""}


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows of a queue that are due and not over; `oldest` is when the first of them fell due."""

    due: int
    oldest: datetime | None


async def backlogs(session: AsyncSession, now: datetime) -> dict[str, Backlog]:
    """By the name of the queue."""
    found: dict[str, Backlog] = {}
    for row in (Received, Reminder, Delivery):
        query = select(func.count(), func.min(row.due_at)).where(row.done_at.is_(None), row.due_at <= now)
        due, oldest = (await session.execute(query)).one()
        found[row.__tablename__] = Backlog(due, oldest)
    return found


async def stepped_aside(session: AsyncSession, most: int = 10) -> tuple[int, Sequence[int]]:
    """How many updates failed for good, and the numbers of the newest, for `replay`."""
    poisoned = Received.outcome == Outcome.POISONED
    count = await session.scalar(select(func.count()).select_from(Received).where(poisoned)) or 0
    newest = select(Received.id).where(poisoned).order_by(Received.id.desc()).limit(most)
    return count, (await session.scalars(newest)).all()


async def schema(session: AsyncSession) -> str | None:
    """The number of the newest migration applied; None for an empty database."""
    return await (await session.connection()).run_sync(version)


async def touch(session: AsyncSession) -> None:
    """A row comes and goes: nothing is changed, yet the commit must reach the disk."""
    await session.execute(insert(ChannelFile).values(**_PROBE, ref=""))
    await session.execute(delete(ChannelFile).filter_by(**_PROBE))
