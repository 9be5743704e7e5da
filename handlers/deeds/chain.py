"""The days of a directive follow one another: reports, what is made of them, the meeting that hears it."""

from __future__ import annotations

from datetime import datetime

from db import Work
from db.directives import Task, tasks_of


async def out_of_order(work: Work, task: Task, target: datetime) -> list[Task]:
    """With this last working moment of the task, those whose own would not come after or before it as they should."""
    own = _place(task)
    found = [each for each in await tasks_of(work.session, task.directive_id) if each.target_at and _place(each) != own]
    return [each for each in found if each.target_at and _wrong(each.target_at, target, after=_place(each) > own)]


def _wrong(other: datetime, target: datetime, *, after: bool) -> bool:
    return other <= target if after else other >= target


def _place(task: Task) -> int:
    return 2 if task.serves_meeting else int(task.gathers)
