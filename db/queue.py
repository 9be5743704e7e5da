"""One claim for three queues. Leases, rests and pacing run on machine time; `due_at` on civil time."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.mail import Delivery, Outcome, Received, Reminder

Row = TypeVar("Row", Received, Reminder, Delivery)
LEASE = timedelta(seconds=60)


class LeaseLost(Exception):
    """Somebody else has taken this row since: drop what was done for it."""


class Queue(Generic[Row]):
    """Rows of one lane are taken one at a time, the first by (priority, id); lanes are independent."""

    def __init__(self, table: type[Row]) -> None:
        self.table: Any = table

    async def claim(
        self,
        session: AsyncSession,
        *,
        now: datetime,
        machine: datetime,
        most: int,
        lease: timedelta = LEASE,
        lanes: str = "",
    ) -> Sequence[Row]:
        """Take the first due row of up to `most` free lanes (named `lanes…`), the most pressing first."""
        await self._serialise(session)
        t = self.table
        place = func.row_number().over(partition_by=t.lane, order_by=(t.priority, t.id)).label("place")
        mine = t.lane.startswith(lanes, autoescape=True) if lanes else true()
        ready = select(t.id, t.priority, place).where(self._due(now), ~self._busy(machine), mine).subquery()
        firsts = select(ready.c.id).where(ready.c.place == 1).order_by(ready.c.priority, ready.c.id).limit(most)
        return await self._take(session, t.id.in_(firsts), machine + lease)

    async def claim_lanes(
        self, session: AsyncSession, *, now: datetime, machine: datetime, most: int, lease: timedelta = LEASE
    ) -> dict[str, list[Row]]:
        """Take all due rows of up to `most` free lanes together, which is how reminders merge."""
        await self._serialise(session)
        t = self.table
        lanes = select(t.lane).where(self._due(now), ~self._busy(machine)).group_by(t.lane)
        rows = await self._take(
            session, and_(self._due(now), t.lane.in_(lanes.order_by(t.lane).limit(most))), machine + lease
        )
        taken: dict[str, list[Row]] = {}
        for row in rows:
            taken.setdefault(row.lane, []).append(row)
        return taken

    async def finish(
        self,
        session: AsyncSession,
        row: Row,
        machine: datetime,
        outcome: Outcome = Outcome.DONE,
        error: str | None = None,
        **facts: object,
    ) -> None:
        """The row is over. Raises LeaseLost if it is no longer ours."""
        await self._change(session, row, done_at=machine, outcome=outcome, error=error, taken_until=None, **facts)

    async def rest(
        self, session: AsyncSession, row: Row, until: datetime, error: str, *, failed: bool = True, **facts: object
    ) -> None:
        """Give the row back; its lane rests until `until`. Raises LeaseLost."""
        failures = row.failures + 1 if failed else row.failures
        await self._change(
            session, row, retry_at=until, error=error[:500], failures=failures, taken_until=None, **facts
        )

    async def note(self, session: AsyncSession, row: Row, **facts: object) -> None:
        """Write facts on a row that stays ours. Raises LeaseLost."""
        await self._change(session, row, **facts)

    async def postpone(self, session: AsyncSession, row: Row, until: datetime) -> None:
        """Not now: due again at this civil time. Raises LeaseLost."""
        await self._change(session, row, due_at=until, taken_until=None)

    async def renew(self, session: AsyncSession, row: Row, machine: datetime, lease: timedelta = LEASE) -> None:
        """I am still at it. Raises LeaseLost."""
        await self._change(session, row, taken_until=machine + lease)

    async def waiting(self, session: AsyncSession, now: datetime) -> int:
        """How many rows are due and not over."""
        return (await session.scalar(select(func.count()).where(self._due(now)))) or 0

    async def next_due(self, session: AsyncSession, after: datetime) -> datetime | None:
        """When the next row falls due after this moment."""
        t = self.table
        query = select(func.min(t.due_at)).where(t.done_at.is_(None), t.due_at > after)
        moment: datetime | None = await session.scalar(query)
        return moment

    def _due(self, now: datetime) -> ColumnElement[bool]:
        return and_(self.table.done_at.is_(None), self.table.due_at <= now)

    def _busy(self, machine: datetime) -> ColumnElement[bool]:
        other = aliased(self.table)
        return exists().where(
            other.lane == self.table.lane,
            other.done_at.is_(None),
            or_(other.taken_until > machine, other.retry_at > machine),
        )

    async def _take(self, session: AsyncSession, which: ColumnElement[bool], until: datetime) -> Sequence[Row]:
        t = self.table
        statement = (
            update(t)
            .where(which)
            .values(taken_until=until, attempt=t.attempt + 1, retry_at=None)
            .returning(t)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        return sorted((await session.scalars(statement)).all(), key=lambda row: row.id)

    async def _change(self, session: AsyncSession, row: Row, **values: object) -> None:
        t = self.table
        mine = and_(t.id == row.id, t.attempt == row.attempt, t.done_at.is_(None))
        statement = update(t).where(mine).values(**values).execution_options(synchronize_session=False)
        if not (await session.scalars(statement.returning(t.id))).all():
            raise LeaseLost(f"{t.__tablename__} {row.id}")

    async def _serialise(self, session: AsyncSession) -> None:
        # SQLite has one writer. PostgreSQL would let a younger row pass an older one that commits late.
        if session.get_bind().dialect.name == "postgresql":
            key = zlib.crc32(self.table.__tablename__.encode())
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


received = Queue(Received)
reminders = Queue(Reminder)
deliveries = Queue(Delivery)
