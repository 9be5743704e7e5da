"""Links by which files come to a web page, and the files that are on their way there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.bylink import CHANNEL, link_of
from db.base import Base, Words
from db.directives import Assignment
from db.invitations import code_hash
from db.mail import Outcome, Received
from db.people import Contact, memberships


@dataclass(frozen=True, slots=True)
class Link:
    """As it is told to its owner, this once. `until` is its last minute."""

    url: str
    until: datetime


class UploadLink(Base):
    """A link of one person for one assignment, or for files of which it is asked what they are for.

    Only the token's hash is stored. `used_at`: files were handed in through it, in the act named `act`, and `said` is
    what was answered: `about` and `text` of each message.
    """

    __tablename__ = "upload_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    act: Mapped[str] = mapped_column(String(64), default="")
    said: Mapped[list[Any]] = mapped_column(default=list)

    contact: Mapped[Contact] = relationship(lazy="joined", innerjoin=True)
    assignment: Mapped[Assignment | None] = relationship(lazy="joined")


class ComingFile(Base):
    """A file on its way, `size` bytes in all; whole since `arrived_at`. Its sender knows it again by its `print`."""

    __tablename__ = "coming_files"
    __table_args__ = (UniqueConstraint("link_id", "print"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("upload_links.id"))
    print: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Words(200))
    size: Mapped[int]
    begun_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]


async def new_link(
    session: AsyncSession, token: str, contact: Contact, assignment_id: int | None, now: datetime, until: datetime
) -> None:
    """A link in the place of this person's former one for the same assignment."""
    assert contact.person_id is not None
    await revoke_links(session, contact.person_id, now, UploadLink.assignment_id.is_not_distinct_from(assignment_id))
    session.add(
        UploadLink(
            token_hash=code_hash(token),
            person_id=contact.person_id,
            contact_id=contact.id,
            assignment_id=assignment_id,
            created_at=now,
            expires_at=until,
            said=[],
        )
    )
    await session.flush()


async def revoke_links(session: AsyncSession, person_id: int, now: datetime, *which: Any) -> int:
    """End this person's links; how many still held."""
    mine = (UploadLink.person_id == person_id, UploadLink.used_at.is_(None), UploadLink.revoked_at.is_(None))
    ended = update(UploadLink).where(*mine, UploadLink.expires_at > now, *which).values(revoked_at=now)
    return len((await session.scalars(ended.returning(UploadLink.id))).all())


async def find_link(session: AsyncSession, token: str) -> UploadLink | None:
    return (await session.scalars(select(UploadLink).where(UploadLink.token_hash == code_hash(token)))).one_or_none()


async def holds(session: AsyncSession, link: UploadLink, now: datetime) -> bool:
    """Whether files may come by it: in time, for somebody still in place."""
    if link.revoked_at or link.used_at or link.expires_at <= now or link.contact.person_id != link.person_id:
        return False
    places = await memberships(session, link.person_id)
    if link.assignment is None:
        return bool(places)
    return any(place.office_id == link.assignment.office_id for place in places)


async def coming(session: AsyncSession, link_id: int) -> Sequence[ComingFile]:
    return (
        await session.scalars(select(ComingFile).where(ComingFile.link_id == link_id).order_by(ComingFile.id))
    ).all()


async def find_coming(session: AsyncSession, link_id: int, known_by: str) -> ComingFile | None:
    mine = (ComingFile.link_id == link_id, ComingFile.print == known_by)
    return (await session.scalars(select(ComingFile).where(*mine))).one_or_none()


async def forget_coming(session: AsyncSession, link_id: int, known_by: str) -> None:
    await session.execute(delete(ComingFile).where(ComingFile.link_id == link_id, ComingFile.print == known_by))


async def left_behind(session: AsyncSession, person_id: int, now: datetime) -> list[tuple[int, str]]:
    """Forget what was on its way by this person's links that hold no more; the link and the print of each."""
    over = (UploadLink.revoked_at.is_not(None), UploadLink.used_at.is_not(None), UploadLink.expires_at <= now)
    ended = select(UploadLink.id).where(UploadLink.person_id == person_id, or_(*over))
    gone = delete(ComingFile).where(ComingFile.link_id.in_(ended)).returning(ComingFile.link_id, ComingFile.print)
    return [(row.link_id, row.print) for row in await session.execute(gone)]


async def forget_old(session: AsyncSession, before: datetime) -> None:
    """Files whose sending began before this moment and that were not handed in."""
    await session.execute(delete(ComingFile).where(ComingFile.begun_at < before))


async def forget_links(session: AsyncSession, before: datetime) -> None:
    """Links that have ended before this moment, with what was still on its way."""
    ended = select(UploadLink.id).where(UploadLink.expires_at < before)
    await session.execute(delete(ComingFile).where(ComingFile.link_id.in_(ended)))
    await session.execute(delete(UploadLink).where(UploadLink.id.in_(ended)))


async def remember_said(session: AsyncSession, key: str, about: str | None, text: str) -> None:
    """What was answered to files that came by a link; a newer word about the same thing replaces the older."""
    link = await session.get(UploadLink, link_of(key))
    if link is not None:
        kept = [said for said in link.said if about is None or said["about"] != about]
        link.said = [*kept, {"about": about, "text": text}]


async def outcomes(session: AsyncSession, keys: Sequence[str]) -> Sequence[Outcome | None]:
    """How each of these rows that came by a link ended; None while it waits for a decision."""
    mine = (Received.channel == CHANNEL, Received.key.in_(keys))
    return (await session.scalars(select(Received.outcome).where(*mine))).all()
