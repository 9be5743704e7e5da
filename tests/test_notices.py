"""What waits to be said to an office, once something has changed: only what still holds is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.clocks import MovableClock
from db import Database, Work, open_work
from db.directives import Assignment, Directive, DirectiveFile, Task, assignments_of
from db.drafts import assign
from db.mail import Delivery, Outcome, Reminder
from db.offices import Office
from db.people import Member
from db.queue import deliveries
from db.reports import Submission, Way
from handlers.deeds.changing import extend
from handlers.deeds.closing import close, reopen
from handlers.deeds.ladder import hang
from handlers.deeds.making import make
from handlers.deeds.publishing import catch_up
from handlers.deeds.telling import still_true
from handlers.deeds.whom import whom
from test_changes import _one, _scene, _turn
from test_desk import NOW


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = Database(database_url)
    yield found
    await found.close()


async def _second_task(work: Work, directive: Directive, offices: list[Office]) -> None:
    task = Task(directive=directive, directive_id=directive.id, position=1, text="Góp ý", wanted=[], number="2")
    task.due_at = task.target_at = NOW + timedelta(days=3)
    work.session.add(task)
    await work.session.flush()
    await assign(work.session, task, offices)


async def _two_tasks(work: Work, folder: Path) -> list[Assignment]:
    """Of one office, which has been sent both."""
    directive = await _scene(work, 2, folder)
    office = (await assignments_of(work.session, directive.id))[1].office
    await _second_task(work, directive, [office])
    mine = [each for each in await assignments_of(work.session, directive.id) if each.office_id == office.id]
    turn = await _turn(work, folder)
    await hang(work, mine[1:], turn.house)
    return mine


async def _notice(work: Work) -> Delivery:
    """What the office is to hear of its new days, taken to be said."""
    await work.flush()
    work.now += timedelta(minutes=11)
    asked = {"now": work.now, "machine": work.machine, "most": 9, "lanes": "telegram:"}
    [row] = [each for each in await deliveries.claim(work.session, **asked) if "gia hạn" in each.outgoing.text]
    return row


async def test_of_a_notice_only_the_line_goes_that_has_changed_since(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        first, second = await _two_tasks(work, tmp_path)
        turn = await _turn(work, tmp_path, "gia hạn Xã Đông 1 đến 24/5")
        await extend(turn, await whom(work, turn.text))
        await make(turn, await _one(work))
        row = await _notice(work)
        assert "việc 1 và 2" in row.outgoing.text
        second.version += 1
        await work.session.flush()
        assert await still_true(work, row)
        assert "việc 1." in row.outgoing.text
        assert row.outgoing.unasked
        assert row.owed_by == [first.id]
        kept = await work.session.get_one(Delivery, row.id, populate_existing=True)
        assert kept.owed_by == [first.id]
        first.version += 1
        await work.session.flush()
        assert not await still_true(work, kept)


@pytest.mark.parametrize("reported", [False, True])
async def test_the_papers_wait_for_who_still_owes_something_of_them(
    db: Database, tmp_path: Path, reported: bool
) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        mine = await _two_tasks(work, tmp_path)
        directive = mine[0].task.directive
        work.session.add(DirectiveFile(directive_id=directive.id, name="cong-van.pdf", sha256="a" * 64))
        if reported:
            came = {"way": Way.FILES, "arrived_at": NOW, "created_at": NOW, "files": []}
            work.session.add(Submission(assignment=mine[1], **came))
        await work.session.flush()
        [head] = await work.session.scalars(select(Member.person_id).where(Member.office_id == mine[0].office_id))
        await catch_up(work, (await _turn(work, tmp_path)).house, mine, head)
        await work.flush()
        sent = [each for each in await work.session.scalars(select(Delivery)) if each.outgoing.file]
        assert [each.owed_by for each in sent] == [[each.id for each in (mine[:1] if reported else mine)]]


@pytest.mark.parametrize(("minutes", "said"), [(9, True), (11, False)])
async def test_a_close_undone_costs_no_reminder(db: Database, tmp_path: Path, minutes: int, said: bool) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 2, tmp_path)
        turn = await _turn(work, tmp_path)
        await close(turn, directive)
        first = await work.session.scalar(select(Reminder.id).order_by(Reminder.id))
        over = {"due_at": NOW + timedelta(minutes=1), "done_at": NOW, "outcome": Outcome.UNNEEDED}
        await work.session.execute(update(Reminder).where(Reminder.id == first).values(**over))
        work.now = NOW + timedelta(minutes=minutes)
        await reopen(turn, directive)
        row = await work.session.get_one(Reminder, first or 0, populate_existing=True)
        assert (row.done_at is None) == said
        assert directive.closed_at is None
