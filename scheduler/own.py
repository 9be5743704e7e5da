"""What people asked to be reminded of, when its time has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.clocks import Clock, local
from bot.vi import own as vi
from bot.vi import reminding
from db import Database, Work, open_work
from db.desk import progress_of
from db.directives import Directive, open_assignments, open_directives
from db.mail import Priority
from db.own import OwnReminder, due_own
from db.people import Member, Role, contacts_of, memberships
from db.post import said_since
from db.seats import OWING
from db.standing import Line, Progress, lines
from handlers import House
from scheduler.plan import APART

LATE = timedelta(minutes=5)


async def remind_own(db: Database, clock: Clock, house: House) -> None:
    """One message a person. What fell due while we were down waits for working hours."""
    async with db.reading() as session:
        if not _speakable(await due_own(session, clock.now()), clock.now(), house):
            return
    async with open_work(db, clock) as work:
        by_person: dict[int, list[OwnReminder]] = {}
        for each in _speakable(await due_own(work.session, work.now), work.now, house):
            by_person.setdefault(each.person_id, []).append(each)
        for person_id, found in by_person.items():
            await _remind(work, house, person_id, found)


def _speakable(due: Sequence[OwnReminder], now: datetime, house: House) -> list[OwnReminder]:
    open_ = house.hours.open(now) and house.calendar.is_working(local(now).date())
    return [each for each in due if open_ or now - each.due_at < LATE]


async def _remind(work: Work, house: House, person_id: int, found: Sequence[OwnReminder]) -> None:
    for each in found:
        each.done_at = work.now
    places = await memberships(work.session, person_id)
    owed, collected = await _owed(work, places), await _collected(work, places)
    noted, since = [each for each in found if each.noted], max(each.asked_at for each in found)
    if not places or (not noted and (not (owed or collected) or await _heard(work, person_id, places, since))):
        return
    ids = [line.assignment.id for line in owed]
    message = vi.due(found, owed, collected, work.now, house.calendar)
    await work.tell(person_id, message, priority=Priority.REMINDER, owed_by=None if noted or collected else ids or None)


async def _owed(work: Work, places: Sequence[Member]) -> list[Line]:
    offices = [place.office_id for place in places if place.role in OWING]
    return [line for line in await lines(work.session, await open_assignments(work.session, offices)) if line.owes]


async def _collected(work: Work, places: Sequence[Member]) -> list[tuple[Directive, Progress]]:
    """Her open directives that lack reports."""
    offices = [place.office_id for place in places if place.role == Role.COORDINATOR]
    open_ = await open_directives(work.session, offices)
    progress = await progress_of(work.session, [each.id for each in open_])
    return [(each, at) for each in open_ if (at := progress[each.id]).done < at.total]


async def _heard(work: Work, person_id: int, places: Sequence[Member], since: datetime) -> bool:
    """Whether the plan has reminded them just now, after they asked."""
    for contact in await contacts_of(work.session, person_id):
        for place in places:
            about, lane = reminding.reminds(place.office_id), str(contact.address)
            if await said_since(work.session, about, max(since, work.now - APART), lane):
                return True
    return False
