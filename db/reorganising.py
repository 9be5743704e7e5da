"""Offices that become another one: what names them, what they owe and what waits for them follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.text import fold
from db.decisions import Exemption, Extension
from db.directives import Assignment, Directive, Task
from db.mail import Delivery, Reminder
from db.offices import NewOffice, Office, OfficeAlias, name_them
from db.parts import parts
from db.people import Member
from db.series import Series


async def open_tasks_of(session: AsyncSession, office_ids: Iterable[int]) -> list[Assignment]:
    """What these offices owe, or are to owe by a draft, in directives that are not over; in the order of tasks."""
    query = (
        select(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .join(Directive, Directive.id == Task.directive_id)
        .where(Assignment.office_id.in_(list(office_ids)))
        .where(Directive.closed_at.is_(None), Directive.cancelled_at.is_(None))
    )
    return list(await session.scalars(query.order_by(Task.directive_id, Task.position, Assignment.id)))


async def members_of(session: AsyncSession, office_id: int) -> Sequence[Member]:
    """Everybody there now, or waiting to be let in."""
    query = select(Member).where(Member.office_id == office_id, Member.ended_at.is_(None))
    return (await session.scalars(query.order_by(Member.id))).all()


async def rename_office(session: AsyncSession, office: Office, name: str, today: date) -> None:
    """Another name from now on; the former one is known as one that has ended, and still means this office."""
    former, key = office.name, office.key
    await _free(session, fold(name)[:200])
    office.name, office.key = name, fold(name)[:200]
    await session.flush()
    session.add(Office(name=former, key=key, short=office.short, valid_to=today, successor_id=office.id))
    await session.flush()
    await _point(session, [key], office)
    await name_them(session, [(office, NewOffice(name, office.short))])


async def end_office(session: AsyncSession, former: Office, heir: Office, today: date) -> None:
    """From now on its names mean the heir, which also collects what it collected and is told what it was to be told."""
    former.valid_to, former.successor_id = today, heir.id
    await session.flush()
    borne = select(OfficeAlias.key).where(OfficeAlias.office_id == former.id)
    await _point(session, [former.key, fold(former.short), *await session.scalars(borne)], heir)
    collected = (Directive.collector_id == former.id, Directive.closed_at.is_(None))
    for directive in await session.scalars(select(Directive).where(*collected)):
        directive.collector, directive.collector_id = heir, heir.id
    await session.execute(update(Series).where(Series.collector_id == former.id).values(collector_id=heir.id))
    await session.execute(update(Office).where(Office.parent_id == former.id).values(parent_id=heir.id))
    waits = (Delivery.office_id == former.id, Delivery.done_at.is_(None))
    await session.execute(update(Delivery).where(*waits).values(office_id=heir.id))


async def take_over(session: AsyncSession, owed: Sequence[Assignment], heir: Office) -> None:
    """These are the heir's now, with their reminders; of what was sent it is remembered who was asked."""
    for each in owed:
        each.asked_as = each.asked_as or (each.office.name if each.task.directive.sent else None)
        each.office, each.office_id = heir, heir.id
    await session.flush()
    for part in parts([each.id for each in owed]):
        mine = (Reminder.assignment_id.in_(part), Reminder.done_at.is_(None))
        await session.execute(update(Reminder).where(*mine).values(lane=f"office:{heir.id}"))


async def owe_again(session: AsyncSession, assignment_ids: Sequence[int]) -> None:
    """These are exempt no more."""
    await session.execute(delete(Exemption).where(Exemption.assignment_id.in_(assignment_ids)))


async def move_requests(session: AsyncSession, former: Assignment, own: Assignment) -> None:
    """More time that was asked for the one, and not decided on, is asked for the other."""
    waits = (Extension.assignment_id == former.id, Extension.decided_at.is_(None))
    await session.execute(update(Extension).where(*waits).values(assignment_id=own.id))


async def as_today(session: AsyncSession, found: Iterable[Office]) -> list[Office]:
    """In the place of each that has become another one its heir, each once; what ended without one is left out."""
    now: dict[int, Office] = {}
    for office in found:
        heir: Office | None = office
        while heir is not None and heir.valid_to is not None:
            heir = await session.get(Office, heir.successor_id) if heir.successor_id else None
        if heir is not None:
            now[heir.id] = heir
    return list(now.values())


async def predecessors(session: AsyncSession, office_ids: Iterable[int]) -> dict[int, list[Office]]:
    """By office, those that have become it."""
    found: dict[int, list[Office]] = {}
    for part in parts(office_ids):
        query = select(Office).where(Office.successor_id.in_(part)).order_by(Office.id)
        for each in await session.scalars(query):
            found.setdefault(each.successor_id or 0, []).append(each)
    return found


async def _point(session: AsyncSession, keys: Iterable[str], office: Office) -> None:
    """These names mean this office, unless another in force bears one as its own."""
    for key in sorted(set(keys) - {"", office.key}):
        own = await session.scalar(select(Office).where(Office.key == key, Office.valid_to.is_(None)))
        if own is None:
            await session.merge(OfficeAlias(key=key, office_id=office.id))
    await session.flush()


async def _free(session: AsyncSession, key: str) -> None:
    """A name an office will bear as its own is no alias, nor the key of one that has ended."""
    if (alias := await session.get(OfficeAlias, key)) is not None:
        await session.delete(alias)
    ended = select(Office).where(Office.key == key, Office.valid_to.is_not(None))
    for office in await session.scalars(ended):
        office.key = f"{key[:180]} {office.id}"
    await session.flush()
