"""Lists of who has not reported, asked for as .xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Sheet(Base):
    """Of one directive, or of all that are open. Waits until `made_at`, or is given up at `failed_at`. The bytes lie
    under `sha256`."""

    __tablename__ = "sheets"

    id: Mapped[int] = mapped_column(primary_key=True)
    directive_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))


_WAITING = (Sheet.made_at.is_(None), Sheet.failed_at.is_(None))


async def unmade_sheets(session: AsyncSession) -> Sequence[int]:
    """The ids of those to be made, in the order they were asked for."""
    return (await session.scalars(select(Sheet.id).where(*_WAITING).order_by(Sheet.id))).all()


async def asked_sheet(session: AsyncSession, directive_id: int | None, person_id: int) -> Sheet | None:
    """The one this person waits for already."""
    mine = (Sheet.directive_id == directive_id, Sheet.asked_by == person_id)
    return (await session.scalars(select(Sheet).where(*mine, *_WAITING).limit(1))).first()
