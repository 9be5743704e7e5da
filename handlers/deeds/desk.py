"""The coordinator's view of a directive, and which directive is meant."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi import missing as vi
from db import Work
from db.desk import glances, progress_of
from db.directives import Directive, open_directives
from db.seats import Seat, seats
from handlers import Refused, Turn


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
        progress = await progress_of(turn.work.session, [each.id for each in open_])
        raise Refused(vi.which_directive(open_, progress, verb))
    return open_[0]


async def states(work: Work, directive: Directive) -> list[vi.TaskState]:
    """Every task with its lines."""
    return [vi.TaskState(task, found) for task, found in await glances(work.session, directive.id)]


async def callers(work: Work, found: Sequence[vi.TaskState]) -> dict[int, vi.Caller]:
    """Whom to call, of every office that has something to send."""
    lines = [line for state in found for line in state.lines if not line.reported or line.missing_parts]
    places = {line.assignment.office.id: line.assignment.office for line in lines}
    people = await seats(work.session, places)
    return {number: _caller(place.phone, people[number]) for number, place in places.items()}


async def call_sheet(work: Work, directive: Directive) -> Outgoing | None:
    """Whom to call of the offices that owe something and that no chat reaches."""
    found = await states(work, directive)
    return vi.call_sheet(directive, found, await callers(work, found))


def _caller(phone: str, people: Sequence[Seat]) -> vi.Caller:
    names, shut = [], bool(people)
    for seat in people:
        names.append(seat.name)
        phone, shut = seat.phone or phone, shut and seat.chat is None
    return vi.Caller(names, phone, vi.SHUT if shut else "")


async def overview(work: Work, directive: Directive) -> Outgoing:
    found = await states(work, directive)
    return vi.overview(directive, found, await callers(work, found), work.now)
