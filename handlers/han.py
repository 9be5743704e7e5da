"""«Hạn việc 3: 14/6/2024»: a task that was sent without a deadline gets one, and its reminders."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.vi import dating as vi
from db.directives import Task
from handlers import COORDINATOR, Refused, Turn, command, expected
from handlers.deeds.correcting import propose, sent_task, sent_tasks
from handlers.deeds.dating import date_task
from handlers.deeds.deadline import read_deadline

_TYPED = re.compile(r"^\s*h[aạ]n\s+(?:vi[eệ]c\s+)?(?P<number>\d[\w().]*?)\s*(?::|là|la)?\s+(?P<day>.+)$", re.IGNORECASE)


@command("han", who=COORDINATOR, listed=False, says=r"^han (viec )?\d")
async def set_deadline(turn: Turn) -> Outgoing:
    """Ấn định hạn cho việc chưa có hạn"""
    if (task_id := turn.number(0)) is not None:
        task = await _undated(turn, task_id)
        turn.expect(f"deadline:{task.id}")
        return vi.ask_deadline(task)
    typed, known = _TYPED.match(turn.text), await sent_tasks(turn)
    named = [task for task in known if typed and task.number == typed["number"]]
    undated = [task for task in named or known if task.due_at is None]
    if typed is None or not named or len(undated) > 1:
        return vi.which_task_to_date(undated)
    if undated:
        return await _date(turn, undated[0], typed["day"])
    return await propose(turn, named[0], typed["day"])


@expected("deadline", who=COORDINATOR)
async def day(turn: Turn) -> Outgoing:
    return await _date(turn, await _undated(turn, turn.number(0) or 0), turn.text)


async def _undated(turn: Turn, task_id: int) -> Task:
    """A task of hers that was sent and has no deadline. Raises Refused."""
    task = await sent_task(turn, task_id)
    if task.due_at is not None:
        turn.expect("")
        raise Refused(vi.already_dated(task))
    return task


async def _date(turn: Turn, task: Task, text: str) -> Outgoing:
    found = read_deadline(text, turn.work.now)
    if found is None or found[1] is None:
        turn.expect(f"deadline:{task.id}")
        return vi.ask_deadline(task)
    turn.expect("")
    return vi.deadline_set(task, await date_task(turn, task, found))
