"""Reports that come back: the rule, and which period is to be prepared next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Words
from db.directives import Directive, Task


class Series(Base):
    """`task_id` is the task of the newest period that was sent, from which the next is made. `recurrence` is a reader's
    rule (`monthly: before day 20`), `words` the paper's own; `next_on` the day the next period names. `calendar`: its
    data run over whole months. Until `began_at` it is only offered. `proposed_at`: when the next period, which waits
    for the coordinator's tap, was laid before her last."""

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

    @property
    def text(self) -> str:
        """Of the task."""
        return self.task.text


class Nearing(NamedTuple):
    """Of a series what tells whether its next period is to be laid before the coordinator."""

    id: int
    recurrence: str
    words: str
    calendar: bool
    next_on: date
    proposed_at: datetime | None
    text: str


_FOLLOWED = (Series.began_at.is_not(None), Series.stopped_at.is_(None))
_NEARING = (
    select(Series.id, Series.recurrence, Series.words, Series.calendar, Series.next_on, Series.proposed_at, Task.text)
    .join(Task, Task.id == Series.task_id)
    .where(*_FOLLOWED)
    .order_by(Series.id)
)


async def running(session: AsyncSession, collector_ids: Sequence[int]) -> Sequence[Series]:
    """Those that are followed for these collectors."""
    mine = select(Series).where(*_FOLLOWED, Series.collector_id.in_(collector_ids))
    return (await session.scalars(mine.order_by(Series.id))).all()


async def nearing(session: AsyncSession, until: date, said_before: datetime) -> list[Nearing]:
    """Those whose next period names a day until then, and of which nothing was said since."""
    quiet = or_(Series.proposed_at.is_(None), Series.proposed_at < said_before)
    rows = await session.execute(_NEARING.where(Series.next_on <= until, quiet))
    return [Nearing(*row) for row in rows.all()]


async def series_of(session: AsyncSession, task_id: int) -> Series | None:
    """That whose newest period this task is, whether it is followed or not."""
    return (await session.scalars(select(Series).where(Series.task_id == task_id))).first()


async def series_of_tasks(session: AsyncSession, collector_ids: Sequence[int]) -> dict[int, Series]:
    """By task, of every period that was sent, the series of these collectors, followed or not."""
    found = {each.id: each for each in await session.scalars(select(Series).where(_of(collector_ids)))}
    newest = select(Series.id, Series.task_id).where(_of(collector_ids)).cte(recursive=True)
    before = select(newest.c.id, Task.previous_id).join(Task, Task.id == newest.c.task_id)
    every = newest.union_all(before.where(Task.previous_id.is_not(None)))
    return {task_id: found[number] for number, task_id in await session.execute(select(every.c.id, every.c.task_id))}


def _of(collector_ids: Sequence[int]) -> ColumnElement[bool]:
    return Series.collector_id.in_(collector_ids)


async def drafts_of(session: AsyncSession, task_ids: Iterable[int]) -> dict[int, Directive]:
    """What is being put together of the period after each of these tasks."""
    query = (
        select(Task.previous_id, Directive)
        .join(Directive, Directive.id == Task.directive_id)
        .where(Task.previous_id.in_(list(task_ids)), Directive.published_at.is_(None), Directive.cancelled_at.is_(None))
        .order_by(Directive.id)
    )
    return {number: directive for number, directive in (await session.execute(query)).all() if number}
