"""Reports that come back: the next period is laid before the coordinator in good time, and waits for her tap."""

from __future__ import annotations

from datetime import time, timedelta

from bot.clocks import Clock, local
from db import Database, open_work
from db.series import Series, nearing
from db.work import KEPT
from handlers import House
from handlers.deeds.reach import tell_collecting
from handlers.deeds.recurring import LEAD, next_period, proposal, to_be_said
from scheduler.plan import MORNING
from scheduler.workdays import at

LONGEST_REST = timedelta(days=15)
"""More days off than ever follow one another."""


async def prepare_periods(db: Database, clock: Clock, house: House) -> None:
    """Once for each period, and again while nothing is done with it. Called at every tick, speaks in the hours of
    working days."""
    now = clock.now()
    today = local(now).date()
    if not house.calendar.is_working(today) or not house.hours.open(now) or now < at(today, MORNING):
        return
    async with db.reading() as session:
        near = await nearing(session, house.calendar.add_working(today, LEAD) + LONGEST_REST, at(today, time.min))
    for found in near:
        if to_be_said(found, today, house.calendar):
            await _propose(db, clock, house, found.id)


async def _propose(db: Database, clock: Clock, house: House, number: int) -> None:
    async with open_work(db, clock) as work:
        series = await work.session.get_one(Series, number)
        today = local(work.now).date()
        if series.stopped_at is None and to_be_said(series, today, house.calendar):
            message = await proposal(work, house, series)
            series.proposed_at = work.now
            over = max(next_period(series).named, today) + timedelta(days=1)
            kept_until = max(at(over, MORNING), work.now + KEPT)
            await tell_collecting(work, series.collector_id, message, expires_at=kept_until)
