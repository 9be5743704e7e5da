"""Reminders that fell due: one merged message an office, the newest stage, only to those who still owe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.clocks import VIETNAM, Clock, local
from bot.vi import card
from db import Database, Work, open_work
from db.directives import Assignment, Directive, assignments_of_task
from db.mail import Outcome, Priority, Reminder
from db.post import said_since, waiting_reminders
from db.queue import reminders
from db.standing import Line, Standing, lines
from handlers import House
from handlers.deeds.desk import call_sheet
from handlers.deeds.reach import tell_collector, tell_office
from scheduler.plan import AFTERNOON, MORNING, RungKind
from scheduler.workdays import at

LANES = 50


async def remind_due(db: Database, clock: Clock, house: House) -> int:
    """Turn every reminder that is due into messages; how many rows that were. Outside working hours they wait."""
    done = 0
    while True:
        async with db.reading() as session:
            if not await reminders.waiting(session, clock.now()):
                return done
        async with open_work(db, clock) as work:
            taken = await reminders.claim_lanes(work.session, now=work.now, machine=work.machine, most=LANES)
            unreached = [await _remind_office(work, house, rows) for rows in taken.values()]
            for directive in {each.id: each for found in unreached for each in found}.values():
                await _have_called(work, directive)
            done += sum(map(len, taken.values()))
            if not taken:
                return done


async def _remind_office(work: Work, house: House, rows: Sequence[Reminder]) -> list[Directive]:
    """All due rows of one office: speak once, with the newest stage of each assignment.

    Returns the directives for which somebody has to call, because time is short and no chat reaches the office.
    """
    newest: dict[int, Reminder] = {}
    for row in rows:
        best = newest.get(row.assignment_id)
        if best is None or RungKind(row.rung).urgency > RungKind(best.rung).urgency:
            newest[row.assignment_id] = row
    if not _in_hours(work, house, newest):
        opening = _opening(work, house)
        for row in rows:
            await reminders.postpone(work.session, row, opening)
        return []
    items = [item for row in newest.values() if (item := await _due(work, row)) is not None]
    heard = await _speak(work, house, [*items, *await _unheard(work, items)]) if items else True
    spoken = {item.line.assignment.id for item in items}
    for row in rows:
        said = row.assignment_id in spoken and newest[row.assignment_id] is row
        outcome = Outcome.DONE if said else Outcome.MERGED if row.assignment_id in spoken else Outcome.UNNEEDED
        await reminders.finish(work.session, row, work.machine, outcome)
    pressing = [item for item in items if RungKind(item.rung).urgency >= RungKind.EVE.urgency]
    return [] if heard else [item.line.assignment.task.directive for item in pressing]


async def _have_called(work: Work, directive: Directive) -> None:
    """Those who have to call hear it once a day."""
    sheet = await call_sheet(work, directive)
    if sheet and not await said_since(work.session, sheet.about or "", at(local(work.now).date(), time.min)):
        await tell_collector(work, directive, sheet)


async def _unheard(work: Work, items: Sequence[card.Due]) -> list[card.Due]:
    """What an earlier message still has to say that never got through: the new one says it all and takes its place."""
    now = {item.line.assignment.id for item in items}
    waiting = await waiting_reminders(work.session, items[0].line.assignment.office_id, card.REMINDER)
    return [item for row in waiting if row.assignment_id not in now and (item := await _due(work, row)) is not None]


def _in_hours(work: Work, house: House, newest: dict[int, Reminder]) -> bool:
    """A rung was planned inside working hours; only one that comes late can miss them."""
    if all(work.now - row.due_at < timedelta(minutes=5) for row in newest.values()):
        return True
    return house.hours.open(work.now) and house.calendar.is_working(local(work.now).date())


def _opening(work: Work, house: House) -> datetime:
    """When to speak after all: at the next reminding hour, so that what falls due then is the same message."""
    opening = house.hours.next_open(work.now, house.calendar).astimezone(VIETNAM)
    usual = at(opening.date(), MORNING if opening.time() < time(12) else AFTERNOON)
    return max(opening, usual) if house.hours.open(usual) else opening


async def _due(work: Work, row: Reminder) -> card.Due | None:
    """What this row still has to say, if anything."""
    assignment = await work.session.get(Assignment, row.assignment_id)
    if assignment is None or assignment.version != row.version or assignment.task.directive.closed_at is not None:
        return None
    line = (await lines(work.session, [assignment]))[0]
    if not _owes(line, row, work):
        return None
    return card.Due(line, row.rung, await _progress(work, assignment))


def _owes(line: Line, row: Reminder, work: Work) -> bool:
    if line.reported:
        return False
    standing = line.standing(work.now)
    if standing == Standing.ELSEWHERE:
        return False
    if row.rung == RungKind.UNOPENED and line.assignment.acknowledged_at is not None:
        return False
    promised = line.assignment.promised_on
    rests = promised is not None and local(work.now).date() <= promised
    return not rests or RungKind(row.rung).urgency >= RungKind.EVE.urgency


async def _progress(work: Work, assignment: Assignment) -> tuple[int, int] | None:
    """For the one who gathers the others' reports: how many there are."""
    task = assignment.task
    if not task.gathers:
        return None
    found = await lines(work.session, await assignments_of_task(work.session, task.id))
    return (sum(line.reported for line in found), len(found)) if len(found) > 1 else None


async def _speak(work: Work, house: House, items: list[card.Due]) -> bool:
    """Whether anybody could be told."""
    office_id = items[0].line.assignment.office_id
    message = replace(card.reminder(items, work.now, house.calendar), about=card.REMINDER)
    ids = [item.line.assignment.id for item in items]
    facts = {"priority": Priority.REMINDER, "owed_by": ids, "expires_at": work.now + timedelta(hours=20)}
    told = await tell_office(work, office_id, message, **facts)
    for item in items if told else ():
        item.line.assignment.nudges += 1
        item.line.assignment.nudged_at = work.now
    return bool(told)
