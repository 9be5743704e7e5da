"""A task that was sent gets a day: its reminders are hung anew and its offices hear of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.vi import card, common
from db.changes import heard_and_waiting, notice_of_day
from db.directives import Assignment, Task, assignments_of_task, questions_of
from db.mail import Priority
from db.seats import seats
from db.standing import LAST_MINUTE, lines
from handlers import Turn
from handlers.deeds.announcing import hear_at
from handlers.deeds.deadline import Found
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import hang
from handlers.deeds.reach import tell


async def date_task(turn: Turn, task: Task, found: Found) -> tuple[list[datetime], datetime | None]:
    """The moments of reminding, none for the collector's own part; and when its offices hear of it, if not at once."""
    before = await _told(turn, task)
    assigned = await set_deadline(turn, task, found)
    questions = bool(await questions_of(turn.work.session, task.id))
    people = await seats(turn.work.session, {each.office_id for each in assigned if not each.collectors_own})
    at = hear_at(turn, assigned, turn.work.now)
    for assignment in assigned:
        if not assignment.collectors_own:
            known = before.get(assignment.id, "")
            said = card.dated(assignment, at, turn.house.calendar, questions=questions, before=known)
            message = replace(said, about=notice_of_day(assignment))
            facts: dict[str, Any] = {"office_id": assignment.office_id, "due_in": at - turn.work.now}
            facts |= {"priority": Priority.BROADCAST, "owed_by": [assignment.id]}
            await tell(turn.work, people[assignment.office_id], message, **facts)
    turn.work.log("deadline_set", turn.contact, subject=f"task:{task.id}")
    told = any(not each.collectors_own for each in assigned)
    moments = [rung.at for rung in await hang(turn.work, assigned, turn.house)]
    return moments, at if told and at > turn.work.now else None


async def _told(turn: Turn, task: Task) -> dict[int, str]:
    """By assignment the deadline that its office knows of."""
    if task.due_at is None:
        return {}
    earlier = await assignments_of_task(turn.work.session, task.id)
    about = [notice_of_day(each, version) for each in earlier for version in range(1, each.version + 1)]
    heard, waiting = await heard_and_waiting(turn.work.session, about)
    found = {}
    for each in earlier:
        if notice_of_day(each) not in waiting:
            found[each.id] = common.deadline(task.deadline_words, task.due_at, task.target_at)
        elif any(notice_of_day(each, version) in heard for version in range(1, each.version)):
            found[each.id] = card.TOLD_BEFORE
    return found


async def set_deadline(turn: Turn, task: Task, found: Found) -> Sequence[Assignment]:
    """Its assignments, with buttons and reminders of the deadline before no longer true."""
    assigned = await assignments_of_task(turn.work.session, task.id)
    before = {each.id: each.deadline_at for each in assigned}
    task.rule, task.named_on, task.named_time, task.deadline_words = found
    set_instants(task, turn.house, tolerant=bool(task.directive.tolerant))
    task.version += 1
    for assignment in assigned:
        assignment.version += 1
    await stay_on_time(turn, assigned, before)
    await turn.work.session.flush()
    return assigned


async def stay_on_time(turn: Turn, assigned: Sequence[Assignment], before: Mapping[int, datetime | None]) -> None:
    """What came in time under the deadline before keeps it, where the one that holds now would make it late."""
    for each in await lines(turn.work.session, assigned):
        was, now = before[each.assignment.id], each.assignment.deadline_at
        first = min((came.arrived_at for came in each.submissions if came.withdrawn_at is None), default=None)
        if first and was and now and now + LAST_MINUTE <= first < was + LAST_MINUTE:
            each.assignment.extended_to = was
