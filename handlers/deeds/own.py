"""A reminder of one's own is kept, unless the plan reminds at about the same time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.messages import Outgoing
from bot.text import one_line
from bot.vi import own as vi
from db.directives import Directive, open_directives
from db.own import OwnReminder, waiting_of
from db.post import rungs_between
from db.seats import OWING, seats
from db.standing import Line
from handlers import Turn
from handlers.deeds.handing import hearers, may_hand
from handlers.deeds.moments import read_moment, says_more
from handlers.deeds.owed import to_report
from scheduler.plan import APART, FOR_UNOPENED, RungKind, Urgency

MOST, FARTHEST = 5, 60
"""Of one person, and days ahead."""
SAYS_NOTHING_OF_IT = {*FOR_UNOPENED, RungKind.OVERDUE}
"""Reminders that stand for nobody's wish: who writes to us has it open, and after the deadline is too late."""
_HEAD = re.compile(
    r"(?:^|\s)\s*(?:nhờ|làm ơn)?\s*nh[aắ]c\s*(?:lại|lai)?\s*(?:cho)?\s*"
    r"(?:chúng\s+)?(?:tôi|toi|em|mình|minh|anh|chị|chi|đồng chí)?\b",
    re.IGNORECASE,
)


async def planned_near(turn: Turn, moment: datetime) -> datetime | None:
    """The first reminder of the plan's that this person hears less than two hours before or after."""
    assert turn.person is not None
    offices = {place.office_id for place in turn.places if place.role in OWING}
    known = await seats(turn.work.session, offices)
    near = await rungs_between(turn.work.session, offices, moment - APART, moment + APART)
    for due, owed, rung in near:
        if rung in SAYS_NOTHING_OF_IT:
            continue
        pressing = RungKind(rung).urgency >= RungKind.EVE.urgency or owed.task.directive.urgency == Urgency.FLASH
        hear = hearers(owed, known[owed.office_id], near=pressing, staff_first=True)
        if turn.person.id in {seat.person_id for seat in hear}:
            return due
    return None


def _spoken_at(turn: Turn, wanted: datetime, owed: Sequence[Line], collected: Sequence[Directive]) -> datetime:
    """In working hours; at the very moment where something is hoả tốc, or would be over when they begin."""
    house = turn.house
    moved = house.hours.next_open(wanted, house.calendar)
    pressing = any(each.urgency == Urgency.FLASH for each in [*(_directive(line) for line in owed), *collected])
    over = any(line.assignment.due_at and wanted <= line.assignment.due_at < moved for line in owed)
    return wanted if pressing or over else moved


def _directive(line: Line) -> Directive:
    return line.assignment.task.directive


async def keep(turn: Turn, words: str) -> Outgoing:
    """«8h mai», «nhắc tôi chiều thứ Năm gọi Phòng Y tế»: kept in these words; asked again where no time is read."""
    assert turn.person is not None
    now = turn.work.now
    bare = _HEAD.sub("", words, count=1)
    wanted = read_moment(bare, now)
    if wanted is None:
        turn.expect("own")
        return vi.gone_by_or_unclear() if bare.strip() else vi.ask_when()
    turn.expect("")
    if wanted > now + timedelta(days=FARTHEST):
        return vi.too_far(FARTHEST)
    owed, collected = await to_report(turn), await open_directives(turn.work.session, turn.collecting)
    due, noted = _spoken_at(turn, wanted, owed, collected), says_more(bare)
    if not (noted or owed or collected):
        return vi.nothing_to_be_reminded_of()
    waiting = await waiting_of(turn.work.session, turn.person.id)
    if same := next((each for each in waiting if each.due_at == due and not each.noted and not noted), None):
        return vi.known_already(same)
    if len(waiting) >= MOST:
        return vi.too_many(waiting)
    if not noted and (near := await planned_near(turn, due)) is not None:
        return vi.planned(near)
    found = OwnReminder(person_id=turn.person.id, due_at=due, words=one_line(words, 300), noted=noted, asked_at=now)
    turn.work.session.add(found)
    await turn.work.session.flush()
    turn.work.log("own_reminder_asked", turn.contact, subject=f"own:{found.id}")
    return vi.kept(found, wanted)


async def what_ends(turn: Turn) -> Outgoing:
    """For whom the plan's reminders are too many."""
    owed = await to_report(turn)
    hands = any(may_hand(turn, each.assignment.office_id) for each in owed)
    calendar, coordinator = turn.house.calendar, bool(turn.collecting)
    return vi.what_ends_reminders(owed, turn.work.now, calendar, coordinator=coordinator, may_hand=hands)
