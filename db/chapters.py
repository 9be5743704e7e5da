"""What a consolidated report is made of: of each task that asks for one, who owed it and what came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.decisions import Exemption
from db.directives import Assignment, Question, Task, assignments_of, questions_of
from db.pages import BoundPages, bound_of, shown
from db.parts import parts
from db.reports import Answer, Submission, SubmissionFile, Way
from db.standing import Line, lines

_GIVEN = (
    select(Answer.assignment_id, Answer.id, Answer.question_id, Answer.text, Answer.nothing, Answer.skipped)
    .add_columns(Answer.answered_at, Answer.value, Answer.unit, Answer.about, Answer.rows, Answer.source)
    .where(Answer.unsure.is_(False))
    .order_by(Answer.id)
)
SAID = frozenset({Way.ANSWERS, Way.NOTHING})


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, to be read and never changed: there are thousands."""

    id: int
    question_id: int
    text: str
    nothing: bool
    skipped: bool
    answered_at: datetime
    value: str | None
    unit: str
    about: bool
    rows: list[Any]
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """One office's part in one task. `said` is the report that answers the questions, by answering or with a file from
    which answers were taken; `answers` are those in force when it was sent, by question; `reason` is that of its
    exemption; `bound` what photos were bound into, by submission."""

    line: Line
    said: Submission | None
    answers: dict[int, Given]
    reason: str = ""
    bound: Mapping[int, BoundPages] = field(default_factory=dict)

    @property
    def office_id(self) -> int:
        return self.line.assignment.office_id

    @property
    def name(self) -> str:
        return self.line.assignment.office.name

    @property
    def nothing(self) -> bool:
        """The whole task is «không phát sinh»."""
        return self.said is not None and self.said.way == Way.NOTHING

    @property
    def files(self) -> list[tuple[Submission, SubmissionFile | BoundPages]]:
        """Of each half the newest report that has it: a signed copy is not lost to a later Word file."""
        sent = [(each, file) for each in self.line.valid for file in shown(each, self.bound.get(each.id))]
        newest = {_half(file): each.id for each, file in sent}
        return [(each, file) for each, file in sent if newest[_half(file)] == each.id]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One task that asks others for a report; the collector's own part is among the `parts` once it is in."""

    task: Task
    questions: Sequence[Question]
    parts: Sequence[Part]


async def chapters(session: AsyncSession, directive_id: int) -> list[Chapter]:
    """Every task of this directive that asks others for a report, in its order; a few queries a task."""
    asked: dict[int, list[Assignment]] = {}
    for each in await assignments_of(session, directive_id):
        if each.task.asks_report:
            asked.setdefault(each.task_id, []).append(each)
    asked = {task: owed for task, owed in asked.items() if not all(each.collectors_own for each in owed)}
    every = await lines(session, [each for owed in asked.values() for each in owed])
    found = [line for line in every if not line.collectors_part]
    given = await _given(session, [line.assignment.id for line in found if line.valid])
    reasons = await _reasons(session, [line.assignment.id for line in found if line.exempt])
    bound = await bound_of(session, [each.id for line in found for each in line.valid if each.photos])
    by_task: dict[int, list[Part]] = {}
    for line in found:
        number = line.assignment.id
        said = _said(line, given.get(number, ()))
        answers = _in_force(said, line, given.get(number, ()))
        part = Part(line, said, answers, reasons.get(number, ""), bound)
        by_task.setdefault(line.assignment.task_id, []).append(part)
    return [Chapter(owed[0].task, await questions_of(session, task), by_task[task]) for task, owed in asked.items()]


async def _given(session: AsyncSession, assignment_ids: Iterable[int]) -> dict[int, list[Given]]:
    """By assignment, the answers that count, the oldest first."""
    found: dict[int, list[Given]] = {}
    for part in parts(assignment_ids):
        for assignment, *facts in await session.execute(_GIVEN.where(Answer.assignment_id.in_(part))):
            found.setdefault(assignment, []).append(Given(*facts))
    return found


async def _reasons(session: AsyncSession, assignment_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in parts(assignment_ids):
        query = select(Exemption.assignment_id, Exemption.reason).where(Exemption.assignment_id.in_(part))
        found.update((row[0], row[1]) for row in await session.execute(query.order_by(Exemption.id)))
    return found


def _said(line: Line, given: Sequence[Given]) -> Submission | None:
    """The newest report that counts and was given by answering, or from whose file answers were taken."""
    read = {each.answered_at for each in given if each.source}
    return next((each for each in reversed(line.valid) if each.way in SAID or each.arrived_at in read), None)


def _in_force(said: Submission | None, line: Line, given: Sequence[Given]) -> dict[int, Given]:
    """By question, the newest answer when `said` was sent. With a file only those go that were taken from it, or had
    been sent before."""
    if said is None:
        return {}
    sent = max((each.arrived_at for each in line.valid if each.way in SAID and each.id <= said.id), default=None)
    return {
        each.question_id: each
        for each in given
        if each.answered_at <= said.arrived_at and (each.source or (sent is not None and each.answered_at <= sent))
    }


def _half(file: SubmissionFile | BoundPages) -> str:
    return "signed" if file.part == "photo" else file.part
