"""How the open directives of an office stand, in figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from bot.vi.morning import Figures
from db import Work
from db.digests import Digest
from db.directives import Directive, open_directives
from db.outcomes import Outcome, outcomes_of_open
from scheduler.workdays import at


async def figures(work: Work, collector_id: int, until: date) -> list[tuple[Directive, Figures]]:
    """Of each that was sent before this day, the newest first."""
    by_directive: dict[int, list[Outcome]] = {}
    for each in await outcomes_of_open(work.session, collector_id, at(until, time.min)):
        by_directive.setdefault(each.directive_id, []).append(each)
    open_ = await open_directives(work.session, [collector_id])
    return [(each, _counted(work, by_directive[each.id])) for each in open_ if each.id in by_directive]


def _counted(work: Work, found: Iterable[Outcome]) -> Figures:
    known = list(found)
    return Figures(
        total=len(known),
        received=sum(each.valid for each in known),
        on_time=sum(each.on_time for each in known),
        exempt=sum(each.exempt for each in known),
        overdue=sum(each.overdue(work.now) for each in known),
    )


async def digest_of(work: Work, collector_id: int) -> Digest:
    """Made where there is none."""
    found = await work.session.get(Digest, collector_id)
    if found is None:
        found = Digest(office_id=collector_id, held={}, to_leader=False)
        work.session.add(found)
        await work.session.flush()
    return found
