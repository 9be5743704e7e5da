"""Correcting a draft, task by task: «Xem từng việc», «Sửa», «Hạn việc 1», or typed «đơn vị việc 1: thêm Phòng A»."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import fixing as vi
from bot.vi.common import of_period
from bot.vi.directive import no_draft
from db.directives import Directive, Task, questions_of, tasks_of
from db.drafts import draft_of
from handlers import COORDINATOR, Turn, command, expected
from handlers.deeds.cards import draft_card, task_card
from handlers.deeds.fixing import fix_task, new_day, own_draft, own_task
from handlers.deeds.proposing import others

FIELDS = {"so", "ngay", "trichyeu"}
ASKED = {"han", "donvi"}
_TYPED = re.compile(
    r"^(?P<field>[^\d:]+?)\s+(?:vi[eệ]c\s+)?(?P<number>\d[\w().]*)\s*(?::|là\b|la\b)?\s*(?P<said>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NAMES = {"don vi": "donvi", "cau hoi": "cau", "cau": "cau", "tep": "tep"}


@command("xem", who=COORDINATOR, listed=False)
async def card(turn: Turn) -> Outgoing:
    """Xem từng việc của bản nháp"""
    directive = await own_draft(turn)
    turn.expect("")
    tasks = await tasks_of(turn.work.session, directive.id)
    task = await own_task(turn, directive, 1) or next(iter(tasks), None)
    return await task_card(turn.work, turn.house, directive, task) if task else no_draft()


@command("sua", who=COORDINATOR, listed=False)
async def fix(turn: Turn) -> Outgoing:
    """Sửa bản nháp công văn"""
    directive = await own_draft(turn)
    field, task = turn.args[1] if len(turn.args) > 1 else "", await own_task(turn, directive, 2)
    if task is not None and field in ASKED and (said := " ".join(turn.args[3:])):
        return await fix_task(turn, directive, task, field, said)
    return await _ask(turn, directive, field, task)


async def _ask(turn: Turn, directive: Directive, field: str, task: Task | None) -> Outgoing:
    turn.expect("")
    if task is not None and field == "cau":
        asked = await questions_of(turn.work.session, task.id)
        return vi.ask_questions(directive, task, asked, len(await others(turn.work, directive, task)))
    if task is not None and field == "tep":
        return vi.ask_files(directive, task)
    if field not in (ASKED if task else FIELDS):
        return vi.what_to_fix(directive, await tasks_of(turn.work.session, directive.id))
    turn.expect(f"fix:{directive.id}:{field}:{task.id if task else 0}")
    return vi.ask_fix(field, task)


@expected("fix", who=COORDINATOR)
async def fixed(turn: Turn) -> Outgoing:
    directive = await own_draft(turn)
    field, task, text = turn.args[1], await own_task(turn, directive, 2), clean(turn.text)
    if task is not None:
        return await fix_task(turn, directive, task, field, text)
    if field == "so":
        directive.number = text[:100]
    elif field == "ngay":
        await new_day(turn, directive, text)
    elif field == "trichyeu":
        directive.subject = f"{text[:900]}{of_period(directive)}"
    turn.expect("")
    await turn.work.session.flush()
    return await draft_card(turn.work, turn.house, directive)


@command("tep", who=COORDINATOR, listed=False)
async def files(turn: Turn) -> Outgoing:
    """Chọn tệp cần gửi của một việc"""
    directive = await own_draft(turn)
    task = await own_task(turn, directive, 1)
    said = turn.args[2] if len(turn.args) > 2 else ""
    if task is None or said not in vi.FILES:
        return await draft_card(turn.work, turn.house, directive)
    return await fix_task(turn, directive, task, "tep", said)


@command("suaviec", who=COORDINATOR, listed=False, says=r"^(don vi|cau hoi|cau|tep) viec \d")
async def typed(turn: Turn) -> Outgoing:
    """Sửa một việc của bản nháp bằng chữ"""
    assert turn.person is not None
    said, draft = _TYPED.match(clean(turn.text)), await draft_of(turn.work.session, turn.person.id)
    if said is None or draft is None or not turn.collects(draft.collector_id):
        return no_draft()
    tasks = await tasks_of(turn.work.session, draft.id)
    task = next((each for each in tasks if each.number == said["number"]), None)
    field = _NAMES.get(fold(said["field"]).removesuffix(" viec"), "")
    if task is None or not said["said"]:
        return await _ask(turn, draft, field, task)
    return await fix_task(turn, draft, task, field, said["said"])
