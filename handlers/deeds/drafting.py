"""From a reading to a draft directive: tasks, offices matched by name, the questions proposed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.documents import read_text, with_calendar
from bot.documents.reading import Reading
from bot.documents.reading import Task as ReadTask
from db import Work
from db.directives import Directive, DirectiveFile, Task, tasks_of
from db.drafts import assign, drop_tasks, newest_numbered
from db.offices import Office, find_offices
from handlers import House
from handlers.deeds.ladder import goal
from handlers.deeds.proposing import propose
from scheduler.periods import REPORTS
from scheduler.plan import Urgency

STAMPS = {"KHẨN": Urgency.URGENT, "THƯỢNG KHẨN": Urgency.PRESSING, "HỎA TỐC": Urgency.FLASH}
WANTED = ("soft", "signed")
HEAD = ("number", "issued_on", "subject")
_NUMBERED = re.compile(r"[Ss]ố:?\s+(\S+)")
_DUE = ("due_rule", "due_date_iso", "deadline_expression")


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
    """The draft anew from a reading of more files; a number, a day and a subject that were corrected stay."""
    kept = {name: getattr(draft, name) for name in HEAD if getattr(draft, name) != _read(draft, name)}
    await drop_tasks(work.session, draft.id)
    await _fill(work, house, draft, reading)
    for name, value in kept.items():
        setattr(draft, name, value)
    if "issued_on" in kept:
        await redate(work, house, draft)


def _read(draft: Directive, name: str) -> str | None:
    """As it was read; a subject that was not found is empty."""
    found: str | None = draft.reading.get("date" if name == "issued_on" else name)
    return found or "" if name == "subject" else found


async def redate(work: Work, house: House, draft: Directive) -> None:
    """The deadlines the paper counts from its day of issue, now that it is another; those that were corrected stay."""
    told = replace(read_text(draft.reading["text"], house.calendar), date=draft.issued_on)
    again = with_calendar(told, house.calendar)
    tasks = [dict(task) for task in draft.reading["tasks"]]
    for task, before, read in zip(await tasks_of(work.session, draft.id), tasks, again.tasks, strict=False):
        named = task.named_on.isoformat() if task.named_on else None
        own = task.previous_id is None  # that of a period is no paper's
        if own and (task.rule, named, task.deadline_words) == tuple(before[name] for name in _DUE):
            found, anew = read.deadline, read.to_json()
            before.update({name: anew[name] for name in anew if name.startswith("due_")})
            task.rule, task.named_time = found.rule, found.time
            task.named_on = date.fromisoformat(found.date) if found.date else None
            set_instants(task, house, tolerant=False)
    draft.reading = {**draft.reading, "tasks": tasks}


async def _fill(work: Work, house: House, directive: Directive, reading: Reading) -> None:
    directive.number, directive.issued_on = reading.number, reading.date
    directive.subject, directive.issuer = reading.subject or "", reading.issuer
    directive.reading = reading.to_json()
    directive.urgency = STAMPS.get(reading.classification.urgency or "", Urgency.ORDINARY)
    directive.follows_id = await _concluded(work, directive, reading)
    work.session.add(directive)
    await work.session.flush()
    for position, read in enumerate(reading.tasks):
        await _add_task(work, house, directive, position, read, reading)
    await match_offices(work, directive)
    for task in await tasks_of(work.session, directive.id):
        await propose(work, directive, task)


async def _concluded(work: Work, directive: Directive, reading: Reading) -> int | None:
    """The directive of this collector that a «Thông báo kết luận» cites: it goes on with it."""
    if (reading.doc_type or "").casefold() != "thông báo":
        return None
    cited = [found[1] for each in reading.references if (found := _NUMBERED.search(each))]
    return await newest_numbered(work.session, directive.collector.id, cited)


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
        wanted=list(WANTED) if read.kind in REPORTS else [],
    )
    set_instants(task, house, tolerant=False)
    work.session.add(task)
    await work.session.flush()


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
