"""Lists that were asked for as .xlsx: read in one snapshot, written in a thread, handed over."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.clocks import Clock
from bot.documents.report import Listing, write_listing
from bot.messages import OutFile, Outgoing
from bot.vi import lacking as vi
from db import Database, Work, open_work
from db.directives import Directive, open_directives
from db.people import Role, memberships
from db.sheets import Sheet, unmade_sheets
from handlers import House
from handlers.deeds.desk import reached, states
from scheduler.making import one_by_one, write


async def make_sheets(db: Database, clock: Clock, house: House) -> None:
    """All that wait; what fails is said once."""
    async with db.reading() as session:
        waiting = await unmade_sheets(session)
    await one_by_one(waiting, partial(_make, db, clock, house), partial(_give_up, db, clock), "list")


async def _give_up(db: Database, clock: Clock, number: int, _error: Exception) -> None:
    await _hand_over(db, clock, number, vi.sheet_failed())


async def _make(db: Database, clock: Clock, house: House, number: int) -> None:
    now = clock.now()
    async with db.reading() as session:
        sheet = await session.get_one(Sheet, number)
        work = Work(session, now, clock.machine())
        places = await memberships(session, sheet.asked_by)
        mine = [each.office_id for each in places if each.role == Role.COORDINATOR]
        open_ = await open_directives(session, mine) if sheet.directive_id is None else []
        one = await session.get(Directive, sheet.directive_id) if sheet.directive_id else None
        theirs = bool(mine) if one is None else one.collector_id in mine
        found = [state for each in [*open_, *filter(None, [one])] for state in await states(work, each)]
        who = await reached(work, house.windows, found)
    if not theirs:
        await _hand_over(db, clock, number, None)
        return
    lines = [line for state in found for line in state.lines]
    rows = [vi.sheet_row(place, each, who.get(each.assignment.office.id), now) for place, each in enumerate(lines, 1)]
    made = Listing(vi.sheet_title(one), vi.COLUMNS, rows, now)
    [(name, sha256)] = await write(lambda: iter([(vi.sheet_name(one, now), partial(write_listing, made))]), house.store)
    await _hand_over(db, clock, number, Outgoing("", file=OutFile(name, sha256)), made_at=now)


async def _hand_over(
    db: Database, clock: Clock, number: int, message: Outgoing | None, made_at: datetime | None = None
) -> None:
    """To who asked, once; nothing to who collects no more."""
    async with open_work(db, clock) as work:
        row = await work.session.get_one(Sheet, number)
        if row.made_at is None and row.failed_at is None:
            row.made_at, row.failed_at = made_at, None if made_at else work.now
            row.sha256 = message.file.sha256 if message and message.file else None
            if message is not None:
                await work.tell(row.asked_by, message)
