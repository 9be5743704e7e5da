"""The questions of a draft: «Thêm câu», «Bỏ câu 2»."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import clean
from bot.vi import fixing as vi
from db.directives import Directive, Question, Task, questions_of
from handlers import COORDINATOR, Turn, command, expected
from handlers.deeds.cards import draft_card
from handlers.deeds.fixing import own_draft, own_task
from handlers.deeds.proposing import ask_too, others

SHOWN = 8
"""Suggestions at a time."""


@command("cau", who=COORDINATOR, listed=False)
async def change(turn: Turn) -> Outgoing:
    """Thêm, bỏ câu hỏi của một việc"""
    directive = await own_draft(turn)
    task, deed = await own_task(turn, directive, 1), turn.args[2] if len(turn.args) > 2 else ""
    if task is None:
        return await draft_card(turn.work, turn.house, directive)
    turn.expect("")
    if deed == "bo":
        await _drop(turn, task)
    elif deed == "them" and turn.number(3) is None:
        return await _offer(turn, directive, task)
    elif deed == "them":
        suggested = dict(await others(turn.work, directive, task))
        if found := suggested.get(turn.number(3) or 0):
            await ask_too(turn.work, task, found.text, found.quote)
    return await _page(turn, directive, task)


@expected("question", who=COORDINATOR)
async def own_words(turn: Turn) -> Outgoing:
    directive = await own_draft(turn)
    turn.expect("")
    task = await own_task(turn, directive, 1)
    if task is None:
        return await draft_card(turn.work, turn.house, directive)
    await ask_too(turn.work, task, clean(turn.text)[:500])
    return await _page(turn, directive, task)


async def _drop(turn: Turn, task: Task) -> None:
    found = await turn.work.session.get(Question, turn.number(3) or 0)
    if found is not None and found.task_id == task.id:
        await turn.work.session.delete(found)
        await turn.work.session.flush()


async def _offer(turn: Turn, directive: Directive, task: Task) -> Outgoing:
    turn.expect(f"question:{directive.id}:{task.id}")
    asked = await questions_of(turn.work.session, task.id)
    return vi.ask_question(directive, task, len(asked), (await others(turn.work, directive, task))[:SHOWN])


async def _page(turn: Turn, directive: Directive, task: Task) -> Outgoing:
    asked = await questions_of(turn.work.session, task.id)
    return vi.ask_questions(directive, task, asked, len(await others(turn.work, directive, task)))
