"""Where an assignment stands, derived from facts whenever somebody asks. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from bot.clocks import local
from db.decisions import exempted
from db.directives import Assignment, Task
from db.parts import parts
from db.reports import Submission, Way, answered_counts, question_counts, submissions_of

LAST_MINUTE = timedelta(minutes=1)
"""A deadline at 23:59 lasts until 24:00."""


class Standing(StrEnum):
    """Progress, the furthest that holds."""

    EXEMPT = "exempt"
    REPORTED = "reported"
    NOTHING = "nothing"
    PARTIAL = "partial"
    RETURNED = "returned"
    ELSEWHERE = "elsewhere"
    PROMISED = "promised"
    ANSWERING = "answering"
    ACKNOWLEDGED = "acknowledged"
    UNOPENED = "unopened"


class Progress(NamedTuple):
    """«đã nộp 41/50»: `done` of those asked when it was sent, the `exempt` among them."""

    done: int
    total: int
    exempt: int = 0

    @property
    def received(self) -> int:
        return self.done - self.exempt


@dataclass(slots=True)
class Place:
    """An office as it is named in a list."""

    id: int
    name: str
    phone: str


@dataclass(slots=True)
class Owed:
    """An assignment to be read and never changed."""

    id: int
    task: Task
    office: Place
    acknowledged_at: datetime | None
    promised_on: date | None
    extended_to: datetime | None
    mend_by: datetime | None
    nudges: int
    nudged_at: datetime | None
    rest_promised_on: date | None
    handed_to: int | None
    asked_as: str | None

    @property
    def due_at(self) -> datetime | None:
        return self.mend_by or self.extended_to or self.task.due_at

    @property
    def target_at(self) -> datetime | None:
        return self.mend_by or self.extended_to or self.task.target_at

    @property
    def collectors_own(self) -> bool:
        return self.office.id == self.task.directive.collector_id


@dataclass(slots=True)
class Arrival:
    """A submission nobody refused or withdrew, to be read and never changed."""

    way: str
    reference: str
    counts: bool
    returned: bool
    parts: set[str]

    @property
    def waits_for_confirmation(self) -> bool:
        return not self.counts and not self.returned


class Facts:
    """What decides where an assignment stands, whether loaded to be changed (`Line`) or to be read (`Glance`)."""

    __slots__ = ()

    assignment: Assignment | Owed
    submissions: Sequence[Submission] | Sequence[Arrival]
    answered: int
    questions: int
    exempt: bool

    @property
    def valid(self) -> Sequence[Submission | Arrival]:
        return [submission for submission in self.submissions if submission.counts]

    @property
    def reported(self) -> bool:
        """Counted in «đã nộp N/M»: a valid report is in, whole or not."""
        return self.exempt or bool(self.valid)

    @property
    def claimed(self) -> Submission | Arrival | None:
        """The report its office says it sent through QLVB, until the coordinator confirms it."""
        return next((submission for submission in self.submissions if submission.waits_for_confirmation), None)

    @property
    def returned(self) -> bool:
        """What came was sent back and nothing valid has come since."""
        return not self.reported and any(submission.returned for submission in self.submissions)

    @property
    def owes(self) -> bool:
        """Nothing has come that ends reminding: no valid report, none said to be sent elsewhere, no exemption."""
        return not self.reported and not self.claimed

    @property
    def collectors_part(self) -> bool:
        """What the collecting office itself has still to do: never among those to be called."""
        return self.assignment.collectors_own and not self.reported

    @property
    def parts(self) -> set[str]:
        return {part for submission in self.valid for part in submission.parts}

    @property
    def missing_parts(self) -> list[str]:
        """What is still wanted of a report that came as files; paper, QLVB and «không phát sinh» are whole."""
        wanted = self.assignment.task.wanted
        if not wanted:
            return []
        valid = self.valid
        if any(submission.way not in {Way.FILES, Way.ANSWERS} for submission in valid):
            return []
        have = self.parts
        if any(submission.reference for submission in valid):
            have |= {"signed"}
        elif any(submission.way == Way.ANSWERS for submission in valid):
            have |= {"soft", "signed"}
        return [part for part in wanted if part not in have]

    def standing(self, now: datetime) -> Standing:
        if valid := self.valid:
            if all(submission.way == Way.NOTHING for submission in valid):
                return Standing.NOTHING
            return Standing.PARTIAL if self.missing_parts else Standing.REPORTED
        if self.exempt:
            return Standing.EXEMPT
        if self.claimed:
            return Standing.ELSEWHERE
        if self.returned:
            return Standing.RETURNED
        if self.assignment.promised_on and self.assignment.promised_on >= local(now).date():
            return Standing.PROMISED
        if self.answered:
            return Standing.ANSWERING
        return Standing.ACKNOWLEDGED if self.assignment.acknowledged_at else Standing.UNOPENED

    def overdue(self, now: datetime) -> bool:
        due = self.assignment.due_at
        return due is not None and now >= due + LAST_MINUTE and not self.reported


@dataclass(frozen=True)
class Line(Facts):
    """One assignment with the facts that decide where it stands."""

    assignment: Assignment
    submissions: tuple[Submission, ...]
    answered: int
    questions: int
    exempt: bool

    @property
    def valid(self) -> list[Submission]:
        return [submission for submission in self.submissions if submission.counts]

    @property
    def first_arrival(self) -> datetime | None:
        """Of what is valid, and of what was sent back and has been mended since; None while nothing is valid."""
        if not (valid := self.valid):
            return None
        return min(each.arrived_at for each in [*valid, *(each for each in self.submissions if each.returned)])

    def on_time(self) -> bool | None:
        """Whether the first arrival was on time (at the very minute is); None if undated or not reported."""
        arrival, due = self.first_arrival, self.assignment.deadline_at
        return None if arrival is None or due is None else arrival < due + LAST_MINUTE


@dataclass(slots=True)
class Glance(Facts):
    """One of many: plain values, a few statements for all of them (`db.desk`)."""

    assignment: Owed
    submissions: Sequence[Arrival]
    answered: int
    questions: int
    exempt: bool
    reason: str = ""


async def lines(session: AsyncSession, assignments: Sequence[Assignment]) -> list[Line]:
    """The lines of these assignments, in their order; a few queries however many there are."""
    return [line for part in parts(assignments) for line in await _lines(session, part)]


async def _lines(session: AsyncSession, assignments: Sequence[Assignment]) -> list[Line]:
    by_id = {assignment.id: assignment for assignment in assignments}
    ids = list(by_id)
    submissions: dict[int, list[Submission]] = {}
    for submission in await submissions_of(session, ids):
        set_committed_value(submission, "assignment", by_id[submission.assignment_id])
        submissions.setdefault(submission.assignment_id, []).append(submission)
    answered = await answered_counts(session, ids)
    questions = await question_counts(session, list({assignment.task_id for assignment in assignments}))
    free = await exempted(session, ids)
    return [
        Line(a, tuple(submissions.get(a.id, ())), answered.get(a.id, 0), questions.get(a.task_id, 0), a.id in free)
        for a in assignments
    ]


async def line(session: AsyncSession, assignment: Assignment) -> Line:
    return (await lines(session, [assignment]))[0]
