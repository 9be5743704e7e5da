"""What the coordinator's desk asks: whole directives in a few statements, as values to be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Moment
from db.decisions import Exemption
from db.directives import Assignment, Directive, Question, Task, tasks_of
from db.parts import parts
from db.people import Office
from db.reports import ASKED_BACK, Answer, Submission, SubmissionFile
from db.standing import Arrival, Glance, Owed, Place, Progress

_T, _A, _O = Task.__table__.c, Assignment.__table__.c, Office.__table__.c
_S, _F, _E, _R = Submission.__table__.c, SubmissionFile.__table__.c, Exemption.__table__.c, Answer.__table__.c
_Q, _D = Question.__table__.c, Directive.__table__.c
ASKED = Task.__table__.join(Assignment.__table__, _A.task_id == _T.id)
_OFFICES = ASKED.join(Office.__table__, _O.id == _A.office_id)
_DUE = func.coalesce(_A.mend_by, _A.extended_to, _T.due_at)
STANDS = and_(_S.refused_at.is_(None), _S.withdrawn_at.is_(None))
COUNTS = and_(_S.returned_at.is_(None), or_(_S.way.not_in(ASKED_BACK), _S.confirmed_at.is_not(None)))
EXEMPT = exists().where(_E.assignment_id == _A.id)
_REASON = select(func.max(_E.reason)).where(_E.assignment_id == _A.id).scalar_subquery()
_SETTLED = and_(_R.assignment_id == _A.id, _R.unsure.is_(False))
_ANSWERED = select(func.count(_R.question_id.distinct())).where(_SETTLED).scalar_subquery()
_QUESTIONS = select(func.count(_Q.id)).where(_Q.task_id == _A.task_id).scalar_subquery()
_GLANCES = (
    select(_A.id, _A.task_id, _A.acknowledged_at, _A.promised_on, _A.extended_to)
    .add_columns(_A.mend_by, _A.nudges, _A.nudged_at, _A.rest_promised_on, _A.handed_to, _A.asked_as)
    .add_columns(_O.id, _O.name, _O.phone, _ANSWERED, _QUESTIONS, _REASON)
    .add_columns(_S.id, _S.way, _S.reference, COUNTS, _S.returned_at.is_not(None), _F.part)
    .select_from(_OFFICES)
    .outerjoin(Submission.__table__, and_(_S.assignment_id == _A.id, STANDS))
    .outerjoin(SubmissionFile.__table__, _F.submission_id == _S.id)
    .where(_T.directive_id == bindparam("directive"))
    .order_by(_T.position, _A.id, _S.id)
)
VALID = exists().where(_S.assignment_id == _A.id, STANDS, COUNTS)
_REPORTED = or_(VALID, EXEMPT)

_OWING = (
    select(_O.id, _O.name)
    .select_from(_OFFICES.join(Directive.__table__, _D.id == _T.directive_id))
    .where(_D.collector_id.in_(bindparam("collectors", expanding=True)))
    .where(_D.published_at.is_not(None), _D.closed_at.is_(None), ~_REPORTED)
    .order_by(_DUE.nulls_last(), _A.id)
)


_LONG_OVERDUE = (
    select(_T.directive_id, func.max(_DUE))
    .select_from(ASKED.join(Directive.__table__, _D.id == _T.directive_id))
    .where(_D.published_at.is_not(None), _D.closed_at.is_(None), bindparam("until", type_=Moment()) >= _DUE)
    .where(_D.urgency == bindparam("urgency"))
    .where(_A.office_id != _D.collector_id, ~EXEMPT)
    .where(~exists().where(_S.assignment_id == _A.id, STANDS, _S.returned_at.is_(None)))
    .group_by(_T.directive_id)
)


def _progress(by: Any) -> Any:
    """How far the tasks of these are, by this column."""
    counts = (func.count(), func.count().filter(_REPORTED), func.count().filter(~VALID, EXEMPT))
    return select(by, *counts).select_from(ASKED).where(by.in_(bindparam("ids", expanding=True))).group_by(by)


_OF_DIRECTIVES, _OF_TASKS = _progress(_T.directive_id), _progress(_T.id)


async def glances(session: AsyncSession, directive_id: int) -> list[tuple[Task, list[Glance]]]:
    """A directive's tasks in their order, each with its assignments in the order the offices were named."""
    tasks = await tasks_of(session, directive_id)  # it also flushes, which plain columns do not by themselves
    of = {task.id: (task, list[Glance]()) for task in tasks}
    assignment = submission = 0
    arrivals: list[Arrival] = []
    rows = (await session.execute(_GLANCES, {"directive": directive_id})).all()
    for number, task_id, seen, promised, extended, *more in rows:
        mend_by, nudges, nudged, rest, handed, asked_as, office, name, phone, *facts = more
        answered, questions, reason, arrived, way, reference, counts, returned, part = facts
        if number != assignment:
            assignment, arrivals = number, []
            task, found = of[task_id]
            place, reminded = Place(office, name, phone), (nudges, nudged)
            owed = Owed(number, task, place, seen, promised, extended, mend_by, *reminded, rest, handed, asked_as)
            found.append(Glance(owed, arrivals, answered, questions, reason is not None, reason or ""))
        if arrived is not None and arrived != submission:
            submission = arrived
            arrivals.append(Arrival(way, reference, counts, bool(returned), set()))
        if part is not None:
            arrivals[-1].parts.add("signed" if part == "photo" else part)
    return list(of.values())


async def progress_of(session: AsyncSession, directive_ids: Iterable[int]) -> dict[int, Progress]:
    """How many reports of each directive are in, over all its tasks."""
    return await _counted(session, _OF_DIRECTIVES, directive_ids)


async def progress_of_tasks(session: AsyncSession, task_ids: Iterable[int]) -> dict[int, Progress]:
    """How many reports of each task are in."""
    return await _counted(session, _OF_TASKS, task_ids)


async def owing_offices(session: AsyncSession, collector_ids: Iterable[int]) -> dict[int, str]:
    """The names of offices with something to report to these, by id, the nearest deadline first."""
    await session.flush()  # plain columns do not do it by themselves
    rows = (await session.execute(_OWING, {"collectors": list(collector_ids)})).all()
    return {row.id: row.name for row in rows}


async def long_overdue(session: AsyncSession, until: datetime, urgency: int) -> dict[int, datetime]:
    """The open directives so urgent of which some office owes a report that was due until then, each with the last
    such deadline."""
    rows = (await session.execute(_LONG_OVERDUE, {"until": until, "urgency": urgency})).all()
    return {row[0]: row[1] for row in rows}


async def _counted(session: AsyncSession, counts: Any, ids: Iterable[int]) -> dict[int, Progress]:
    await session.flush()  # plain columns do not do it by themselves
    found = {each: Progress(0, 0) for each in ids}
    for part in parts(found):
        for number, total, done, exempt in (await session.execute(counts, {"ids": part})).all():
            found[number] = Progress(done, total, exempt)
    return found
