"""Several processes on one database, of either kind: any of them hears, one at a time speaks, nothing happens twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.app import App
from bot.clocks import VIETNAM, MovableClock
from bot.lease import LEASE, Speaker
from bot.sandbox.ports import free_port
from bot.sandbox.stage import Stage
from db import Database, open_work
from db.directives import Assignment, Directive, Task
from db.mail import Delivery, Outcome, Reminder
from db.people import Person, Role, add_office
from scheduler.remind import remind_due

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
PEOPLE = ("Lan", "Bình", "Minh", "Tư")


class Clock(MovableClock):
    """Machine time too is held in the hand: it runs on, and can be put ahead."""

    ahead = timedelta(0)

    def machine(self) -> datetime:
        return super().machine() + self.ahead


@asynccontextmanager
async def two_apps(url: str, *, webhook: bool = True) -> AsyncIterator[tuple[Stage, App]]:
    """The app on the stage, which speaks, and another one on the same database."""
    async with Stage(START, webhook=webhook, database_url=url, clock=Clock(START)) as stage:
        await speaking(stage.app)
        for name in PEOPLE:
            await stage.seat(name, await stage.office(f"Phòng {name}"), Role.HEAD)
        port = free_port()
        there = {"port": port, "public_url": f"http://127.0.0.1:{port}" if webhook else ""}
        other = App(stage.settings.model_copy(update=there), stage.clock)
        await other.start()
        yield stage, other
        if stage.app is not other:
            await other.stop()


async def speaking(app: App, within: float = 10) -> None:
    async with asyncio.timeout(within):
        while not app.speakers["telegram"].speaks:  # noqa: ASYNC110 - what ends it lies in another process
            await asyncio.sleep(0.01)


async def dies(app: App) -> None:
    """As killed: nothing is brought to an end, no lease is given back."""
    app.metronome.stop()
    await app.web.stop()
    tasks = [*app._tasks, *app.inbox.crew.busy, *app.sender.busy]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await app._http.close()
    await app.db.close()


def heard(stage: Stage, name: str) -> int:
    return sum(message.from_bot for message in stage.phone(name).messages)


async def outcomes(db: Database) -> Counter[tuple[Outcome | None, int]]:
    """How the deliveries ended, and at which attempt."""
    async with db.reading() as session:
        rows = (await session.execute(select(Delivery.outcome, Delivery.attempt))).all()
    return Counter((row.outcome, row.attempt) for row in rows)


@pytest.mark.full
async def test_each_message_is_answered_once_whoever_hears_it_and_one_speaks(database_url: str) -> None:
    async with two_apps(database_url) as (stage, other):
        await asyncio.gather(*(stage.phone(name).say("/viec") for name in PEOPLE for _ in range(5)))
        await stage.settled()
        assert [heard(stage, name) for name in PEOPLE] == [5] * 4
        assert await outcomes(other.db) == {(Outcome.DONE, 1): 20}
        assert (stage.app.speakers["telegram"].speaks, other.speakers["telegram"].speaks) == (True, False)


@pytest.mark.full
async def test_who_stands_by_hears_and_decides_and_leaves_the_speaking(database_url: str) -> None:
    async with two_apps(database_url) as (stage, other):
        await dies(stage.app)
        stage.app = other
        await stage.phone("Lan").say("/viec")
        await stage.taken_in()
        assert await outcomes(other.db) == {(None, 0): 1}
        assert heard(stage, "Lan") == 0
        stage.clock.ahead += LEASE
        await stage.settled()
        assert heard(stage, "Lan") == 1
        assert other.speakers["telegram"].speaks


async def test_one_polls_and_after_a_graceful_stop_the_other_does_at_once(database_url: str) -> None:
    async with two_apps(database_url, webhook=False) as (stage, other):
        await stage.phone("Lan").say("/viec")
        await stage.settled()
        await stage.app.stop()
        stage.app = other
        await speaking(other, within=3)
        await stage.phone("Lan").say("/viec")
        await stage.settled()
        assert heard(stage, "Lan") == 2
        polls = [call.status for call in stage.telegram.calls if call.method == "getUpdates"]
        assert 409 not in polls, "two polled at once"


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[tuple[Clock, Speaker, Speaker]]:
    """Two who would speak for one account, each with a connection of their own."""
    clock, databases = Clock(START), [Database(database_url) for _ in range(2)]
    first, second = (Speaker(db, clock, "telegram", name) for db, name in zip(databases, ("một", "hai"), strict=True))
    yield clock, first, second
    for db in databases:
        await db.close()


async def test_an_account_has_one_speaker_until_the_lease_runs_out(pair: tuple[Clock, Speaker, Speaker]) -> None:
    clock, first, second = pair
    assert (await first.take(), await second.take()) == (True, False)
    clock.ahead += LEASE - timedelta(seconds=5)
    assert await first.take()
    clock.ahead += LEASE - timedelta(seconds=5)
    assert (first.speaks, await second.take()) == (True, False)
    clock.ahead += timedelta(seconds=5)
    assert (first.speaks, await second.take(), await first.take()) == (False, True, False)


async def test_a_lease_given_back_is_free_at_once_and_only_its_owner_can_give_it(
    pair: tuple[Clock, Speaker, Speaker],
) -> None:
    _, first, second = pair
    assert await first.take()
    await second.release()
    assert not await second.take()
    await first.release()
    assert (first.speaks, await second.take()) == (False, True)


async def test_of_many_who_reach_for_it_together_one_takes_the_account(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    speakers = [Speaker(db, Clock(START), "telegram", f"tiến trình {n}") for n, db in enumerate(databases)]
    taken = await asyncio.gather(*(speaker.take() for speaker in speakers for _ in range(5)))
    assert sum(speaker.speaks for speaker in speakers) == 1
    assert sum(taken) == 5
    for db in databases:
        await db.close()


async def test_a_new_file_that_another_still_writes_is_waited_for(tmp_path: Path) -> None:
    """Only who turns a file to WAL needs it alone, and SQLite refuses that at once."""
    new = tmp_path / "mới.db"
    with closing(sqlite3.connect(new, isolation_level=None)) as other:
        other.execute("CREATE TABLE offices (name)")
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.2, other.rollback)
        db = Database(f"sqlite+aiosqlite:///{new}")
        async with db.reading() as session:
            assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
        await db.close()


async def test_what_a_decision_has_read_still_holds_when_it_commits(database_url: str) -> None:
    """Two processes count the same thing up, each of them several times at once."""
    databases = [Database(database_url) for _ in range(2)]
    async with databases[0].writing() as session:
        session.add(Person(name="Lan", title="0"))

    async def count(db: Database) -> None:
        async with open_work(db, Clock(START)) as work:
            person = (await work.session.scalars(select(Person))).one()
            person.title = str(int(person.title) + 1)

    await asyncio.gather(*(count(db) for db in databases * 10))
    async with databases[0].reading() as session:
        assert await session.scalar(select(Person.title)) == "20"
    for db in databases:
        await db.close()


async def test_ticks_of_several_processes_remind_each_office_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(2)]
    async with Stage(START, database_url=database_url) as stage:
        offices = await owing(stage, 12)
        await asyncio.gather(*(remind_due(db, stage.clock, stage.app.house) for db in databases * 3))
    async with databases[0].reading() as session:
        said = (await session.scalars(select(Delivery.office_id))).all()
        rows = await session.execute(select(Reminder.outcome, func.count()).group_by(Reminder.outcome))
        ends = {row[0]: row[1] for row in rows.all()}
    assert sorted(said) == sorted(offices)
    assert ends == {Outcome.DONE: 12, Outcome.MERGED: 12}
    for db in databases:
        await db.close()


async def owing(stage: Stage, count: int) -> list[int]:
    """Offices that owe two things each, both to be reminded of now, with somebody to hear it."""
    async with open_work(stage.app.db, stage.clock) as work:
        home = await add_office(work.session, "Văn phòng")
        work.session.add(coordinator := Person(name="Hà"))
        await work.session.flush()
        directive = Directive(
            collector_id=home.id, coordinator_id=coordinator.id, drafted_at=work.now, published_at=work.now
        )
        work.session.add(directive)
        await work.session.flush()
        task = Task(directive_id=directive.id, position=1, text="Báo cáo", named_on=date(2024, 5, 17))
        task.due_at = task.target_at = datetime(2024, 5, 17, 10, tzinfo=UTC)
        work.session.add(task)
    ids = [await stage.office(f"Phòng số {number}") for number in range(count)]
    for number, office_id in enumerate(ids):
        await stage.seat(f"Người {number}", office_id, Role.HEAD)
    async with open_work(stage.app.db, stage.clock) as work:
        for office_id in ids:
            work.session.add(owed := Assignment(task_id=task.id, office_id=office_id, sent_at=work.now))
            await work.session.flush()
            for rung in ("early_3", "eve"):
                lane = f"office:{office_id}"
                work.session.add(Reminder(lane=lane, assignment_id=owed.id, rung=rung, due_at=work.now))
    return ids
