"""Who stands in for somebody begins on the first day, and is free again from the day after the last."""

from __future__ import annotations

from bot.clocks import Clock
from db import Database, open_work
from db.people import stand_ins_beginning, stand_ins_over
from handlers import House
from handlers.deeds.instants import today
from handlers.deeds.staffing import begin_stand_in, end_stand_in


async def change_stand_ins(db: Database, clock: Clock, house: House) -> None:
    """Called at every tick, before anybody is reminded; they hear of it when people work again."""
    day = today(clock.now())
    async with db.reading() as session:
        if not [*await stand_ins_beginning(session, day), *await stand_ins_over(session, day)]:
            return
    async with open_work(db, clock) as work:
        later = house.hours.next_open(work.now, house.calendar) - work.now
        for place in await stand_ins_beginning(work.session, day):
            await begin_stand_in(work, place, day, later)
        for place in await stand_ins_over(work.session, day):
            await end_stand_in(work, place, later)
