"""Reports that come back: the next period is laid before the coordinator in good time, and waits for her tap."""

from __future__ import annotations

from datetime import timedelta

from bot.clocks import Clock, local
from db import Database, open_work
from db.series import Series, unproposed
from handlers import House
from handlers.deeds.reach import tell_collecting
from handlers.deeds.recurring import LEAD, next_period, prepared_on, proposal
from scheduler.plan import MORNING
from scheduler.workdays import at

LONGEST_REST = timedelta(days=15)
"""More days off than ever follow one another."""


async def prepare_periods(db: Database, clock: Clock, house: House) -> None:
    """Once for each period. Called at every tick, speaks in the hours of working days."""
    now = clock.now()
    today = local(now).date()
    if not house.calendar.is_working(today) or not house.hours.open(now) or now < at(today, MORNING):
        return
    async with db.reading() as session:
        soon = await unproposed(session, house.calendar.add_working(today, LEAD) + LONGEST_REST)
    for found in soon:
        if prepared_on(next_period(found), house.calendar) <= today:
            await _propose(db, clock, house, found.id)


async def _propose(db: Database, clock: Clock, house: House, number: int) -> None:
    async with open_work(db, clock) as work:
        series = await work.session.get_one(Series, number)
        if series.proposed_at is None and series.stopped_at is None:
            series.proposed_at = work.now
            kept_until = at(next_period(series).named + timedelta(days=1), MORNING)
            message = await proposal(work, house, series)
            await tell_collecting(work, series.collector_id, message, expires_at=kept_until)
