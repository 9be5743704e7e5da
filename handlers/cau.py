"""The questions of a draft: «Thêm câu», «Bỏ câu 2»."""

from __future__ import annotations

import re

from bot.documents.shapes import currency, listed
from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import fixing as vi
from bot.vi.values import KINDS
from db.directives import Directive, Kind, Question, Task, questions_of
from handlers import COORDINATOR, Turn, command, expected
from handlers.deeds.cards import draft_card
from handlers.deeds.fixing import own_draft, own_task
from handlers.deeds.proposing import ask_too, others

SHOWN = 8
"""Suggestions at a time."""
_WITH_OPTIONS = {Kind.CHOICE, Kind.TABLE}
_KINDS = {fold(words): kind for kind, words in KINDS.items()}
_MEANT = re.compile(
    r"^(?:câu|cau)?\s*(?P<number>\d{1,2})\s*[:.]?\s*(?:(?:là|la)\s+)?"
    r"(?P<kind>văn bản|van ban|số|so|tiền|tien|tỷ lệ|ty le|ngày|ngay|lựa chọn|lua chon|bảng|bang)"
    r"(?:\s*[:,(]\s*|\s+|$)(?P<rest>.*?)\)?$",
    re.IGNORECASE | re.DOTALL,
)


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
    elif deed == "kieu":
        return await _kinds(turn, directive, task)
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


@command("kieucau", who=COORDINATOR, listed=False)
async def kind(turn: Turn) -> Outgoing:
    """Chọn kiểu trả lời của một câu hỏi"""
    directive = await own_draft(turn)
    task, wanted = await own_task(turn, directive, 1), turn.args[3] if len(turn.args) > 3 else ""
    asked = await questions_of(turn.work.session, task.id) if task is not None else []
    question = next((each for each in asked if each.id == turn.number(2)), None)
    if task is None or question is None or wanted not in set(Kind):
        return await draft_card(turn.work, turn.house, directive)
    if wanted in _WITH_OPTIONS:
        turn.expect(f"kind:{directive.id}:{task.id}:{question.id}:{wanted}")
        return vi.ask_options(Kind(wanted))
    turn.expect("")
    return await _reshaped(turn, directive, task, question, Kind(wanted), "")


@expected("kind", who=COORDINATOR)
async def kind_in_words(turn: Turn) -> Outgoing:
    """«câu 2 là số, hồ sơ», or the columns or choices asked for."""
    directive = await own_draft(turn)
    task, text = await own_task(turn, directive, 1), clean(turn.text)
    if task is None:
        turn.expect("")
        return await draft_card(turn.work, turn.house, directive)
    asked = await questions_of(turn.work.session, task.id)
    question = next((each for each in asked if each.id == turn.number(2)), None)
    wanted, rest = (Kind(turn.args[3]), text) if question and turn.args[3:] else (None, "")
    if wanted is None and (said := _MEANT.match(text)) and 1 <= int(said["number"]) <= len(asked):
        question, wanted, rest = asked[int(said["number"]) - 1], _KINDS[fold(said["kind"])], said["rest"]
    if question is None or wanted is None or (wanted in _WITH_OPTIONS and len(listed(rest)) < 2):
        return vi.not_a_kind(text, len(asked))
    turn.expect("")
    return await _reshaped(turn, directive, task, question, wanted, rest)


async def _reshaped(
    turn: Turn, directive: Directive, task: Task, question: Question, wanted: Kind, rest: str
) -> Outgoing:
    """`rest` is the unit, or the columns or choices."""
    question.kind, question.options = wanted, list(listed(rest)) if wanted in _WITH_OPTIONS else []
    units = {Kind.NUMBER: rest[:40], Kind.MONEY: currency(rest or question.text), Kind.SHARE: "%"}
    question.unit = units.get(wanted, "")
    await turn.work.session.flush()
    return await _page(turn, directive, task)


async def _kinds(turn: Turn, directive: Directive, task: Task) -> Outgoing:
    asked = await questions_of(turn.work.session, task.id)
    question = next((each for each in asked if each.id == turn.number(3)), None)
    if question is not None:
        return vi.ask_kind(directive, task, question)
    turn.expect(f"kind:{directive.id}:{task.id}")
    return vi.ask_kinds(directive, task, asked)


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
