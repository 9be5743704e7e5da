"""A task that was sent gets a day: its reminders are hung anew and its offices hear of it."""

from __future__ import annotations

from datetime import datetime

from bot.vi import card
from db.directives import Task, assignments_of_task, questions_of
from handlers import Turn
from handlers.deeds.deadline import Found
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import hang
from handlers.deeds.reach import tell_office


async def date_task(turn: Turn, task: Task, found: Found) -> list[datetime]:
    """The moments of reminding; none for the collector's own part."""
    task.rule, task.named_on, task.named_time, task.deadline_words = found
    set_instants(task, turn.house, tolerant=bool(task.directive.tolerant))
    task.version += 1
    moments: list[datetime] = []
    questions = bool(await questions_of(turn.work.session, task.id))
    for assignment in await assignments_of_task(turn.work.session, task.id):
        assignment.version += 1
        await turn.work.session.flush()
        moments = [rung.at for rung in await hang(turn.work, assignment, turn.house)] or moments
        if not assignment.collectors_own:
            message = card.dated(assignment, turn.work.now, turn.house.calendar, questions=questions)
            await tell_office(turn.work, assignment.office_id, message)
    turn.work.log("deadline_set", turn.contact, subject=f"task:{task.id}")
    return moments
