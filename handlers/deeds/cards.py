"""The cards of a draft: its summary, and one for each task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.clocks import local
from bot.documents import quote, quote_lines
from bot.messages import Outgoing
from bot.vi import draft as vi
from bot.vi.reasons import because
from db import Work
from db.directives import Directive, Task, assignments_of, assignments_of_task, files_of, questions_of, tasks_of
from handlers import House
from handlers.deeds.drafting import unknown_names
from handlers.deeds.ladder import rungs
from handlers.deeds.naming import alike
from handlers.deeds.proposing import collectors_alone, others
from scheduler.workdays import Workdays


async def draft_card(work: Work, house: House, directive: Directive, lead: str = "") -> Outgoing:
    """The whole draft as the coordinator checks it."""
    tasks = await tasks_of(work.session, directive.id)
    cards = [await _card(work, house, directive, task) for task in tasks]
    total = len({each.office_id for each in await assignments_of(work.session, directive.id)})
    names = await unknown_names(work, directive)
    unknown = vi.Unknown(names, bool(await alike(work, names)))
    files = [file.name for file in (await files_of(work.session, [directive.id])).get(directive.id, ())]
    squeeze = _squeeze(tasks, work.now, house.calendar)
    before = await work.session.get(Directive, directive.follows_id) if directive.follows_id else None
    return vi.draft(directive, _head_quotes(directive), cards, unknown, total, files, squeeze, lead, before)


async def task_card(work: Work, house: House, directive: Directive, task: Task, lead: str = "") -> Outgoing:
    """One task, with the way to the others."""
    tasks = await tasks_of(work.session, directive.id)
    return vi.task_card(directive, await _card(work, house, directive, task), tasks, lead)


async def _card(work: Work, house: House, directive: Directive, task: Task) -> vi.TaskCard:
    owed = await assignments_of_task(work.session, task.id)
    asked = not collectors_alone(directive, task, owed)
    moments = (
        [rung.at for rung in rungs(task, work.now, house)] if any(not each.collectors_own for each in owed) else []
    )
    return vi.TaskCard(
        task,
        [each.office.name for each in owed],
        asked,
        moments,
        await questions_of(work.session, task.id),
        len(await others(work, directive, task)),
        because(task, house.calendar),
        _task_quotes(directive, task, directive.reading["tasks"][task.position]),
    )


def _squeeze(tasks: Sequence[Task], now: datetime, calendar: Workdays) -> vi.Squeeze | None:
    """Where whoever gathers the reports has one working day for it, or none: the working day before is proposed."""
    dated = [task for task in tasks if task.target_at is not None]
    reports = max((task for task in dated if task.asks_report), key=_target, default=None)
    synthesis = min((task for task in dated if task.gathers), key=_target, default=None)
    if reports is None or synthesis is None or _target(synthesis) < _target(reports):
        return None
    last = local(_target(reports)).date()
    left = calendar.working_days_between(last, local(_target(synthesis)).date())
    inner = calendar.previous_working(last - timedelta(days=1))
    return vi.Squeeze(synthesis, reports, left, inner) if left <= 1 and inner > local(now).date() else None


def _target(task: Task) -> datetime:
    assert task.target_at is not None
    return task.target_at


def _head_quotes(directive: Directive) -> dict[str, str]:
    text, spans = directive.reading.get("text", ""), directive.reading.get("spans", {})
    running = {"report_period"}  # stands in a sentence, not in the head
    return {name: (quote if name in running else quote_lines)(text, *span) for name, span in spans.items()}


def _task_quotes(directive: Directive, task: Task, read: Mapping[str, Any]) -> dict[str, str]:
    """Of the deadline, as long as it is the paper's."""
    text, span = directive.reading.get("text", ""), read.get("spans", {}).get("deadline")
    return {"deadline": quote(text, *span)} if span and task.deadline_words == read.get("deadline_expression") else {}
