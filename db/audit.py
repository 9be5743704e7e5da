"""The log of deeds: append-only; who, for whom, did what, when, from where. Ids, never names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.mail import Id


class AuditLine(Base):
    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    office_id: Mapped[int | None]
    deed: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(50), default="")
    channel: Mapped[str] = mapped_column(String(20), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


async def was_done(session: AsyncSession, deed: str, subject: str) -> bool:
    """Whether anybody ever did this about this."""
    query = select(AuditLine.id).where(AuditLine.deed == deed, AuditLine.subject == subject)
    return (await session.scalars(query.limit(1))).first() is not None


async def done_since(session: AsyncSession, person_id: int, moment: datetime) -> bool:
    """Whether this person did anything after that moment."""
    query = select(AuditLine.id).where(AuditLine.person_id == person_id, AuditLine.at > moment)
    return (await session.scalars(query.limit(1))).first() is not None


async def last_line(session: AsyncSession, deed: str, person_id: int, since: datetime) -> AuditLine | None:
    """What this person did last of this kind, if it was not before."""
    query = select(AuditLine).where(AuditLine.deed == deed, AuditLine.person_id == person_id, AuditLine.at >= since)
    return (await session.scalars(query.order_by(AuditLine.id.desc()).limit(1))).first()
