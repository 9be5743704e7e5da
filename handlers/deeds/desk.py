"""The coordinator's view of a directive, and which directive is meant."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import missing as vi
from db import Work
from db.directives import Directive, assignments_of, open_directives, tasks_of
from db.people import contacts_of
from db.standing import Line, lines
from handlers import Refused, Turn
from handlers.deeds.reach import people_of


async def chosen(turn: Turn, verb: str) -> Directive:
    """The directive named by the first argument, or the only one open. Raises Refused with the question which."""
    if (number := turn.number(0)) is not None:
        found = await turn.work.session.get(Directive, number)
        if found is not None and turn.collects(found.collector_id) and found.published_at:
            return found
        raise Refused(vi.no_directive())
    open_ = await open_directives(turn.work.session, turn.collecting)
    if not open_:
        raise Refused(vi.no_directive())
    if len(open_) > 1:
        raise Refused(vi.which_directive(open_, verb))
    return open_[0]


async def states(work: Work, directive: Directive) -> list[vi.TaskState]:
    """Every task with its lines and whom to call."""
    all_lines = await lines(work.session, await assignments_of(work.session, directive.id))
    callers: dict[int, vi.Caller] = {}
    for line in all_lines:
        if (not line.reported or line.missing_parts) and line.assignment.office_id not in callers:
            callers[line.assignment.office_id] = await caller(work, line)
    return [
        vi.TaskState(task, [each for each in all_lines if each.assignment.task_id == task.id], callers)
        for task in await tasks_of(work.session, directive.id)
    ]


async def caller(work: Work, line: Line) -> vi.Caller:
    names, phone, blocked = [], line.assignment.office.phone, []
    for member in await people_of(work, line.assignment.office_id):
        chats = await contacts_of(work.session, member.person_id)
        names.append(member.person.name)
        phone = member.person.phone or phone
        if not any(chat.blocked_at is None for chat in chats):
            blocked.append(member.person.name)
    return vi.Caller(names, phone, vi.SHUT if blocked and len(blocked) == len(names) else "")


async def overview(work: Work, directive: Directive) -> Outgoing:
    return vi.overview(directive, await states(work, directive), work.now)
