"""Editions that were asked for are made one at a time: read in one snapshot, written in a thread, handed over. One that
kills whoever makes it is given up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.clocks import Clock
from bot.documents.report import State, counts, write_dossier, write_files, write_letter, write_matrix, write_report
from bot.files import NoSpace, Store
from bot.messages import OutFile, Outgoing
from bot.vi import dossier as vi_dossier
from bot.vi import edition as vi
from bot.vi import urging as vi_urging
from db import Database, Work, open_work
from db.chapters import Chapter, chapters
from db.directives import Directive
from db.editions import MOST_ATTEMPTS, Edition, EditionFile, Kind, last_edition, unmade
from db.held import refers_to
from db.pages import BoundPages
from db.people import Role
from db.reports import SubmissionFile, stand
from db.seats import seats
from db.whole import whole
from handlers import House
from handlers.deeds.consolidating import Papers, papers
from handlers.deeds.dossier import dossier
from handlers.deeds.gathering import changes, held, respondent
from handlers.deeds.reach import tell
from handlers.deeds.urging import late_offices, letter
from scheduler.making import Writer, Writers, one_by_one, write

log = structlog.get_logger()


async def make_editions(db: Database, clock: Clock, house: House) -> None:
    """All that wait. What stops in the middle is made anew, with the same number; what fails is said once."""
    async with db.reading() as session:
        waiting = await unmade(session)
    await one_by_one(waiting, partial(_make, db, clock, house), partial(_give_up, db, clock), "edition")


async def _make(db: Database, clock: Clock, house: House, number: int) -> None:
    now = clock.now()
    async with open_work(db, clock) as work:
        row = await work.session.get_one(Edition, number)
        if not row.under_way:
            return
        row.attempts += 1
        if row.attempts > MOST_ATTEMPTS:
            log.error("whoever makes an edition dies of it", edition=number)
            await _fail(work, row, disk_full=False)
            return
    async with db.reading() as session:
        edition = await session.get_one(Edition, number)
        directive = await session.get_one(Directive, edition.directive_id)
        plan = await _PLANS[Kind(edition.kind)](session, directive, edition, now, house.store)
    kept = await write(plan.writers, house.store) if plan.writers else []
    async with open_work(db, clock) as work:
        row = await work.session.get_one(Edition, number)
        intact = all(house.store.exists(sha) for sha in plan.content) and await stand(work.session, plan.answers)
        if not row.under_way or not intact:  # else it is made anew, without what nobody may keep
            for sha in {sha for _, sha in kept if not await refers_to(work.session, sha)}:
                await house.store.purge(sha)
            return
        row.made_at, row.held = now, plan.held
        row.files = [EditionFile(name=name, sha256=sha256) for name, sha256 in kept]
        await work.session.flush()
        await _hand_over(work, directive, row, plan.said(row))


@dataclass(frozen=True)
class Plan:
    """How an edition is made: its files by name, each made when it is written (none where nothing is to be made any
    more); what it holds, with the content of that by hash and the ids of the answers, and what is said of it when it is
    there."""

    writers: Writers | None
    said: Callable[[Edition], Outgoing]
    held: dict[str, Any] = field(default_factory=dict)
    content: frozenset[str] = frozenset()
    answers: frozenset[int] = frozenset()


async def _report(session: Any, directive: Directive, edition: Edition, now: datetime, store: Store) -> Plan:
    found = await chapters(session, directive.id)
    before = await last_edition(session, directive.id, made_before=edition.number)
    content = _there(store, (file for chapter in found for part in chapter.parts for _, file in part.files))

    def writers() -> Iterator[tuple[str, Writer]]:
        made: Papers = papers(directive, found, edition.number, now, store)
        yield vi.file_name("report", directive, edition.number), partial(write_report, made.report)
        yield vi.file_name("matrix", directive, edition.number), partial(write_matrix, made.matrix)
        if made.files is not None:
            yield vi.file_name("files", directive, edition.number), partial(write_files, made.files)

    answers = frozenset(each.id for chapter in found for part in chapter.parts for each in part.answers.values())
    return Plan(writers, lambda row: _summary(directive, row, found, before), held(directive, found), content, answers)


async def _letter(session: Any, directive: Directive, edition: Edition, now: datetime, store: Store) -> Plan:
    late = late_offices(await chapters(session, directive.id), now)
    if not late:
        return Plan(None, lambda _: vi_urging.nobody_late_now(directive))
    names = list(dict.fromkeys(each.name for _, offices in late for each in offices))

    def writers() -> Iterator[tuple[str, Writer]]:
        made = letter(directive, late, edition.number, now)
        yield vi.file_name("letter", directive, edition.number), partial(write_letter, made)

    return Plan(writers, lambda _: vi_urging.made(directive, names))


async def _dossier(session: Any, directive: Directive, edition: Edition, now: datetime, store: Store) -> Plan:
    found = await whole(session, directive)
    kept: dict[str, Any] = {}
    for each in found.submissions:
        mine = kept.setdefault(str(each.assignment_id), {"counted": []})
        mine["counted"].append([each.id, each.reference, *(file.id for file in each.files)])
    content = _there(store, (file for each in found.submissions for file in each.files))

    def writers() -> Iterator[tuple[str, Writer]]:
        made = dossier(found, edition.number, now, store)
        yield vi.file_name("dossier", directive, edition.number), partial(write_dossier, made)

    answers = frozenset(each.id for each in found.answers)
    return Plan(writers, lambda row: vi_dossier.made(directive, row.number, now), kept, content, answers)


def _there(store: Store, files: Iterable[SubmissionFile | BoundPages]) -> frozenset[str]:
    """What of these the store has, by hash."""
    return frozenset(file.sha256 for file in files if store.exists(file.sha256))


_PLANS = {Kind.REPORT: _report, Kind.LETTER: _letter, Kind.DOSSIER: _dossier}


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
    lines = []
    if before is not None:
        since = changes(directive, found, before.held)
        names = since.added, since.mended, since.others
        lines = vi.changed(row.number, before.number, *names, renamed=since.renamed)
    return vi.made(directive, row.number, row.made_at, told, lines, zipped=len(row.files) > 2)


async def _give_up(db: Database, clock: Clock, number: int, error: Exception) -> None:
    async with open_work(db, clock) as work:
        row = await work.session.get_one(Edition, number)
        if row.under_way:
            await _fail(work, row, disk_full=isinstance(error, NoSpace))


async def _fail(work: Work, row: Edition, *, disk_full: bool) -> None:
    row.failed_at, directive = work.now, await work.session.get_one(Directive, row.directive_id)
    await _hand_over(work, directive, row, vi.failed(directive, Kind(row.kind), row.number, disk_full=disk_full))


async def _hand_over(work: Work, directive: Directive, row: Edition, message: Outgoing) -> None:
    """To who asked, if they still coordinate for this office; else to those who do. The words, then the files."""
    collector = directive.collector_id
    people = (await seats(work.session, [collector], [Role.COORDINATOR]))[collector]
    to = [seat for seat in people if seat.person_id == row.asked_by] or people
    facts: dict[str, Any] = {"office_id": collector}
    await tell(work, to, message, **facts)
    for file in row.files:
        await tell(work, to, Outgoing("", file=OutFile(file.name, file.sha256)), **facts)
