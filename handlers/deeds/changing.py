"""More time, an exemption, a task or a directive called off: for whom, until when, why; shown before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import changing as vi
from bot.vi.common import deadline_of
from bot.vi.extension import extension_not_later, nothing_to_extend, whose_extension
from bot.vi.missing import no_directive
from db.changes import Change, Kind, add_change, waiting_rungs
from db.directives import Assignment, Task, assignments_by_id, assignments_of, open_assignments, open_directives
from db.standing import Line, lines
from handlers import Aside, Refused, Turn
from handlers.deeds.chain import out_of_order
from handlers.deeds.closing import still_lacking
from handlers.deeds.instants import end_of, today
from handlers.deeds.others import numbered
from handlers.deeds.requests import day_asked, more_asked
from handlers.deeds.whom import Whom
from scheduler.plan import Instants, Urgency, countdown

CALLED_OFF = frozenset({Kind.TASK, Kind.DIRECTIVE})
"""These end a task for all its offices, those too that have reported."""


async def owed_by_them(turn: Turn, whom: Whom) -> list[Line]:
    """What they have not reported in this coordinator's open directives; of everybody, where nothing is said to be
    under way."""
    if whom.everybody:
        open_ = await open_directives(turn.work.session, turn.collecting)
        asked = [each for one in open_ for each in await assignments_of(turn.work.session, one.id)]
    else:
        asked = list(await open_assignments(turn.work.session, list(whom.ids)))
    mine = [each for each in asked if turn.collects(each.task.directive.collector_id) and whom.means(each.office_id)]
    found = await lines(turn.work.session, numbered(turn.text, mine))
    return [each for each in found if (each.owes if whom.everybody else not each.reported)]


async def propose(turn: Turn, kind: Kind, assigned: Sequence[Assignment], reason: str) -> Outgoing:
    """Nothing changes before she presses; what is not yet known is asked for."""
    assert turn.person is not None
    change = Change(kind=kind, made_by=turn.person.id, proposed_at=turn.work.now, reason=reason, parts=[])
    if kind == Kind.EXTEND:
        change.until = _until(turn, assigned)
    await add_change(turn.work.session, change, _countable(turn, assigned) if kind == Kind.EXTEND else assigned)
    return _counted(turn, assigned, await preview(turn, change))


def _countable(turn: Turn, assigned: Sequence[Assignment]) -> Sequence[Assignment]:
    """Those that have a deadline from which so much more can be counted, where any has and no day was said."""
    dated = [each for each in assigned if each.due_at is not None]
    return dated if dated and more_asked(turn.text) else assigned


def _until(turn: Turn, assigned: Sequence[Assignment]) -> date | None:
    """The day that was said, or so much after the deadline they have. Raises Refused where they have several."""
    more = more_asked(turn.text)
    if more is None:
        return day_asked(turn.text, local(turn.incoming.at).date())
    due = {today(each.due_at) for each in assigned if each.due_at is not None}
    if len(due) > 1:
        raise Refused(vi.several_deadlines(assigned))
    return more.after(due.pop(), turn.house.calendar) if due else None


def _counted(turn: Turn, assigned: Sequence[Assignment], said: Outgoing) -> Outgoing:
    """With the rule by which the day was counted, and what it could not be counted for."""
    more, due = more_asked(turn.text), next((each.due_at for each in assigned if each.due_at), None)
    undated = [each for each in assigned if each.due_at is None]
    if more is None:
        return said
    if undated:
        said = replace(said, text=f"{vi.not_counted(undated, others=due is not None)}\n{said.text}")
    if due is None:
        return said
    plain = today(due) + timedelta(days=more.days)
    moved = None if more.working or turn.house.calendar.is_working(plain) else plain
    return replace(said, text=f"{vi.counted(due, more.days, working=more.working, moved=moved)}\n{said.text}")


async def extend(turn: Turn, whom: Whom) -> Outgoing:
    if whom.nobody:
        return whose_extension()
    owed = await owed_by_them(turn, whom)
    if not owed:
        await still_lacking(turn, whom.offices)
        return nothing_to_extend(", ".join(each.name for each in whom.offices) or vi.OFFICES)
    return await propose(turn, Kind.EXTEND, [each.assignment for each in owed], whom.reason)


async def exempt(turn: Turn, whom: Whom) -> Outgoing:
    if whom.nobody:
        return vi.whom_to_exempt()
    owed = await owed_by_them(turn, whom)
    if not owed:
        await still_lacking(turn, whom.offices)
        return vi.nothing_to_exempt(", ".join(each.name for each in whom.offices) or vi.OFFICES)
    return await propose(turn, Kind.EXEMPT, [each.assignment for each in owed], whom.reason)


async def preview(turn: Turn, change: Change) -> Outgoing:
    """What would change, with the reminders of before and after; or the question that comes first."""
    found = await still_open(turn, change)
    if (question := unanswered(turn, change, found)) is not None:
        return question
    if change.until is not None:
        gone, moved = change.until < today(turn.work.now), later(change, found)
        if gone or not moved:
            turn.expect(f"change:{change.id}")
            until, change.until = change.until, None
            return vi.day_past(until) if gone else extension_not_later(until, deadline_of(found[0].assignment))
    found = moved if change.until is not None else found
    return _which(change, found) or await _shown(turn, change, found)


def unanswered(turn: Turn, change: Change, found: Sequence[Line]) -> Outgoing | None:
    """What she has to say before it can be made: the day, the reason, which task or directive is called off."""
    return _unsaid(turn, change, found) or (_which(change, found) if change.kind in CALLED_OFF else None)


def _unsaid(turn: Turn, change: Change, found: Sequence[Line]) -> Outgoing | None:
    assigned = [each.assignment for each in found]
    turn.expect(f"change:{change.id}")
    if change.kind == Kind.EXTEND and change.until is None:
        return vi.ask_day(assigned)
    if change.kind != Kind.EXTEND and not change.reason:
        return vi.ask_reason(change, assigned)
    turn.expect("")
    return None


def _which(change: Change, found: Sequence[Line]) -> Outgoing | None:
    scopes = list({_scope(change, each.assignment): each.assignment for each in found}.values())
    return vi.which(change, scopes, [each.assignment for each in found]) if len(scopes) > 1 else None


async def _shown(turn: Turn, change: Change, found: Sequence[Line]) -> Outgoing:
    assigned = [each.assignment for each in found]
    keep_only(change, assigned)
    old = await waiting_rungs(turn.work.session, {each.id: each.version for each in assigned})
    alike: dict[tuple[int, datetime | None, tuple[datetime, ...]], list[Assignment]] = {}
    for each in found:
        if not each.reported:
            key = (each.assignment.task_id, each.assignment.due_at, old[each.assignment.id])
            alike.setdefault(key, []).append(each.assignment)
    ladders = [(group, moments, _after(turn, change, group[0])) for (_, _, moments), group in alike.items()]
    return vi.preview(change, ladders, assigned, await _clashes(turn, change, [group[0] for group, _, _ in ladders]))


async def _clashes(turn: Turn, change: Change, moved: Iterable[Assignment]) -> list[Task]:
    """Tasks that should come before or after those that are given more time, and would not."""
    if change.until is None:
        return []
    until, found = end_of(change.until), dict[int, Task]()
    for task in {each.task for each in moved if not each.collectors_own}:
        found |= {each.id: each for each in await out_of_order(turn.work, task, until)}
    return list(found.values())


def _after(turn: Turn, change: Change, one: Assignment) -> list[datetime]:
    if change.until is None or one.collectors_own:
        return []
    until, urgency = end_of(change.until), Urgency(one.task.directive.urgency)
    goal, house = Instants(until, until), turn.house
    return [each.at for each in countdown(turn.work.now, goal, house.calendar, house.hours, urgency=urgency)]


async def told_more(turn: Turn) -> Outgoing:
    """The day or the reason that lacked. Raises Aside where this is something else."""
    change = await find(turn, turn.number(0))
    assigned = [each.assignment for each in await still_open(turn, change)]
    if change.kind == Kind.EXTEND:
        change.until = _until(turn, assigned)
    turn.expect("")
    if change.kind == Kind.EXTEND:
        if change.until is None and more_asked(turn.text) is None:
            raise Aside
        keep_only(change, _countable(turn, assigned))
        return _counted(turn, assigned, await preview(turn, change))
    if not change.reason and any(map(str.isalpha, turn.text)):
        change.reason = turn.text.strip()
    return await preview(turn, change)


async def narrow(turn: Turn, change: Change, scope: int | None) -> Outgoing:
    """Only the task, or the directive to be called off, with this number; None: all of it."""
    found = await still_open(turn, change)
    mine = [each for each in found if scope is None or _scope(change, each.assignment) == scope]
    if not mine:
        raise Refused(vi.nothing_left())
    if (question := _unsaid(turn, change, mine)) is not None:
        return question
    return await _shown(turn, change, later(change, mine) if change.until else mine)


async def drop(turn: Turn, change: Change) -> Outgoing:
    """She thought better of it before anything was changed."""
    turn.expect("")
    if change.made_at is not None:
        raise Refused(vi.nothing_left())
    await turn.work.session.delete(change)
    return vi.dropped(change)


async def find(turn: Turn, number: int | None) -> Change:
    """One whose offices report to her. Raises Refused."""
    change = await turn.work.session.get(Change, number or 0)
    if change is None or not all(
        turn.collects(each.task.directive.collector_id) for each in await assigned_in(turn, change)
    ):
        turn.expect("")
        raise Refused(no_directive())
    return change


async def assigned_in(turn: Turn, change: Change) -> list[Assignment]:
    return await assignments_by_id(turn.work.session, [part.assignment_id for part in change.parts])


async def still_open(turn: Turn, change: Change) -> list[Line]:
    """Raises Refused where it was made before, or where there is nothing left to be changed."""
    if change.made_at is not None:
        raise Refused(vi.made_before(change))
    open_ = [each for each in await assigned_in(turn, change) if each.task.directive.closed_at is None]
    every = await lines(turn.work.session, open_)
    found = [each for each in every if change.kind in CALLED_OFF or not each.reported]
    if all(each.reported for each in found):
        raise Refused(vi.nothing_left())
    return found


def later(change: Change, found: Sequence[Line]) -> list[Line]:
    """Those whose deadline is before the new one."""
    assert change.until is not None
    until = end_of(change.until)
    return [each for each in found if each.assignment.due_at is None or each.assignment.due_at < until]


def _scope(change: Change, assignment: Assignment) -> int:
    return assignment.task.directive_id if change.kind == Kind.DIRECTIVE else assignment.task_id


def keep_only(change: Change, assigned: Iterable[Assignment]) -> None:
    """Only these are part of it."""
    ids = {each.id for each in assigned}
    change.parts = [part for part in change.parts if part.assignment_id in ids]
