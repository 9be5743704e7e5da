"""What the coordinator's desk asks: whole directives in a few statements, as values to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.directives import Assignment, Task
from db.people import Office
from db.reports import Answer, Exemption, Submission, SubmissionFile, Way, question_counts
from db.standing import Arrival, Glance, Owed, Place


class Progress(NamedTuple):
    """«đã nộp 41/50»."""

    done: int
    total: int


_T, _A, _O = Task.__table__.c, Assignment.__table__.c, Office.__table__.c
_S, _F, _E, _R = Submission.__table__.c, SubmissionFile.__table__.c, Exemption.__table__.c, Answer.__table__.c
_ASKED = Task.__table__.join(Assignment.__table__, _A.task_id == _T.id)
_STANDS = and_(_S.refused_at.is_(None), _S.withdrawn_at.is_(None))
_WAITS = and_(_S.way == Way.QLVB, _S.confirmed_at.is_(None))
_EXEMPT = exists().where(_E.assignment_id == _A.id)
_ANSWERED = select(func.count(_R.question_id.distinct())).where(_R.assignment_id == _A.id).scalar_subquery()
_OWED = (
    select(_A.task_id, _EXEMPT, _ANSWERED, _O.id, _O.name, _O.phone, _A.id, _A.acknowledged_at, _A.promised_on)
    .add_columns(_A.extended_to, _A.nudges, _A.nudged_at)
    .select_from(_ASKED.join(Office.__table__, _O.id == _A.office_id))
    .where(_T.directive_id == bindparam("directive"))
    .order_by(_T.position, _A.id)
)
_ARRIVED = (
    select(_S.assignment_id, _S.id, _F.part, _S.way, _S.reference, _WAITS)
    .select_from(_ASKED.join(Submission.__table__, _S.assignment_id == _A.id))
    .outerjoin(SubmissionFile.__table__, _F.submission_id == _S.id)
    .where(_T.directive_id == bindparam("directive"), _STANDS)
    .order_by(_S.id)
)
_REPORTED = or_(exists().where(_S.assignment_id == _A.id, _STANDS, ~_WAITS), _EXEMPT)


def _progress(by: Any) -> Any:
    """How far the tasks of these are, by this column."""
    counts = (func.count(), func.count().filter(_REPORTED))
    return select(by, *counts).select_from(_ASKED).where(by.in_(bindparam("ids", expanding=True))).group_by(by)


_OF_DIRECTIVES, _OF_TASKS = _progress(_T.directive_id), _progress(_T.id)


async def glances(session: AsyncSession, tasks: Sequence[Task]) -> list[Glance]:
    """Every assignment of a directive with these tasks, in the order of the tasks and of the offices named there."""
    if not tasks:
        return []
    await session.flush()  # plain columns do not do it by themselves
    by_id, directive = {task.id: task for task in tasks}, {"directive": tasks[0].directive_id}
    arrived = await _arrived(session, directive)
    questions = await question_counts(session, list(by_id))
    found = []
    for task_id, exempt, answered, office, name, phone, number, *facts in await session.execute(_OWED, directive):
        owed = Owed(number, by_id[task_id], Place(office, name, phone), *facts)
        found.append(Glance(owed, arrived.get(number, []), answered, questions.get(task_id, 0), exempt))
    return found


async def _arrived(session: AsyncSession, directive: dict[str, int]) -> dict[int, list[Arrival]]:
    """What stands of each assignment; a row is a file, or a report without one."""
    found: dict[int, list[Arrival]] = {}
    last, parts = 0, set[str]()
    for assignment, submission, part, way, reference, waits in await session.execute(_ARRIVED, directive):
        if submission != last:
            last, parts = submission, set()
            found.setdefault(assignment, []).append(Arrival(way, reference, waits, parts))
        if part:
            parts.add("signed" if part == "photo" else part)
    return found


async def progress_of(session: AsyncSession, directive_ids: Sequence[int]) -> dict[int, Progress]:
    """How many reports of each directive are in, over all its tasks."""
    return await _counted(session, _OF_DIRECTIVES, directive_ids)


async def progress_of_tasks(session: AsyncSession, task_ids: Sequence[int]) -> dict[int, Progress]:
    """How many reports of each task are in."""
    return await _counted(session, _OF_TASKS, task_ids)


async def _counted(session: AsyncSession, counts: Any, ids: Sequence[int]) -> dict[int, Progress]:
    await session.flush()
    return {row[0]: Progress(row[2], row[1]) for row in await session.execute(counts, {"ids": list(ids)})}
