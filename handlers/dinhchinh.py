"""«Đính chính hạn việc 1: trước ngày 20/5»: another deadline for what was sent."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import dating as vi
from handlers import COORDINATOR, Aside, Turn, command, expected, intent
from handlers.deeds.correcting import correct, found_in, propose, propose_found, sent_task, sent_tasks

_TYPED = re.compile(r"vi[eệ]c\s+(?P<number>\d[\w().]*?)\s*(?::|là|la|thành|thanh)?\s+(?P<day>\S.*)$", re.IGNORECASE)


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
        if turn.number(4) is None:
            return await propose_found(turn, task, found)
        return await correct(turn, task, found, min(turn.number(4) or 0, 2))
    dated = [task for task in await sent_tasks(turn) if task.due_at is not None]
    typed = _TYPED.search(turn.text)
    named = [task for task in dated if typed and task.number == typed["number"]] or dated
    if len(named) != 1:
        return vi.which_task_to_correct(named)
    return await propose(turn, named[0], typed["day"] if typed else "")


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
