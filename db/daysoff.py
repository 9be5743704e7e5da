"""The coordinator's own word on the calendar: days off, and days worked in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Words
from db.people import Person


class DayOff(Base):
    """One day that is otherwise than the state's calendar says: off for a `reason`, worked without."""

    __tablename__ = "days_off"

    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str | None] = mapped_column(Words(60))
    set_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


async def own_days(session: AsyncSession) -> dict[date, str | None]:
    """What a calendar adopts."""
    return {row.day: row.reason for row in (await session.execute(select(DayOff.day, DayOff.reason))).all()}


async def days_since(session: AsyncSession, since: date) -> Sequence[DayOff]:
    """Those that are still ahead or today, with who set them."""
    return (await session.scalars(select(DayOff).where(DayOff.day >= since).order_by(DayOff.day))).all()


async def set_days(
    session: AsyncSession, days: Mapping[date, str | None], dropped: Sequence[date], by: int, at: datetime
) -> None:
    """Write these, and take those that are `dropped` back to the state's calendar."""
    await session.execute(delete(DayOff).where(DayOff.day.in_([*days, *dropped])))
    session.add_all(DayOff(day=day, reason=reason, set_by=by, set_at=at) for day, reason in days.items())
    await session.flush()
