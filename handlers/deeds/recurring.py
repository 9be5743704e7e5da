"""The next period of a report that comes back: shown, made of the one before, sent like any directive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import periods as vi_periods
from bot.vi import recurring as vi
from db import Work
from db.changes import unsay
from db.directives import (
    Directive,
    DirectiveFile,
    Question,
    Task,
    assignments_of_task,
    files_of,
    questions_of,
    tasks_of,
)
from db.drafts import assign
from db.offices import Office
from db.reorganising import as_today
from db.series import Nearing, Series, drafts_of, running, series_of
from handlers import House, Refused, Turn
from handlers.deeds.drafting import set_instants
from handlers.deeds.ladder import goal_of
from scheduler.periods import Cycle, Kind, Period
from scheduler.plan import Instants
from scheduler.workdays import Workdays

LEAD, AGAIN = 7, (3, 1)
"""Working days before the last one on which a period is prepared, and on which it is brought up again."""
EARLIER = 5
"""Working days from today that are proposed for a deadline that is over."""
_ASKED = ("position", "text", "quote", "kind", "unit", "options")


def cycle_of(series: Series | Nearing) -> Cycle:
    found = Cycle.of(series.recurrence, f"{series.words} {series.text}".casefold(), calendar=series.calendar)
    assert found is not None  # it was one when the series began
    return found


def next_period(series: Series | Nearing) -> Period:
    return cycle_of(series).after(series.next_on - timedelta(days=1))


def prepared_on(period: Period, calendar: Workdays) -> date:
    """The day on which its coordinator hears of it."""
    return calendar.add_working(calendar.previous_working(period.last), -LEAD)


def following(series: Series | Nearing, today: date, calendar: Workdays) -> Period | None:
    """The period after the next, once its time has come too."""
    after = cycle_of(series).after(series.next_on)
    return after if prepared_on(after, calendar) <= today else None


def to_be_said(series: Series | Nearing, today: date, calendar: Workdays) -> bool:
    """Whether a day has come on which the next period is laid before its coordinator, and it was not since."""
    period = next_period(series)
    last, first = calendar.previous_working(period.last), prepared_on(period, calendar)
    days = [first, *(calendar.add_working(last, -count) for count in AGAIN)]
    if after := following(series, today, calendar):
        days.append(prepared_on(after, calendar))
    come = max((day for day in days if day <= today), default=None)
    return come is not None and (series.proposed_at is None or local(series.proposed_at).date() < come)


async def own_series(turn: Turn) -> Series:
    """One of hers, named by the first argument. Raises Refused."""
    found = await turn.work.session.get(Series, turn.number(0) or 0)
    if found is None or not turn.collects(found.collector_id):
        raise Refused(vi.no_series())
    return found


async def nexts(work: Work, found: Sequence[Series]) -> list[vi_periods.Next]:
    drafts = await drafts_of(work.session, [each.task_id for each in found])
    return [vi_periods.Next(each, next_period(each), drafts.get(each.task_id)) for each in found]


async def followed(work: Work, collecting: Sequence[int]) -> list[vi_periods.Next]:
    """What is followed for these collectors, the nearest first."""
    return await nexts(work, sorted(await running(work.session, collecting), key=lambda each: each.next_on))


def waiting(work: Work, house: House, found: Iterable[vi_periods.Next]) -> list[vi_periods.Next]:
    """Those that are to be sent or left out by now."""
    today, calendar = local(work.now).date(), house.calendar
    return [
        each for each in found if each.draft or each.series.proposed_at or prepared_on(each.period, calendar) <= today
    ]


async def with_waiting(work: Work, house: House, collecting: Sequence[int], answer: Outgoing) -> Outgoing:
    """What is said to who collects there, and the periods that wait."""
    found = waiting(work, house, await followed(work, collecting)) if collecting else []
    return vi_periods.also(answer, found, local(work.now).date())


async def proposal(work: Work, house: House, series: Series) -> Outgoing:
    """The next period as it would go out, waiting for a tap; or that it is being put together."""
    [found] = await nexts(work, [series])
    today = local(work.now).date()
    after = following(series, today, house.calendar)
    if found.draft is not None:
        return vi_periods.drafted(found, after)
    offices, goal = [each.name for each in await owing(work, series.task)], _goal(house, series, found.period)
    late, proposed = lateness(work, house, series), house.calendar.add_working(today, EARLIER)
    return vi_periods.proposal(
        found, goal, offices, await questions_of(work.session, series.task_id), late, proposed, after
    )


def lateness(work: Work, house: House, series: Series) -> vi_periods.Late:
    """Of the next period, were it sent now."""
    goal = _goal(house, series, next_period(series))
    if goal is None:
        return vi_periods.Late.NOT
    if goal.due_at < work.now:
        return vi_periods.Late.PAST
    left = (local(goal.target_at).date() - local(work.now).date()).days
    return {0: vi_periods.Late.TODAY, 1: vi_periods.Late.TOMORROW}.get(max(0, left), vi_periods.Late.NOT)


def _goal(house: House, series: Series, period: Period) -> Instants | None:
    tolerant = bool(series.task.directive.tolerant)
    return goal_of(vi_periods.rule_of(series.recurrence), period.named, None, house, tolerant=tolerant)


async def owing(work: Work, task: Task) -> list[Office]:
    """Who was asked last time, or has taken their place since."""
    asked = await assignments_of_task(work.session, task.id)
    return await as_today(work.session, (each.office for each in asked))


async def next_directive(work: Work, house: House, series: Series, coordinator: int) -> Directive:
    """A draft of the next period, made of the one before."""
    period, before = next_period(series), series.task
    last, offices = before.directive, await owing(work, before)
    collector = await work.session.get_one(Office, series.collector_id)
    directive = Directive(
        number=last.number,
        issued_on=last.issued_on,
        subject=vi_periods.subject(last, period),
        issuer=last.issuer,
        collector=collector,
        collector_id=collector.id,
        coordinator_id=coordinator,
        drafted_at=work.now,
        confirmed_circulation_at=last.confirmed_circulation_at,
    )
    words = vi_periods.deadline_words(series.recurrence, period)
    directive.reading = _reading(last.reading, before, words, period, [each.name for each in offices])
    work.session.add(directive)
    await work.session.flush()
    task = await _task(work, house, directive, series, period)
    await assign(work.session, task, offices)
    for file in (await files_of(work.session, [last.id])).get(last.id, ()):
        work.session.add(DirectiveFile(directive_id=directive.id, name=file.name, sha256=file.sha256))
    await work.session.flush()
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
        deadline_words=vi_periods.deadline_words(series.recurrence, period),
        rule=vi_periods.rule_of(series.recurrence),
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


async def period_of(work: Work, directive: Directive) -> Series | None:
    """The series of whose next period this is the draft."""
    for task in await tasks_of(work.session, directive.id):
        if task.previous_id is not None:
            return await series_of(work.session, task.previous_id)
    return None


def drop(turn: Turn, draft: Directive | None) -> None:
    """What is being put together, if anything is."""
    if draft is not None:
        draft.cancelled_at = turn.work.now
        turn.work.log("draft_cancelled", turn.contact, subject=f"directive:{draft.id}")


async def move_on(work: Work, tasks: Iterable[Task]) -> None:
    """These were sent: their series wait for the periods after them."""
    for task in tasks:
        if task.previous_id is not None and (series := await series_of(work.session, task.previous_id)):
            period = next_period(series)
            series.task, series.task_id = task, task.id
            if task.period_to is None or period.end <= task.period_to:
                await advance(work, series)


async def advance(work: Work, series: Series) -> None:
    """On to the period after the next, which was sent or left out; what waits to be said of it is not."""
    series.next_on, series.proposed_at = cycle_of(series).after(series.next_on).named, None
    await unsay(work.session, [vi_periods.about(series.id)], work.machine)


def under(series: Series | Nearing, cycle: Cycle, today: date, reported: date | None = None) -> Period:
    """The next period, would this rule hold: of data that were not reported yet, which they were up to and including
    the day `reported`. Its deadline is to come, unless it is the period that waits."""
    now = next_period(series)
    since = max(now.start, reported + timedelta(days=1)) if reported else now.start
    found = cycle.after(now.start)
    while found.end < since or (found.named <= today and (found.start, found.end) != (now.start, now.end)):
        found = cycle.after(found.named)
    return found


def cycle_coded(args: Sequence[str], *, calendar: bool) -> Cycle | None:
    """What a button of `vi.change` carries."""
    try:
        kind, how, day, month = Kind(args[0]), args[1], int(args[2]), int(args[3])
    except (ValueError, IndexError):
        return None
    quarters = (3, 6, 9, 12) if month == vi.LAST_OF_QUARTER else (1, 4, 7, 10)
    months = {Kind.MONTH: tuple(range(1, 13)), Kind.QUARTER: quarters}.get(kind, (month,))
    if how not in {"before", "by"} or not (1 <= day <= 31 and 1 <= months[0] <= 12):
        return None
    return Cycle(kind, day, months, how == "before", calendar)


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
    found.next_on = first_period(work, task, cycle).named
    work.session.add(found)
    await work.session.flush()
    return found


def first_period(work: Work, task: Task, cycle: Cycle) -> Period:
    """The next one of what is followed from now on: nothing is caught up on, nor asked for twice."""
    today = local(work.now).date()
    found = cycle.after(max(task.named_on, today) if task.named_on else today)
    while task.previous_id is not None and task.period_to is not None and found.end <= task.period_to:
        found = cycle.after(found.named)
    return found


def _reading(last: dict[str, Any], task: Task, words: str, period: Period, offices: list[str]) -> dict[str, Any]:
    """What was read of the paper, for this task alone and with this period's day; nothing of the day was read there."""
    read = dict(last["tasks"][task.position])
    read |= {"deadline_expression": words, "due_date_iso": period.named.isoformat(), "assignees": offices}
    read["spans"] = {}
    return {**last, "tasks": [read], "offices": offices, "report_period": None, "notes": []}
