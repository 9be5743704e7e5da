"""Chats where a platform soon lets us speak no more, though something is still to be said: their people are asked to
press a button in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.clocks import Clock
from bot.vi import apps as vi
from bot.vi import reminding
from db import Database, Work, open_work
from db.mail import Priority
from db.people import Contact, contacts_of, memberships
from db.post import last_said_about, next_reminder, reminded_next, said_since
from db.seats import OWING
from db.windows import turned_between
from handlers import House
from scheduler.plan import AFTERNOON
from scheduler.workdays import Workdays, WorkHours, at

AT_LEAST = timedelta(hours=2)
"""So long before it shuts they are asked; later than that after the moment to ask they are left in peace."""
SPOKEN = timedelta(hours=4)
"""Who was reminded within this time has a button to press already."""
BRIDGED = timedelta(days=7)
"""What is said later than this after the shutting is not worth asking every other day."""


def moment_to_ask(turned: datetime, window: timedelta, calendar: Workdays, hours: WorkHours) -> datetime | None:
    """The last good moment before the window shuts; None if a press then would shut again before anybody works."""
    shuts = turned + window
    last = hours.previous_open(shuts - AT_LEAST, calendar)
    moment = min(last, at(last.date(), AFTERNOON))
    return moment if turned < moment and moment + window > hours.next_open(shuts, calendar) else None


async def keep_open(db: Database, clock: Clock, house: House) -> None:
    """Ask whoever is to be reminded after their window has shut. Called at every tick."""
    now = clock.now()
    if not house.windows or not house.hours.open(now):
        return
    for channel, window in house.windows.items():
        async with db.reading() as session:
            found = await turned_between(session, channel, now - window, now)
            soon = [(each, turned + window) for each, turned in found if _is_time(turned, window, now, house)]
            worth = await _worth_asking(session, soon, window, now)
        for contact, shuts in worth:
            async with open_work(db, clock) as work:
                await _ask(work, house, contact, shuts)


def _is_time(turned: datetime, window: timedelta, now: datetime, house: House) -> bool:
    moment = moment_to_ask(turned, window, house.calendar, house.hours)
    return moment is not None and moment <= now < moment + AT_LEAST


def _reached(moment: datetime, window: timedelta, house: House) -> bool:
    """Whether a press in working hours keeps a window open until then; over days off none does."""
    return house.hours.previous_open(moment - AT_LEAST, house.calendar) + window >= moment


async def _worth_asking(
    session: Any, soon: Sequence[tuple[Contact, datetime]], window: timedelta, now: datetime
) -> list[tuple[Contact, datetime]]:
    """Of all of them at once, before anything is written: who is to be reminded after it shuts and heard nothing of
    late."""
    following = await reminded_next(session, [each.person_id for each, _ in soon if each.person_id])
    about = {vi.about_window(each) for each, _ in soon}
    about |= {reminding.reminds(office) for offices in following.values() for office in offices}
    said = await last_said_about(session, about, now - window)
    found = []
    for contact, shuts in soon:
        offices, lane = following.get(contact.person_id or 0, {}), str(contact.address)
        heard = [said.get((lane, reminding.reminds(each))) for each in offices]
        spoken = any(at > now - SPOKEN for at in heard if at)
        asked = said.get((lane, vi.about_window(contact)))
        again = asked is None or asked <= shuts - window
        if again and not spoken and any(shuts < due <= shuts + BRIDGED for due in offices.values()):
            found.append((contact, shuts))
    return found


async def _ask(work: Work, house: House, contact: Contact, shuts: datetime) -> None:
    assert contact.person_id is not None
    first = next((each for each in await contacts_of(work.session, contact.person_id) if each.blocked_at is None), None)
    if first is None or first.id != contact.id:
        return  # another app of theirs is told first
    offices = [place.office_id for place in await memberships(work.session, contact.person_id) if place.role in OWING]
    following = await next_reminder(work.session, offices)
    window = house.windows[contact.channel]
    if following is None or not shuts < following <= shuts + BRIDGED or not _reached(following, window, house):
        return
    message = vi.shuts_soon(contact, shuts, following)
    lane = str(contact.address)
    for about, since in (
        (message.about or "", shuts - window),
        *((reminding.reminds(each), work.now - SPOKEN) for each in offices),
    ):
        if await said_since(work.session, about, since, lane):
            return
    await work.send(contact.address, message, priority=Priority.REMINDER, person_id=contact.person_id, expires_at=shuts)
