"""From a reading to a draft directive: tasks, offices matched by name, questions, the card to be checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.clocks import local
from bot.documents import quote, quote_lines
from bot.documents.reading import Reading
from bot.documents.reading import Task as ReadTask
from bot.messages import Outgoing
from bot.vi import directive as vi
from db import Work
from db.directives import (
    Directive,
    DirectiveFile,
    Question,
    Task,
    assign,
    assignments_of_task,
    drop_tasks,
    files_of,
    questions_of,
    tasks_of,
)
from db.offices import Office, find_offices
from handlers import House
from handlers.deeds.ladder import goal, rungs
from scheduler.workdays import Workdays

WANTED = {"report": ["soft", "signed"]}


async def start_draft(
    work: Work, house: House, reading: Reading, files: Sequence[tuple[str, str]], coordinator: int, collector: Office
) -> Directive:
    """A draft with everything the reading found; `files` are (name, sha256). Nothing is sent."""
    directive = Directive(collector=collector, coordinator_id=coordinator, drafted_at=work.now)
    await _fill(work, house, directive, reading)
    work.session.add_all(DirectiveFile(directive_id=directive.id, name=name, sha256=sha) for name, sha in files)
    await work.session.flush()
    return directive


async def refill(work: Work, house: House, draft: Directive, reading: Reading) -> None:
    """The draft anew from a reading of more files; a number and a subject that were corrected stay."""
    kept = {name: getattr(draft, name) for name in ("number", "subject") if getattr(draft, name) != _read(draft, name)}
    await drop_tasks(work.session, draft.id)
    await _fill(work, house, draft, reading)
    for name, value in kept.items():
        setattr(draft, name, value)


def _read(draft: Directive, name: str) -> str | None:
    """As it was read; a subject that was not found is empty."""
    found: str | None = draft.reading.get(name)
    return found or "" if name == "subject" else found


async def _fill(work: Work, house: House, directive: Directive, reading: Reading) -> None:
    directive.number, directive.issued_on = reading.number, reading.date
    directive.subject, directive.issuer = reading.subject or "", reading.issuer
    directive.reading = reading.to_json()
    directive.urgent = "HỎA TỐC" in (reading.classification.urgency or "")
    work.session.add(directive)
    await work.session.flush()
    for position, read in enumerate(reading.tasks):
        await _add_task(work, house, directive, position, read, reading)
    await match_offices(work, directive)


async def _add_task(
    work: Work, house: House, directive: Directive, position: int, read: ReadTask, reading: Reading
) -> None:
    due, period = read.deadline, read.period or (reading.report_period if read.kind == "report" else None)
    task = Task(
        directive=directive,
        directive_id=directive.id,
        position=position,
        number=_numbers(reading)[position],
        text=read.text,
        kind=read.kind,
        deadline_words=due.expression,
        rule=due.rule,
        named_on=date.fromisoformat(due.date) if due.date else None,
        named_time=due.time,
        period_from=date.fromisoformat(period.start) if period else None,
        period_to=date.fromisoformat(period.end) if period else None,
        send_to=read.send_to,
        via=read.via,
        coordinating=list(read.coordinating),
        wanted=WANTED.get(read.kind, []),
    )
    set_instants(task, house, tolerant=False)
    work.session.add(task)
    await work.session.flush()
    for number, question in enumerate(read.questions[:5]):
        quote = reading.words(question.span)
        work.session.add(Question(task_id=task.id, position=number, text=question.text, quote=quote))


def _numbers(reading: Reading) -> list[str]:
    """As printed; what the paper does not number gets the next number that is free."""
    printed = {task.no for task in reading.tasks}
    free = (str(n) for n in range(1, 1000) if str(n) not in printed)
    return [task.no if task.no not in {"-", "end"} else next(free) for task in reading.tasks]


def set_instants(task: Task, house: House, *, tolerant: bool) -> None:
    """The three instants from the named date and its rule; the deadline's version goes up when they change."""
    found = goal(task, house, tolerant=tolerant)
    task.due_at = found.due_at if found else None
    task.target_at = found.target_at if found else None


async def match_offices(work: Work, directive: Directive) -> list[str]:
    """Assign each task to the offices named for it; the names the directory does not know come back."""
    tasks = {task: _assignees(directive, task) for task in await tasks_of(work.session, directive.id)}
    names = dict.fromkeys(name for found in tasks.values() for name in found)
    known = await find_offices(work.session, names)
    for task, found in tasks.items():
        offices = {known[name].id: known[name] for name in found if name in known}
        await assign(work.session, task, offices.values())
    return [name for name in names if name not in known]


def _assignees(directive: Directive, task: Task) -> Sequence[str]:
    named: Sequence[str] = directive.reading["tasks"][task.position]["assignees"]
    return named


async def unknown_names(work: Work, directive: Directive, only: Task | None = None) -> list[str]:
    """Whom the draft, or one task of it, is for and the directory does not know."""
    tasks = directive.reading.get("tasks", ())
    tasks = tasks if only is None else [tasks[only.position]]
    names = dict.fromkeys(name for task in tasks for name in task["assignees"])
    known = await find_offices(work.session, names)
    return [name for name in names if name not in known]


async def draft_card(work: Work, house: House, directive: Directive) -> Outgoing:
    """The whole draft as the coordinator checks it."""
    cards, offices = [], set()
    read = directive.reading.get("tasks", ())
    for task in await tasks_of(work.session, directive.id):
        owed = await assignments_of_task(work.session, task.id)
        offices |= {a.office_id for a in owed}
        moments = [rung.at for rung in rungs(task, work.now, house, urgent=directive.urgent)]
        others = [a for a in owed if a.office_id != directive.collector_id]
        asked = [question.text for question in await questions_of(work.session, task.id)]
        why = vi.because(task, _issued(directive), house.calendar)
        quotes = _task_quotes(directive, task, read[task.position])
        cards.append(vi.TaskCard(task, [a.office.name for a in owed], moments if others else [], asked, why, quotes))
    unknown = await unknown_names(work, directive)
    files = [file.name for file in (await files_of(work.session, [directive.id])).get(directive.id, ())]
    remarks = _squeeze([card.task for card in cards], work.now, house.calendar)
    return vi.draft(directive, _head_quotes(directive), cards, unknown, len(offices), files, remarks)


def _squeeze(tasks: Sequence[Task], now: datetime, calendar: Workdays) -> list[str]:
    """Where whoever gathers the reports has one working day for it, or none: the working day before is proposed."""
    dated = [task for task in tasks if task.target_at is not None]
    reports = max((task for task in dated if task.kind == "report"), key=_target, default=None)
    synthesis = min((task for task in dated if task.gathers), key=_target, default=None)
    if reports is None or synthesis is None or _target(synthesis) < _target(reports):
        return []
    last = local(_target(reports)).date()
    left = calendar.working_days_between(last, local(_target(synthesis)).date())
    inner = calendar.previous_working(last - timedelta(days=1))
    return [vi.squeezed(synthesis, reports, left, inner)] if left <= 1 and inner > local(now).date() else []


def _target(task: Task) -> datetime:
    assert task.target_at is not None
    return task.target_at


def _head_quotes(directive: Directive) -> dict[str, str]:
    text, spans = directive.reading.get("text", ""), directive.reading.get("spans", {})
    running = {"report_period"}  # stands in a sentence, not in the head
    return {name: (quote if name in running else quote_lines)(text, *span) for name, span in spans.items()}


def _task_quotes(directive: Directive, task: Task, read: Mapping[str, Any]) -> dict[str, str]:
    """Of the deadline, as long as it is the paper's, and of what is asked."""
    text, found = directive.reading.get("text", ""), {}
    if task.deadline_words == read.get("deadline_expression") and (span := read.get("spans", {}).get("deadline")):
        found["deadline"] = quote(text, *span)
    if asked := [question["span"] for question in read.get("questions", ())[:5]]:
        found["questions"] = quote(text, *asked[len(asked) // 2])
    return found


def _issued(directive: Directive) -> date | None:
    """The day of signing, if the paper gives a whole one."""
    written = directive.issued_on or ""
    return date.fromisoformat(written) if len(written) == 10 else None
