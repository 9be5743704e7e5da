"""What came with a page that nobody may keep: found again, so that it goes with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Address
from db.audit import AuditLine
from db.directives import Assignment, Task
from db.downloads import DownloadLink
from db.editions import Edition, Kind
from db.held import HeldFile
from db.mail import ChannelFile, Delivery, Outcome, Received
from db.pages import BoundPages
from db.reports import Answer, Submission, SubmissionFile

PAGE = "album_page"
"""The deed of a message that came in an album: `album`, its `files` by hash and the update it was `received` as."""
TELLING = 8
"""Characters from which words of an answer are known again where they were quoted."""


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


async def editions_with(session: AsyncSession, content: Collection[str]) -> list[tuple[Edition, set[str]]]:
    """Those made of reports with some of this content that were not withdrawn, each with what of it they hold."""
    files = select(SubmissionFile.submission_id, SubmissionFile.id, SubmissionFile.sha256)
    holds = {(row[0], row[1]): row[2] for row in await session.execute(files.where(SubmissionFile.sha256.in_(content)))}
    of = (
        select(Task.directive_id)
        .join(Assignment, Assignment.task_id == Task.id)
        .join(Submission, Submission.assignment_id == Assignment.id)
        .where(Submission.id.in_({report for report, _ in holds}))
    )
    made = (Edition.directive_id.in_(of), Edition.made_at.is_not(None), Edition.withdrawn_at.is_(None))
    found = await session.scalars(select(Edition).where(*made).order_by(Edition.directive_id, Edition.number))
    packed = [(each, {holds[pair] for pair in each.packed if pair in holds}) for each in found]
    return [(edition, inside) for edition, inside in packed if inside]


async def read_from(session: AsyncSession, submission: Submission) -> Sequence[Answer]:
    """The answers that were read from the files of this report."""
    mine = (Answer.assignment_id == submission.assignment_id, Answer.answered_at == submission.arrived_at)
    return (await session.scalars(select(Answer).where(*mine, Answer.source != ""))).all()


async def typed_in(session: AsyncSession, person_id: int, message_id: str) -> Sequence[Answer]:
    """The answers this person gave in this message."""
    mine = (Answer.person_id == person_id, Answer.message_id == message_id)
    return (await session.scalars(select(Answer).where(*mine))).all()


async def editions_since(session: AsyncSession, given: Sequence[Answer]) -> list[Edition]:
    """Those that may quote these answers and were not withdrawn."""
    if not given:
        return []
    of = select(Task.directive_id).join(Assignment, Assignment.task_id == Task.id)
    of = of.where(Assignment.id.in_({each.assignment_id for each in given}))
    since = min(each.answered_at for each in given)
    made = (Edition.directive_id.in_(of), Edition.made_at >= since, Edition.withdrawn_at.is_(None))
    quoting = Edition.kind.in_([Kind.REPORT, Kind.DOSSIER])
    query = select(Edition).where(*made, quoting).order_by(Edition.directive_id, Edition.number)
    return list(await session.scalars(query))


async def forget_answers(session: AsyncSession, given: Sequence[Answer]) -> None:
    """They go, and the words of what was said that quotes them."""
    for each in given:
        if len(each.text) >= TELLING:
            said = await session.scalars(select(Delivery).where(Delivery.created_at >= each.answered_at))
            quoting = [row.id for row in said if each.text in row.outgoing.text]
            await session.execute(update(Delivery).where(Delivery.id.in_(quoting)).values(message={"text": "…"}))
        await session.delete(each)
    await session.flush()


async def forget_message(session: AsyncSession, chat: Address, message_id: str) -> None:
    """The bodies in which this message and its edits came."""
    mine = (Received.lane == str(chat), Received.key.like(f"%message:{chat.chat}:{message_id}:%"))
    await session.execute(update(Received).where(*mine).values(body=b"{}"))


async def forget_files(session: AsyncSession, content: Collection[str], now: datetime, machine: datetime) -> None:
    """What waits to be sent with this content is not sent, links to it end, and no channel's copy of it is used."""
    waiting = await session.scalars(select(Delivery).where(Delivery.done_at.is_(None)))
    ids = [row.id for row in waiting if row.outgoing.file and row.outgoing.file.sha256 in content]
    over = {"done_at": machine, "outcome": Outcome.UNNEEDED}
    await session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(**over))
    links = update(DownloadLink).where(DownloadLink.sha256.in_(content), DownloadLink.revoked_at.is_(None))
    await session.execute(links.values(revoked_at=now))
    await session.execute(delete(ChannelFile).where(ChannelFile.sha256.in_(content)))


async def drop_waiting(session: AsyncSession, contact_id: int, content: Collection[str]) -> None:
    """Likewise of what waits in this chat."""
    await session.execute(delete(HeldFile).where(HeldFile.contact_id == contact_id, HeldFile.sha256.in_(content)))


def _theirs(person_id: int, since: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return or_(Submission.person_id == person_id, Submission.recorded_by == person_id), Submission.created_at >= since
