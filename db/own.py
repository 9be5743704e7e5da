"""Reminders people asked for themselves: «nhắc tôi 8h mai»."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Words

_WAITS = text("done_at IS NULL")


class OwnReminder(Base):
    """`words` are theirs; `noted`: they say more than when, so that it is said whatever the office owes by then.

    `done_at`: it was said, needless or dropped.
    """

    __tablename__ = "own_reminders"
    __table_args__ = (Index("ix_own_reminders_waiting", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    due_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Words(300))
    noted: Mapped[bool]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


_WAITING = select(OwnReminder).where(OwnReminder.done_at.is_(None)).order_by(OwnReminder.due_at, OwnReminder.id)


async def waiting_of(session: AsyncSession, person_id: int) -> Sequence[OwnReminder]:
    """What this person asked for and has not heard, the nearest first."""
    return (await session.scalars(_WAITING.where(OwnReminder.person_id == person_id))).all()


async def due_own(session: AsyncSession, now: datetime) -> Sequence[OwnReminder]:
    return (await session.scalars(_WAITING.where(OwnReminder.due_at <= now))).all()


async def next_own(session: AsyncSession, after: datetime) -> datetime | None:
    """When the next falls due after this moment."""
    waits = (OwnReminder.done_at.is_(None), OwnReminder.due_at > after)
    return await session.scalar(select(func.min(OwnReminder.due_at)).where(*waits))
