"""Where an assignment stands, derived from facts whenever somebody asks. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from db.directives import Assignment
from db.reports import Submission, Way, answered_counts, exempted, question_counts, submissions_of


class Standing(StrEnum):
    """Progress, the furthest that holds."""

    EXEMPT = "exempt"
    REPORTED = "reported"
    NOTHING = "nothing"
    PARTIAL = "partial"
    ELSEWHERE = "elsewhere"
    PROMISED = "promised"
    ANSWERING = "answering"
    ACKNOWLEDGED = "acknowledged"
    UNOPENED = "unopened"


@dataclass(frozen=True)
class Line:
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
    def reported(self) -> bool:
        """Counted in «đã nộp N/M»: a valid report is in, whole or not."""
        return bool(self.valid) or self.exempt

    @property
    def first_arrival(self) -> datetime | None:
        return min((submission.arrived_at for submission in self.valid), default=None)

    @property
    def claimed(self) -> Submission | None:
        """The report its office says it sent through QLVB, until the coordinator confirms it."""
        return next((submission for submission in self.submissions if submission.waits_for_confirmation), None)

    @property
    def parts(self) -> set[str]:
        return {
            "signed" if file.part == "photo" else file.part for submission in self.valid for file in submission.files
        }

    @property
    def missing_parts(self) -> list[str]:
        """What is still wanted of a report that came as files; paper, QLVB and «không phát sinh» are whole."""
        if any(submission.way not in {Way.FILES, Way.ANSWERS} for submission in self.valid):
            return []
        if any(submission.reference for submission in self.valid):
            return [part for part in self.assignment.task.wanted if part not in self.parts | {"signed"}]
        answered = any(submission.way == Way.ANSWERS for submission in self.valid)
        have = self.parts | ({"soft", "signed"} if answered else set())
        return [part for part in self.assignment.task.wanted if part not in have]

    def standing(self, now: datetime) -> Standing:
        if self.exempt:
            return Standing.EXEMPT
        if self.valid:
            if all(submission.way == Way.NOTHING for submission in self.valid):
                return Standing.NOTHING
            return Standing.PARTIAL if self.missing_parts else Standing.REPORTED
        if self.claimed:
            return Standing.ELSEWHERE
        if self.assignment.promised_on and self.assignment.promised_on >= (now + timedelta(hours=7)).date():
            return Standing.PROMISED
        if self.answered:
            return Standing.ANSWERING
        return Standing.ACKNOWLEDGED if self.assignment.acknowledged_at else Standing.UNOPENED

    def on_time(self) -> bool | None:
        """Whether the first valid arrival was on time (at the very minute is); None if undated or not reported."""
        arrival, due = self.first_arrival, self.assignment.due_at
        return None if arrival is None or due is None else arrival < due + timedelta(minutes=1)

    def overdue(self, now: datetime) -> bool:
        due = self.assignment.due_at
        return not self.reported and due is not None and now >= due + timedelta(minutes=1)


async def lines(session: AsyncSession, assignments: Sequence[Assignment]) -> list[Line]:
    """The lines of these assignments, in their order; four queries however many there are."""
    if not assignments:
        return []
    ids = [assignment.id for assignment in assignments]
    submissions: dict[int, list[Submission]] = {}
    for submission in await submissions_of(session, ids):
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
