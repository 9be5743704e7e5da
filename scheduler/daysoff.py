"""The calendar as the coordinator keeps it: read anew at every tick, and asked for once a year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.clocks import Clock, local
from bot.vi import daysoff as vi
from db import Database, open_work
from db.audit import was_done
from db.daysoff import own_days
from db.post import said_since
from handlers import House
from handlers.deeds.reach import tell_coordinators
from scheduler.plan import MORNING
from scheduler.workdays import at

AGAIN = 15
"""Of December: the day from which it is asked once more, if nobody answered."""


async def keep_calendar(db: Database, clock: Clock, house: House) -> None:
    """Other processes may have changed it. In December the coordinators are asked for the swap of the year to come."""
    known = house.calendar.own
    async with db.reading() as session:
        found = await own_days(session)
    if house.calendar.own is known:  # else somebody changed it while we read
        house.calendar.adopt(found)
    now = clock.now()
    today = local(now).date()
    if (
        today.month != 12
        or not house.calendar.is_working(today)
        or not house.hours.open(now)
        or now < at(today, MORNING)
    ):
        return
    year, since = today.year + 1, at(today.replace(day=1 if today.day < AGAIN else AGAIN), MORNING.replace(hour=0))
    if any(day.year == year for day in house.calendar.own):
        return
    async with db.reading() as session:
        if not await _to_ask(session, year, since):
            return
    async with open_work(db, clock) as work:
        if await _to_ask(work.session, year, since):
            await tell_coordinators(work, vi.ask_swap(year, house.calendar))


async def _to_ask(session: Any, year: int, since: datetime) -> bool:
    """Whether nobody was asked since, nor has answered."""
    said = await said_since(session, vi.about_swap(year), since)
    return not said and not await was_done(session, "no_swap", f"year:{year}")
