"""Reports that come as photos of pages: which are still coming, and the PDF they are bound into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Words
from db.parts import parts
from db.reports import Submission, SubmissionFile, Way


class BoundPages(Base):
    """The photos of a submission as one PDF: it stands for those whose hashes are `photos`, in that order."""

    __tablename__ = "bound_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), unique=True)
    name: Mapped[str] = mapped_column(Words(200))
    sha256: Mapped[str] = mapped_column(String(64))
    photos: Mapped[list[Any]] = mapped_column(default=list)
    bound_at: Mapped[datetime]

    part, marks = "photo", ""

    def holds(self, submission: Submission) -> bool:
        """Whether it is of all the photos there are now."""
        return self.photos == [file.sha256 for file in submission.photos]


def shown(submission: Submission, bound: BoundPages | None) -> list[SubmissionFile | BoundPages]:
    """Its files for people: the PDF in the place of the photos that are in it."""
    if bound is None or not bound.holds(submission):
        return list(submission.files)
    return [bound, *(file for file in submission.files if file.part != "photo")]


async def open_album(session: AsyncSession, assignment_id: int, person_id: int) -> Submission | None:
    """The report whose last page may still be to come: the newest this person sent, if in photos and not closed."""
    query = select(Submission).where(Submission.assignment_id == assignment_id, Submission.person_id == person_id)
    found = (await session.scalars(query.order_by(Submission.id.desc()).limit(1))).unique().first()
    going_on = found and found.way == Way.FILES and found.stands and found.closed_at is None and found.photos
    return found if going_on else None


async def open_albums(session: AsyncSession, person_id: int) -> list[Submission]:
    """All of them, the newest first."""
    query = select(Submission).where(
        Submission.person_id == person_id,
        Submission.way == Way.FILES,
        Submission.closed_at.is_(None),
        Submission.withdrawn_at.is_(None),
    )
    found = (await session.scalars(query.order_by(Submission.id.desc()))).unique().all()
    return [each for each in found if each.photos]


async def to_bind(session: AsyncSession, now: datetime) -> Sequence[int]:
    """The ids of those whose photos are to be bound by now."""
    return (await session.scalars(select(Submission.id).where(Submission.bind_at <= now).order_by(Submission.id))).all()


async def bound_of(session: AsyncSession, submission_ids: Iterable[int]) -> dict[int, BoundPages]:
    """What the photos of these were bound into, by submission."""
    found: dict[int, BoundPages] = {}
    for part in parts(submission_ids):
        rows = await session.scalars(select(BoundPages).where(BoundPages.submission_id.in_(part)))
        found |= {row.submission_id: row for row in rows}
    return found
