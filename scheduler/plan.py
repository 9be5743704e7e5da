"""When to remind: from the paper's words to three instants, and from those to the rungs of a countdown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum

from scheduler.workdays import VIETNAM, EveryDay, Workdays, WorkHours, at

OFFICE_HOURS = WorkHours.parse("07:00-11:30,13:30-17:00")
AROUND_THE_CLOCK = WorkHours.parse("00:00-23:59")
MORNING, AFTERNOON, LAST_MINUTE = time(8), time(14), time(23, 59)
EARLY, LONG_FUSE = 5, 15
"""In working days left: beyond the first two early rungs, beyond the second three."""
APART = timedelta(hours=2)
BEFORE = frozenset({"before_date", "before_datetime", "before_meeting"})
INCLUSIVE = frozenset(
    {
        "by_date",
        "by_datetime",
        "on_date",
        "on_datetime",
        "within_month",
        "within_quarter",
        "within_year",
        "from_quarter",
    }
    | {"range", "date_range", "tentative_date", "relative_days", "relative_working_days", "relative_months"}
    | {"none", "periodic", "immediate", "external_ref", "event_based"}  # undated, until the coordinator names a day
)


class Urgency(IntEnum):
    """A directive's stamp: thường, khẩn, thượng khẩn, hoả tốc."""

    ORDINARY = 0
    URGENT = 1
    PRESSING = 2
    FLASH = 3


@dataclass(frozen=True, slots=True)
class Cadence:
    """How a directive of some urgency is reminded of.

    `first`: so long after sending, in working hours, those who have not acknowledged hear of it; without, only next
    morning. `short_fuse`: with so many working days left or fewer there is no early rung. After the deadline offices
    hear once; `draft_after` working days after it, from `draft_from`, the coordinator is asked to act instead.
    """

    first: timedelta | None
    short_fuse: int
    draft_after: int
    draft_from: time


CADENCES = {
    Urgency.ORDINARY: Cadence(None, 5, 2, MORNING),
    Urgency.URGENT: Cadence(timedelta(hours=4), 3, 2, MORNING),
    Urgency.PRESSING: Cadence(timedelta(hours=2), 3, 1, AFTERNOON),
    Urgency.FLASH: Cadence(timedelta(hours=1), 3, 1, AFTERNOON),
}


class RungKind(StrEnum):
    """In the order of a countdown: the later, the more urgent."""

    UNOPENED_SOON = "unopened_soon"
    UNOPENED = "unopened"
    EARLY_10 = "early_10"
    EARLY_5 = "early_5"
    EARLY_3 = "early_3"
    EVE = "eve"
    LAST_MORNING = "last_morning"
    LAST_AFTERNOON = "last_afternoon"
    OVERDUE = "overdue"

    @property
    def urgency(self) -> int:
        return list(RungKind).index(self)


FOR_UNOPENED = frozenset({RungKind.UNOPENED_SOON, RungKind.UNOPENED})


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder, aware. Those of `FOR_UNOPENED` go only to offices that have not acknowledged."""

    kind: RungKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Instants:
    """Aware. `target_at` is counted down to, `due_at` is the last minute on time, `cutoff_at` closes receiving."""

    target_at: datetime
    due_at: datetime
    cutoff_at: datetime | None = None

    def on_time(self, arrived: datetime) -> bool:
        """At the very minute is on time, to its last second."""
        return arrived < self.due_at + timedelta(minutes=1)


def instants(
    rule: str,
    named: date | None,
    clock: time | None,
    calendar: Workdays,
    *,
    tolerant: bool = False,
    hours: WorkHours = OFFICE_HOURS,
) -> Instants | None:
    """What a deadline means (facts: Bộ luật Dân sự 2015, 144-148); None while it names no day.

    `rule` is a reader's word such as `before_date`; `named` the date it names (the last day of a month or a quarter),
    never moved; `clock` an hour if the paper gives one. `tolerant` counts the named day of «trước ngày» as on time.
    Raises ValueError for a rule nobody knows.
    """
    strict = rule in BEFORE or rule.startswith("inherited")  # of what is inherited we know only the date: the safer
    if not strict and rule not in INCLUSIVE:
        raise ValueError(f"no such rule: {rule!r}")
    if named is None:
        return None
    if clock is not None:
        due = at(named, clock)
        return Instants(hours.previous_open(due - timedelta(hours=1), calendar), due)
    last = at(named - timedelta(days=1) if strict else named, LAST_MINUTE)
    return Instants(hours.previous_open(last, calendar), at(named, LAST_MINUTE) if tolerant else last)


def open_days(calendar: Workdays, hours: WorkHours, urgency: Urgency) -> tuple[Workdays, WorkHours]:
    """When one may remind: what is HỎA TỐC rests on no day and at no hour."""
    return (EveryDay(), AROUND_THE_CLOCK) if urgency == Urgency.FLASH else (calendar, hours)


def countdown(
    sent_at: datetime,
    goal: Instants | None,
    calendar: Workdays,
    hours: WorkHours,
    *,
    urgency: Urgency = Urgency.ORDINARY,
) -> list[Rung]:
    """The rungs that fit between sending and the deadline, and one after it; sorted, two hours apart, in work hours.

    Nothing while undated. What is HỎA TỐC counts down to the last minute itself.
    """
    if goal is None:
        return []
    calendar, hours = open_days(calendar, hours, urgency)
    target = hours.previous_open(goal.due_at if urgency == Urgency.FLASH else goal.target_at, calendar)
    stages = _stages(sent_at, goal, target, calendar, CADENCES[urgency])
    moved = [Rung(kind, hours.next_open(moment, calendar)) for kind, moment in stages]
    return _apart(rung for rung in moved if sent_at < rung.at and _has_a_point(rung, goal, target))


def newest(rungs: Iterable[Rung]) -> Rung | None:
    """Of what fell due while we were down, the one worth saying."""
    return max(rungs, key=lambda rung: (rung.at, rung.kind.urgency), default=None)


def _stages(
    sent_at: datetime, goal: Instants, target: datetime, calendar: Workdays, cadence: Cadence
) -> Iterator[tuple[RungKind, datetime]]:
    """Every stage there could be, as if offices kept no hours and nothing had passed."""
    sent_on, last = sent_at.astimezone(VIETNAM).date(), target.date()
    if cadence.first is not None:
        yield RungKind.UNOPENED_SOON, sent_at + cadence.first
    yield RungKind.UNOPENED, at(calendar.add_working(sent_on, 1), MORNING)
    for back in _early(calendar.working_days_between(sent_on, last), cadence):
        yield RungKind(f"early_{back}"), at(calendar.add_working(last, -back), MORNING)
    yield RungKind.EVE, at(calendar.add_working(last, -1), AFTERNOON)
    yield RungKind.LAST_MORNING, at(last, MORNING)
    yield RungKind.LAST_AFTERNOON, at(last, AFTERNOON)
    yield RungKind.OVERDUE, at(calendar.add_working(goal.due_at.astimezone(VIETNAM).date(), 1), MORNING)


def _early(left: int, cadence: Cadence) -> tuple[int, ...]:
    """How many working days before the last one."""
    if left <= cadence.short_fuse:
        return ()
    if left <= EARLY:
        return (3,)
    return (10, 5, 3) if left > LONG_FUSE else (5, 3)


def _has_a_point(rung: Rung, goal: Instants, target: datetime) -> bool:
    """Before the deadline while there is something to do, after it while something can still be received."""
    if rung.kind is RungKind.OVERDUE:
        return goal.cutoff_at is None or rung.at < goal.cutoff_at
    return rung.at < min(target, goal.due_at)


def _apart(rungs: Iterable[Rung]) -> list[Rung]:
    kept: list[Rung] = []
    for rung in sorted(rungs, key=lambda each: (each.at, each.kind.urgency)):
        if kept and (rung.at - kept[-1].at < APART or rung.kind.urgency < kept[-1].kind.urgency):
            rung = max(kept.pop(), rung, key=lambda each: each.kind.urgency)
        kept.append(rung)
    return kept
