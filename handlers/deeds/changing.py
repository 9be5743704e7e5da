"""More time, an exemption, a task or a directive called off: proposed, made for many offices at one press, undone.

What is decided holds at once, so that no reminder of the former deadline goes out meanwhile. The offices hear of it
only when the ten minutes for undoing are over: a clerk who pressed too early should not have to explain to nine offices
a notice and then its correction. An office that looks at its work before then sees what holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.clocks import local
from bot.messages import Outgoing
from bot.vi import changing as vi
from bot.vi.common import deadline_of
from bot.vi.extension import extension_not_later, nothing_to_extend, whose_extension
from bot.vi.missing import no_directive
from db.changes import (
    Change,
    ChangePart,
    Kind,
    lift_exemptions,
    rehang,
    settle_requests,
    unsay,
    unsettle_requests,
    waiting_rungs,
)
from db.directives import Assignment, assignments_by_id, assignments_of, open_assignments, open_directives
from db.mail import Priority
from db.reports import Exemption
from db.seats import seats
from db.standing import Line, lines
from handlers import Aside, Refused, Turn
from handlers.deeds.instants import end_of
from handlers.deeds.ladder import hang
from handlers.deeds.others import numbered
from handlers.deeds.reach import tell
from handlers.deeds.requests import day_asked
from handlers.deeds.whom import Whom
from scheduler.plan import Instants, countdown

UNDO = timedelta(minutes=10)


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
    change.parts = [_part(each) for each in assigned]
    if kind == Kind.EXTEND:
        change.until = day_asked(turn.text, local(turn.incoming.at).date())
    turn.work.session.add(change)
    await turn.work.session.flush()
    return await preview(turn, change)


async def extend(turn: Turn, whom: Whom) -> Outgoing:
    if whom.nobody:
        return whose_extension()
    owed = await owed_by_them(turn, whom)
    if not owed:
        return nothing_to_extend(", ".join(each.name for each in whom.offices) or vi.OFFICES)
    return await propose(turn, Kind.EXTEND, [each.assignment for each in owed], whom.reason)


async def exempt(turn: Turn, whom: Whom) -> Outgoing:
    if whom.nobody:
        return vi.whom_to_exempt()
    owed = await owed_by_them(turn, whom)
    if not owed:
        return vi.nothing_to_exempt(", ".join(each.name for each in whom.offices) or vi.OFFICES)
    return await propose(turn, Kind.EXEMPT, [each.assignment for each in owed], whom.reason)


async def preview(turn: Turn, change: Change) -> Outgoing:
    """What would change, with the reminders of before and after; or the question that comes first."""
    found = await _open(turn, change)
    if change.kind == Kind.EXTEND and change.until is None:
        turn.expect(f"change:{change.id}")
        return vi.ask_day([each.assignment for each in found])
    if change.kind == Kind.EXTEND and not (found := _later(change, found)):
        turn.expect(f"change:{change.id}")
        first = (await _assigned(turn, change))[0]
        until, change.until = change.until, None
        assert until is not None
        return extension_not_later(until, deadline_of(first))
    if change.kind != Kind.EXTEND and not change.reason:
        turn.expect(f"change:{change.id}")
        return vi.ask_reason(change, [each.assignment for each in found])
    turn.expect("")
    scopes = list({_scope(change, each.assignment): each.assignment for each in found}.values())
    if len(scopes) > 1:
        return vi.which(change, scopes, [each.assignment for each in found])
    return await _shown(turn, change, found)


async def _shown(turn: Turn, change: Change, found: Sequence[Line]) -> Outgoing:
    assigned = [each.assignment for each in found]
    _keep(change, assigned)
    old = await waiting_rungs(turn.work.session, {each.id: each.version for each in assigned})
    alike: dict[tuple[int, datetime | None, tuple[datetime, ...]], list[Assignment]] = {}
    for each in found:
        if not each.reported:
            key = (each.assignment.task_id, each.assignment.due_at, old[each.assignment.id])
            alike.setdefault(key, []).append(each.assignment)
    ladders = [(group, moments, _after(turn, change, group[0])) for (_, _, moments), group in alike.items()]
    return vi.preview(change, ladders, assigned)


def _after(turn: Turn, change: Change, one: Assignment) -> list[datetime]:
    if change.until is None or one.collectors_own:
        return []
    until, urgent = end_of(change.until), one.task.directive.urgent
    goal = Instants(until, until)
    return [each.at for each in countdown(turn.work.now, goal, turn.house.calendar, turn.house.hours, urgent=urgent)]


async def told_more(turn: Turn) -> Outgoing:
    """The day or the reason that lacked. Raises Aside where this is something else."""
    change = await find(turn, turn.number(0))
    if change.kind == Kind.EXTEND:
        change.until = day_asked(turn.text, local(turn.incoming.at).date())
        if change.until is None:
            raise Aside
    elif not change.reason:
        change.reason = turn.text.strip()
    return await preview(turn, change)


async def narrow(turn: Turn, change: Change, scope: int | None) -> Outgoing:
    """Only the task, or the directive to be called off, with this number; None: all of it."""
    found = await _open(turn, change)
    mine = [each for each in found if scope is None or _scope(change, each.assignment) == scope]
    if not mine:
        raise Refused(vi.nothing_left())
    return await _shown(turn, change, _later(change, mine) if change.until else mine)


async def make(turn: Turn, change: Change) -> Outgoing:
    """Again only for those it still makes sense for."""
    assert turn.person is not None
    found = await _open(turn, change)
    before = {part.assignment_id: part for part in change.parts}
    found = [each for each in found if before[each.assignment.id].version == each.assignment.version]
    found = _later(change, found) if change.until else found
    owing = [each.assignment for each in found if not each.reported]
    if not owing:
        raise Refused(vi.nothing_left())
    everybody = [each.assignment for each in found]
    _keep(change, everybody if change.kind in {Kind.TASK, Kind.DIRECTIVE} else owing)
    change.made_at, change.made_by = turn.work.now, turn.person.id
    if change.until is not None:
        await _move(turn, change, owing)
    else:
        exempted = {"reason": vi.kept_reason(change), "exempted_at": turn.work.now, "exempted_by": turn.person.id}
        turn.work.session.add_all(Exemption(assignment_id=each.id, **exempted) for each in owing)
    if change.kind == Kind.DIRECTIVE:
        directive = everybody[0].task.directive
        directive.cancelled_at = directive.closed_at = turn.work.now
    await turn.work.session.flush()
    for each in owing:
        subject = f"assignment:{each.id}"
        turn.work.log(str(change.kind), turn.contact, office_id=each.office_id, subject=subject, change=change.id)
    told = await _announce(turn, change, everybody if change.kind in {Kind.TASK, Kind.DIRECTIVE} else owing)
    return vi.made(change, owing, told, turn.work.now + UNDO)


async def _move(turn: Turn, change: Change, owing: Sequence[Assignment]) -> None:
    assert change.until is not None
    until = end_of(change.until)
    for each in owing:
        move(each, until)
    await turn.work.session.flush()
    ids = [each.id for each in owing]
    await settle_requests(turn.work.session, ids, change.until, until, change.made_by, turn.work.now)
    await hang(turn.work, owing, turn.house)


def move(assignment: Assignment, until: datetime) -> None:
    """This office's deadline, or the day by which it is to mend what was late or on time as it was."""
    if assignment.mend_by is not None:
        assignment.mend_by = until
    else:
        assignment.extended_to = until
    assignment.version += 1


async def _announce(turn: Turn, change: Change, assigned: Sequence[Assignment]) -> int:
    """One notice an office, when there is no undoing any more; how many that is. The collector's part needs none."""
    by_office: dict[int, list[Assignment]] = {}
    for each in assigned:
        if not each.collectors_own:
            by_office.setdefault(each.office_id, []).append(each)
    people = await seats(turn.work.session, by_office)
    for office_id, mine in by_office.items():
        message = vi.told_office(change, mine)
        facts: dict[str, Any] = {"office_id": office_id, "priority": Priority.BROADCAST, "due_in": UNDO}
        if change.kind == Kind.EXTEND:
            facts["owed_by"] = [each.id for each in mine]
        await tell(turn.work, people[office_id], message, **facts)
    return len(by_office)


async def undo(turn: Turn, change: Change) -> Outgoing:
    """Days and reminders as they were, and nobody is told; of those that were changed again since, nothing."""
    if change.made_at is None or change.undone_at is not None:
        raise Refused(vi.nothing_to_undo())
    if turn.work.now - change.made_at >= UNDO:
        raise Refused(vi.too_late_to_undo(change))
    assigned = {each.id: each for each in await _assigned(turn, change)}
    moved = change.kind == Kind.EXTEND
    back = [each for each in change.parts if assigned[each.assignment_id].version == each.version + moved]
    ids = [each.assignment_id for each in back]
    for part in back if moved else ():
        one = assigned[part.assignment_id]
        one.extended_to, one.mend_by, one.version = part.extended_to, part.mend_by, part.version
    if change.kind == Kind.DIRECTIVE:
        directive = assigned[ids[0]].task.directive
        directive.cancelled_at = directive.closed_at = None
    await turn.work.session.flush()
    await unsettle_requests(turn.work.session, ids, change.made_by, change.made_at)
    await lift_exemptions(turn.work.session, ids, change.made_at)
    versions = {number: assigned[number].version for number in ids}
    await rehang(turn.work.session, versions, change.made_at, turn.work.now)
    await unsay(turn.work.session, {vi.about(change, each) for each in assigned.values()}, turn.work.machine)
    change.undone_at = turn.work.now
    turn.work.touched.add("reminders")
    for number in ids:
        office_id, subject = assigned[number].office_id, f"assignment:{number}"
        turn.work.log("undone", turn.contact, office_id=office_id, subject=subject, change=change.id)
    kept = [each for each in assigned.values() if each.id not in set(ids)]
    return vi.undone(change, [assigned[number] for number in ids], kept)


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
        turn.collects(each.task.directive.collector_id) for each in await _assigned(turn, change)
    ):
        turn.expect("")
        raise Refused(no_directive())
    return change


async def _assigned(turn: Turn, change: Change) -> list[Assignment]:
    return await assignments_by_id(turn.work.session, [part.assignment_id for part in change.parts])


async def _open(turn: Turn, change: Change) -> list[Line]:
    """Raises Refused where it was made before, or where there is nothing left to be changed."""
    if change.made_at is not None:
        raise Refused(vi.made_before(change))
    open_ = [each for each in await _assigned(turn, change) if each.task.directive.closed_at is None]
    calls_off = change.kind in {Kind.TASK, Kind.DIRECTIVE}
    found = [each for each in await lines(turn.work.session, open_) if calls_off or not each.reported]
    if all(each.reported for each in found):
        raise Refused(vi.nothing_left())
    return found


def _later(change: Change, found: Sequence[Line]) -> list[Line]:
    """Those whose deadline is before the new one."""
    assert change.until is not None
    until = end_of(change.until)
    return [each for each in found if each.assignment.due_at is None or each.assignment.due_at < until]


def _scope(change: Change, assignment: Assignment) -> int:
    return assignment.task.directive_id if change.kind == Kind.DIRECTIVE else assignment.task_id


def _keep(change: Change, assigned: Iterable[Assignment]) -> None:
    """Only these are part of it."""
    ids = {each.id for each in assigned}
    change.parts = [part for part in change.parts if part.assignment_id in ids]


def _part(each: Assignment) -> ChangePart:
    return ChangePart(assignment_id=each.id, version=each.version, extended_to=each.extended_to, mend_by=each.mend_by)
