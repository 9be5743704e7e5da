"""What came with a page that nobody may keep: found again, so that it goes with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.audit import AuditLine
from db.held import HeldFile
from db.pages import BoundPages
from db.reports import Submission, SubmissionFile

PAGE = "album_page"
"""The deed of a message that came in an album: `album`, its `files` by hash and the update it was `received` as."""


async def album_before(
    session: AsyncSession, person_id: int, album: str, since: datetime
) -> tuple[set[str], list[int]]:
    """The content of those pages of this album that were taken, by hash, and the updates they came in."""
    query = select(AuditLine).where(AuditLine.deed == PAGE, AuditLine.person_id == person_id, AuditLine.at >= since)
    pages = [row.details for row in await session.scalars(query) if row.details.get("album") == album]
    return {sha for page in pages for sha in page["files"]}, [page["received"] for page in pages]


async def photos_before(session: AsyncSession, contact_id: int, person_id: int, since: datetime) -> set[str]:
    """The photos this person sent one by one, by hash: those that wait, and those of a report begun since."""
    waiting = select(HeldFile.sha256).where(HeldFile.contact_id == contact_id, HeldFile.kind == "photo")
    sent = select(SubmissionFile.sha256).join(Submission, Submission.id == SubmissionFile.submission_id)
    sent = sent.where(*_theirs(person_id, since), SubmissionFile.part == "photo")
    return {*await session.scalars(waiting), *await session.scalars(sent)}


async def reports_of(
    session: AsyncSession, person_id: int, since: datetime, content: Collection[str]
) -> Sequence[Submission]:
    """The standing reports with files that this person handed in or entered: those since, and those with this
    content."""
    holding = select(SubmissionFile.submission_id).where(SubmissionFile.sha256.in_(content))
    who, begun = _theirs(person_id, since)
    query = select(Submission).where(who, Submission.withdrawn_at.is_(None), begun | Submission.id.in_(holding))
    return [each for each in (await session.scalars(query)).unique() if each.files]


async def take_back(session: AsyncSession, submission: Submission, content: Collection[str]) -> None:
    """Take this content out of this report, and what its photos were bound into."""
    await session.execute(delete(BoundPages).where(BoundPages.submission_id == submission.id))
    for file in [file for file in submission.files if file.sha256 in content]:
        submission.files.remove(file)
        await session.delete(file)
    await session.flush()


async def drop_waiting(session: AsyncSession, contact_id: int, content: Collection[str]) -> None:
    """Likewise of what waits in this chat."""
    await session.execute(delete(HeldFile).where(HeldFile.contact_id == contact_id, HeldFile.sha256.in_(content)))


def _theirs(person_id: int, since: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return or_(Submission.person_id == person_id, Submission.recorded_by == person_id), Submission.created_at >= since
