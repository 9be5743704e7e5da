"""«Đính chính hạn việc 1: trước ngày 20/5»: another deadline for what was sent."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import dating as vi
from db.directives import Task
from handlers import COMMANDS, COORDINATOR, Aside, Turn, command, expected, intent
from handlers.deeds.correcting import correct, found_in, propose, propose_found, sent_task, sent_tasks, value_of
from handlers.deeds.deadline import Found, read_deadline, typed_deadline


@command("dinhchinh", who=COORDINATOR, says=r"^dinh chinh\b")
async def change(turn: Turn) -> Outgoing:
    """Đính chính hạn của công văn đã gửi"""
    if (number := turn.number(0)) is not None:
        task = await sent_task(turn, number)
        if turn.args[1:] == ["thoi"]:
            turn.expect("")
            return vi.not_corrected(task)
        if (found := found_in(task, turn.args)) is None:
            return await propose(turn, task, "")
        if turn.number(5) is None:
            return await propose_found(turn, task, found)
        if turn.number(4) != task.version:
            return vi.not_corrected(task)  # pressed twice, or the deadline has changed since
        return await correct(turn, task, found, min(turn.number(5) or 0, 2))
    typed, sent = typed_deadline(turn.text), await sent_tasks(turn)
    named, dated = typed.of(sent), [task for task in sent if task.due_at is not None]
    if typed.number and named and not any(task in dated for task in named):
        return await COMMANDS["han"].handle(turn)
    meant = [task for task in named if task in dated] or dated
    if len(meant) == 1:
        return await propose(turn, meant[0], typed.day)
    day = read_deadline(typed.day, turn.work.now)
    return vi.which_task_to_correct([(task, _worth(task, day)) for task in meant])


def _worth(task: Task, day: Found | None) -> str:
    """A button's worth: this task, with the day that was typed already."""
    return value_of(task, day) if day and day[1] else f"/dinhchinh {task.id}"


@expected("correction", who=COORDINATOR)
async def day(turn: Turn) -> Outgoing:
    """The new deadline, or that it stays."""
    task = await sent_task(turn, turn.number(0) or 0)
    if fold(turn.text) in {"thoi", "khong", "giu nguyen"}:
        turn.expect("")
        return vi.not_corrected(task)
    if intent(turn.text) is not None:
        raise Aside
    return await propose(turn, task, turn.text)
