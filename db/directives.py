"""Directives, the tasks they set, and each task as each office owes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from db.base import Base, Words
from db.offices import Office
from db.parts import parts
from scheduler.periods import REPORTS


class Directive(Base):
    """A công văn. Draft until `published_at`, over at `closed_at`; one that was sent and is called off is both closed
    and cancelled. `reading` is what was read, with its spans.

    `urgency` is one of `scheduler.plan.Urgency`. `tolerant` is the coordinator's answer to «nhận trong ngày X»: None
    until she was asked. `follows_id` is the directive whose conclusion this is («Thông báo kết luận»).
    """

    __tablename__ = "directives"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(Words(100))
    issued_on: Mapped[str | None] = mapped_column(Words(20))
    subject: Mapped[str] = mapped_column(Text, default="")
    issuer: Mapped[str | None] = mapped_column(Words(200))
    collector_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    urgency: Mapped[int] = mapped_column(default=0)
    tolerant: Mapped[bool | None]
    confirmed_circulation_at: Mapped[datetime | None]
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"))

    collector: Mapped[Office] = relationship(lazy="joined", innerjoin=True)

    @property
    def sent(self) -> bool:
        """Whether the offices know of it; a draft is nobody's but its coordinator's."""
        return self.published_at is not None


class DirectiveFile(Base):
    """An original that goes out with the directive: công văn, phụ lục, biểu mẫu."""

    __tablename__ = "directive_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    directive_id: Mapped[int] = mapped_column(ForeignKey("directives.id"), index=True)
    name: Mapped[str] = mapped_column(Words(200))
    sha256: Mapped[str] = mapped_column(String(64))


class Task(Base):
    """One numbered demand. `deadline_words` are the paper's own; `named_on` the date they name, `rule` how to read it.

    `target_at` is counted down to, `due_at` is the last minute on time, `cutoff_at` closes receiving. `previous_id` is
    the same task one period before.
    """

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    directive_id: Mapped[int] = mapped_column(ForeignKey("directives.id"), index=True)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(Words(20), default="")
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(30), default="report")
    deadline_words: Mapped[str | None] = mapped_column(Words(200))
    rule: Mapped[str] = mapped_column(String(30), default="none")
    named_on: Mapped[date | None]
    named_time: Mapped[str | None] = mapped_column(String(5))
    target_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    cutoff_at: Mapped[datetime | None]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    send_to: Mapped[str | None] = mapped_column(Words(200))
    via: Mapped[str | None] = mapped_column(Words(200))
    coordinating: Mapped[list[Any]] = mapped_column(default=list)
    wanted: Mapped[list[Any]] = mapped_column(default=list)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    version: Mapped[int] = mapped_column(default=1)

    directive: Mapped[Directive] = relationship(lazy="joined", innerjoin=True)

    @property
    def asks_report(self) -> bool:
        """Whether a report is to be sent, once or every period."""
        return self.kind in REPORTS

    @property
    def gathers(self) -> bool:
        """Whether it makes one report of those of the other tasks."""
        return self.kind in {"advise", "synthesise"}

    @property
    def serves_meeting(self) -> bool:
        """Whether its day is that of a meeting nobody has named yet, or one named since."""
        return self.kind == "prepare" and self.rule in _OPEN_DAYS and "họp" in self.text.casefold()

    @property
    def arranges_meeting(self) -> bool:
        """Whether its office is to say on which day the meeting will be."""
        return self.serves_meeting and self.rule in {"none", MEETING_RULE}


MEETING_RULE = "before_meeting"
_OPEN_DAYS = {"none", "within_month", "within_quarter", "tentative_date", MEETING_RULE}


class Kind(StrEnum):
    """What counts as an answer. A table is also what is asked again for each of several things."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DATE = "date"
    CHOICE = "choice"
    TABLE = "table"


class Question(Base):
    """One thing to answer; `quote` is the passage of the directive it was drawn from. `unit` is what its figures count
    («hồ sơ», «triệu đồng»); `options` what can be chosen, or the columns of a table."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    quote: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[Kind] = mapped_column(String(20), default=Kind.TEXT)
    unit: Mapped[str] = mapped_column(Words(40), default="")
    options: Mapped[list[Any]] = mapped_column(default=list)


class Assignment(Base):
    """One task as one office owes it. Facts only: words like «quá hạn» are derived in `db.standing`.

    `promised_on` is the day its report was promised for, `rest_promised_on` that of the part a report still lacks.
    `handed_to` and `handed_by` are people's ids: who of the office sees to it, and who said so. `asked_as` is the name
    the office bore when it was asked, where it bears another one now.
    """

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("task_id", "office_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    promised_on: Mapped[date | None]
    promised_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    rest_promised_on: Mapped[date | None]
    extended_to: Mapped[datetime | None]
    mend_by: Mapped[datetime | None]
    nudges: Mapped[int] = mapped_column(default=0)
    nudged_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    handed_to: Mapped[int | None]
    handed_by: Mapped[int | None]
    handed_at: Mapped[datetime | None]
    asked_as: Mapped[str | None] = mapped_column(Words(200))

    task: Mapped[Task] = relationship(lazy="joined", innerjoin=True)
    office: Mapped[Office] = relationship(lazy="joined", innerjoin=True)

    @property
    def due_at(self) -> datetime | None:
        """What is counted down to: the day by which a report sent back is to be mended, else the deadline."""
        return self.mend_by or self.deadline_at

    @property
    def deadline_at(self) -> datetime | None:
        """What decides «đúng hạn»."""
        return self.extended_to or self.task.due_at

    @property
    def target_at(self) -> datetime | None:
        return self.mend_by or self.extended_to or self.task.target_at

    @property
    def collectors_own(self) -> bool:
        """The collecting office's own part: one line on the coordinator's card, never a nag."""
        return self.office_id == self.task.directive.collector_id


_TASKS = select(Task).where(Task.directive_id == bindparam("directive")).order_by(Task.position)


async def tasks_of(session: AsyncSession, directive_id: int) -> Sequence[Task]:
    return (await session.scalars(_TASKS, {"directive": directive_id})).all()


async def files_of(session: AsyncSession, directive_ids: Iterable[int]) -> dict[int, list[DirectiveFile]]:
    """The originals of these directives, by directive."""
    query = select(DirectiveFile).where(DirectiveFile.directive_id.in_(list(directive_ids)))
    found: dict[int, list[DirectiveFile]] = {}
    for file in await session.scalars(query.order_by(DirectiveFile.id)):
        found.setdefault(file.directive_id, []).append(file)
    return found


async def questions_of(session: AsyncSession, task_id: int) -> Sequence[Question]:
    return (
        await session.scalars(select(Question).where(Question.task_id == task_id).order_by(Question.position))
    ).all()


# Joined, each row would bring its directive's whole reading again.
_ASSIGNMENTS = select(Assignment).options(selectinload(Assignment.task))


async def assignments_by_id(session: AsyncSession, ids: Iterable[int]) -> list[Assignment]:
    found: list[Assignment] = []
    for part in parts(ids):
        found += await session.scalars(_ASSIGNMENTS.where(Assignment.id.in_(part)).order_by(Assignment.id))
    return found


async def assignments_of(session: AsyncSession, directive_id: int) -> Sequence[Assignment]:
    """Every assignment of a directive, in the order of its tasks and of the offices named there."""
    query = (
        _ASSIGNMENTS.join(Task, Task.id == Assignment.task_id)
        .where(Task.directive_id == directive_id)
        .order_by(Task.position, Assignment.id)
    )
    return (await session.scalars(query)).all()


async def open_assignments(session: AsyncSession, office_ids: Sequence[int]) -> Sequence[Assignment]:
    """What these offices were asked and is not closed, the nearest deadline first, undated last."""
    query = (
        select(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(Assignment.office_id.in_(office_ids), Directive.published_at.is_not(None), Directive.closed_at.is_(None))
        .order_by(func.coalesce(Assignment.mend_by, Assignment.extended_to, Task.due_at).nulls_last(), Assignment.id)
    )
    return (await session.scalars(query)).all()


async def handed_to(session: AsyncSession, office_id: int, person_id: int) -> Sequence[Assignment]:
    """What this person of the office was given to see to and is not closed."""
    query = (
        _ASSIGNMENTS.join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(Assignment.office_id == office_id, Assignment.handed_to == person_id, Directive.closed_at.is_(None))
    )
    return (await session.scalars(query.order_by(Assignment.id))).all()


async def last_closed(session: AsyncSession, office_ids: Sequence[int]) -> Sequence[Assignment]:
    """What these offices were asked by the directive of theirs that was closed last."""
    mine = (
        select(Directive.id)
        .join(Task, Task.directive_id == Directive.id)
        .join(Assignment, Assignment.task_id == Task.id)
        .where(Assignment.office_id.in_(office_ids), Directive.published_at.is_not(None))
        .where(Directive.closed_at.is_not(None))
        .order_by(Directive.closed_at.desc(), Directive.id.desc())
        .limit(1)
    )
    directive_id = (await session.scalars(mine)).first()
    if directive_id is None:
        return []
    return [each for each in await assignments_of(session, directive_id) if each.office_id in office_ids]


async def closed_since(session: AsyncSession, office_ids: Sequence[int], since: datetime) -> Sequence[Assignment]:
    """What these offices were asked by directives that are over since, none of them called off."""
    query = (
        _ASSIGNMENTS.join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(Assignment.office_id.in_(office_ids), Directive.published_at.is_not(None))
        .where(Directive.closed_at >= since, Directive.cancelled_at.is_(None))
    )
    return (await session.scalars(query.order_by(Assignment.id))).all()


async def open_directives(session: AsyncSession, collector_ids: Sequence[int]) -> Sequence[Directive]:
    """Published and not closed, newest first."""
    query = select(Directive).where(
        Directive.collector_id.in_(collector_ids), Directive.published_at.is_not(None), Directive.closed_at.is_(None)
    )
    return (await session.scalars(query.order_by(Directive.id.desc()))).all()


async def every_open_directive(session: AsyncSession) -> Sequence[Directive]:
    """Published and not closed, whoever collects."""
    query = select(Directive).where(Directive.published_at.is_not(None), Directive.closed_at.is_(None))
    return (await session.scalars(query.order_by(Directive.id))).all()


async def last_closed_of(session: AsyncSession, collector_ids: Sequence[int]) -> Directive | None:
    """The one of these collectors that was closed last."""
    query = select(Directive).where(Directive.collector_id.in_(collector_ids), Directive.closed_at.is_not(None))
    return (await session.scalars(query.order_by(Directive.closed_at.desc(), Directive.id.desc()).limit(1))).first()


async def directives_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Directive]:
    """Few of them: what others follow."""
    found = await session.scalars(select(Directive).where(Directive.id.in_(ids))) if ids else ()
    return {each.id: each for each in found}


async def closed_directives(session: AsyncSession, collector_ids: Sequence[int]) -> Sequence[Directive]:
    """Those of these collectors that are over, those called off too, the last first."""
    query = select(Directive).where(
        Directive.collector_id.in_(collector_ids), Directive.published_at.is_not(None), Directive.closed_at.is_not(None)
    )
    return (await session.scalars(query.order_by(Directive.closed_at.desc(), Directive.id.desc()))).all()


async def assignments_of_task(session: AsyncSession, task_id: int) -> Sequence[Assignment]:
    query = _ASSIGNMENTS.where(Assignment.task_id == task_id).order_by(Assignment.id)
    return (await session.scalars(query)).all()


async def synthesis_of(session: AsyncSession, directive: Directive) -> Assignment | None:
    """The collector's own task of making one report of all, if the directive sets one."""
    own = _ASSIGNMENTS.where(Assignment.office_id == directive.collector_id).join(Task, Task.id == Assignment.task_id)
    query = own.where(Task.directive_id == directive.id).order_by(Task.position, Assignment.id)
    return next((each for each in await session.scalars(query) if each.task.gathers), None)
