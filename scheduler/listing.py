"""Lists that were asked for as .xlsx: read in one snapshot, written in a thread, handed over."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import datetime
from pathlib import Path

import structlog

from bot.clocks import Clock
from bot.documents.report import Listing, write_listing
from bot.files import Store, named
from bot.messages import OutFile, Outgoing
from bot.vi import lacking as vi
from db import Database, Work, open_work
from db.base import is_away
from db.directives import Directive, open_directives
from db.people import Role, memberships
from db.sheets import Sheet, unmade_sheets
from handlers import House
from handlers.deeds.desk import reached, states

log = structlog.get_logger()


async def make_sheets(db: Database, clock: Clock, house: House) -> None:
    """All that wait; what fails is said once."""
    async with db.reading() as session:
        waiting = await unmade_sheets(session)
    for sheet in waiting:
        try:
            await _make(db, clock, house, sheet)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("a list cannot be made", sheet=sheet.id)
            await _hand_over(db, clock, sheet, vi.sheet_failed())


async def _make(db: Database, clock: Clock, house: House, sheet: Sheet) -> None:
    now = clock.now()
    async with db.reading() as session:
        work = Work(session, now, clock.machine())
        places = await memberships(session, sheet.asked_by)
        mine = [each.office_id for each in places if each.role == Role.COORDINATOR]
        open_ = await open_directives(session, mine) if sheet.directive_id is None else []
        one = await session.get(Directive, sheet.directive_id) if sheet.directive_id else None
        theirs = bool(mine) if one is None else one.collector_id in mine
        found = [state for each in [*open_, *filter(None, [one])] for state in await states(work, each)]
        who = await reached(work, house.windows, found)
    if not theirs:
        await _hand_over(db, clock, sheet, None)
        return
    lines = [line for state in found for line in state.lines]
    rows = [vi.sheet_row(place, each, who.get(each.assignment.office.id), now) for place, each in enumerate(lines, 1)]
    path = await asyncio.to_thread(_write, Listing(vi.sheet_title(one), vi.COLUMNS, rows, now), house.store)
    try:
        kept = await house.store.adopt(path)
    finally:
        path.unlink(missing_ok=True)
    name = vi.sheet_name(one, now)
    await _hand_over(db, clock, sheet, Outgoing("", file=OutFile(name, kept.sha256)), made_at=now)


def _write(listing: Listing, store: Store) -> Path:
    with named():
        store.drafts.mkdir(parents=True, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=store.drafts)
        with os.fdopen(descriptor, "w+b") as out:
            write_listing(listing, out)
    return Path(path)


async def _hand_over(
    db: Database, clock: Clock, sheet: Sheet, message: Outgoing | None, made_at: datetime | None = None
) -> None:
    """To who asked, once; nothing to who collects no more."""
    async with open_work(db, clock) as work:
        row = await work.session.get_one(Sheet, sheet.id)
        if row.made_at is None and row.failed_at is None:
            row.made_at, row.failed_at = made_at, None if made_at else work.now
            row.sha256 = message.file.sha256 if message and message.file else None
            if message is not None:
                await work.tell(row.asked_by, message)
