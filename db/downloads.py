"""Links by which files go out where a channel does not carry them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.files import safe_name
from bot.messages import OutFile
from db.base import Base, Words
from db.invitations import code_hash
from db.people import Contact, memberships


class DownloadLink(Base):
    """A link of one person to one file, opened as often as they like. Only the token's hash is stored."""

    __tablename__ = "download_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Words(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship(lazy="joined", innerjoin=True)


def add_download(
    session: AsyncSession, token: str, contact: Contact, file: OutFile, now: datetime, until: datetime
) -> None:
    assert contact.person_id is not None
    session.add(
        DownloadLink(
            token_hash=code_hash(token),
            person_id=contact.person_id,
            contact_id=contact.id,
            sha256=file.sha256,
            name=safe_name(file.name),
            created_at=now,
            expires_at=until,
        )
    )


async def revoke_downloads(session: AsyncSession, person_id: int, now: datetime) -> int:
    """End this person's links; how many still held."""
    mine = (DownloadLink.person_id == person_id, DownloadLink.revoked_at.is_(None), DownloadLink.expires_at > now)
    ended = update(DownloadLink).where(*mine).values(revoked_at=now)
    return len((await session.scalars(ended.returning(DownloadLink.id))).all())


async def forget_downloads(session: AsyncSession, before: datetime) -> None:
    """Links that have ended before this moment."""
    await session.execute(delete(DownloadLink).where(DownloadLink.expires_at < before))


async def find_download(session: AsyncSession, token: str, now: datetime) -> DownloadLink | None:
    """The link, if it holds: in time, of somebody who has a place they had when it was given."""
    query = select(DownloadLink).where(DownloadLink.token_hash == code_hash(token))
    link = (await session.scalars(query)).one_or_none()
    if link is None or link.revoked_at or link.expires_at <= now or link.contact.person_id != link.person_id:
        return None
    places = await memberships(session, link.person_id)
    return link if any(place.approved_at and place.approved_at <= link.created_at for place in places) else None
