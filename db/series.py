"""Reports that come back: the rule, and which period is to be prepared next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Words
from db.directives import Task


class Series(Base):
    """`task_id` is the newest period's task, from which the next is made. `recurrence` is a reader's rule
    (`monthly: before day 20`), `words` the paper's own; `next_on` the day the next period names. `calendar`: its data
    run over whole months. Until `began_at` it is only offered. `proposed_at`: since then the next period waits for the
    coordinator's tap."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), unique=True)
    collector_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    recurrence: Mapped[str] = mapped_column(String(100))
    words: Mapped[str] = mapped_column(Words(200))
    calendar: Mapped[bool] = mapped_column(default=False)
    next_on: Mapped[date]
    began_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]

    task: Mapped[Task] = relationship(lazy="joined", innerjoin=True)


_RUNNING = select(Series).where(Series.began_at.is_not(None), Series.stopped_at.is_(None)).order_by(Series.id)


async def running(session: AsyncSession, collector_ids: Sequence[int]) -> Sequence[Series]:
    """Those that are followed for these collectors."""
    return (await session.scalars(_RUNNING.where(Series.collector_id.in_(collector_ids)))).all()


async def unproposed(session: AsyncSession, until: date) -> Sequence[Series]:
    """Those whose next period names a day until then, and of which nothing was said yet."""
    return (await session.scalars(_RUNNING.where(Series.proposed_at.is_(None), Series.next_on <= until))).all()


async def series_of(session: AsyncSession, task_id: int) -> Series | None:
    """That whose newest period this task is, whether it is followed or not."""
    return (await session.scalars(select(Series).where(Series.task_id == task_id))).first()
