"""What a coordinator decides reaches an office in working hours, and as it then holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.messages import Outgoing
from bot.vi.changing import told_office
from db import Work
from db.changes import change_told, outdated
from db.directives import Assignment, assignments_by_id
from db.mail import Delivery, Priority
from db.queue import deliveries
from handlers import Turn
from handlers.deeds.announcing import hear_at
from handlers.deeds.reach import tell_office


async def tell_in_hours(
    turn: Turn, assignment: Assignment, message: Outgoing, *, while_owed: bool = False
) -> datetime | None:
    """When its office hears of it, if not at once; `while_owed`: not, where it waits, who has reported meanwhile."""
    at = hear_at(turn, [assignment], turn.work.now)
    facts: dict[str, Any] = {"due_in": at - turn.work.now}
    if while_owed and at > turn.work.now:
        facts |= {"owed_by": [assignment.id], "priority": Priority.BROADCAST}
    told = await tell_office(turn.work, assignment.office_id, message, **facts)
    return at if told and at > turn.work.now else None


async def still_true(work: Work, row: Delivery) -> bool:
    """Whether a notice that waited says what holds, once what has changed since is taken out of it."""
    gone = await outdated(work.session, row.about or "", row.owed_by or ())
    kept = [number for number in row.owed_by or () if number not in gone]
    change = await change_told(work.session, row.about or "") if gone and kept else None
    if change is None:
        return not gone
    said = told_office(change, await assignments_by_id(work.session, kept))
    row.message, row.owed_by = replace(said, unasked=True).to_json(), kept
    await deliveries.note(work.session, row, message=row.message, owed_by=row.owed_by)
    return True


def heard_of(turn: Turn, assignment: Assignment, moment: datetime) -> bool:
    """Whether its office has heard by now what was decided then."""
    return hear_at(turn, [assignment], moment) <= turn.work.now
