"""How assignments came out, many at once: what mornings and scoreboards are counted from. Derived, never stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.decisions import Return
from db.desk import ASKED, COUNTS, EXEMPT, STANDS, VALID
from db.digests import Digest
from db.directives import Assignment, Directive, Task
from db.offices import Office
from db.reports import Submission

_T, _A, _D = Task.__table__.c, Assignment.__table__.c, Directive.__table__.c
_O, _S, _R = Office.__table__.c, Submission.__table__.c, Return.__table__.c
_ARRIVAL = select(func.min(_S.arrived_at)).where(
    _S.assignment_id == _A.id, STANDS, or_(COUNTS, _S.returned_at.is_not(None))
)
_RETURNS = (
    select(func.count(_R.id))
    .select_from(Return.__table__.join(Submission.__table__, _S.id == _R.submission_id))
    .where(_S.assignment_id == _A.id, _R.taken_back_at.is_(None))
)
_DEADLINE = func.coalesce(_A.extended_to, _T.due_at)
_COLUMNS = (
    select(_T.directive_id, _A.office_id, _O.name, _A.office_id == _D.collector_id)
    .add_columns(_DEADLINE, func.coalesce(_A.mend_by, _DEADLINE))
    .add_columns(VALID, EXEMPT, _ARRIVAL.scalar_subquery(), _RETURNS.scalar_subquery())
    .select_from(
        ASKED.join(Directive.__table__, _D.id == _T.directive_id).join(Office.__table__, _O.id == _A.office_id)
    )
    .where(_D.published_at.is_not(None))
    .order_by(_O.name, _A.id)
)


ENOUGH = 3
"""Directives; of fewer nothing is said but that there are few."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One assignment: `deadline` decides «đúng hạn», `due` is what is counted down to; `arrived` is that of the first
    report where one is valid now."""

    directive_id: int
    office_id: int
    office: str
    collectors_own: bool
    deadline: datetime | None
    due: datetime | None
    valid: bool
    excused: bool
    arrived: datetime | None
    returns: int

    @property
    def exempt(self) -> bool:
        return self.excused and not self.valid

    @property
    def on_time(self) -> bool:
        """At the very minute is; what has no deadline is neither."""
        arrived, deadline = self.arrived, self.deadline
        return self.valid and arrived is not None and deadline is not None and arrived < _after(deadline)

    def overdue(self, now: datetime) -> bool:
        return not self.valid and not self.excused and self.due is not None and now >= _after(self.due)


@dataclass(frozen=True)
class Score:
    """One office. `asked` are reports that came or are overdue; `delays` the working days each late one took, or has
    taken until now; `missing` those late ones that have not come."""

    office: str
    directives: int
    asked: int
    on_time: int
    delays: tuple[int, ...]
    missing: int
    returns: int

    @property
    def enough(self) -> bool:
        return self.directives >= ENOUGH

    @property
    def share(self) -> float:
        return self.on_time / self.asked

    @property
    def delay(self) -> float:
        """The median, working days; 0 where nothing was late."""
        return median(self.delays) if self.delays else 0.0


def _after(minute: datetime) -> datetime:
    return minute + timedelta(minutes=1)


async def outcomes_of_open(session: AsyncSession, collector_id: int, sent_before: datetime) -> list[Outcome]:
    """Of the open directives of this office that were sent before."""
    return await _found(session, _D.collector_id == collector_id, _D.closed_at.is_(None), _D.published_at < sent_before)


async def outcomes_between(
    session: AsyncSession, collector_ids: Collection[int], first: datetime, after: datetime
) -> list[Outcome]:
    """Of what these offices collected, with a deadline in this time, whether it is open or closed."""
    return await _found(session, _D.collector_id.in_(collector_ids), first <= _DEADLINE, after > _DEADLINE)


async def _found(session: AsyncSession, *where: Any) -> list[Outcome]:
    await session.flush()  # plain columns do not do it by themselves
    rows = await session.execute(_COLUMNS.where(and_(*where)))
    return [Outcome(*row) for row in rows.all()]


async def collectors_to_look_at(session: AsyncSession, today: date) -> Sequence[int]:
    """Those with open directives whose figures were not looked at today."""
    open_ = (_D.published_at.is_not(None), _D.closed_at.is_(None))
    query = (
        select(_D.collector_id)
        .select_from(Directive.__table__.outerjoin(Digest.__table__, Digest.office_id == _D.collector_id))
        .where(*open_, or_(Digest.looked_on.is_(None), Digest.looked_on < today))
        .distinct()
    )
    return (await session.scalars(query)).all()
