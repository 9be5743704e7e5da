"""One claim for three queues. Leases, rests and pacing run on machine time; `due_at` on civil time.

Statements are built once: building one costs SQLAlchemy more than running it costs the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, bindparam, exists, func, inspect, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from db.base import LONGEST, Moment, still_ahead
from db.mail import Delivery, Outcome, Received, Reminder
from db.postgresql import in_turn

Row = TypeVar("Row", Received, Reminder, Delivery)
LEASE = timedelta(seconds=60)
_WRITTEN_AT = ("received_at", "created_at")


class LeaseLost(Exception):
    """Somebody else has taken this row since: drop what was done for it."""


class Queue(Generic[Row]):
    """Rows of one lane are taken one at a time, the first by (priority, id); lanes are independent."""

    def __init__(self, row: type[Row]) -> None:
        self.row: Any = row
        self.name = row.__tablename__
        self.statements = _Statements(row)
        self._manager: Any = inspect(row).class_manager
        self._columns = tuple(row.__table__.c.keys())

    async def claim(
        self,
        session: AsyncSession,
        *,
        now: datetime,
        machine: datetime,
        most: int,
        lease: timedelta = LEASE,
        lanes: str = "",
        but: Sequence[str] = (),
    ) -> Sequence[Row]:
        """Take the first due row of up to `most` free lanes (`lanes…`, none of `but`), the most pressing first."""
        await in_turn(session, self.name)  # else a younger row would pass an older one that commits late
        mine = lanes.replace("_", "\\_") + "%"
        scope = {**_moments(now, machine, lease), "most": most, "lanes": mine}
        if but:
            return await self._take(session, self.statements.take_firsts_but, {**scope, "but": list(but)})
        return await self._take(session, self.statements.take_firsts, scope)

    async def claim_lanes(
        self, session: AsyncSession, *, now: datetime, machine: datetime, most: int, lease: timedelta = LEASE
    ) -> dict[str, list[Row]]:
        """Take all due rows of up to `most` free lanes together, which is how reminders merge."""
        await in_turn(session, self.name)  # else a younger row would pass an older one that commits late
        scope = {**_moments(now, machine, lease), "most": most}
        taken: dict[str, list[Row]] = {}
        for row in await self._take(session, self.statements.take_lanes, scope):
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
        await self.finish_all(session, machine, [(row, facts)], outcome, error)

    async def finish_all(
        self,
        session: AsyncSession,
        machine: datetime,
        rows: Sequence[tuple[Row, Mapping[str, object]]],
        outcome: Outcome = Outcome.DONE,
        error: str | None = None,
    ) -> None:
        """These rows are over, each with its facts (the same names for all). Raises LeaseLost if one is not ours."""
        over = {"done_at": machine, "outcome": outcome, "error": error, "taken_until": None}
        await self._change(session, [(row, {**over, **facts}) for row, facts in rows])
        for row, _ in rows:
            metrics.FINISHED.labels(self.name, metrics.channel_of(row.lane), outcome).inc()

    async def rest(
        self, session: AsyncSession, row: Row, until: datetime, error: str, *, failed: bool = True, **facts: object
    ) -> None:
        """Give the row back; its lane rests until `until`, at most `LONGEST`. Raises LeaseLost."""
        failures = row.failures + 1 if failed else row.failures
        resting = {"retry_at": until, "error": error[:500], "failures": failures, "taken_until": None}
        await self._change(session, [(row, {**resting, **facts})])

    async def note(self, session: AsyncSession, *rows: Row, **facts: object) -> None:
        """Write facts on rows that stay ours. Raises LeaseLost."""
        if rows:
            await self._change(session, [(row, facts) for row in rows])

    async def postpone(self, session: AsyncSession, row: Row, until: datetime) -> None:
        """Not now: due again at this civil time. Raises LeaseLost."""
        await self._change(session, [(row, {"due_at": until, "taken_until": None})])

    async def renew(self, session: AsyncSession, row: Row, machine: datetime, lease: timedelta = LEASE) -> None:
        """I am still at it. Raises LeaseLost."""
        await self._change(session, [(row, {"taken_until": machine + lease})])

    async def waiting(self, session: AsyncSession, now: datetime) -> int:
        """How many rows are due and not over."""
        return (await session.scalar(self.statements.waiting, {"now": now})) or 0

    async def next_due(self, session: AsyncSession, after: datetime) -> datetime | None:
        """When the next row falls due after this moment."""
        moment: datetime | None = await session.scalar(self.statements.next_due, {"after": after})
        return moment

    async def _take(self, session: AsyncSession, taking: Any, values: Mapping[str, Any]) -> Sequence[Row]:
        rows = (await session.execute(taking, values)).all()
        return [self._loaded(row) for row in sorted(rows, key=lambda row: (row.priority, row.id))]

    def _loaded(self, values: Iterable[Any]) -> Any:
        # The constructor would set thirty attributes one by one, each with its events.
        row = self._manager.new_instance()
        row.__dict__.update(zip(self._columns, values, strict=True))
        return row

    async def _change(self, session: AsyncSession, changes: Sequence[tuple[Row, Mapping[str, object]]]) -> None:
        """All of it in one statement; every row gets new values of the same columns."""
        columns = tuple(changes[0][1])
        values = [{"row_id": row.id, "my_attempt": row.attempt, **_new(facts)} for row, facts in changes]
        changed: Any = await session.execute(self.statements.change(columns), values)
        if changed.rowcount != len(changes):
            raise LeaseLost(f"{self.name} {', '.join(str(row.id) for row, _ in changes)}")


def _moments(now: datetime, machine: datetime, lease: timedelta) -> dict[str, datetime]:
    return {"now": now, "machine": machine, "until": machine + lease, "furthest": machine + LONGEST}


def _new(facts: Mapping[str, object]) -> dict[str, object]:
    return {f"new_{column}": value for column, value in facts.items()}


class _Statements:
    """What one queue says to the database, each built once."""

    def __init__(self, row: type[Any]) -> None:
        t = self.table = row.__table__
        self._due = and_(t.c.done_at.is_(None), _is_due(t))
        self.waiting = select(func.count()).where(self._due)
        self.next_due = select(func.min(t.c.due_at)).where(
            t.c.done_at.is_(None), t.c.due_at > bindparam("after", type_=Moment())
        )
        self.take_firsts = self._take_firsts()
        self.take_firsts_but = self._take_firsts(~t.c.lane.in_(bindparam("but", expanding=True)))
        self.take_lanes = self._take_lanes()
        self.change = cache(self._change)

    def _take_firsts(self, *which: Any) -> Any:
        """Walks the open rows by (priority, id) and stops at `most`: the length of the queue behind costs nothing."""
        t, other = self.table, self.table.alias()
        before = and_(
            _is_due(other),
            or_(other.c.priority < t.c.priority, and_(other.c.priority == t.c.priority, other.c.id < t.c.id)),
        )
        lane_waits = exists().where(
            other.c.lane == t.c.lane, other.c.done_at.is_(None), or_(before, self._resting(other))
        )
        mine = t.c.lane.like(bindparam("lanes"), escape="\\")
        firsts = select(t.c.id).where(self._due, mine, *which, ~lane_waits).order_by(t.c.priority, t.c.id)
        return self._taken(t.c.id.in_(firsts.limit(bindparam("most"))))

    def _take_lanes(self) -> Any:
        t, other = self.table, self.table.alias()
        rests = exists().where(other.c.lane == t.c.lane, other.c.done_at.is_(None), self._resting(other))
        lanes = select(t.c.lane).where(self._due, ~rests).group_by(t.c.lane).order_by(t.c.lane)
        return self._taken(and_(self._due, t.c.lane.in_(lanes.limit(bindparam("most")))))

    def _taken(self, which: Any) -> Any:
        t = self.table
        taken = {t.c.taken_until: bindparam("until"), t.c.attempt: t.c.attempt + 1, t.c.retry_at: None}
        return update(t).where(which).values(taken).returning(t)

    def _change(self, facts: tuple[str, ...]) -> Any:
        t = self.table
        mine = and_(t.c.id == bindparam("row_id"), t.c.attempt == bindparam("my_attempt"), t.c.done_at.is_(None))
        return update(t).where(mine).values({t.c[name]: bindparam(f"new_{name}") for name in facts})

    @staticmethod
    def _resting(other: Any) -> Any:
        return or_(still_ahead(other.c.taken_until), still_ahead(other.c.retry_at))


def _is_due(t: Any) -> Any:
    """Its time has come; what was due when it was written is due for ever, also if the clock is put back."""
    passed = t.c.due_at <= bindparam("now", type_=Moment())
    written_at = next((t.c[name] for name in _WRITTEN_AT if name in t.c), None)
    return passed if written_at is None else or_(passed, t.c.due_at <= written_at)


received = Queue(Received)
reminders = Queue(Reminder)
deliveries = Queue(Delivery)

_IN_EACH = [queue.statements.waiting.scalar_subquery() for queue in (received, reminders, deliveries)]
_ALL_WAITING = select(_IN_EACH[0] + _IN_EACH[1] + _IN_EACH[2])


async def all_waiting(session: AsyncSession, now: datetime) -> int:
    """How many rows of the three queues are due and not over."""
    return (await session.scalar(_ALL_WAITING, {"now": now})) or 0
