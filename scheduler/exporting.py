"""Editions that were asked for are made one at a time: read in one snapshot, written in a thread, handed over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import structlog

from bot.clocks import Clock
from bot.documents.report import State, counts, write_files, write_matrix, write_report
from bot.files import NoSpace, Store, named
from bot.messages import OutFile, Outgoing
from bot.vi import edition as vi
from db import Database, Work, open_work
from db.base import is_away
from db.chapters import Chapter, chapters
from db.directives import Directive
from db.editions import Edition, EditionFile, last_edition, unmade
from db.people import Role
from db.seats import seats
from handlers import House
from handlers.deeds.consolidating import Papers, papers
from handlers.deeds.gathering import changes, held, respondent
from handlers.deeds.reach import tell

log = structlog.get_logger()


async def make_editions(db: Database, clock: Clock, house: House) -> None:
    """All that wait. What stops in the middle is made anew, with the same number; what fails is said once."""
    async with db.reading() as session:
        waiting = await unmade(session)
    for number in waiting:
        try:
            await _make(db, clock, house, number)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("an edition cannot be made", edition=number)
            await _give_up(db, clock, number, disk_full=isinstance(error, NoSpace))


async def _make(db: Database, clock: Clock, house: House, number: int) -> None:
    now = clock.now()
    async with db.reading() as session:
        edition = await session.get_one(Edition, number)
        directive = await session.get_one(Directive, edition.directive_id)
        found = await chapters(session, directive.id)
        before = await last_edition(session, directive.id, made_before=edition.number)
    written = await asyncio.to_thread(_write, directive, found, edition.number, now, house.store)
    try:
        kept = [(name, (await house.store.adopt(path)).sha256) for name, path in written]
    finally:
        for _, path in written:
            path.unlink(missing_ok=True)
    async with open_work(db, clock) as work:
        row = await work.session.get_one(Edition, number)
        if not row.under_way:
            return
        row.made_at, row.held = now, held(found)
        row.files = [EditionFile(name=name, sha256=sha256) for name, sha256 in kept]
        await work.session.flush()
        await _hand_over(work, directive, row, _summary(directive, row, found, before))


def _write(
    directive: Directive, found: Sequence[Chapter], number: int, now: datetime, store: Store
) -> list[tuple[str, Path]]:
    """The files of an edition with their names, beside the store. Raises NoSpace; then none is left."""
    made: Papers = papers(directive, found, number, now, store)
    writers: dict[str, Callable[[IO[bytes]], None]] = {
        "report": lambda out: write_report(made.report, out),
        "matrix": lambda out: write_matrix(made.matrix, out),
    }
    if (collection := made.files) is not None:
        writers["files"] = lambda out: write_files(collection, out)
    written: list[tuple[str, Path]] = []
    try:
        for kind, write in writers.items():
            with named():
                path = store.draft()
                written.append((vi.file_name(kind, directive, number), path))
                with path.open("w+b") as out:
                    write(out)
    except BaseException:
        for _, draft in written:
            draft.unlink(missing_ok=True)
        raise
    return written


def _summary(directive: Directive, row: Edition, found: Sequence[Chapter], before: Edition | None) -> Outgoing:
    assert row.made_at is not None
    stand = [(chapter.task, [respondent(part) for part in chapter.parts]) for chapter in found]
    told = [
        (
            task,
            {state.value: count for state, count in counts(offices).items()},
            [each.name for each in offices if each.state is State.MISSING],
        )
        for task, offices in stand
    ]
    since = changes(found, before.held) if before else None
    lines = vi.changed(row.number, before.number, since.added, since.mended, since.others) if before and since else []
    return vi.made(directive, row.number, row.made_at, told, lines, zipped=len(row.files) > 2)


async def _give_up(db: Database, clock: Clock, number: int, *, disk_full: bool) -> None:
    async with open_work(db, clock) as work:
        row = await work.session.get_one(Edition, number)
        if not row.under_way:
            return
        row.failed_at, directive = work.now, await work.session.get_one(Directive, row.directive_id)
        await _hand_over(work, directive, row, vi.failed(directive, row.number, disk_full=disk_full))


async def _hand_over(work: Work, directive: Directive, row: Edition, message: Outgoing) -> None:
    """To who asked, if they still coordinate for this office; else to those who do. The words, then the files."""
    collector = directive.collector_id
    people = (await seats(work.session, [collector], [Role.COORDINATOR]))[collector]
    to = [seat for seat in people if seat.person_id == row.asked_by] or people
    facts: dict[str, Any] = {"office_id": collector}
    await tell(work, to, message, **facts)
    for file in row.files:
        await tell(work, to, Outgoing("", file=OutFile(file.name, file.sha256)), **facts)
