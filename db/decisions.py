"""What is decided of what an office owes: more time, a return, an exemption."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base
from db.directives import Assignment, Directive, Task
from db.parts import parts


class Extension(Base):
    """More time, asked for and decided; `granted_to` moves this office's deadline and nobody else's."""

    __tablename__ = "extensions"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    wanted_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_to: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship(lazy="joined", innerjoin=True)


class Return(Base):
    """A report sent back to be mended, with its own date; `taken_back_at`: it need not be after all. It is about the
    submission that came last and whatever else of its assignment was sent back at that moment."""

    __tablename__ = "returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    returned_at: Mapped[datetime]
    returned_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    taken_back_at: Mapped[datetime | None]


class Exemption(Base):
    """An office that need not report, and why."""

    __tablename__ = "exemptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    exempted_at: Mapped[datetime]
    exempted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


async def exempted(session: AsyncSession, assignment_ids: Sequence[int]) -> set[int]:
    return set(
        (
            await session.scalars(select(Exemption.assignment_id).where(Exemption.assignment_id.in_(assignment_ids)))
        ).all()
    )


async def waiting_extensions(session: AsyncSession, assignment_id: int) -> Sequence[Extension]:
    """What was asked for, by the office or on its behalf, and not decided, the newest last."""
    query = select(Extension).where(Extension.assignment_id == assignment_id, Extension.decided_at.is_(None))
    return (await session.scalars(query.order_by(Extension.id))).all()


async def extensions_asked_by(session: AsyncSession, person_id: int) -> Sequence[Extension]:
    """What this person asked for and nobody decided on, the newest last."""
    query = select(Extension).where(Extension.asked_by == person_id, Extension.decided_at.is_(None))
    return (await session.scalars(query.order_by(Extension.asked_at, Extension.id))).all()


async def extensions_put_since(session: AsyncSession, collector_id: int, since: datetime) -> Sequence[Extension]:
    """What was asked of this office since then, of directives that are not over, and nobody decided on."""
    query = (
        select(Extension)
        .join(Assignment, Assignment.id == Extension.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(Directive.collector_id == collector_id, Directive.closed_at.is_(None))
        .where(Extension.asked_at >= since, Extension.decided_at.is_(None))
    )
    return (await session.scalars(query.order_by(Extension.id))).all()


async def days_asked(session: AsyncSession, assignment_ids: Iterable[int]) -> dict[int, date]:
    """By assignment, the latest day that was asked for and nobody decided on."""
    found: dict[int, date] = {}
    for part in parts(assignment_ids):
        query = select(Extension.assignment_id, func.max(Extension.wanted_on)).where(
            Extension.assignment_id.in_(part), Extension.decided_at.is_(None)
        )
        found.update((number, day) for number, day in await session.execute(query.group_by(Extension.assignment_id)))
    return found
