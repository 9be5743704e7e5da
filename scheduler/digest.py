"""Each working morning, where something has changed: how the open directives stand, to those who collect."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.clocks import Clock, local
from bot.vi import morning as vi
from db import Database, open_work
from db.mail import Priority
from db.outcomes import collectors_to_look_at
from db.people import Role
from db.seats import seats
from handlers import House
from handlers.deeds.instants import end_of
from handlers.deeds.mornings import digest_of, figures
from handlers.deeds.reach import tell
from handlers.deeds.recurring import with_waiting
from handlers.deeds.watching import leaders_of
from scheduler.workdays import at


async def digest(db: Database, clock: Clock, house: House) -> None:
    """Once a working day for each collecting office. Called at every tick; who was down at that hour hears it later."""
    now = clock.now()
    today = local(now).date()
    if house.digest_at is None or now < at(today, house.digest_at):
        return
    if not house.calendar.is_working(today) or not house.hours.open(now):
        return
    async with db.reading() as session:
        offices = await collectors_to_look_at(session, today)
    for office_id in offices:
        await _look(db, clock, house, office_id, today)


async def _look(db: Database, clock: Clock, house: House, office_id: int, today: date) -> None:
    async with open_work(db, clock) as work:
        known = await digest_of(work, office_id)
        if known.looked_on == today:
            return
        found = await figures(work, office_id, today)
        held = {str(directive.id): list(each) for directive, each in found}
        changed = any(known.held.get(number) != each for number, each in held.items())
        known.looked_on, known.held = today, held
        if not changed:
            return
        facts: dict[str, Any] = {"priority": Priority.REMINDER, "office_id": office_id, "expires_at": end_of(today)}
        people = (await seats(work.session, [office_id], [Role.COORDINATOR]))[office_id]
        message = await with_waiting(work, house, [office_id], vi.to_coordinator(office_id, found))
        await tell(work, people, message, **facts)
        if known.to_leader:
            for leader in await leaders_of(work, office_id):
                line = vi.to_leader(office_id, found)
                await work.tell(leader, line, priority=Priority.REMINDER, expires_at=end_of(today))
