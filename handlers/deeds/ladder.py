"""An assignment's reminders as rows: written once, written anew when its deadline changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from db import Work
from db.directives import Assignment, Task
from db.mail import Priority
from db.post import put_reminders
from handlers import House
from scheduler.plan import Instants, Rung, countdown, instants


def goal(task: Task, house: House, *, tolerant: bool) -> Instants | None:
    """The three instants of a task as it now stands."""
    return goal_of(task.rule, task.named_on, task.named_time, house, tolerant=tolerant)


def goal_of(rule: str, named: date | None, clock: str | None, house: House, *, tolerant: bool) -> Instants | None:
    """The three instants of a deadline, `clock` as HH:MM."""
    hour = time.fromisoformat(clock) if clock else None
    return instants(rule, named, hour, house.calendar, tolerant=tolerant, hours=house.hours) if named else None


def rungs(assignment_or_task: Assignment | Task, sent_at: datetime, house: House, *, urgent: bool) -> list[Rung]:
    due, target = assignment_or_task.due_at, assignment_or_task.target_at
    if due is None or target is None:
        return []
    return countdown(sent_at, Instants(target, due), house.calendar, house.hours, urgent=urgent)


async def hang(work: Work, assignments: Sequence[Assignment], house: House) -> Sequence[Rung]:
    """Write the rows of their ladders; one of the ladders. The collector's own part has none."""
    ladders: dict[tuple[datetime | None, datetime | None, bool], list[Rung]] = {}
    rows: list[dict[str, Any]] = []
    for assignment in assignments:
        if assignment.collectors_own:
            continue
        urgent = assignment.task.directive.urgent
        alike = assignment.due_at, assignment.target_at, urgent
        if alike not in ladders:
            ladders[alike] = rungs(assignment, work.now, house, urgent=urgent)
        of = {"lane": f"office:{assignment.office_id}", "assignment_id": assignment.id, "version": assignment.version}
        rows += [{**of, "priority": Priority.REMINDER, "due_at": r.at, "rung": r.kind.value} for r in ladders[alike]]
    await put_reminders(work.session, rows)
    work.touched.add("reminders")
    return next((ladder for ladder in ladders.values() if ladder), [])
