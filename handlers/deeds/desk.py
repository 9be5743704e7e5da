"""The coordinator's view of a directive, and which directive is meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.messages import Address, Outgoing
from bot.vi import missing as vi
from bot.vi import trouble
from db import Work
from db.desk import glances, progress_of
from db.directives import Directive, last_closed_of, open_directives
from db.people import waiting_people
from db.seats import Seat, seats
from db.windows import seen_by_offices
from handlers import Refused, Turn, Windows
from handlers.deeds.reach import outside


async def chosen(turn: Turn, verb: str, tail: str = "", *, closed: bool = False) -> Directive:
    """The directive named by the first argument, or the only one open; where none is and `closed` ones will do, the one
    closed last. Raises Refused with the question which."""
    if (number := turn.number(0)) is not None:
        found = await turn.work.session.get(Directive, number)
        if found is not None and turn.collects(found.collector_id) and found.published_at:
            return found
        raise Refused(vi.no_directive())
    open_ = await open_directives(turn.work.session, turn.collecting)
    if not open_ and closed and (last := await last_closed_of(turn.work.session, turn.collecting)):
        return last
    if not open_:
        raise Refused(vi.no_directive())
    if len(open_) > 1:
        progress = await progress_of(turn.work.session, [each.id for each in open_])
        raise Refused(vi.which_directive(open_, progress, verb, tail))
    return open_[0]


async def states(work: Work, directive: Directive) -> list[vi.TaskState]:
    """Every task with its lines."""
    return [vi.TaskState(task, found) for task, found in await glances(work.session, directive.id)]


async def callers(work: Work, windows: Windows, found: Sequence[vi.TaskState]) -> dict[int, vi.Caller]:
    """Whom to call, of every office that has something to send, and whether they saw what we said."""
    lines = [line for state in found for line in state.lines if not line.reported or line.missing_parts]
    places = {line.assignment.office.id: line.assignment.office for line in lines}
    people = await seats(work.session, places)
    shut = await outside(work, windows, people)
    since = min((state.task.directive.published_at or work.now for state in found), default=work.now)
    seen = await seen_by_offices(work.session, places, since)
    waiting: dict[int, list[str]] = {}
    for member in await waiting_people(work.session, [number for number in places if not people[number]]):
        waiting.setdefault(member.office_id, []).append(member.person.name)
    return {
        number: replace(
            _caller(place.phone, people[number], shut),
            noticed=vi.noticed(*seen.get(number, (None, None))),
            waiting=waiting.get(number, ()),
        )
        for number, place in places.items()
    }


async def call_sheet(work: Work, windows: Windows, directive: Directive) -> Outgoing | None:
    """Whom to call of the offices that owe something and that no chat reaches."""
    found = await states(work, directive)
    return vi.call_sheet(directive, found, await callers(work, windows, found))


def _caller(phone: str, people: Sequence[Seat], shut: Collection[Address]) -> vi.Caller:
    phone = next((seat.phone for seat in reversed(people) if seat.phone), phone)
    return vi.Caller([seat.name for seat in people], phone, _unreachable(people, shut))


def _unreachable(people: Sequence[Seat], shut: Collection[Address]) -> str:
    open_ = [seat.address for seat in people if seat.address is not None]
    if open_ and all(address in shut for address in open_):
        return trouble.OUTSIDE
    return trouble.SHUT if people and not open_ else ""


async def overview(work: Work, windows: Windows, directive: Directive) -> Outgoing:
    found = await states(work, directive)
    return vi.overview(directive, found, await callers(work, windows, found), work.now)
