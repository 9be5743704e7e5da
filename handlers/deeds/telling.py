"""What a coordinator decides on one report reaches its office in working hours."""

from __future__ import annotations

from datetime import datetime

from bot.messages import Outgoing
from db.directives import Assignment
from handlers import Turn
from handlers.deeds.announcing import hear_at
from handlers.deeds.reach import tell_office


async def tell_in_hours(turn: Turn, assignment: Assignment, message: Outgoing) -> datetime | None:
    """When its office hears of it, if not at once."""
    at = hear_at(turn, [assignment], turn.work.now)
    told = await tell_office(turn.work, assignment.office_id, message, due_in=at - turn.work.now)
    return at if told and at > turn.work.now else None


def heard_of(turn: Turn, assignment: Assignment, moment: datetime) -> bool:
    """Whether its office has heard by now what was decided then."""
    return hear_at(turn, [assignment], moment) <= turn.work.now
