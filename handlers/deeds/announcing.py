"""What was decided reaches the offices: in working hours, and what may be undone only when it no longer can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.messages import Outgoing
from db.changes import UNDO, Change, Kind
from db.directives import Assignment
from db.mail import Priority
from db.seats import seats
from handlers import Turn
from handlers.deeds.reach import outside, tell
from scheduler.plan import Urgency, open_days


def hear_at(turn: Turn, assigned: Iterable[Assignment], moment: datetime) -> datetime:
    """When their offices hear of what could be said then: in working hours, or at any hour where one of the papers is
    «HOẢ TỐC»."""
    urgency = Urgency(max((each.task.directive.urgency for each in assigned), default=0))
    calendar, hours = open_days(turn.house.calendar, turn.house.hours, urgency)
    return hours.next_open(moment, calendar)


def undone_until(turn: Turn, change: Change, assigned: Iterable[Assignment]) -> datetime:
    """Until the first of their offices hears of it, however late in the evening it was made."""
    return hear_at(turn, assigned, (change.made_at or turn.work.now) + UNDO)


async def announce(
    turn: Turn, change: Change, assigned: Sequence[Assignment], message: Callable[[list[Assignment]], Outgoing]
) -> tuple[int, list[str]]:
    """One notice an office, when there is no undoing any more; how many hear it, and whom no chat reaches now. The
    collector's own part needs none."""
    by_office: dict[int, list[Assignment]] = {}
    for each in assigned:
        if not each.collectors_own:
            by_office.setdefault(each.office_id, []).append(each)
    people = await seats(turn.work.session, by_office)
    shut = await outside(turn.work, turn.house.windows, people)
    silent: list[str] = []
    for office_id, mine in by_office.items():
        due_in = hear_at(turn, mine, turn.work.now + UNDO) - turn.work.now
        facts: dict[str, Any] = {"office_id": office_id, "priority": Priority.BROADCAST, "due_in": due_in}
        if change.kind in {Kind.EXTEND, Kind.CORRECT}:
            facts["owed_by"] = [each.id for each in mine]
        if not await tell(turn.work, people[office_id], message(mine), shut=shut, **facts):
            silent.append(mine[0].office.name)
    return len(by_office) - len(silent), silent
