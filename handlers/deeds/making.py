"""What was proposed for many offices is made at one press, and undone at another.

What is decided holds at once, so that no reminder of the former deadline goes out meanwhile. The offices hear of it
only when the ten minutes for undoing are over, in working hours: a clerk who pressed too early should not have to
explain to nine offices a notice and then its correction. An office that looks at its work before then sees what holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi import changing as vi
from bot.vi.complete import complete_about
from db.changes import (
    Change,
    ChangePart,
    Kind,
    add_exemptions,
    lift_exemptions,
    rehang,
    settle_requests,
    unsay,
    unsay_notices,
    unsettle_requests,
)
from db.directives import Assignment
from db.standing import lines
from handlers import Refused, Turn
from handlers.deeds.announcing import announce, undone_until
from handlers.deeds.changing import CALLED_OFF, assigned_in, keep_only, later, still_open, unanswered
from handlers.deeds.correcting import correct_back, last_of, put_back
from handlers.deeds.dating import stay_on_time
from handlers.deeds.filing import tell_if_all_in
from handlers.deeds.instants import end_of
from handlers.deeds.ladder import hang

DEEDS = {
    Kind.EXTEND: "extended",
    Kind.EXEMPT: "exempted",
    Kind.TASK: "task_called_off",
    Kind.DIRECTIVE: "directive_called_off",
}


async def make(turn: Turn, change: Change) -> Outgoing:
    """Again only for those it still makes sense for."""
    assert turn.person is not None
    found = await still_open(turn, change)
    if (question := unanswered(turn, change, found)) is not None:
        return question
    before = {part.assignment_id: part for part in change.parts}
    if change.kind not in CALLED_OFF:
        found = [each for each in found if before[each.assignment.id].version == each.assignment.version]
    found = later(change, found) if change.until else found
    owing = [each.assignment for each in found if not each.reported]
    if not owing:
        raise Refused(vi.nothing_left())
    everybody = [each.assignment for each in found]
    everybody = everybody if change.kind in CALLED_OFF else owing
    keep_only(change, everybody)
    change.made_at, change.made_by = turn.work.now, turn.person.id
    if change.until is not None:
        await _move(turn, change, owing)
    else:
        ids, reason = [each.id for each in owing], vi.kept_reason(change)
        await add_exemptions(turn.work.session, ids, reason, turn.person.id, turn.work.now)
    if change.kind == Kind.DIRECTIVE:
        directive = everybody[0].task.directive
        directive.cancelled_at = directive.closed_at = turn.work.now
    await turn.work.session.flush()
    for each in owing:
        subject = f"assignment:{each.id}"
        turn.work.log(DEEDS[change.kind], turn.contact, office_id=each.office_id, subject=subject, change=change.id)
    told, silent = await announce(turn, change, everybody, lambda mine: vi.told_office(change, mine))
    await _complete(turn, change, owing)
    return vi.made(change, owing, told, silent, undone_until(turn, change, owing))


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


async def _complete(turn: Turn, change: Change, owing: Sequence[Assignment]) -> None:
    """Where those exempt were the last that owed, she hears then that all reports are in."""
    for task in {each.task_id: each.task for each in owing}.values() if change.kind == Kind.EXEMPT else ():
        await tell_if_all_in(turn.work, task, due_in=undone_until(turn, change, owing) - turn.work.now)


async def undo(turn: Turn, change: Change) -> Outgoing:
    """Days and reminders as they were, and nobody is told. What was changed again, or reported on, since stays."""
    if change.made_at is None or change.undone_at is not None:
        raise Refused(vi.nothing_to_undo())
    assigned = {each.id: each for each in await assigned_in(turn, change)}
    if turn.work.now >= undone_until(turn, change, assigned.values()):
        if change.kind == Kind.CORRECT:
            return await correct_back(turn, change)
        raise Refused(vi.too_late_to_undo(change))
    until, task = {each.id: each.deadline_at for each in assigned.values()}, next(iter(assigned.values())).task
    if change.kind == Kind.CORRECT:
        last_of(task, change)
    back, moved = await _as_it_left_them(turn, change, assigned), change.kind in {Kind.EXTEND, Kind.CORRECT}
    if change.kind == Kind.CORRECT:
        put_back(turn, task, change)
    for part in back if moved else ():
        one = assigned[part.assignment_id]
        one.extended_to, one.mend_by, one.version = part.extended_to, part.mend_by, part.version
        one.acknowledged_at = one.acknowledged_at or part.acknowledged_at
    await stay_on_time(turn, list(assigned.values()), until)
    ids = [each.assignment_id for each in back]
    if change.kind == Kind.DIRECTIVE:
        task.directive.cancelled_at = task.directive.closed_at = None
    await turn.work.session.flush()
    if change.kind == Kind.EXTEND:
        await unsettle_requests(turn.work.session, ids, change.made_by, change.made_at)
    if change.kind in {Kind.EXEMPT, *CALLED_OFF}:
        await lift_exemptions(turn.work.session, ids, change.made_at)
    versions = {number: assigned[number].version for number in ids}
    await rehang(turn.work.session, versions, change.made_at, turn.work.now)
    await unsay_notices(turn.work.session, change.id, turn.work.machine)
    if change.kind == Kind.EXEMPT:
        said = {complete_about(each.task) for each in assigned.values()}
        await unsay(turn.work.session, said, turn.work.machine)
    change.undone_at = turn.work.now
    turn.work.touched.add("reminders")
    for number in ids:
        office_id, subject = assigned[number].office_id, f"assignment:{number}"
        turn.work.log("undone", turn.contact, office_id=office_id, subject=subject, change=change.id)
    kept = [each for each in assigned.values() if each.id not in set(ids)]
    return vi.undone(change, [assigned[number] for number in ids], kept)


async def _as_it_left_them(turn: Turn, change: Change, assigned: Mapping[int, Assignment]) -> list[ChangePart]:
    """Of its parts those that are as it left them."""
    back = list(change.parts)
    if change.kind == Kind.CORRECT:
        back = [each for each in back if assigned[each.assignment_id].version == each.version + 1]
    if change.kind == Kind.EXTEND:  # who reported meanwhile did so in time, and stays so
        found = await lines(turn.work.session, list(assigned.values()))
        owing = {each.assignment.id: each.assignment.version for each in found if not each.reported}
        back = [each for each in back if owing.get(each.assignment_id) == each.version + 1]
    if change.kind != Kind.DIRECTIVE:  # what was closed meanwhile stays as it was then
        back = [each for each in back if assigned[each.assignment_id].task.directive.closed_at is None]
    return back
