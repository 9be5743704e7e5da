"""Offices long overdue and silent: a draft for the coordinator, who calls them or tells the leader."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clocks import Clock, local
from bot.vi import escalation as vi
from db import Database, open_work
from db.desk import long_overdue
from db.directives import Directive
from db.post import said_since
from handlers import House
from handlers.deeds.desk import callers, states
from handlers.deeds.instants import end_of
from handlers.deeds.reach import tell_collector
from scheduler.plan import CADENCES, MORNING, Urgency, open_days
from scheduler.workdays import at


async def escalate(db: Database, clock: Clock, house: House) -> None:
    """Once for each deadline that is so long past. Called at every tick, speaks in the hours of working days."""
    fresh: dict[int, datetime] = {}
    async with db.reading() as session:
        for urgency in CADENCES:
            if (until := long_past(clock.now(), house, urgency)) is not None:
                found = (await long_overdue(session, until, urgency)).items()
                fresh |= {number: due for number, due in found if not await said_since(session, vi.about(number), due)}
    for number, due in fresh.items():
        await _draft(db, clock, house, number, due)


def long_past(now: datetime, house: House, urgency: Urgency) -> datetime | None:
    """What was due until then is long past by now; None while one does not speak of it."""
    (calendar, hours), cadence = open_days(house.calendar, house.hours, urgency), CADENCES[urgency]
    today = local(now).date()
    if not calendar.is_working(today) or not hours.open(now):
        return None
    days = cadence.draft_after if now >= at(today, cadence.draft_from) else cadence.draft_after + 1
    return end_of(calendar.add_working(today, 1 - days) - timedelta(days=1)) if now >= at(today, MORNING) else None


async def _draft(db: Database, clock: Clock, house: House, number: int, due: datetime) -> None:
    async with open_work(db, clock) as work:
        directive = await work.session.get(Directive, number)
        if directive is None or await said_since(work.session, vi.about(number), due):
            return
        found = await states(work, directive)
        who = await callers(work, house.windows, found)
        if message := vi.draft(directive, found, who, work.now, house.calendar):
            await tell_collector(work, directive, message)
