"""What came back: files, answers, reports sent elsewhere or on paper, and requests for more time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, lazyload, mapped_column, relationship

from db.base import Base, Words
from db.decisions import Return, exempted
from db.directives import Assignment, Directive, Question, Task
from db.parts import parts
from db.people import Person


class Way(StrEnum):
    """How a report arrived."""

    FILES = "files"
    ANSWERS = "answers"
    NOTHING = "nothing"
    QLVB = "qlvb"
    PAPER = "paper"
    ZALO = "zalo"
    PHONE = "phone"
    MARKED = "marked"
    LATE = "late"


ASKED_BACK = frozenset({Way.QLVB, Way.LATE})
"""What came by these counts only once the coordinator has said so."""


class Submission(Base):
    """One version of what came back. `arrived_at` decides «đúng hạn»: the platform's time stamp, or as recorded.

    What an office says it sent elsewhere, or sent once the directive was over, counts only from `confirmed_at`.
    `recorded_by` is the coordinator who entered it; `closed_at` ends the adding of further files. At `bind_at` its
    photos are to be bound into one PDF.
    """

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    way: Mapped[Way] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    arrived_at: Mapped[datetime]
    created_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reference: Mapped[str] = mapped_column(Words(100), default="")
    stated_on: Mapped[date | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    accepted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    bind_at: Mapped[datetime | None] = mapped_column(index=True)

    assignment: Mapped[Assignment] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[person_id])
    files: Mapped[list[SubmissionFile]] = relationship(lazy="selectin", order_by="SubmissionFile.position")

    @property
    def stands(self) -> bool:
        return self.refused_at is None and self.withdrawn_at is None

    @property
    def returned(self) -> bool:
        return self.stands and self.returned_at is not None

    @property
    def accepted(self) -> bool:
        """And not sent back since."""
        return self.accepted_at is not None and self.returned_at is None

    @property
    def counts(self) -> bool:
        return self.stands and not self.returned and not self.waits_for_confirmation

    @property
    def waits_for_confirmation(self) -> bool:
        return self.stands and not self.returned and self.way in ASKED_BACK and self.confirmed_at is None

    @property
    def parts(self) -> set[str]:
        return {"signed" if file.part == "photo" else file.part for file in self.files}

    @property
    def photos(self) -> list[SubmissionFile]:
        """Its pages that came as photos, in their order."""
        return [file for file in self.files if file.part == "photo"]


class SubmissionFile(Base):
    """A file of a submission; `part` is «soft», «signed», «photo» or «other»; the bytes lie under `sha256`. `marks` is
    what was seen on it: «signed» digitally, «sealed», both or nothing."""

    __tablename__ = "submission_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Words(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    part: Mapped[str] = mapped_column(String(20))
    marks: Mapped[str] = mapped_column(String(20), default="")


class Answer(Base):
    """One answer; the newest of a question is in force, the older ones are kept. `nothing` is «không phát sinh».

    `text` is as it was said; `value` what it was read as: a number (`1250.5`), a day (`2024-04-30`) or the chosen word,
    in `unit`; `about`: «khoảng». `rows` are the cells of a table, row by row. While `unsure` nobody has said that it
    was read rightly, or the table is not finished, and it does not count. `source` names the report it was read from.
    `message_id` is the message it was typed in: editing that message edits the answer.
    """

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_assignment", "assignment_id", "question_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    nothing: Mapped[bool] = mapped_column("is_nothing", default=False)  # NOTHING is a word of SQL
    skipped: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime]
    message_id: Mapped[str | None] = mapped_column(Words(64))
    value: Mapped[str | None] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(Words(40), default="")
    about: Mapped[bool] = mapped_column(default=False)
    unsure: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[list[Any]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(Words(200), default="")

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


async def answer_before(session: AsyncSession, assignment: Assignment, question: Question) -> Answer | None:
    """What the same office answered to the same question one period before."""
    asked = select(Question.id).where(Question.task_id == assignment.task.previous_id, Question.text == question.text)
    owed = select(Assignment.id).where(
        Assignment.task_id == assignment.task.previous_id, Assignment.office_id == assignment.office_id
    )
    query = select(Answer).where(Answer.assignment_id.in_(owed), Answer.question_id.in_(asked))
    found = (await session.scalars(query.order_by(Answer.id.desc()).limit(1))).first()
    return None if found is None or found.skipped else found


async def submissions_of(session: AsyncSession, assignment_ids: Sequence[int]) -> Sequence[Submission]:
    """Their `assignment` is not loaded: who asks for many knows them (joined, each row would bring its directive)."""
    query = select(Submission).where(Submission.assignment_id.in_(assignment_ids)).order_by(Submission.id)
    return (await session.scalars(query.options(lazyload(Submission.assignment)))).unique().all()


async def answers_of(session: AsyncSession, assignment_id: int, *, settled: bool = False) -> dict[int, Answer]:
    """The newest answer to each question, by question id; `settled`: of those that count."""
    newest = select(func.max(Answer.id)).where(Answer.assignment_id == assignment_id).group_by(Answer.question_id)
    if settled:
        newest = newest.where(Answer.unsure.is_(False))
    rows = (await session.scalars(select(Answer).where(Answer.id.in_(newest)))).all()
    return {row.question_id: row for row in rows}


async def answer_in(session: AsyncSession, person_id: int, message_id: str) -> Answer | None:
    """The newest answer this person gave in this message."""
    query = select(Answer).where(Answer.person_id == person_id, Answer.message_id == message_id)
    return (await session.scalars(query.order_by(Answer.id.desc()).limit(1))).first()


async def stand(session: AsyncSession, answer_ids: Iterable[int]) -> bool:
    """Whether none of these is gone."""
    ids = list(answer_ids)
    found = [await session.scalar(select(func.count()).where(Answer.id.in_(part))) for part in parts(ids)]
    return sum(filter(None, found)) == len(ids)


async def answered_counts(session: AsyncSession, assignment_ids: Sequence[int]) -> dict[int, int]:
    """How many questions each assignment has an answer to."""
    query = (
        select(Answer.assignment_id, func.count(Answer.question_id.distinct()))
        .where(Answer.assignment_id.in_(assignment_ids), Answer.unsure.is_(False))
        .group_by(Answer.assignment_id)
    )
    return {row[0]: row[1] for row in (await session.execute(query)).all()}


async def question_counts(session: AsyncSession, task_ids: Sequence[int]) -> dict[int, int]:
    query = select(Question.task_id, func.count()).where(Question.task_id.in_(task_ids)).group_by(Question.task_id)
    return {row[0]: row[1] for row in (await session.execute(query)).all()}


async def still_owed(session: AsyncSession, assignment_ids: Sequence[int]) -> set[int]:
    """Those nobody has reported on in a way that ends reminding: a report that counts, one said to be sent through
    QLVB that waits for confirmation, or an exemption."""
    reported = select(Submission.assignment_id).where(
        Submission.assignment_id.in_(assignment_ids),
        Submission.withdrawn_at.is_(None),
        Submission.refused_at.is_(None),
        Submission.returned_at.is_(None),
    )
    done = set((await session.scalars(reported)).all()) | await exempted(session, assignment_ids)
    return set(assignment_ids) - done


async def open_submission(
    session: AsyncSession, assignment_id: int, person_id: int, since: datetime, way: Way = Way.FILES
) -> Submission | None:
    """The report this person is still adding files to: not closed, not withdrawn, its last file after `since`."""
    query = select(Submission).where(
        Submission.assignment_id == assignment_id,
        Submission.person_id == person_id,
        Submission.way == way,
        Submission.withdrawn_at.is_(None),
        Submission.closed_at.is_(None),
        Submission.created_at >= since,
    )
    return (await session.scalars(query.order_by(Submission.id.desc()).limit(1))).unique().first()


_OF_DIRECTIVES = (
    select(Submission)
    .join(Assignment, Assignment.id == Submission.assignment_id)
    .join(Task, Task.id == Assignment.task_id)
    .join(Directive, Directive.id == Task.directive_id)
)


async def claims_since(session: AsyncSession, collector_id: int, since: datetime) -> Sequence[Submission]:
    """What offices told this one since then to have sent through QLVB, and nobody confirmed or refused."""
    query = _OF_DIRECTIVES.where(
        Directive.collector_id == collector_id,
        Submission.way == Way.QLVB,
        Submission.created_at >= since,
        Submission.confirmed_at.is_(None),
        Submission.refused_at.is_(None),
        Submission.withdrawn_at.is_(None),
    )
    return (await session.scalars(query.order_by(Submission.id))).unique().all()


async def last_sent(session: AsyncSession, office_ids: Sequence[int], person_id: int) -> Submission | None:
    """What these offices sent last and may still take back, this person's before a colleague's."""
    query = (
        _OF_DIRECTIVES.where(Assignment.office_id.in_(office_ids), Submission.recorded_by.is_(None))
        .where(Submission.withdrawn_at.is_(None), Submission.refused_at.is_(None), Submission.returned_at.is_(None))
        .where(or_(Directive.closed_at.is_(None), (Submission.way == Way.LATE) & Submission.confirmed_at.is_(None)))
        .order_by((Submission.person_id == person_id).desc().nulls_last(), Submission.id.desc())
    )
    return (await session.scalars(query.limit(1))).unique().first()


async def last_recorded(
    session: AsyncSession, collector_ids: Sequence[int], office_id: int | None
) -> Submission | None:
    """What was entered last for this office, or for any, that reports to these collectors and is not over."""
    query = (
        _OF_DIRECTIVES.where(Directive.collector_id.in_(collector_ids), Directive.closed_at.is_(None))
        .where(Submission.recorded_by.is_not(None), Submission.withdrawn_at.is_(None))
        .where(Assignment.office_id == office_id if office_id is not None else true())
        .order_by(Submission.id.desc())
    )
    return (await session.scalars(query.limit(1))).unique().first()


async def last_submission(session: AsyncSession, person_id: int, ways: Iterable[Way]) -> Submission | None:
    """What this person handed in last by one of these ways and did not take back."""
    mine = (Submission.person_id == person_id, Submission.way.in_(list(ways)), Submission.withdrawn_at.is_(None))
    query = select(Submission).where(*mine).order_by(Submission.id.desc()).limit(1)
    return (await session.scalars(query)).unique().first()


async def with_content(
    session: AsyncSession, content: Collection[str], collector_id: int
) -> Sequence[tuple[str, Submission]]:
    """The standing reports to this collector that hold any of it, by hash, the newest last."""
    query = (
        select(SubmissionFile.sha256, Submission)
        .join(Submission, Submission.id == SubmissionFile.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(SubmissionFile.sha256.in_(content), Directive.collector_id == collector_id)
        .where(Submission.withdrawn_at.is_(None), Submission.refused_at.is_(None))
        .order_by(Submission.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).unique()]


async def return_of(session: AsyncSession, submission: Submission) -> Return | None:
    """By which this one is sent back."""
    parts_of = select(Submission.id).where(Submission.assignment_id == submission.assignment_id)
    same = (Return.submission_id.in_(parts_of), Return.returned_at == submission.returned_at)
    return (await session.scalars(select(Return).where(*same))).first()
