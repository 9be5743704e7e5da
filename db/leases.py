"""Who speaks for an account: one process at a time, until a moment of machine time it has to renew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, delete, not_, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import LONGEST, Base, still_ahead


class Lease(Base):
    """No row, or one that has run out: the account is free."""

    __tablename__ = "leases"

    account: Mapped[str] = mapped_column(String(20), primary_key=True)
    owner: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime]


async def take(session: AsyncSession, account: str, owner: str, *, machine: datetime, until: datetime) -> bool:
    """Take the account, or keep it, until then; False while another owner holds it."""
    values = {"account": account, "owner": owner, "until": until, "machine": machine, "furthest": machine + LONGEST}
    return (await session.scalars(_TAKE[session.get_bind().dialect.name], values)).first() is not None


async def release(session: AsyncSession, account: str, owner: str) -> None:
    """Give the account back, if it is ours."""
    await session.execute(delete(Lease).where(Lease.account == account, Lease.owner == owner))


def _take(insert: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    new = insert.excluded
    free = or_(Lease.owner == new.owner, not_(still_ahead(Lease.until)))
    return insert.on_conflict_do_update(
        index_elements=["account"], set_={"owner": new.owner, "until": new.until}, where=free
    )


_TAKE = {
    dialect.__name__.rpartition(".")[2]: _take(dialect.insert(Lease)).returning(Lease.account)
    for dialect in (postgresql, sqlite)
}
