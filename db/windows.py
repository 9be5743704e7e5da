"""When a person last turned to us, for platforms that let us speak only for a while after; and what became of what
we said there: charged, received, seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import String, and_, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.messages import Address
from db.base import Base, Words
from db.mail import Delivery
from db.parts import parts
from db.people import Contact


class Window(Base):
    """One chat. `turned_to_us_at`: the last event that lets us speak. `came_or_left_at`: the last (un)following.
    Both by the platform's time stamps, as its events come in any order."""

    __tablename__ = "windows"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    chat: Mapped[str] = mapped_column(String(64), primary_key=True)
    turned_to_us_at: Mapped[datetime | None]
    came_or_left_at: Mapped[datetime | None]


class Receipt(Base):
    """What the platform told of one message of ours. It may tell before the delivery knows its `message_id`."""

    __tablename__ = "receipts"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    message_id: Mapped[str] = mapped_column(Words(64), primary_key=True)
    charged_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


Row = TypeVar("Row", Window, Receipt)
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


async def opened_at(session: AsyncSession, address: Address) -> datetime | None:
    """When this person last turned to us, as far as we know."""
    found = await session.get(Window, (address.channel, address.chat))
    return found.turned_to_us_at if found else None


async def turned_between(
    session: AsyncSession, channel: str, after: datetime, until: datetime
) -> list[tuple[Contact, datetime]]:
    """The open chats of people who last turned to us in this time, and when."""
    mine = (Window.channel == channel, Window.turned_to_us_at > after, Window.turned_to_us_at <= until)
    query = select(Contact, Window.turned_to_us_at).join(
        Window, and_(Window.channel == Contact.channel, Window.chat == Contact.chat)
    )
    known = (Contact.person_id.is_not(None), Contact.blocked_at.is_(None))
    return [(contact, at) for contact, at in (await session.execute(query.where(*mine, *known))).all() if at]


async def silent_since(session: AsyncSession, chats: Iterable[Address], since: datetime) -> set[Address]:
    """Those of these chats, all of one channel, of whose people we know that they last turned to us before."""
    found: set[Address] = set()
    for part in parts(chats):
        mine = (Window.channel == part[0].channel, Window.chat.in_([each.chat for each in part]))
        rows = await session.scalars(select(Window).where(*mine, Window.turned_to_us_at < since))
        found |= {Address(row.channel, row.chat) for row in rows}
    return found


async def turned_to_us(session: AsyncSession, address: Address, at: datetime) -> None:
    window = await _window(session, address)
    window.turned_to_us_at = max(window.turned_to_us_at or at, at)


async def came_or_left(session: AsyncSession, address: Address, at: datetime) -> bool:
    """Whether this is the newest we know of their coming and going."""
    window = await _window(session, address)
    newest = window.came_or_left_at is None or at >= window.came_or_left_at
    if newest:
        window.came_or_left_at = at
    return newest


async def charged(session: AsyncSession, channel: str, message_id: str, at: datetime) -> None:
    (await _receipt(session, channel, message_id)).charged_at = at


async def noticed(session: AsyncSession, channel: str, message_ids: Sequence[str], at: datetime, *, seen: bool) -> None:
    """These messages of ours reached the phone, or were seen, which is both. The first time counts."""
    for message_id in message_ids:
        receipt = await _receipt(session, channel, message_id)
        receipt.received_at = min(receipt.received_at or at, at)
        if seen:
            receipt.seen_at = min(receipt.seen_at or at, at)


async def seen_by_offices(
    session: AsyncSession, office_ids: Iterable[int], since: datetime
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """When each office last received and last saw something we said since; none where no platform tells."""
    if await session.scalar(select(Receipt.message_id).limit(1)) is None:
        return {}
    told = select(Receipt.channel).distinct().scalar_subquery()
    found: dict[int, tuple[datetime | None, datetime | None]] = {}
    for part in parts(office_ids):
        query = (
            select(Delivery.office_id, func.max(Receipt.received_at), func.max(Receipt.seen_at))
            .join(Receipt, and_(Receipt.channel.in_(told), Receipt.message_id == Delivery.message_id))
            .where(Delivery.office_id.in_(part), Delivery.created_at >= since)
            .group_by(Delivery.office_id)
        )
        found |= {office: (received, seen) for office, received, seen in (await session.execute(query)).all() if office}
    return found


async def _window(session: AsyncSession, address: Address) -> Window:
    return await _held(session, Window, channel=address.channel, chat=address.chat)


async def _receipt(session: AsyncSession, channel: str, message_id: str) -> Receipt:
    return await _held(session, Receipt, channel=channel, message_id=message_id)


async def _held(session: AsyncSession, kind: type[Row], **key: str) -> Row:
    """This row, made where there is none, and ours until the commit: events of one chat may come at once."""
    insert = _INSERT[session.get_bind().dialect.name]
    await session.execute(insert(kind).values(**key).on_conflict_do_nothing())
    return await session.get_one(kind, key, with_for_update=True)
