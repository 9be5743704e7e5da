"""An assignment's reminders as rows: written once, written anew when its deadline changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from db import Work
from db.directives import Assignment, Task
from db.mail import Priority, Reminder
from handlers import House
from scheduler.plan import Instants, Rung, countdown, instants


def goal(task: Task, house: House, *, tolerant: bool) -> Instants | None:
    """The three instants of a task as it now stands."""
    if task.named_on is None:
        return None
    clock = time.fromisoformat(task.named_time) if task.named_time else None
    return instants(task.rule, task.named_on, clock, house.calendar, tolerant=tolerant, hours=house.hours)


def rungs(assignment_or_task: Assignment | Task, sent_at: datetime, house: House, *, urgent: bool) -> list[Rung]:
    due, target = assignment_or_task.due_at, assignment_or_task.target_at
    if due is None or target is None:
        return []
    return countdown(sent_at, Instants(target, due), house.calendar, house.hours, urgent=urgent)


async def hang(work: Work, assignment: Assignment, house: House) -> Sequence[Rung]:
    """Write the rows of this assignment's ladder. The collector's own part has none."""
    if assignment.collectors_own:
        return []
    found = rungs(assignment, work.now, house, urgent=assignment.task.directive.urgent)
    for rung in found:
        work.session.add(
            Reminder(
                lane=f"office:{assignment.office_id}",
                priority=Priority.REMINDER,
                due_at=rung.at,
                assignment_id=assignment.id,
                rung=rung.kind.value,
                version=assignment.version,
            )
        )
    work.touched.add("reminders")
    return found
