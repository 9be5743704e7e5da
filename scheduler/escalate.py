"""Offices long overdue and silent: a draft for the coordinator, who calls them or tells the leader."""

from __future__ import annotations

from datetime import datetime

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
from scheduler.plan import MORNING
from scheduler.workdays import at

AFTER = 2
"""Working days after the deadline."""


async def escalate(db: Database, clock: Clock, house: House) -> None:
    """Once for each deadline that is so long past. Called at every tick, speaks in the hours of working days."""
    now = clock.now()
    today = local(now).date()
    if not house.calendar.is_working(today) or not house.hours.open(now) or now < at(today, MORNING):
        return
    async with db.reading() as session:
        found = await long_overdue(session, end_of(house.calendar.add_working(today, -AFTER)))
        fresh = [number for number, due in found.items() if not await said_since(session, vi.about(number), due)]
    for number in fresh:
        await _draft(db, clock, house, number, found[number])


async def _draft(db: Database, clock: Clock, house: House, number: int, due: datetime) -> None:
    async with open_work(db, clock) as work:
        directive = await work.session.get(Directive, number)
        if directive is None or await said_since(work.session, vi.about(number), due):
            return
        found = await states(work, directive)
        who = await callers(work, house.windows, found)
        if message := vi.draft(directive, found, who, work.now, house.calendar):
            await tell_collector(work, directive, message)
