"""The next period of a report that comes back: shown, made of the one before, sent like any directive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import recurring as vi
from db import Work
from db.directives import (
    Directive,
    DirectiveFile,
    Question,
    Task,
    assign,
    assignments_of_task,
    files_of,
    questions_of,
    tasks_of,
)
from db.offices import Office
from db.reorganising import as_today
from db.series import Series, series_of
from handlers import House
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import goal_of
from scheduler.periods import Cycle, Period
from scheduler.workdays import Workdays

LEAD = 7
"""Working days before the last one on which a period is prepared."""
_ASKED = ("position", "text", "quote", "kind", "unit", "options")


def cycle_of(series: Series) -> Cycle:
    found = Cycle.of(series.recurrence, f"{series.words} {series.task.text}".casefold(), calendar=series.calendar)
    assert found is not None  # it was one when the series began
    return found


def next_period(series: Series) -> Period:
    return cycle_of(series).after(series.next_on - timedelta(days=1))


def prepared_on(period: Period, calendar: Workdays) -> date:
    """The day on which its coordinator hears of it."""
    return calendar.add_working(calendar.previous_working(period.last), -LEAD)


async def proposal(work: Work, house: House, series: Series) -> Outgoing:
    """The next period as it would go out, waiting for a tap."""
    period, offices = next_period(series), [each.name for each in await owing(work, series.task)]
    tolerant = bool(series.task.directive.tolerant)
    goal = goal_of(vi.rule_of(series.recurrence), period.named, None, house, tolerant=tolerant)
    return vi.proposal(series, period, goal, offices, await questions_of(work.session, series.task_id))


async def owing(work: Work, task: Task) -> list[Office]:
    """Who was asked last time, or has taken their place since."""
    asked = await assignments_of_task(work.session, task.id)
    return await as_today(work.session, (each.office for each in asked))


async def next_directive(work: Work, house: House, series: Series, coordinator: int) -> Directive:
    """A draft of the next period, made of the one before; the series waits for the one after."""
    period, before = next_period(series), series.task
    last, offices = before.directive, await owing(work, before)
    collector = await work.session.get_one(Office, series.collector_id)
    directive = Directive(
        number=last.number,
        issued_on=last.issued_on,
        subject=vi.subject(last.subject, period),
        issuer=last.issuer,
        collector=collector,
        collector_id=collector.id,
        coordinator_id=coordinator,
        drafted_at=work.now,
        confirmed_circulation_at=last.confirmed_circulation_at,
    )
    words = vi.deadline_words(series.recurrence, period)
    directive.reading = _reading(last.reading, before, words, period, [each.name for each in offices])
    work.session.add(directive)
    await work.session.flush()
    task = await _task(work, house, directive, series, period)
    await assign(work.session, task, offices)
    for file in (await files_of(work.session, [last.id])).get(last.id, ()):
        work.session.add(DirectiveFile(directive_id=directive.id, name=file.name, sha256=file.sha256))
    await work.session.flush()
    advance(series, period, task)
    return directive


async def _task(work: Work, house: House, directive: Directive, series: Series, period: Period) -> Task:
    """This period's, with the questions of the one before."""
    before = series.task
    task = Task(
        directive=directive,
        directive_id=directive.id,
        position=0,
        number=before.number,
        text=before.text,
        kind=before.kind,
        deadline_words=vi.deadline_words(series.recurrence, period),
        rule=vi.rule_of(series.recurrence),
        named_on=period.named,
        period_from=period.start,
        period_to=period.end,
        send_to=before.send_to,
        via=before.via,
        coordinating=list(before.coordinating),
        wanted=list(before.wanted),
        previous_id=before.id,
    )
    set_instants(task, house, tolerant=bool(before.directive.tolerant))
    work.session.add(task)
    await work.session.flush()
    for each in await questions_of(work.session, before.id):
        work.session.add(Question(task_id=task.id, **{name: getattr(each, name) for name in _ASKED}))
    return task


async def take_back(work: Work, directive: Directive) -> None:
    """The draft of a period is dropped: its series offers that period again, made of the one before."""
    for task in await tasks_of(work.session, directive.id):
        series = await series_of(work.session, task.id)
        before = await work.session.get(Task, task.previous_id) if task.previous_id else None
        if series is not None and before is not None and task.named_on is not None:
            series.task, series.task_id = before, before.id
            series.next_on, series.proposed_at = task.named_on, work.now


def advance(series: Series, period: Period, task: Task | None = None) -> None:
    """On to the period after this one, which was sent (`task`) or left out."""
    if task is not None:
        series.task, series.task_id = task, task.id
    series.next_on, series.proposed_at = cycle_of(series).after(period.named).named, None


async def offered(work: Work, task: Task, recurrence: str, words: str) -> Series | None:
    """A rule that may be followed from now on; None where it names no day."""
    found = await series_of(work.session, task.id) or Series(
        task=task, task_id=task.id, collector_id=task.directive.collector_id
    )
    found.recurrence, found.words = recurrence[:100], words[:200]
    found.calendar = bool(found.calendar)
    cycle = Cycle.of(recurrence, f"{words} {task.text}".casefold(), calendar=found.calendar)
    if cycle is None:
        return None
    found.next_on = cycle.after(task.named_on or local(work.now).date()).named
    work.session.add(found)
    await work.session.flush()
    return found


def _reading(last: dict[str, Any], task: Task, words: str, period: Period, offices: list[str]) -> dict[str, Any]:
    """What was read of the paper, for this task alone and with this period's day; nothing of the day was read there."""
    read = dict(last["tasks"][task.position])
    read |= {"deadline_expression": words, "due_date_iso": period.named.isoformat(), "assignees": offices}
    read["spans"] = {}
    return {**last, "tasks": [read], "offices": offices, "report_period": None, "notes": []}
