"""«Hạn việc 3: 14/6/2024»: a task that was sent without a deadline gets one, and its reminders."""

from __future__ import annotations

import re
from datetime import datetime

from bot.messages import Outgoing
from bot.vi import card
from bot.vi import missing as vi
from db.directives import Directive, Task, assignments_of_task, open_directives, questions_of, tasks_of
from handlers import COORDINATOR, Refused, Turn, command, expected
from handlers.deeds.deadline import read_deadline
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import hang
from handlers.deeds.reach import tell_office

_TYPED = re.compile(r"^\s*h[aạ]n\s+(?:vi[eệ]c\s+)?(?P<number>\d[\w().]*?)\s*(?::|là|la)?\s+(?P<day>.+)$", re.IGNORECASE)


@command("han", who=COORDINATOR, listed=False, says=r"^han (viec )?\d")
async def set_deadline(turn: Turn) -> Outgoing:
    """Ấn định hạn cho việc chưa có hạn"""
    if (task_id := turn.number(0)) is not None:
        task = await _undated(turn, task_id)
        turn.expect(f"deadline:{task.id}")
        return vi.ask_deadline(task)
    typed, known = _TYPED.match(turn.text), await _sent_tasks(turn)
    named = [task for task in known if typed and task.number == typed["number"]]
    undated = [task for task in named or known if task.due_at is None]
    if typed is None or not named or len(undated) > 1:
        return vi.which_task_to_date(undated)
    return await _date(turn, undated[0], typed["day"]) if undated else vi.already_dated(named[0])


async def _sent_tasks(turn: Turn) -> list[Task]:
    """Every task of her open directives."""
    open_ = await open_directives(turn.work.session, [office.id for office in turn.offices])
    return [task for directive in open_ for task in await tasks_of(turn.work.session, directive.id)]


@expected("deadline")
async def day(turn: Turn) -> Outgoing:
    return await _date(turn, await _undated(turn, turn.number(0) or 0), turn.text)


async def _undated(turn: Turn, task_id: int) -> Task:
    """A task of hers that was sent and has no deadline. Raises Refused."""
    task = await turn.work.session.get(Task, task_id)
    directive = await turn.work.session.get(Directive, task.directive_id) if task else None
    if task is None or directive is None or directive.collector_id not in {office.id for office in turn.offices}:
        raise Refused(vi.no_directive())
    if directive.published_at is None or directive.closed_at is not None:
        raise Refused(vi.no_directive())
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
    return vi.deadline_set(task, moments)
