"""What the three queues promise, on either database; the last four with the real bot on a stage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import handlers
from bot.clocks import VIETNAM
from bot.messages import Outgoing
from bot.sandbox.stage import Stage
from bot.sandbox.telegram import Fault
from db import Database
from db.directives import Assignment, Directive, Task
from db.mail import Delivery, Outcome, Priority, Received, Reminder
from db.people import Contact, Person, Role, add_office
from db.post import receive, replay
from db.queue import LEASE, LeaseLost, deliveries, reminders

NOW = datetime(2024, 5, 14, 1, tzinfo=UTC)
MACHINE = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = Database(database_url)
    yield found
    await found.close()


async def put(
    db: Database, lane: str, text: str, *, priority: Priority = Priority.REPLY, due_at: datetime = NOW
) -> None:
    message = Outgoing(text).to_json()
    async with db.writing() as session:
        session.add(Delivery(lane=lane, priority=priority, due_at=due_at, message=message, created_at=NOW))


async def claim(
    db: Database, *, most: int = 10, now: datetime = NOW, machine: datetime = MACHINE
) -> Sequence[Delivery]:
    async with db.writing() as session:
        return await deliveries.claim(session, now=now, machine=machine, most=most)


async def finish(db: Database, row: Delivery) -> None:
    async with db.writing() as session:
        await deliveries.finish(session, row, MACHINE)


async def drain(db: Database, *, now: datetime = NOW) -> list[str]:
    """Take and finish, one round after another, until nothing is left."""
    said: list[str] = []
    while rows := await claim(db, now=now):
        for row in rows:
            said.append(row.outgoing.text)
            await finish(db, row)
    return said


async def test_a_lane_is_worked_by_priority_and_then_in_the_order_of_writing(db: Database) -> None:
    await put(db, "telegram:1", "tin chung", priority=Priority.BROADCAST)
    await put(db, "telegram:1", "trả lời 1")
    await put(db, "telegram:1", "nhắc", priority=Priority.REMINDER)
    await put(db, "telegram:1", "trả lời 2")
    await put(db, "telegram:1", "biên nhận", priority=Priority.RECEIPT)
    assert await drain(db) == ["biên nhận", "trả lời 1", "trả lời 2", "nhắc", "tin chung"]


async def test_a_receipt_passes_a_broadcast_that_waits(db: Database) -> None:
    for number in range(5):
        await put(db, "telegram:1", f"tin chung {number}", priority=Priority.BROADCAST)
    [first] = await claim(db)
    await put(db, "telegram:1", "biên nhận", priority=Priority.RECEIPT)
    await finish(db, first)
    [second] = await claim(db)
    assert [first.outgoing.text, second.outgoing.text] == ["tin chung 0", "biên nhận"]


async def test_no_two_of_a_lane_are_out_at_once(db: Database) -> None:
    await put(db, "telegram:1", "một")
    await put(db, "telegram:1", "hai")
    [row] = await claim(db)
    assert await claim(db) == []
    await finish(db, row)
    assert [row.outgoing.text for row in await claim(db)] == ["hai"]


async def test_two_processes_claiming_together_never_share_a_row_or_a_lane(db: Database, database_url: str) -> None:
    for number in range(60):
        await put(db, f"telegram:{number % 20}", str(number))
    neighbour = Database(database_url)
    rounds = await asyncio.gather(*(claim(each, most=3) for each in (db, neighbour) * 6))
    await neighbour.close()
    taken = [row for rows in rounds for row in rows]
    assert len(taken) == 20
    assert len({row.lane for row in taken}) == 20
    assert {row.attempt for row in taken} == {1}


async def test_lanes_do_not_wait_for_each_other(db: Database) -> None:
    for chat in range(4):
        await put(db, f"telegram:{chat}", "một")
        await put(db, f"telegram:{chat}", "hai")
    assert len(await claim(db, most=3)) == 3
    assert len(await claim(db, most=3)) == 1
    assert await claim(db) == []


async def test_the_row_of_a_dead_worker_returns_and_its_late_finish_is_refused(db: Database) -> None:
    await put(db, "telegram:1", "một")
    [dead] = await claim(db)
    assert await claim(db, machine=MACHINE + LEASE - SECOND) == []
    [alive] = await claim(db, machine=MACHINE + LEASE)
    assert (alive.id, alive.attempt) == (dead.id, 2)
    with pytest.raises(LeaseLost):
        await finish(db, dead)
    await finish(db, alive)
    with pytest.raises(LeaseLost):
        await finish(db, alive)


async def test_a_late_rest_postponement_or_renewal_is_refused_too(db: Database) -> None:
    await put(db, "telegram:1", "một")
    [dead] = await claim(db)
    await claim(db, machine=MACHINE + LEASE)
    with pytest.raises(LeaseLost):
        async with db.writing() as session:
            await deliveries.rest(session, dead, MACHINE, "chậm")
    with pytest.raises(LeaseLost):
        async with db.writing() as session:
            await deliveries.postpone(session, dead, NOW)
    with pytest.raises(LeaseLost):
        async with db.writing() as session:
            await deliveries.renew(session, dead, MACHINE)


async def test_a_renewed_lease_keeps_the_row(db: Database) -> None:
    await put(db, "telegram:1", "một")
    [row] = await claim(db)
    async with db.writing() as session:
        await deliveries.renew(session, row, MACHINE + LEASE - SECOND)
    assert await claim(db, machine=MACHINE + LEASE + SECOND) == []
    await finish(db, row)


async def test_tomorrows_message_does_not_block_todays_reply(db: Database) -> None:
    tomorrow = NOW + timedelta(days=1)
    await put(db, "telegram:1", "mai", priority=Priority.RECEIPT, due_at=tomorrow)
    await put(db, "telegram:1", "hôm nay")
    assert await drain(db) == ["hôm nay"]
    assert await drain(db, now=tomorrow) == ["mai"]


async def test_after_a_failure_the_whole_lane_rests_and_the_order_is_kept(db: Database) -> None:
    await put(db, "telegram:1", "một")
    await put(db, "telegram:1", "hai")
    await put(db, "telegram:2", "người khác")
    failed = (await claim(db))[0]
    again = MACHINE + timedelta(seconds=30)
    async with db.writing() as session:
        await deliveries.rest(session, failed, again, "không tới được")
    assert await claim(db, machine=again - SECOND) == []
    [row] = await claim(db, machine=again)
    assert (row.outgoing.text, row.failures, row.attempt) == ("một", 1, 2)


async def test_due_reminders_of_an_office_are_taken_together(db: Database) -> None:
    first, second = await two_offices_with_two_reminders_each(db)
    async with db.writing() as session:
        taken = await reminders.claim_lanes(session, now=NOW, machine=MACHINE, most=1)
    assert {lane: len(rows) for lane, rows in taken.items()} == {first: 2}
    async with db.writing() as session:
        taken = await reminders.claim_lanes(session, now=NOW, machine=MACHINE, most=10)
    assert {lane: len(rows) for lane, rows in taken.items()} == {second: 2}


async def test_a_reminder_not_yet_due_stays_behind(db: Database) -> None:
    await two_offices_with_two_reminders_each(db, last_due=NOW + SECOND)
    async with db.writing() as session:
        taken = await reminders.claim_lanes(session, now=NOW, machine=MACHINE, most=10)
    assert sorted(len(rows) for rows in taken.values()) == [1, 2]


async def two_offices_with_two_reminders_each(db: Database, *, last_due: datetime = NOW) -> list[str]:
    async with db.writing() as session:
        offices = [await add_office(session, name) for name in ("Phòng Tư pháp", "Phòng Y tế")]
        coordinator = Person(name="Hà")
        session.add(coordinator)
        await session.flush()
        directive = Directive(collector_id=offices[0].id, coordinator_id=coordinator.id, drafted_at=NOW)
        session.add(directive)
        await session.flush()
        task = Task(directive_id=directive.id, position=1, text="Báo cáo", named_on=date(2024, 5, 17))
        session.add(task)
        await session.flush()
        for office in offices:
            owed = Assignment(task_id=task.id, office_id=office.id)
            session.add(owed)
            await session.flush()
            last = office is offices[-1]
            for rung, due_at in (("early", NOW), ("eve", last_due if last else NOW)):
                session.add(Reminder(lane=f"office:{office.id}", assignment_id=owed.id, rung=rung, due_at=due_at))
    return [f"office:{office.id}" for office in offices]


async def test_the_same_update_twice_is_one_row(db: Database) -> None:
    update = {"channel": "telegram", "key": "message:1:1:0", "lane": "telegram:1", "body": b"{}"}
    row = {**update, "received_at": NOW, "due_at": NOW}
    async with db.writing() as session:
        await receive(session, [row, row])
    async with db.writing() as session:
        await receive(session, [row, {**row, "channel": "zalo_oa"}, {**row, "key": "message:1:2:0"}])
    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Received)) == 3


@pytest.fixture
async def stage(tmp_path: Path, database_url: str) -> AsyncIterator[Stage]:
    start = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
    async with Stage(start, folder=tmp_path, database_url=database_url) as stage:
        stage.app.inbox.pauses = (timedelta(0),) * 2
        stage.app.sender.remedies.first_pause = timedelta(0)
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        yield stage


@pytest.fixture
def broken() -> Iterator[list[int]]:
    """A command that fails as long as it is broken, and the messages it was tried on."""
    tried: list[int] = []

    @handlers.command("hong", listed=False)
    async def fail(turn: handlers.Turn) -> Outgoing:
        tried.append(turn.received_id)
        if len(tried) <= 3:
            raise RuntimeError("hỏng")
        return Outgoing("đã sửa")

    yield tried
    del handlers.COMMANDS["hong"]


def heard(stage: Stage, name: str) -> list[str]:
    return [message.text for message in stage.phone(name).messages if message.from_bot]


async def test_a_poisoned_message_steps_aside_after_three_tries_and_replay_brings_it_back(
    stage: Stage, broken: list[int]
) -> None:
    lan = stage.phone("Lan")
    await lan.say("/hong")
    await lan.say("/huongdan")
    await stage.settled()
    [number] = set(broken)
    assert len(broken) == 3
    apology, guide = heard(stage, "Lan")
    assert f"mã {number}" in apology
    assert "/" in guide
    async with stage.app.db.writing() as session:
        assert await replay(session, number)
        assert not await replay(session, number)
    stage.app.db.wake("received")
    await stage.settled()
    assert heard(stage, "Lan")[2:] == ["đã sửa"]


async def test_what_a_failing_handler_changed_and_said_is_undone(stage: Stage) -> None:
    @handlers.command("nuachung", listed=False)
    async def half(turn: handlers.Turn) -> Outgoing:
        turn.expect("file:1")
        await turn.work.send(turn.incoming.chat, Outgoing("nửa chừng"))
        raise RuntimeError("hỏng")

    try:
        await stage.phone("Lan").say("/nuachung")
        await stage.settled()
    finally:
        del handlers.COMMANDS["nuachung"]
    [apology] = heard(stage, "Lan")
    assert apology != "nửa chừng"
    async with stage.app.db.reading() as session:
        assert (await session.scalars(select(Received.outcome))).all() == [Outcome.POISONED]
        assert (await session.scalars(select(Contact.expects))).all() == [""]


async def outcomes(stage: Stage) -> list[tuple[Outcome | None, bool]]:
    async with stage.app.db.reading() as session:
        rows = (await session.scalars(select(Delivery).order_by(Delivery.id))).all()
    return [(row.outcome, row.uncertain) for row in rows]


async def test_an_uncertain_message_is_repeated_at_most_once(stage: Stage) -> None:
    stage.telegram.faults.add("sendMessage", Fault.cut(after=True), times=5)
    await stage.phone("Lan").say("/huongdan")
    await stage.settled()
    assert len(heard(stage, "Lan")) == 2
    assert await outcomes(stage) == [(Outcome.UNCERTAIN, True)]


async def test_a_message_whose_sender_died_on_the_wire_is_repeated_at_most_once(stage: Stage) -> None:
    """The process is cut off while Telegram keeps it waiting, twice; the leases it held run out."""
    stage.telegram.faults.add("sendMessage", Fault.hang(after=True), times=2)
    await stage.phone("Lan").say("/huongdan")
    for times in (1, 2):
        await on_the_wire(stage, times)
        stage.app.grace = 0.1
        await stage.app.stop()
        await leases_run_out(stage)
        await stage.power_on()
    await stage.settled()
    assert len(heard(stage, "Lan")) == 2
    assert await outcomes(stage) == [(Outcome.UNCERTAIN, True)]


async def on_the_wire(stage: Stage, times: int) -> None:
    events = stage.telegram.listen()
    async with asyncio.timeout(10):
        while len(heard(stage, "Lan")) < times:
            await events.get()
    stage.telegram.unlisten(events)


async def leases_run_out(stage: Stage) -> None:
    db = Database(stage.settings.url)
    async with db.writing() as session:
        for row in (await session.scalars(select(Delivery).where(Delivery.taken_until.is_not(None)))).all():
            row.taken_until = stage.clock.machine() - SECOND
    await db.close()
