"""Days off as the coordinator types them, and what becomes of the reminders that hang."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from db import Work
from db.directives import Assignment, Directive, Task, assignments_of, tasks_of
from db.mail import Priority, Reminder
from db.post import move_reminders, put_reminders, rungs_of
from handlers import House
from handlers.deeds.days import find_day
from handlers.deeds.ladder import goal, ladder
from scheduler.plan import FOR_UNOPENED, Instants, Rung
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
    """A task of which some reminder comes at another time: when what waits was to be said, and when it is."""

    task: Task
    old: Sequence[datetime]
    new: Sequence[datetime]


@dataclass
class Rehung:
    """What a calendar makes of the reminders that hang, as rows and as it is told."""

    targets: dict[int, datetime | None] = field(default_factory=dict)
    moments: dict[int, datetime] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)
    fresh: list[dict[str, Any]] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)


async def rehung(work: Work, house: House, directives: Sequence[Directive]) -> Rehung:
    """What would become of the reminders of these as the calendar of this house says; nothing is changed."""
    found = Rehung()
    for directive in directives:
        assigned = [each for each in await assignments_of(work.session, directive.id) if not each.collectors_own]
        hung: dict[int, list[Reminder]] = {}
        for row in await rungs_of(work.session, assigned):
            hung.setdefault(row.assignment_id, []).append(row)
        for task in await tasks_of(work.session, directive.id):
            now = goal(task, house, tolerant=bool(directive.tolerant))
            found.targets[task.id] = now.target_at if now else task.target_at
            _rehang(found, task, [(each, hung[each.id]) for each in assigned if each.id in hung], work.now, house)
    return found


async def move(work: Work, house: House, directives: Sequence[Directive]) -> Sequence[Moved]:
    """Hang the reminders of these as the calendar now says."""
    found = await rehung(work, house, directives)
    for directive in directives:
        for task in await tasks_of(work.session, directive.id):
            task.target_at = found.targets[task.id]
    await work.session.flush()
    await move_reminders(work.session, found.moments, found.dropped)
    await put_reminders(work.session, found.fresh)
    work.touched.add("reminders")
    return found.moved


def _rehang(
    found: Rehung, task: Task, hung: Sequence[tuple[Assignment, Sequence[Reminder]]], now: datetime, house: House
) -> None:
    """What waits keeps its row; what was said is not said again."""
    changes, old, new = _changes(found), set[datetime](), set[datetime]()
    for each, rows in hung:
        if each.task_id != task.id:
            continue
        steps = {rung.kind.value: rung.at for rung in _ahead(each, found.targets[task.id], now, house)}
        for row in rows:
            at = steps.pop(row.rung, None)
            if row.done_at is not None:
                continue
            if at is None and row.rung in FOR_UNOPENED:
                at = house.hours.next_open(row.due_at, house.calendar)
            old.add(row.due_at)
            if at is None:
                found.dropped.append(row.id)
                continue
            new.add(at)
            if at != row.due_at:
                found.moments[row.id] = at
        of = {"lane": f"office:{each.office_id}", "assignment_id": each.id, "version": each.version}
        others = {kind: at for kind, at in steps.items() if kind not in FOR_UNOPENED}
        found.fresh += [
            {**of, "priority": Priority.REMINDER, "due_at": at, "rung": kind} for kind, at in others.items()
        ]
        new |= set(others.values())
    if _changes(found) != changes:
        found.moved.append(Moved(task, sorted(old), sorted(new)))


def _changes(found: Rehung) -> int:
    return len(found.moments) + len(found.dropped) + len(found.fresh)


def _ahead(owed: Assignment, target: datetime | None, now: datetime, house: House) -> list[Rung]:
    """The rungs still to come of what was sent, where its task is counted down to this `target`."""
    directive, goal_at = owed.task.directive, owed.mend_by or owed.extended_to or target
    if owed.due_at is None or goal_at is None:
        return []
    hung = ladder(directive, Instants(goal_at, owed.due_at), directive.published_at or now, house)
    return [rung for rung in hung if rung.at > now]
