"""When each machine began to count: machine time is this moment and what has passed since, whatever the clock shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Boot(Base):
    """One start of one machine, as the first process of ours found it."""

    __tablename__ = "boots"

    boot: Mapped[str] = mapped_column(String(36), primary_key=True)
    began_at: Mapped[datetime]


_INSERT = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(Boot).on_conflict_do_nothing(index_elements=["boot"])
    for dialect in (postgresql, sqlite)
}


async def began_at(session: AsyncSession, boot: str, believed: datetime) -> datetime:
    """When this boot began as all its processes agree: what the first of them believed."""
    await session.execute(_INSERT[session.get_bind().dialect.name], {"boot": boot, "began_at": believed})
    return (await session.scalars(select(Boot.began_at).where(Boot.boot == boot))).one()
