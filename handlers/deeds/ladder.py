"""An assignment's reminders as rows: written once, written anew when its deadline changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from db import Work
from db.directives import Assignment, Directive, Task
from db.mail import Priority
from db.post import put_reminders
from handlers import House
from scheduler.plan import Instants, Rung, Urgency, countdown, instants


def goal(task: Task, house: House, *, tolerant: bool) -> Instants | None:
    """The three instants of a task as it now stands."""
    return goal_of(task.rule, task.named_on, task.named_time, house, tolerant=tolerant)


def goal_of(rule: str, named: date | None, clock: str | None, house: House, *, tolerant: bool) -> Instants | None:
    """The three instants of a deadline, `clock` as HH:MM."""
    hour = time.fromisoformat(clock) if clock else None
    return instants(rule, named, hour, house.calendar, tolerant=tolerant, hours=house.hours) if named else None


def rungs(owed: Assignment | Task, sent_at: datetime, house: House) -> list[Rung]:
    """The ladder of what was sent then, as its deadline now stands."""
    if owed.due_at is None or owed.target_at is None:
        return []
    directive = (owed if isinstance(owed, Task) else owed.task).directive
    return ladder(directive, Instants(owed.target_at, owed.due_at), sent_at, house)


def ladder(directive: Directive, goal: Instants, sent_at: datetime, house: House) -> list[Rung]:
    return countdown(sent_at, goal, house.calendar, house.hours, urgency=Urgency(directive.urgency))


async def hang(work: Work, assignments: Sequence[Assignment], house: House) -> Sequence[Rung]:
    """Write the rows of their ladders; one of the ladders. The collector's own part has none."""
    ladders: dict[tuple[datetime | None, datetime | None, int], list[Rung]] = {}
    rows: list[dict[str, Any]] = []
    for assignment in assignments:
        if assignment.collectors_own:
            continue
        alike = assignment.due_at, assignment.target_at, assignment.task.directive.urgency
        if alike not in ladders:
            ladders[alike] = rungs(assignment, work.now, house)
        of = {"lane": f"office:{assignment.office_id}", "assignment_id": assignment.id, "version": assignment.version}
        rows += [{**of, "priority": Priority.REMINDER, "due_at": r.at, "rung": r.kind.value} for r in ladders[alike]]
    await put_reminders(work.session, rows)
    work.touched.add("reminders")
    return next((each for each in ladders.values() if each), [])
