"""Photos of pages become one PDF: when their sender says that all are there, or when no more have come for a while."""

from __future__ import annotations

import asyncio

import structlog

from bot.clocks import Clock
from bot.documents import DocumentError, bind
from bot.files import Kept, NoSpace
from bot.vi import pages as vi
from bot.vi.filing import code
from db import Database, Work, open_work
from db.base import is_away
from db.held import refers_to
from db.pages import BoundPages, bound_of, to_bind
from db.reports import Submission, Way
from db.secret import forget_files
from handlers import House
from handlers.deeds.filing import ADDING

log = structlog.get_logger()


async def bind_photos(db: Database, clock: Clock, house: House) -> None:
    """All that are due. What stops in the middle is done anew; what cannot be bound stays as it came, and is said."""
    async with db.reading() as session:
        waiting = await to_bind(session, clock.now())
    for number in waiting:
        try:
            await _bind(db, clock, house, number)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("photos cannot be bound", submission=number)
            async with open_work(db, clock) as work:
                (await work.session.get_one(Submission, number)).bind_at = work.now + ADDING


async def _bind(db: Database, clock: Clock, house: House, number: int) -> None:
    async with db.reading() as session:
        photos = [file.sha256 for file in (await session.get_one(Submission, number)).photos]
    kept, later = None, False
    try:
        kept = await _bound(house, photos) if photos else None
    except NoSpace:
        later = True
    except (DocumentError, OSError) as error:
        log.warning("photos cannot be bound", submission=number, reason=type(error).__name__)
    async with open_work(db, clock) as work:
        submission = await work.session.get_one(Submission, number)
        if submission.bind_at is None or photos != [file.sha256 for file in submission.photos]:
            await _drop(
                work, house, kept.sha256 if kept else ""
            )  # somebody else has done it, or there are other pages now
            return
        submission.bind_at = work.now + ADDING if later else None
        if photos and submission.stands and not later:
            await _keep(work, house, submission, kept)
        else:
            await _drop(work, house, kept.sha256 if kept else "")


async def _bound(house: House, photos: list[str]) -> Kept:
    """Raises DocumentError, NoSpace and OSError; then nothing is left behind."""
    draft = await asyncio.to_thread(house.store.draft)
    try:
        await bind([house.store.path(each) for each in photos], draft)
        return await house.store.adopt(draft)
    finally:
        draft.unlink(missing_ok=True)


async def _drop(work: Work, house: House, sha256: str) -> None:
    """Of a PDF that is not the one shown: among its pages may be one that nobody may keep."""
    if sha256 and not await refers_to(work.session, sha256):
        await forget_files(work.session, {sha256}, work.now, work.machine)
        await house.store.purge(sha256)


async def _keep(work: Work, house: House, submission: Submission, kept: Kept | None) -> None:
    """Write it down; who said «xong» is shown it, or told why not."""
    decided = submission.accepted_at or submission.returned_at
    asked = submission.way == Way.FILES and submission.closed_at is not None and not decided
    found = (await bound_of(work.session, [submission.id])).get(submission.id)
    if kept is not None:
        former = found.sha256 if found else ""
        if found is None:
            found = BoundPages(submission_id=submission.id)
            work.session.add(found)
        found.name, found.sha256, found.bound_at = vi.file_name(code(submission)), kept.sha256, work.now
        found.photos = [file.sha256 for file in submission.photos]
        await work.session.flush()
        await _drop(work, house, former)
    if asked and submission.person_id is not None:
        message = vi.bound(found) if kept is not None and found else vi.not_bound(submission)
        await work.tell(submission.person_id, message, office_id=submission.assignment.office_id)
