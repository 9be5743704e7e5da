"""«Hạn việc 3: 14/6/2024»: a task that was sent without a deadline gets one, and its reminders; «sửa hạn việc 1»: one
on the draft another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import dating as vi
from db.directives import Task, tasks_of
from db.drafts import draft_of
from handlers import COMMANDS, COORDINATOR, Refused, Turn, command, expected
from handlers.deeds.correcting import sent_task, sent_tasks
from handlers.deeds.dating import date_task
from handlers.deeds.deadline import Typed, read_deadline, typed_deadline
from handlers.deeds.fixing import fix_task

_ASKED = r"(?!.*\b(?:khi nao|bao gio|ngay nao|ngay may|hom nao|den dau|het chua)(?: (?:a|vay|nhi|em|the))*$)"
_CHANGE = re.compile(r"(?:sua|doi) han\b(?! ky (?:nay|toi)\b)")


@command("han", who=COORDINATOR, listed=False, says=rf"^{_ASKED}(han (viec )?\d|{_CHANGE.pattern}.*\d)")
async def set_deadline(turn: Turn) -> Outgoing:
    """Ấn định hạn cho việc chưa có hạn"""
    if (task_id := turn.number(0)) is not None:
        task = await _undated(turn, task_id)
        turn.expect(f"deadline:{task.id}")
        return vi.ask_deadline(task)
    typed, known = typed_deadline(turn.text), await sent_tasks(turn)
    drafted, changing = await _on_the_draft(turn, typed), _CHANGE.match(fold(turn.text)) is not None
    named = typed.of(known) if typed.number and (typed.day or changing) else []
    undated = [task for task in named or known if task.due_at is None]
    if named and undated and drafted and not changing:
        return vi.which_task_to_date(undated, drafted[0])
    if drafted and (changing or (typed.number and typed.day)):
        return await _change(turn, drafted, typed.day)
    if len(undated) < len(named) or (changing and not named):
        return await COMMANDS["dinhchinh"].handle(turn)
    if not named or len(undated) > 1:
        return vi.which_task_to_date(undated)
    return await _date(turn, undated[0], typed.day)


async def _change(turn: Turn, drafted: Sequence[Task], said: str) -> Outgoing:
    """Another deadline for the one task that is meant on the draft; or the question which, or for the day."""
    first, *others = drafted
    if not others and said:
        return await fix_task(turn, first.directive, first, "han", said)
    turn.args = [str(first.directive_id), *([] if others else ["han", str(first.id)])]
    return await COMMANDS["sua"].handle(turn)


async def _on_the_draft(turn: Turn, typed: Typed) -> list[Task]:
    """The tasks that are meant on what she is putting together: there a deadline is only a proposal."""
    assert turn.person is not None
    draft = await draft_of(turn.work.session, turn.person.id)
    return typed.of(await tasks_of(turn.work.session, draft.id)) if draft else []


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
    return vi.deadline_set(task, *await date_task(turn, task, found))
