"""Reminders that fell due: one merged message an office, the newest stage, only to those who still owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import structlog

from bot.clocks import VIETNAM, Clock, local
from bot.messages import Address
from bot.vi import reminding
from db import Database, Work, open_work
from db.base import is_away
from db.desk import progress_of_tasks
from db.directives import Directive, assignments_by_id
from db.mail import Outcome, Priority, Reminder
from db.post import said_since, waiting_reminders
from db.queue import reminders
from db.seats import Seat, seats
from db.standing import Line, Progress, lines
from handlers import House
from handlers.deeds.desk import call_sheet
from handlers.deeds.handing import is_late, presses, say_reminder
from handlers.deeds.reach import outside, tell_collector
from scheduler.plan import AFTERNOON, FOR_UNOPENED, MORNING, RungKind, Urgency, open_days
from scheduler.workdays import at

log = structlog.get_logger()
LANES, TRIES, PAUSE = 50, 3, timedelta(minutes=1)


async def remind_due(db: Database, clock: Clock, house: House) -> int:
    """Turn every reminder that is due into messages; how many rows that were. Outside working hours they wait."""
    done = 0
    while True:
        async with db.reading() as session:
            if not await reminders.waiting(session, clock.now()):
                return done
        try:
            count = await _together(db, clock, house)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("offices cannot be reminded together")
            count = await _one_by_one(db, clock, house)
        done += count
        if not count:
            return done


async def _together(db: Database, clock: Clock, house: House) -> int:
    """All or none of up to `LANES` offices; how many rows that were."""
    async with open_work(db, clock) as work:
        taken = await reminders.claim_lanes(work.session, now=work.now, machine=work.machine, most=LANES)
        if taken:
            await _remind(work, house, list(taken.values()))
    return sum(map(len, taken.values()))


async def _one_by_one(db: Database, clock: Clock, house: House) -> int:
    """One row that cannot be said keeps nobody else from hearing."""
    async with db.writing() as session:
        taken = await reminders.claim_lanes(session, now=clock.now(), machine=clock.machine(), most=LANES)
    for rows in taken.values():
        await _apart(db, clock, house, rows)
    return sum(map(len, taken.values()))


async def _apart(db: Database, clock: Clock, house: House, rows: Sequence[Reminder]) -> None:
    try:
        async with open_work(db, clock) as work:
            await _remind(work, house, [rows])
    except Exception as error:
        if is_away(error):
            raise
        if len(rows) > 1:
            for row in rows:
                await _apart(db, clock, house, [row])
            return
        log.exception("a reminder cannot be said", reminder=rows[0].id)
        await _set_aside(db, clock, rows[0])


async def _set_aside(db: Database, clock: Clock, row: Reminder) -> None:
    """To be tried again a little later; after the last try it is over."""
    async with db.writing() as session:
        if row.failures + 1 < TRIES:
            await reminders.rest(session, row, clock.machine() + PAUSE, "cannot be said")
        else:
            await reminders.finish(session, row, clock.machine(), Outcome.FAILED, "cannot be said")


async def _remind(work: Work, house: House, offices: Sequence[Sequence[Reminder]]) -> None:
    """All due rows of these offices: speak once to each, with the newest stage of each assignment."""
    opening, known = _opening(work, house), await _look_up(work, house, [row for rows in offices for row in rows])
    over: dict[Outcome, list[Reminder]] = {}
    for rows in offices:
        ready = [row for row in rows if _may_speak(work, house, row, known)]
        for row in rows:
            if row not in ready:
                await reminders.postpone(work.session, row, opening)
        for row, outcome in await _remind_office(work, house, ready, known):
            over.setdefault(outcome, []).append(row)
    for outcome, found in over.items():
        await reminders.finish_all(work.session, work.machine, [(row, {}) for row in found], outcome)
    for directive in known.to_call.values():
        await _have_called(work, house, directive)


def _newest(rows: Sequence[Reminder]) -> dict[int, Reminder]:
    """The most urgent row of each assignment, of its newest deadline: rows of an earlier one have nothing to say."""
    newest: dict[int, Reminder] = {}
    for row in rows:
        best = newest.get(row.assignment_id)
        if best is None or _rank(row) > _rank(best):
            newest[row.assignment_id] = row
    return newest


def _rank(row: Reminder) -> tuple[int, int]:
    return row.version, RungKind(row.rung).urgency


@dataclass(frozen=True)
class _Known:
    """What is asked once for all offices that are reminded together, by the ids of assignments, offices and tasks.

    `shut` are the chats in which we may not speak now; `to_call` gathers the directives of which some office has to be
    called.
    """

    lines: Mapping[int, Line]
    unheard: Mapping[int, Sequence[Reminder]]
    people: Mapping[int, Sequence[Seat]]
    shut: Set[Address]
    progress: Mapping[int, Progress]
    to_call: dict[int, Directive] = field(default_factory=dict)


async def _look_up(work: Work, house: House, rows: Sequence[Reminder]) -> _Known:
    due = await assignments_by_id(work.session, {row.assignment_id for row in rows})
    offices = {each.office_id for each in due}
    unheard = await waiting_reminders(work.session, {office: reminding.reminds(office) for office in offices})
    earlier = {row.assignment_id for found in unheard.values() for row in found} - {each.id for each in due}
    assigned = [*due, *await assignments_by_id(work.session, earlier)]
    people = await seats(work.session, offices)
    gathering = {each.task_id for each in assigned if each.task.gathers}
    return _Known(
        {line.assignment.id: line for line in await lines(work.session, assigned)},
        unheard,
        people,
        await outside(work, house.windows, people),
        await progress_of_tasks(work.session, gathering),
    )


async def _remind_office(
    work: Work, house: House, rows: Sequence[Reminder], known: _Known
) -> list[tuple[Reminder, Outcome]]:
    """Speaks, if there is something to say; how each row ended."""
    newest = _newest(rows)
    items = [item for row in newest.values() if (item := _due(work, row, known)) is not None]
    spoken = {item.line.assignment.id for item in items}
    if items:
        # What an earlier message still has to say that never got through: the new one takes its place.
        waiting = known.unheard.get(items[0].line.assignment.office_id, ())
        earlier = [_due(work, row, known) for row in waiting if row.assignment_id not in spoken]
        await _speak(work, house, [*items, *filter(None, earlier)], known)
    return [(row, _outcome(row, newest, spoken)) for row in rows]


def _outcome(row: Reminder, newest: Mapping[int, Reminder], spoken: set[int]) -> Outcome:
    if row.assignment_id not in spoken:
        return Outcome.UNNEEDED
    return Outcome.DONE if newest[row.assignment_id] is row else Outcome.MERGED


def _may_speak(work: Work, house: House, row: Reminder, known: _Known) -> bool:
    """A rung was planned inside working hours; only one that comes late can miss them. HỎA TỐC keeps none."""
    if work.now - row.due_at < timedelta(minutes=5):
        return True
    line = known.lines.get(row.assignment_id)
    urgency = Urgency(line.assignment.task.directive.urgency) if line else Urgency.ORDINARY
    calendar, hours = open_days(house.calendar, house.hours, urgency)
    return hours.open(work.now) and calendar.is_working(local(work.now).date())


def _opening(work: Work, house: House) -> datetime:
    """When to speak after all: at the next reminding hour, so that what falls due then is the same message."""
    opening = house.hours.next_open(work.now, house.calendar).astimezone(VIETNAM)
    usual = at(opening.date(), MORNING if opening.time() < time(12) else AFTERNOON)
    return max(opening, usual) if house.hours.open(usual) else opening


def _due(work: Work, row: Reminder, known: _Known) -> reminding.Due | None:
    """What this row still has to say, if anything."""
    line = known.lines.get(row.assignment_id)
    if line is None or line.assignment.version != row.version or line.assignment.task.directive.closed_at is not None:
        return None
    return reminding.Due(line, row.rung, _progress(line, known)) if _wanted(line, row, work) else None


def _wanted(line: Line, row: Reminder, work: Work) -> bool:
    if not line.owes or (row.rung in FOR_UNOPENED and line.assignment.acknowledged_at is not None):
        return False
    promised = line.assignment.promised_on
    rests = promised is not None and local(work.now).date() <= promised
    return not rests or RungKind(row.rung).urgency >= RungKind.EVE.urgency


def _progress(line: Line, known: _Known) -> Progress | None:
    """For the one who gathers the others' reports: how many there are."""
    found = known.progress.get(line.assignment.task_id)
    return found if found is not None and found.total > 1 else None


async def _speak(work: Work, house: House, items: list[reminding.Due], known: _Known) -> None:
    office_id = items[0].line.assignment.office_id
    facts = {"priority": Priority.REMINDER, "expires_at": work.now + timedelta(hours=20)}
    people = known.people[office_id]
    told = await say_reminder(work, house, items, people, presses, known.shut, staff_first=True, **facts)
    for item in told:
        item.line.assignment.nudges += 1
        item.line.assignment.nudged_at = work.now
    pressing = [item for item in items if item not in told and is_late(item)]
    known.to_call.update({(found := item.line.assignment.task.directive).id: found for item in pressing})


async def _have_called(work: Work, house: House, directive: Directive) -> None:
    """Time is short and no chat reaches some office: those who have to call hear it once a day."""
    sheet = await call_sheet(work, house.windows, directive)
    if sheet and not await said_since(work.session, sheet.about or "", at(local(work.now).date(), time.min)):
        await tell_collector(work, directive, sheet)
