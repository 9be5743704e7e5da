"""All that is kept of one directive, for its dossier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from db.audit import AuditLine
from db.directives import (
    Assignment,
    Directive,
    DirectiveFile,
    Question,
    Task,
    assignments_of,
    files_of,
    tasks_of,
)
from db.editions import Edition, Kind, made_of
from db.offices import Office
from db.pages import BoundPages, bound_of
from db.parts import parts
from db.people import Person
from db.reports import Answer, Submission, submissions_of


@dataclass(frozen=True)
class Whole:
    """`submissions` are all versions, those withdrawn or sent back too, by assignment and then as they came; `answers`
    likewise. `people` and `offices` are names by id, of those the log speaks of."""

    directive: Directive
    originals: Sequence[DirectiveFile]
    tasks: Mapping[int, Task]
    assignments: Mapping[int, Assignment]
    submissions: Sequence[Submission]
    bound: Mapping[int, BoundPages]
    questions: Mapping[int, Question]
    answers: Sequence[Answer]
    editions: Sequence[Edition]
    log: Sequence[AuditLine]
    people: Mapping[int, str]
    offices: Mapping[int, str]
    followers: Sequence[Directive] = ()


async def whole(session: AsyncSession, directive: Directive) -> Whole:
    """A few queries, however many offices there are."""
    assignments = {each.id: each for each in await assignments_of(session, directive.id)}
    tasks = {each.id: each for each in await tasks_of(session, directive.id)}
    submissions = [each for part in parts(assignments) for each in await submissions_of(session, part)]
    for each in submissions:
        set_committed_value(each, "assignment", assignments[each.assignment_id])
    editions = await made_of(session, directive.id, Kind.REPORT, Kind.LETTER)
    asked = select(Question).where(Question.task_id.in_(list(tasks)))
    log = await _log(
        session,
        [
            f"directive:{directive.id}",
            *(f"task:{each}" for each in tasks),
            *(f"assignment:{each}" for each in assignments),
            *(f"submission:{each.id}" for each in submissions),
            *(f"edition:{each.id}" for each in editions),
        ],
    )
    answers = await _answers(session, assignments)
    spoken_of = {each.person_id for each in log} | {each.person_id for each in answers}
    order = {number: place for place, number in enumerate(assignments)}
    return Whole(
        directive,
        (await files_of(session, [directive.id])).get(directive.id, []),
        tasks,
        assignments,
        sorted(submissions, key=lambda each: (order[each.assignment_id], each.id)),
        await bound_of(session, [each.id for each in submissions if each.photos]),
        {each.id: each for each in await session.scalars(asked)},
        answers,
        editions,
        log,
        await _names(session, Person, filter(None, spoken_of)),
        await _names(session, Office, {each.office_id for each in log if each.office_id}),
        await followers(session, directive.id),
    )


async def followers(session: AsyncSession, directive_id: int) -> Sequence[Directive]:
    """Those that go on with this one and were sent."""
    query = select(Directive).where(Directive.follows_id == directive_id, Directive.published_at.is_not(None))
    return (await session.scalars(query.order_by(Directive.id))).all()


async def _log(session: AsyncSession, subjects: Sequence[str]) -> list[AuditLine]:
    found: list[AuditLine] = []
    for part in parts(subjects):
        found += await session.scalars(select(AuditLine).where(AuditLine.subject.in_(part)))
    return sorted(found, key=lambda each: each.id)


async def _answers(session: AsyncSession, assignment_ids: Iterable[int]) -> list[Answer]:
    found: list[Answer] = []
    for part in parts(assignment_ids):
        query = select(Answer).where(Answer.assignment_id.in_(part)).options(lazyload(Answer.person))
        found += await session.scalars(query.order_by(Answer.assignment_id, Answer.question_id, Answer.id))
    return found


async def _names(session: AsyncSession, noun: type[Person | Office], ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in parts(ids):
        rows = await session.execute(select(noun.id, noun.name).where(noun.id.in_(part)))
        found.update((row[0], row[1]) for row in rows)
    return found
