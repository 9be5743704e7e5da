"""How much an account is used, counted from the rows themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.mail import Delivery, Priority, Received
from db.people import Contact


async def exchanged(session: AsyncSession, channel: str, since: datetime) -> int:
    """Messages said and heard in this channel since then; each part of a long one counts."""
    mine = Delivery.lane.startswith(f"{channel}:", autoescape=True)
    said = select(func.coalesce(func.sum(Delivery.parts_sent), 0)).where(
        mine, func.coalesce(Delivery.sent_at, Delivery.created_at) >= since
    )
    heard = select(func.count()).where(Received.channel == channel, Received.received_at >= since)
    return (await session.scalar(said) or 0) + (await session.scalar(heard) or 0)


async def people_in(session: AsyncSession, channel: str) -> int:
    """How many have written to us there."""
    return await session.scalar(select(func.count()).where(Contact.channel == channel)) or 0


async def waiting_beside(session: AsyncSession, row: Delivery, now: datetime) -> Sequence[Delivery]:
    """What else is due in this chat that nobody asked for, in its order."""
    waits = (Delivery.lane == row.lane, Delivery.id != row.id, Delivery.done_at.is_(None), Delivery.due_at <= now)
    unasked = (Delivery.priority >= Priority.REMINDER, Delivery.on_wire_at.is_(None))
    query = select(Delivery).where(*waits, *unasked).order_by(Delivery.priority, Delivery.id)
    return (await session.scalars(query)).all()
