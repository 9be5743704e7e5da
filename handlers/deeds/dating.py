"""A task that was sent gets a day: its reminders are hung anew and its offices hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.vi import card
from db.directives import Assignment, Task, assignments_of_task, questions_of
from db.seats import seats
from db.standing import lines
from handlers import Turn
from handlers.deeds.deadline import Found
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import hang, rungs
from handlers.deeds.reach import tell


async def date_task(turn: Turn, task: Task, found: Found) -> list[datetime]:
    """The moments of reminding; none for the collector's own part."""
    assigned = await _set(turn, task, found)
    questions = bool(await questions_of(turn.work.session, task.id))
    people = await seats(turn.work.session, {each.office_id for each in assigned if not each.collectors_own})
    for assignment in assigned:
        if not assignment.collectors_own:
            message = card.dated(assignment, turn.work.now, turn.house.calendar, questions=questions)
            await tell(turn.work, people[assignment.office_id], message, office_id=assignment.office_id)
    turn.work.log("deadline_set", turn.contact, subject=f"task:{task.id}")
    return [rung.at for rung in await hang(turn.work, assigned, turn.house)]


async def correct_task(
    turn: Turn, task: Task, found: Found, *, tell_them: bool, again: bool
) -> tuple[list[datetime], int]:
    """Another deadline in the place of the one it had: the moments of reminding, and how many offices hear of it.

    Those that have reported hear nothing. `again`: they are to say once more that they have seen it.
    """
    before, assigned = task.deadline_words or "", await _set(turn, task, found)
    for assignment in assigned:
        if assignment.extended_to and task.due_at and assignment.extended_to <= task.due_at:
            assignment.extended_to = None
    await turn.work.session.flush()
    owing = [each.assignment for each in await lines(turn.work.session, assigned) if each.owes] if tell_them else []
    owing = [each for each in owing if not each.collectors_own]
    for assignment in owing:
        assignment.acknowledged_at = None if again else assignment.acknowledged_at
    await turn.work.session.flush()
    questions = bool(await questions_of(turn.work.session, task.id))
    people = await seats(turn.work.session, {each.office_id for each in owing})
    for assignment in owing:
        message = card.corrected(assignment, before, questions=questions)
        await tell(turn.work, people[assignment.office_id], message, office_id=assignment.office_id)
    turn.work.log("deadline_corrected", turn.contact, subject=f"task:{task.id}", told=len(owing))
    await hang(turn.work, assigned, turn.house)
    return [rung.at for rung in rungs(task, turn.work.now, turn.house)], len(owing)


async def _set(turn: Turn, task: Task, found: Found) -> Sequence[Assignment]:
    """Its assignments, with buttons and reminders of the deadline before no longer true."""
    task.rule, task.named_on, task.named_time, task.deadline_words = found
    set_instants(task, turn.house, tolerant=bool(task.directive.tolerant))
    task.version += 1
    assigned = await assignments_of_task(turn.work.session, task.id)
    for assignment in assigned:
        assignment.version += 1
    await turn.work.session.flush()
    return assigned
