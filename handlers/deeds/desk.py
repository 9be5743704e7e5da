"""The coordinator's view of a directive, and which directive is meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.messages import Address, Outgoing
from bot.vi import lacking, trouble
from bot.vi import missing as vi
from bot.vi.changing import no_such_number
from bot.vi.closing import closed_before
from db import Work
from db.decisions import days_asked
from db.desk import glances, progress_of
from db.directives import Directive, closed_directives, last_closed_of, open_assignments, open_directives
from db.held import doubted_since
from db.offices import Office
from db.people import waiting_people
from db.post import last_said
from db.seats import Seat, seats
from db.standing import lines
from db.windows import seen_by_offices
from handlers import Refused, Turn, Windows
from handlers.deeds.others import bears, last_number, of_period_said, paper_said, says_period
from handlers.deeds.reach import outside


async def chosen(
    turn: Turn, verb: str, tail: str = "", *, closed: bool = False, among: Collection[int] = ()
) -> Directive:
    """The directive named by the first argument, by its number («công văn 30»), or the only one open (of those `among`,
    where any are named); where none is and `closed` ones will do, the one closed last. Raises Refused with the question
    which."""
    if (number := turn.number(0)) is not None:
        found = await turn.work.session.get(Directive, number)
        if found is not None and turn.collects(found.collector_id) and found.published_at:
            return found
        raise Refused(vi.no_directive())
    open_ = [
        each for each in await open_directives(turn.work.session, turn.collecting) if not among or each.id in among
    ]
    if not open_ and closed and (last := await last_closed_of(turn.work.session, turn.collecting)):
        return last
    if not open_:
        raise Refused(vi.no_directive())
    paper = paper_said(turn.text)
    named = [each for each in open_ if bears(each, paper or last_number(turn.text))]
    period = [each for each in named or open_ if of_period_said(each, turn.text)]
    unknown = not period and says_period(turn.text)  # «kỳ tháng 2», which was not sent or is over: never another one
    named = period or named
    if len(named) == 1 and not unknown:
        return named[0]
    if paper is not None and not named:
        closed_ones = await closed_directives(turn.work.session, turn.collecting)
        over = next((each for each in closed_ones if bears(each, paper)), None)
        raise Refused(closed_before(over) if over else no_such_number())
    if len(open_) > 1 or unknown:
        meant = named or open_ if unknown else open_
        progress = await progress_of(turn.work.session, [each.id for each in meant])
        raise Refused(vi.which_directive(meant, progress, verb, tail))
    return open_[0]


async def states(work: Work, directive: Directive) -> list[vi.TaskState]:
    """Every task with its lines."""
    return [vi.TaskState(task, found) for task, found in await glances(work.session, directive.id)]


async def reached(work: Work, windows: Windows, found: Sequence[vi.TaskState]) -> dict[int, vi.Caller]:
    """As `callers`, and when something last went out to each."""
    known = await callers(work, windows, found)
    last = await last_said(work.session, known)
    return {number: replace(each, delivered=vi.delivered(last.get(number))) for number, each in known.items()}


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
    doubted: dict[int, dict[int, datetime]] = {}
    owed = {line.assignment.id: line.assignment.office.id for line in lines}
    for assignment, came in (await doubted_since(work.session, owed)).items():
        doubted.setdefault(owed[assignment], {})[assignment] = came
    asked: dict[int, dict[int, date]] = {}
    for assignment, day in (await days_asked(work.session, owed)).items():
        asked.setdefault(owed[assignment], {})[assignment] = day
    return {
        number: replace(
            caller(place.phone, people[number], shut),
            doubted=doubted.get(number, {}),
            asked=asked.get(number, {}),
            noticed=vi.noticed(*seen.get(number, (None, None))),
            waiting=waiting.get(number, ()),
        )
        for number, place in places.items()
    }


async def call_sheet(work: Work, windows: Windows, directive: Directive) -> Outgoing | None:
    """Whom to call of the offices that owe something and that no chat reaches."""
    found = await states(work, directive)
    return vi.call_sheet(directive, found, await callers(work, windows, found))


def caller(phone: str, people: Sequence[Seat], shut: Collection[Address]) -> vi.Caller:
    """Whom to call of an office that has this number, and why no chat reaches it, where none does."""
    phone = next((seat.phone for seat in reversed(people) if seat.phone), phone)
    hands = {seat.person_id: (seat.name, seat.phone, vi.HANDED) for seat in people}
    hands |= {seat.away: (seat.name, seat.phone, vi.instead(seat)) for seat in people if seat.away}
    return vi.Caller([_named(seat) for seat in people], phone, _unreachable(people, shut), hands=hands)


def _named(seat: Seat) -> str:
    return f"{seat.name} ({vi.instead(seat)})" if seat.away else seat.name


def _unreachable(people: Sequence[Seat], shut: Collection[Address]) -> str:
    open_ = [seat.address for seat in people if seat.address is not None]
    if open_ and all(address in shut for address in open_):
        return trouble.OUTSIDE
    return trouble.SHUT if people and not open_ else ""


async def overview(work: Work, windows: Windows, directive: Directive, page: int = 1, only: str = "") -> Outgoing:
    """Of all its tasks, or of the one that bears this number."""
    every = await states(work, directive)
    found = [each for each in every if each.task.number == only] or every
    whole = only if len(found) < len(every) else ""
    return vi.overview(directive, found, await callers(work, windows, found), work.now, page, whole)


async def everywhere(turn: Turn, page: int) -> Outgoing:
    """Across all open directives."""
    open_ = await open_directives(turn.work.session, turn.collecting)
    if not open_:
        raise Refused(vi.no_directive())
    found = [(each, await states(turn.work, each)) for each in open_]
    who = await callers(turn.work, turn.house.windows, [state for _, states_ in found for state in states_])
    return lacking.everywhere(found, who, turn.work.now, page)


async def of_office(turn: Turn, office: Office) -> Outgoing:
    """What one office has still to send, in all open directives."""
    asked = await open_assignments(turn.work.session, [office.id])
    mine = [each for each in asked if turn.collects(each.task.directive.collector_id)]
    owed = [each for each in await lines(turn.work.session, mine) if not each.reported or each.missing_parts]
    who = await reached(turn.work, turn.house.windows, [vi.TaskState(each.assignment.task, [each]) for each in owed])
    return lacking.of_office(office, owed, who.get(office.id, vi.Caller(())), turn.work.now, turn.house.calendar)
