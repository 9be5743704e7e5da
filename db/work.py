"""One transaction, one clock, one outbox: what a handler changes and what it says commit together or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clocks import Clock
from bot.messages import Address, Outgoing
from db.audit import AuditLine
from db.base import Database
from db.mail import Delivery, Priority
from db.people import Contact, contacts_of
from db.post import replace_waiting

_INSERT, _LOG = insert(Delivery.__table__), insert(AuditLine.__table__)  # type: ignore[arg-type]
KEPT = timedelta(days=4)
"""How long an answer is tried: a long weekend without the platform."""
_BLANK: dict[str, Any] = dict.fromkeys(("person_id", "office_id", "owed_by", "expires_at", "pressed_on"))


class Work:
    """A transaction with its moment. `now` is civil time and stands still while the work lasts."""

    def __init__(self, session: AsyncSession, now: datetime, machine: datetime) -> None:
        self.session = session
        self.now = now
        self.machine = machine
        self.touched: set[str] = set()
        self._outbox: dict[object, dict[str, Any]] = {}
        self._log: list[dict[str, Any]] = []

    async def send(
        self,
        to: Address,
        message: Outgoing,
        *,
        priority: Priority = Priority.REPLY,
        due_in: timedelta = timedelta(0),
        **facts: Any,
    ) -> None:
        """Put a message into the outbox. One about the same thing that still waits there is replaced.

        `facts` are further columns of Delivery: person_id, office_id, owed_by, expires_at (in `KEPT` otherwise),
        pressed_on.
        """
        lane, about = str(to), message.about
        facts.setdefault("expires_at", self.now + due_in + KEPT)
        row = {"lane": lane, "priority": priority, "due_at": self.now + due_in, "about": about, "created_at": self.now}
        key = (lane, about) if about else object()
        self._outbox.pop(key, None)
        self._outbox[key] = {**_BLANK, **row, "message": message.to_json(), **facts}

    async def tell(self, person_id: int, message: Outgoing, **options: Any) -> bool:
        """Say it, unasked, to a person in the chat they used last; False if they cannot be reached anywhere."""
        contacts = [c for c in await contacts_of(self.session, person_id) if c.blocked_at is None]
        if contacts:
            await self.send(contacts[0].address, replace(message, unasked=True), person_id=person_id, **options)
        return bool(contacts)

    async def say_elsewhere(self, row: Delivery, to: Address) -> None:
        """What this row was to say, in another chat."""
        facts = {name: getattr(row, name) for name in ("person_id", "office_id", "owed_by", "expires_at")}
        await self.send(to, row.outgoing, priority=Priority(row.priority), **facts)

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
        who = (contact.person_id, contact.channel) if contact else (None, "")
        row = {"at": self.now, "office_id": office_id, "deed": deed, "subject": subject, "details": details}
        self._log.append({**row, "person_id": who[0], "channel": who[1]})

    async def flush(self) -> None:
        """Write what was said and logged. `open_work` does it on leaving."""
        if self._log:
            lines, self._log = self._log, []
            await self.session.execute(_LOG, lines)
        if self._outbox:
            rows, self._outbox = list(self._outbox.values()), {}
            about = [(row["lane"], row["about"]) for row in rows if row["about"]]
            await replace_waiting(self.session, about, self.machine)
            await self.session.execute(_INSERT, rows)
            self.touched.add("deliveries")


@asynccontextmanager
async def open_work(db: Database, clock: Clock) -> AsyncIterator[Work]:
    """A work that commits on leaving and then wakes the queues it touched. One decision at a time, in all processes."""
    async with db.deciding() as session:
        work = Work(session, clock.now(), clock.machine())
        yield work
        await work.flush()
    db.wake(*work.touched)
