"""Editions of a directive's consolidated report: asked for, made, kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Words


class Kind(StrEnum):
    """What is made of a directive: the consolidated report, the letter to those late, the whole of it."""

    REPORT = "report"
    LETTER = "letter"
    DOSSIER = "dossier"


MOST_ATTEMPTS = 3


class Edition(Base):
    """«Lần 2» of a directive's report, letter or dossier. Unmade until `made_at`, or given up at `failed_at` until it
    is asked for again; `attempts` counts how often it was begun since. Withdrawn at `withdrawn_at`: it held what nobody
    may keep, and its files are gone.

    `held` is what was in it, by assignment id: the state, the deadline, and the reports that counted.
    """

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("directive_id", "kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    directive_id: Mapped[int] = mapped_column(ForeignKey("directives.id"))
    kind: Mapped[Kind] = mapped_column(String(20), default=Kind.REPORT)
    number: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    held: Mapped[dict[str, Any]] = mapped_column(default=dict)

    files: Mapped[list[EditionFile]] = relationship(lazy="selectin", order_by="EditionFile.id")

    @property
    def packed(self) -> set[tuple[int, int]]:
        """The reports it was made of, each with its files: their ids."""
        parts = [part for part in self.held.values() if isinstance(part, dict)]
        counted = [each for part in parts for each in part["counted"]]
        return {(report, file) for report, _, *files in counted for file in files}

    @property
    def under_way(self) -> bool:
        return self.made_at is None and self.failed_at is None


class EditionFile(Base):
    """A file of an edition, never written again; the bytes lie under `sha256`."""

    __tablename__ = "edition_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    name: Mapped[str] = mapped_column(Words(200))
    sha256: Mapped[str] = mapped_column(String(64))


async def last_edition(
    session: AsyncSession, directive_id: int, kind: Kind = Kind.REPORT, *, made_before: int | None = None
) -> Edition | None:
    """The newest of this directive; or the newest that was made, of those with a lower number."""
    query = select(Edition).where(Edition.directive_id == directive_id, Edition.kind == kind)
    if made_before is not None:
        query = query.where(Edition.made_at.is_not(None), Edition.number < made_before)
    return (await session.scalars(query.order_by(Edition.number.desc()).limit(1))).first()


async def made_of(session: AsyncSession, directive_id: int, *kinds: Kind) -> Sequence[Edition]:
    """All that were made of these kinds, in the order they were."""
    query = select(Edition).where(Edition.directive_id == directive_id, Edition.kind.in_(kinds))
    return (await session.scalars(query.where(Edition.made_at.is_not(None)).order_by(Edition.made_at))).all()


async def unmade(session: AsyncSession) -> Sequence[int]:
    """The ids of those to be made, in the order they were asked for."""
    query = select(Edition.id).where(Edition.made_at.is_(None), Edition.failed_at.is_(None))
    return (await session.scalars(query.order_by(Edition.asked_at, Edition.id))).all()
