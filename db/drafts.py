"""A directive that is being put together, and who is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.directives import Assignment, Directive, Question, Task
from db.offices import Office
from db.people import Member, Role


async def newest_numbered(session: AsyncSession, collector_id: int, numbers: Sequence[str]) -> int | None:
    """The id of the newest directive of this collector, sent to its offices, that bears one of these numbers."""
    query = select(Directive.id).where(
        Directive.collector_id == collector_id, Directive.number.in_(numbers), Directive.published_at.is_not(None)
    )
    return (await session.scalars(query.order_by(Directive.id.desc()).limit(1))).first()


async def draft_of(session: AsyncSession, coordinator_id: int) -> Directive | None:
    """The draft this coordinator works on, or that of one in whose place they are."""
    absent = aliased(Member)
    in_their_place = (
        select(absent.person_id)
        .join(Member, Member.stands_for == absent.id)
        .where(Member.person_id == coordinator_id, Member.approved_at.is_not(None), Member.ended_at.is_(None))
        .where(absent.role == Role.COORDINATOR, absent.office_id == Directive.collector_id)
    )
    mine = or_(Directive.coordinator_id == coordinator_id, Directive.coordinator_id.in_(in_their_place))
    query = select(Directive).where(mine, Directive.published_at.is_(None), Directive.cancelled_at.is_(None))
    return (await session.scalars(query.order_by(Directive.id.desc()).limit(1))).first()


async def pass_drafts(session: AsyncSession, collector_id: int, coordinator_id: int, heir_id: int) -> bool:
    """The drafts one coordinator of this office works on are another's now; whether there were any."""
    drafts = await session.scalars(
        select(Directive).where(
            Directive.collector_id == collector_id,
            Directive.coordinator_id == coordinator_id,
            Directive.published_at.is_(None),
            Directive.cancelled_at.is_(None),
        )
    )
    found = drafts.all()
    for each in found:
        each.coordinator_id = heir_id
    return bool(found)


async def assign(session: AsyncSession, task: Task, offices: Iterable[Office]) -> None:
    """This task as these offices owe it; those it is assigned to already keep their row."""
    has = set(await session.scalars(select(Assignment.office_id).where(Assignment.task_id == task.id)))
    new = [each for each in offices if each.id not in has]
    session.add_all(Assignment(task=task, task_id=task.id, office=each, office_id=each.id) for each in new)
    await session.flush()


async def drop_tasks(session: AsyncSession, directive_id: int) -> None:
    """Those of a draft, with their questions and whom they are for: it is read anew."""
    mine = select(Task.id).where(Task.directive_id == directive_id)
    for noun in (Question, Assignment):
        await session.execute(delete(noun).where(noun.task_id.in_(mine)))
    await session.execute(delete(Task).where(Task.directive_id == directive_id))


async def drop_questions(session: AsyncSession, task_id: int) -> None:
    """Those of a draft: others are asked instead."""
    await session.execute(delete(Question).where(Question.task_id == task_id))


async def unassign(session: AsyncSession, assignment: Assignment) -> None:
    """Take an office off a draft."""
    await session.delete(assignment)
    await session.flush()
