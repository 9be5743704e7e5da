"""What a coordinator changed for offices in one act: more time, an exemption, another deadline, a task or a directive
called off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base
from db.decisions import Exemption, Extension
from db.directives import Assignment
from db.mail import Delivery, Outcome, Reminder
from db.parts import parts

UNDO = timedelta(minutes=10)
"""So long at least what was made may be undone; the offices hear of it afterwards."""
MOMENT = timedelta(seconds=1)
NOT_YET_TAKEN = timedelta(minutes=5)
"""What was due so long before could be waiting still; asked again, what had nothing to say has nothing to say."""


class Kind(StrEnum):
    EXTEND = "extend"
    EXEMPT = "exempt"
    TASK = "task"
    """The task is called off."""
    DIRECTIVE = "directive"
    """The whole directive is."""
    CORRECT = "correct"
    """The paper's own deadline is another («đính chính»)."""


class Change(Base):
    """Proposed, then made, perhaps undone. `until` is the new last day of an extension; `deadline` of a correction is
    the one before: rule, named day (YYYY-MM-DD), HH:MM, words, and the version the task has since."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(20))
    until: Mapped[date | None]
    deadline: Mapped[list[Any] | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    proposed_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    parts: Mapped[list[ChangePart]] = relationship(
        lazy="selectin", order_by="ChangePart.id", cascade="all, delete-orphan"
    )


class ChangePart(Base):
    """One assignment in it, as it was before: its version, the days of its own, whether they had seen it."""

    __tablename__ = "change_parts"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("changes.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    version: Mapped[int]
    extended_to: Mapped[datetime | None]
    mend_by: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]


async def add_change(session: AsyncSession, change: Change, assigned: Sequence[Assignment]) -> None:
    """Proposed for these, each as it is now."""
    session.add(change)
    await session.flush()
    names = ("version", "extended_to", "mend_by", "acknowledged_at")
    rows = [
        {"change_id": change.id, "assignment_id": each.id, **{name: getattr(each, name) for name in names}}
        for each in assigned
    ]
    if rows:
        await session.execute(insert(ChangePart), rows)
    await session.refresh(change, ["parts"])


async def last_change(session: AsyncSession, person_id: int, kinds: Iterable[Kind] = Kind) -> Change | None:
    """What this person made last, of these kinds, and did not undo."""
    mine = (Change.made_by == person_id, Change.made_at.is_not(None), Change.undone_at.is_(None))
    query = select(Change).where(*mine, Change.kind.in_(list(kinds)))
    return (await session.scalars(query.order_by(Change.id.desc()).limit(1))).first()


async def last_correction(session: AsyncSession, assignment: Assignment) -> Change | None:
    """The one this assignment has its deadline of, if nothing has changed it since."""
    mine = (ChangePart.assignment_id == assignment.id, ChangePart.version == assignment.version - 1)
    query = select(Change).join(ChangePart, ChangePart.change_id == Change.id)
    query = query.where(*mine, Change.kind == Kind.CORRECT, Change.undone_at.is_(None))
    return (await session.scalars(query.order_by(Change.id.desc()).limit(1))).first()


async def waiting_rungs(session: AsyncSession, versions: dict[int, int]) -> dict[int, tuple[datetime, ...]]:
    """When each of these assignments, by id and version, is still to be reminded."""
    found: dict[int, tuple[datetime, ...]] = dict.fromkeys(versions, ())
    columns = select(Reminder.assignment_id, Reminder.version, Reminder.due_at).where(Reminder.done_at.is_(None))
    for part in parts(versions):
        rows = await session.execute(columns.where(Reminder.assignment_id.in_(part)).order_by(Reminder.due_at))
        for number, version, due_at in rows:
            if version == versions[number]:
                found[number] += (due_at,)
    return found


async def settle_requests(
    session: AsyncSession, assignment_ids: Iterable[int], until: date, granted_to: datetime, by: int, at: datetime
) -> None:
    """What these offices had asked for, as early as this, is granted with it."""
    decided = {"decided_at": at, "decided_by": by, "granted_to": granted_to}
    for part in parts(assignment_ids):
        asked = (Extension.assignment_id.in_(part), Extension.decided_at.is_(None), Extension.wanted_on <= until)
        await session.execute(update(Extension).where(*asked).values(**decided))


async def unsettle_requests(session: AsyncSession, assignment_ids: Iterable[int], by: int, at: datetime) -> None:
    """They wait again."""
    open_ = {"decided_at": None, "decided_by": None, "granted_to": None}
    for part in parts(assignment_ids):
        mine = (Extension.assignment_id.in_(part), Extension.decided_at == at, Extension.decided_by == by)
        await session.execute(update(Extension).where(*mine).values(**open_))


async def add_exemptions(
    session: AsyncSession, assignment_ids: Iterable[int], reason: str, by: int, at: datetime
) -> None:
    """These need not report."""
    facts = {"reason": reason, "exempted_at": at, "exempted_by": by}
    if rows := [{"assignment_id": each, **facts} for each in assignment_ids]:
        await session.execute(insert(Exemption), rows)


async def lift_exemptions(session: AsyncSession, assignment_ids: Iterable[int], at: datetime) -> None:
    """Those made at this moment."""
    for part in parts(assignment_ids):
        mine = (Exemption.assignment_id.in_(part), Exemption.exempted_at == at)
        await session.execute(delete(Exemption).where(*mine))


async def rehang(session: AsyncSession, versions: dict[int, int], since: datetime, now: datetime) -> None:
    """Of these assignments the reminders of this version as they were: those that came later are gone, and what fell
    due since and had nothing to say may speak after all, in a moment."""
    if not versions:
        return
    since -= NOT_YET_TAKEN
    rows = [{"number": number, "known": version, "since": since} for number, version in versions.items()]
    of = Reminder.__table__.c
    later = delete(Reminder.__table__).where(of.assignment_id == bindparam("number"), of.version > bindparam("known"))  # type: ignore[arg-type]
    await session.execute(later, rows)
    mine = (of.assignment_id == bindparam("number"), of.version == bindparam("known"))
    passed_over = (of.outcome == Outcome.UNNEEDED, of.due_at >= bindparam("since"))
    again = update(Reminder.__table__).where(*mine, *passed_over)  # type: ignore[arg-type]
    await session.execute(again.values(done_at=None, outcome=None, taken_until=None, due_at=now + MOMENT), rows)


def notice(change_id: int, office_id: int) -> str:
    """What the notice of a change to this office is about."""
    return f"change:{change_id}:{office_id}"


def notice_of_day(assignment: Assignment, version: int = 0) -> str:
    """What is about the day this has got, in this version or an earlier one; more may follow behind a colon."""
    return f"dated:{assignment.id}:{version or assignment.version}"


async def heard_and_waiting(session: AsyncSession, about: Collection[str]) -> tuple[set[str], set[str]]:
    """About which of these something was said, and still waits to be said."""
    heard: set[str] = set()
    waiting: set[str] = set()
    for part in parts(about):
        query = select(Delivery.about, Delivery.sent_at, Delivery.done_at).where(Delivery.about.in_(part))
        for thing, sent_at, done_at in await session.execute(query):
            if thing is not None and (sent_at is not None or done_at is None):
                (waiting if sent_at is None else heard).add(thing)
    return heard, waiting


async def outdated(session: AsyncSession, about: str, assignment_ids: Sequence[int]) -> set[int]:
    """Of which of these a notice that waited says what no longer holds: they have another deadline since."""
    kind, _, rest = about.partition(":")
    if kind == "dated":
        number, version, *_ = map(int, rest.split(":"))
        known = {number: version}
    elif kind == "change":
        of = select(ChangePart).where(ChangePart.change_id == int(rest.partition(":")[0]))
        mine = of.where(ChangePart.assignment_id.in_(assignment_ids))
        known = {part.assignment_id: part.version + 1 for part in await session.scalars(mine)}
    else:
        return set()
    query = select(Assignment.id, Assignment.version).where(Assignment.id.in_(known))
    return {number for number, version in await session.execute(query) if known[number] != version}


async def change_told(session: AsyncSession, about: str) -> Change | None:
    """The change a notice is about."""
    kind, _, rest = about.partition(":")
    return await session.get(Change, int(rest.partition(":")[0])) if kind == "change" else None


async def unsay_notices(session: AsyncSession, change_id: int, machine: datetime) -> None:
    """What still waits about this change is not sent, whatever its offices have become."""
    waits = (
        Delivery.done_at.is_(None),
        Delivery.on_wire_at.is_(None),
        Delivery.about.startswith(notice(change_id, 0)[:-1]),
    )
    await session.execute(update(Delivery).where(*waits).values(done_at=machine, outcome=Outcome.REPLACED))


async def unsay(session: AsyncSession, about: Iterable[str], machine: datetime) -> None:
    """What still waits about these is not sent."""
    for part in parts(about):
        waits = (Delivery.about.in_(part), Delivery.done_at.is_(None), Delivery.on_wire_at.is_(None))
        await session.execute(update(Delivery).where(*waits).values(done_at=machine, outcome=Outcome.REPLACED))
