"""Whoever was away is back: who stood in for them is free from the day after the last."""

from __future__ import annotations

from bot.clocks import Clock
from db import Database, open_work
from db.people import stand_ins_over
from handlers import House
from handlers.deeds.instants import today
from handlers.deeds.staffing import end_stand_in


async def end_stand_ins(db: Database, clock: Clock, house: House) -> None:
    """Called at every tick; both hear of it when people work again."""
    async with db.reading() as session:
        if not await stand_ins_over(session, today(clock.now())):
            return
    async with open_work(db, clock) as work:
        later = house.hours.next_open(work.now, house.calendar) - work.now
        for place in await stand_ins_over(work.session, today(work.now)):
            await end_stand_in(work, place, later)
