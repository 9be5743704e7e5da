"""The codes by which people come."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base
from db.offices import Office
from db.parts import parts
from db.people import Contact, Member, Role


class Invitation(Base):
    """A one-time code; only its hash is stored. `used_by` is the contact that used it, `issued_by` the person who asked
    for it."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    role: Mapped[Role] = mapped_column(String(20))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    revoked_at: Mapped[datetime | None]
    issued_by: Mapped[int | None]

    office: Mapped[Office] = relationship(lazy="joined", innerjoin=True)


def fresh_code() -> str:
    """Eight digits at random, as people read them: «4839 2061»."""
    code = f"{secrets.randbelow(10**8):08d}"
    return f"{code[:4]} {code[4:]}"


def code_hash(code: str) -> str:
    """What is kept of a code; how it is spaced does not matter."""
    return hashlib.sha256(f"nhacviec:{code.replace(' ', '')}".encode()).hexdigest()


async def contact_to_join(session: AsyncSession, code: str, now: datetime) -> Contact | None:
    """The chat whose person asked for this code, for another app of theirs, and may still use it."""
    mine = (Contact.join_hash == code_hash(code), Contact.join_until > now)
    return (await session.scalars(select(Contact).where(*mine))).one_or_none()


async def find_invitation(session: AsyncSession, code: str) -> Invitation | None:
    return (await session.scalars(select(Invitation).where(Invitation.code_hash == code_hash(code)))).one_or_none()


async def open_invitations(session: AsyncSession, office_ids: Iterable[int]) -> list[Invitation]:
    """The codes of these offices that could still be used."""
    unused = select(Invitation).where(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    found: list[Invitation] = []
    for part in parts(office_ids):
        found += await session.scalars(unused.where(Invitation.office_id.in_(part)))
    return found


async def issuer_of(session: AsyncSession, member: Member) -> int | None:
    """The person who asked for the code this member came by."""
    used = select(Invitation.issued_by).join(Contact, Contact.id == Invitation.used_by)
    mine = (Contact.person_id == member.person_id, Invitation.office_id == member.office_id)
    return await session.scalar(used.where(*mine).order_by(Invitation.used_at.desc()).limit(1))
