"""A task that was sent gets a day: its reminders are hung anew and its offices hear of it."""

from __future__ import annotations

from datetime import datetime

from bot.vi import card
from db.directives import Task, assignments_of_task, questions_of
from db.seats import seats
from handlers import Turn
from handlers.deeds.deadline import Found
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import hang
from handlers.deeds.reach import tell


async def date_task(turn: Turn, task: Task, found: Found) -> list[datetime]:
    """The moments of reminding; none for the collector's own part."""
    task.rule, task.named_on, task.named_time, task.deadline_words = found
    set_instants(task, turn.house, tolerant=bool(task.directive.tolerant))
    task.version += 1
    assigned = await assignments_of_task(turn.work.session, task.id)
    for assignment in assigned:
        assignment.version += 1
    await turn.work.session.flush()
    questions = bool(await questions_of(turn.work.session, task.id))
    people = await seats(turn.work.session, {each.office_id for each in assigned if not each.collectors_own})
    for assignment in assigned:
        if not assignment.collectors_own:
            message = card.dated(assignment, turn.work.now, turn.house.calendar, questions=questions)
            await tell(turn.work, people[assignment.office_id], message, office_id=assignment.office_id)
    turn.work.log("deadline_set", turn.contact, subject=f"task:{task.id}")
    return [rung.at for rung in await hang(turn.work, assigned, turn.house)]
