"""What leaders look at: the directives of their own office, where it collects, else of every office that does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.messages import Outgoing
from bot.vi import escalation
from bot.vi import morning as vi
from db import Work
from db.directives import Directive
from db.people import Member, Role, collecting_offices, leaders
from handlers import Refused, Turn
from handlers.deeds.desk import states
from handlers.deeds.instants import today
from handlers.deeds.mornings import digest_of, figures
from handlers.deeds.others import bears, last_number, paper_said


def _seen(places: Iterable[Member], collecting: set[int]) -> set[int]:
    own = {place.office_id for place in places if place.role == Role.LEADER}
    return own & collecting or collecting if own else set()


async def watched(turn: Turn) -> set[int]:
    """The collecting offices whose directives this person sees as a leader."""
    return _seen(turn.places, await collecting_offices(turn.work.session))


async def leaders_of(work: Work, collector_id: int) -> dict[int, str]:
    """The names of the leaders who hear of what this office collects, by person."""
    by_person: dict[int, list[Member]] = {}
    for place in await leaders(work.session):
        by_person.setdefault(place.person_id, []).append(place)
    collecting = await collecting_offices(work.session) | {collector_id}
    return {
        number: places[0].person.name
        for number, places in by_person.items()
        if collector_id in _seen(places, collecting)
    }


async def watched_directive(turn: Turn, number: int | None) -> Directive:
    """One that was sent. Raises Refused where it is none of those this leader sees."""
    found = await turn.work.session.get(Directive, number) if number else None
    if found is None or not found.sent or found.collector_id not in await watched(turn):
        raise Refused(vi.nothing_watched())
    return found


async def named(turn: Turn, directive: Directive) -> Outgoing:
    """The offices that have not reported."""
    if directive.closed_at is not None:
        raise Refused(vi.nothing_watched())
    found, now = await states(turn.work, directive), turn.work.now
    said = escalation.to_leader(directive, found, now, turn.house.calendar)
    late = any(line.owes and line.overdue(now) for state in found for line in state.lines)
    return replace(said, about=None, buttons=said.buttons if late else ())


async def stand(turn: Turn, *, in_figures: bool = False) -> Outgoing:
    """The names, where one directive is open or was meant by its number; else the figures of each. Raises Refused."""
    offices, until = sorted(await watched(turn)), today(turn.work.now) + timedelta(days=1)
    found = [each for office in offices for each in await figures(turn.work, office, until)]
    if not found:
        raise Refused(vi.nothing_watched())
    paper = paper_said(turn.text) or last_number(turn.text)
    meant = [directive for directive, _ in found if paper is None or bears(directive, paper)]
    if len(meant) == 1 and not in_figures:
        return await named(turn, meant[0])
    told = any([(await digest_of(turn.work, office)).to_leader for office in offices])
    at = f"{turn.house.digest_at:%H:%M}" if turn.house.digest_at and told else ""
    return vi.asked_by_leader(found, turn.work.now, at)
