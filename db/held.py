"""Files that came before it was known what they are for; they wait for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.bylink import CHANNEL
from bot.messages import FileKind, InFile, Seen
from db.base import Base, Words
from db.directives import DirectiveFile
from db.downloads import DownloadLink
from db.editions import EditionFile
from db.mail import Delivery, Received
from db.pages import BoundPages
from db.parts import parts
from db.reports import SubmissionFile


class HeldFile(Base):
    """One such file of one chat, checked and in our store. `arrived_at` decides whether it was on time. With an
    `assignment_id` it is known what for, and asked whether it is meant."""

    __tablename__ = "held_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    name: Mapped[str] = mapped_column(Words(200))
    kind: Mapped[FileKind] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    arrived_at: Mapped[datetime | None]
    seen: Mapped[dict[str, Any] | None]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))


async def hold_files(
    session: AsyncSession, contact_id: int, files: Sequence[InFile], at: datetime, assignment_id: int | None = None
) -> int:
    """Let these wait with those that already do; how many there are then."""
    session.add_all(
        HeldFile(
            contact_id=contact_id,
            name=file.name,
            kind=file.kind,
            sha256=file.sha256,
            size=file.size or 0,
            arrived_at=at,
            seen=asdict(file.seen),
            assignment_id=assignment_id,
        )
        for file in files
    )
    await session.flush()
    return len(await _held(session, contact_id, assignment_id))


async def take_files(
    session: AsyncSession, contact_id: int, assignment_id: int | None = None
) -> tuple[list[InFile], datetime | None]:
    """Those that waited, in the order they came, and when the first did; they wait no longer."""
    rows = await _held(session, contact_id, assignment_id)
    await session.execute(delete(HeldFile).where(HeldFile.id.in_([row.id for row in rows])))
    return [_file(row) for row in rows], min((row.arrived_at for row in rows if row.arrived_at), default=None)


async def doubted(session: AsyncSession, contact_id: int, assignment_id: int) -> list[InFile]:
    """Those of which it was asked whether they are meant."""
    return [_file(row) for row in await _held(session, contact_id, assignment_id)]


async def doubted_since(session: AsyncSession, assignment_ids: Iterable[int]) -> dict[int, datetime]:
    """By assignment, when the first file came of which its office has not said yet whether it is meant."""
    found: dict[int, datetime] = {}
    for part in parts(assignment_ids):
        query = select(HeldFile.assignment_id, func.min(HeldFile.arrived_at)).where(HeldFile.assignment_id.in_(part))
        rows = await session.execute(query.group_by(HeldFile.assignment_id))
        found.update((number, came) for number, came in rows if number is not None and came is not None)
    return found


async def last_doubted(session: AsyncSession, contact_id: int) -> int | None:
    """The assignment for which it was asked last."""
    query = select(HeldFile.assignment_id).where(HeldFile.contact_id == contact_id, HeldFile.assignment_id.is_not(None))
    return (await session.scalars(query.order_by(HeldFile.id.desc()).limit(1))).first()


def _file(row: HeldFile) -> InFile:
    seen = Seen.from_json(row.seen or {})
    return InFile("", row.name, FileKind(row.kind), row.size, sha256=row.sha256, seen=seen)


async def refers_to(session: AsyncSession, sha256: str) -> bool:
    """Whether a report, a directive, an edition, a waiting question or a file just come by a link needs these bytes."""
    for noun in (SubmissionFile, BoundPages, DirectiveFile, HeldFile, EditionFile):
        if (await session.scalars(select(noun.id).where(noun.sha256 == sha256).limit(1))).first() is not None:
            return True
    came = await session.scalars(select(Received.body).where(Received.channel == CHANNEL, Received.done_at.is_(None)))
    return any(sha256.encode() in body for body in came)


async def referred_to(session: AsyncSession) -> set[str]:
    """All content some row needs, what waits to be sent and may still be fetched included."""
    found: set[str] = set()
    for noun in (SubmissionFile, BoundPages, DirectiveFile, HeldFile, EditionFile, DownloadLink):
        found |= set(await session.scalars(select(noun.sha256).distinct()))
    waiting = await session.scalars(select(Delivery).where(Delivery.done_at.is_(None)))
    return found | {file.sha256 for row in waiting if (file := row.outgoing.file) is not None}


async def _held(session: AsyncSession, contact_id: int, assignment_id: int | None) -> Sequence[HeldFile]:
    query = select(HeldFile).where(
        HeldFile.contact_id == contact_id, HeldFile.assignment_id.is_not_distinct_from(assignment_id)
    )
    return (await session.scalars(query.order_by(HeldFile.id))).all()
