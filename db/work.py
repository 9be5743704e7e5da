"""One transaction, one clock, one outbox: what a handler changes and what it says commit together or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clocks import Clock
from bot.messages import Address, Outgoing
from db.audit import AuditLine
from db.base import Database
from db.mail import Delivery, Outcome, Priority
from db.people import Contact, contacts_of


class Work:
    """A transaction with its moment. `now` is civil time and stands still while the work lasts."""

    def __init__(self, session: AsyncSession, now: datetime, machine: datetime) -> None:
        self.session = session
        self.now = now
        self.machine = machine
        self.touched: set[str] = set()

    async def send(
        self,
        to: Address,
        message: Outgoing,
        *,
        priority: Priority = Priority.REPLY,
        due_in: timedelta = timedelta(0),
        **facts: Any,
    ) -> Delivery:
        """Put a message into the outbox. One about the same thing that still waits there is replaced.

        `facts` are further columns of Delivery: person_id, office_id, owed_by, expires_at, pressed_on.
        """
        if message.about:
            await self._replace(str(to), message.about)
        row = Delivery(
            lane=str(to),
            priority=priority,
            due_at=self.now + due_in,
            message=message.to_json(),
            about=message.about,
            created_at=self.now,
            **facts,
        )
        self.session.add(row)
        self.touched.add("deliveries")
        return row

    async def tell(self, person_id: int, message: Outgoing, **options: Any) -> Delivery | None:
        """Say it to a person in the chat they used last; None if they cannot be reached anywhere."""
        contacts = [c for c in await contacts_of(self.session, person_id) if c.blocked_at is None]
        if not contacts:
            return None
        return await self.send(contacts[0].address, message, person_id=person_id, **options)

    def log(
        self,
        deed: str,
        contact: Contact | None = None,
        *,
        office_id: int | None = None,
        subject: str = "",
        **details: Any,
    ) -> None:
        """One line of the audit log. Ids only: no names, no words of people."""
        self.session.add(
            AuditLine(
                at=self.now,
                person_id=contact.person_id if contact else None,
                office_id=office_id,
                deed=deed,
                subject=subject,
                channel=contact.channel if contact else "",
                details=details,
            )
        )

    async def _replace(self, lane: str, about: str) -> None:
        waiting = (
            Delivery.lane == lane,
            Delivery.about == about,
            Delivery.done_at.is_(None),
            Delivery.on_wire_at.is_(None),
        )
        await self.session.execute(
            update(Delivery).where(*waiting).values(done_at=self.machine, outcome=Outcome.REPLACED)
        )


@asynccontextmanager
async def open_work(db: Database, clock: Clock) -> AsyncIterator[Work]:
    """A work that commits on leaving and then wakes the queues it touched."""
    async with db.writing() as session:
        work = Work(session, clock.now(), clock.machine())
        yield work
    db.wake(*work.touched)
