"""How reliably offices reported: counted anew each time from what is stored, the same whoever counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.clocks import local
from db.outcomes import Outcome, Score
from scheduler.workdays import Workdays


def scores(found: Iterable[Outcome], now: datetime, calendar: Workdays) -> list[Score]:
    """The best first, those with few directives last. An exemption takes a report out, an extension moves its day; what
    a collector owes itself is not counted, nor what is not due yet."""
    by_office: dict[int, list[Outcome]] = {}
    for each in found:
        if not each.collectors_own and not each.exempt and (each.valid or each.overdue(now)):
            by_office.setdefault(each.office_id, []).append(each)
    every = [_score(mine, now, calendar) for mine in by_office.values()]
    return sorted(every, key=lambda each: (not each.enough, -each.share if each.enough else 0, each.delay, each.office))


def _score(mine: list[Outcome], now: datetime, calendar: Workdays) -> Score:
    late = [each for each in mine if not each.on_time]
    return Score(
        office=mine[0].office,
        directives=len({each.directive_id for each in mine}),
        asked=len(mine),
        on_time=len(mine) - len(late),
        delays=tuple(_delay(each, now, calendar) for each in late),
        missing=sum(not each.valid for each in late),
        returns=sum(each.returns for each in mine),
    )


def _delay(each: Outcome, now: datetime, calendar: Workdays) -> int:
    assert each.deadline is not None
    until = each.arrived if each.valid and each.arrived else now
    return calendar.working_days_between(local(each.deadline).date(), local(until).date())


def quarter(year: int, number: int) -> tuple[date, date]:
    """Its first day, and the first day after it."""
    following = (year, number + 1) if number < 4 else (year + 1, 1)
    first, after = (date(y, 3 * q - 2, 1) for y, q in ((year, number), following))
    return first, after
