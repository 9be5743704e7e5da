"""Whether the plan reminds somebody at about the time they ask for."""

from __future__ import annotations

from datetime import datetime

from db.post import rungs_between
from db.seats import OWING, seats
from handlers import Turn
from handlers.deeds.reach import staff_of
from scheduler.plan import APART, FOR_UNOPENED, RungKind


async def planned_near(turn: Turn, moment: datetime) -> datetime | None:
    """The first reminder of the plan's that this person hears less than two hours before or after."""
    assert turn.person is not None
    offices = {place.office_id for place in turn.places if place.role in OWING}
    known = await seats(turn.work.session, offices)
    near = await rungs_between(turn.work.session, offices, moment - APART, moment + APART)
    for due, office, rung in near:
        if rung in FOR_UNOPENED:
            continue  # who writes to us has it open
        pressing = RungKind(rung).urgency >= RungKind.EVE.urgency
        hear = known[office] if pressing else staff_of(known[office], ())
        if turn.person.id in {seat.person_id for seat in hear}:
            return due
    return None
