"""Days off as the coordinator types them, and what becomes of the reminders that hang."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from db import Work
from db.directives import Assignment, Directive, Task, assignments_of, tasks_of
from db.mail import Priority, Reminder
from db.post import move_reminders, put_reminders, rungs_of
from handlers import House
from handlers.deeds.days import find_day
from handlers.deeds.ladder import goal, rungs
from scheduler.plan import FOR_UNOPENED, Rung
from scheduler.workdays import OTHERWISE_OFF, SWAPPED, Overrides, Workdays

MOST = 18
"""Days at a time."""
_TOKEN = re.compile(
    r"(?P<off>\bngh[iỉ]\b)|(?P<work>\bl[aà]m (?:b[uù]|vi[eệ]c)\b|\b[đd]i l[aà]m\b)|(?P<drop>\bb[oỏ]\b)"
    r"|(?P<to>\b(?:[đd][eế]n|t[oớ]i)\b|[-–](?=\s*\d))"
    r"|(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\s*[/.]\s*\d{1,2}(?:\s*[/.]\s*\d{4})?)",
    re.IGNORECASE,
)
DROPPED = "bo"


@dataclass(frozen=True)
class Change:
    """Days with why they are off, None where they are worked; `dropped` go back to the state's calendar."""

    days: Overrides
    dropped: Sequence[date] = ()

    def on(self, calendar: Workdays) -> Workdays:
        """The calendar as it would be."""
        kept = {day: reason for day, reason in calendar.own.items() if day not in self.dropped}
        return calendar.with_own({**kept, **self.days})


def read_change(text: str, today: date) -> Change | None:
    """`nghỉ 2/1/2027, làm bù 10/1/2027`, `nghỉ 31/8 đến 2/9`, `bỏ 2/1/2027`; None where no coming day is named, or too
    many are."""
    named: dict[date, str] = {}
    verb, last, through = "off", None, False
    for token in _TOKEN.finditer(text):
        kind = str(token.lastgroup)
        if kind in {"off", "work", "drop"}:
            verb, through = kind, False
        elif kind == "to":
            through = last is not None
        else:
            day = find_day(token[0], today)
            first = last + timedelta(days=1) if through and last else day
            if day is None or day < today or first is None or day < first:
                return None
            named |= {first + timedelta(days=n): verb for n in range((day - first).days + 1)}
            last, through = day, False
        if len(named) > MOST:
            return None
    if not named:
        return None
    why = SWAPPED if "work" in named.values() else OTHERWISE_OFF
    days = {day: why if verb == "off" else None for day, verb in named.items() if verb != "drop"}
    return Change(days, [day for day, verb in named.items() if verb == "drop"])


def pack(change: Change) -> str:
    """As it waits for the coordinator's word: `n20270102 l20270110 b20270103`."""
    letters = [
        ("l" if reason is None else "n" if reason == SWAPPED else "o", day) for day, reason in change.days.items()
    ]
    return " ".join(f"{letter}{day:%Y%m%d}" for letter, day in [*letters, *(("b", day) for day in change.dropped)])


def unpack(packed: str) -> Change:
    found = [(each[0], date.fromisoformat(each[1:])) for each in packed.split()]
    reasons = {"l": None, "n": SWAPPED, "o": OTHERWISE_OFF}
    days = {day: reasons[letter] for letter, day in found if letter != "b"}
    return Change(days, [day for letter, day in found if letter == "b"])


@dataclass(frozen=True)
class Moved:
    """A task of which some reminder comes at another time."""

    task: Task
    old: Sequence[datetime]
    new: Sequence[datetime]


async def would_move(work: Work, house: House, directives: Sequence[Directive], calendar: Workdays) -> list[Moved]:
    """The tasks of these whose ladders are others under this calendar."""
    found = []
    for directive in directives:
        for task in await tasks_of(work.session, directive.id):
            old = _ahead(task, work.now, house)
            after = replace(house, calendar=calendar)
            new = _ahead(_retargeted(task, after), work.now, after)
            if old != new:
                found.append(Moved(task, [rung.at for rung in old], [rung.at for rung in new]))
    return found


async def move(work: Work, house: House, directives: Sequence[Directive]) -> int:
    """Hang the reminders of these as the calendar now says; how many come at another time."""
    moments: dict[int, datetime] = {}
    dropped: list[int] = []
    fresh: list[dict[str, Any]] = []
    for directive in directives:
        for task in await tasks_of(work.session, directive.id):
            if (found := goal(task, house, tolerant=bool(directive.tolerant))) is not None:
                task.target_at = found.target_at
        await work.session.flush()
        assigned = [each for each in await assignments_of(work.session, directive.id) if not each.collectors_own]
        hung: dict[int, list[Reminder]] = {}
        for row in await rungs_of(work.session, assigned):
            hung.setdefault(row.assignment_id, []).append(row)
        for each in assigned:
            _rehang(each, hung.get(each.id, []), work.now, house, moments, dropped, fresh)
    await move_reminders(work.session, moments, dropped)
    await put_reminders(work.session, fresh)
    work.touched.add("reminders")
    return len(moments) + len(dropped) + len(fresh)


def _rehang(
    assignment: Assignment,
    rows: Sequence[Reminder],
    now: datetime,
    house: House,
    moments: dict[int, datetime],
    dropped: list[int],
    fresh: list[dict[str, Any]],
) -> None:
    """What waits keeps its row; what was said is not said again."""
    if not rows:
        return
    ladder = {rung.kind.value: rung.at for rung in _ahead(assignment, now, house)}
    for row in rows:
        at = ladder.pop(row.rung, None)
        if row.done_at is not None:
            continue
        if at is None and row.rung in FOR_UNOPENED:
            at = house.hours.next_open(row.due_at, house.calendar)
        if at is None:
            dropped.append(row.id)
        elif at != row.due_at:
            moments[row.id] = at
    of = {"lane": f"office:{assignment.office_id}", "assignment_id": assignment.id, "version": assignment.version}
    others = {kind: at for kind, at in ladder.items() if kind not in FOR_UNOPENED}
    fresh += [{**of, "priority": Priority.REMINDER, "due_at": at, "rung": kind} for kind, at in others.items()]


def _ahead(owed: Assignment | Task, now: datetime, house: House) -> list[Rung]:
    """The rungs still to come of what was sent."""
    directive = (owed if isinstance(owed, Task) else owed.task).directive
    sent = directive.published_at or now
    return [rung for rung in rungs(owed, sent, house) if rung.at > now]


def _retargeted(task: Task, house: House) -> Task:
    """The same deadline counted down to as this calendar says; no row of the database."""
    found = goal(task, house, tolerant=bool(task.directive.tolerant))
    return Task(directive=task.directive, due_at=task.due_at, target_at=found.target_at if found else task.target_at)
