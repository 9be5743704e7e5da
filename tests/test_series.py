"""A period is made of the one before: what was asked, how it is to be answered, and for whom it is collected."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clocks import MovableClock
from bot.files import Store
from bot.messages import Address, Incoming
from db import Database, Work, open_work
from db.directives import Directive, Kind, Question, assignments_of, questions_of, tasks_of
from db.mail import Delivery
from db.offices import Office, add_office
from db.people import Contact, Role, all_places, contacts_of, memberships, people_with
from db.reports import Answer
from db.series import Series, running
from handlers import COMMANDS, House, Turn, load
from handlers.deeds.ladder import hang
from handlers.deeds.recurring import next_directive
from handlers.deeds.reorganising import merge
from scheduler.plan import OFFICE_HOURS
from scheduler.recurring import prepare_periods
from scheduler.workdays import Workdays
from test_desk import NOW, member, sent

ASKED: tuple[dict[str, Any], ...] = (
    {"position": 0, "text": "Số hồ sơ", "quote": "", "kind": Kind.NUMBER, "unit": "hồ sơ", "options": []},
    {"position": 1, "text": "Mức độ", "quote": "", "kind": Kind.CHOICE, "unit": "", "options": ["Có", "Không"]},
    {"position": 2, "text": "Danh mục", "quote": "số", "kind": Kind.TABLE, "unit": "", "options": ["Tên", "Điểm"]},
)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    load()
    found = Database(database_url)
    yield found
    await found.close()


def house(folder: Path) -> House:
    return House(Workdays.load(), OFFICE_HOURS, Store(folder), lambda _: {})


async def followed(work: Work) -> Series:
    """A monthly report of one office, asked for in figures, choices and tables; Hà collects it."""
    directive = await sent(work.session, 2)
    directive.published_at = NOW
    directive.reading = {"text": "", "spans": {}, "notes": [], "tasks": [{"assignees": [], "questions": []}]}
    member(work.session, directive.collector, "Hà", Role.COORDINATOR, NOW)
    [task] = await tasks_of(work.session, directive.id)
    for each in await questions_of(work.session, task.id):
        await work.session.delete(each)
    work.session.add_all(Question(task_id=task.id, **each) for each in ASKED)
    found = Series(task=task, task_id=task.id, collector_id=directive.collector_id, recurrence="monthly: before day 20")
    found.words, found.next_on, found.began_at = "trước ngày 20 hằng tháng", date(2024, 6, 20), NOW
    work.session.add(found)
    await work.session.flush()
    return found


async def coordinator(work: Work, folder: Path, *args: str) -> Turn:
    [person] = await people_with(work.session, Role.COORDINATOR)
    contact = (await contacts_of(work.session, person.id))[0]
    return _turn(work, folder, contact, await memberships(work.session, person.id), *args)


def _turn(work: Work, folder: Path, contact: Contact, places: object, *args: str) -> Turn:
    said = Incoming(Address("telegram", "1"), Address("telegram", "1"), "Hà", work.now, "1", "")
    return Turn(work, said, contact, house(folder), contact.person, places, list(args))  # type: ignore[arg-type]


async def test_the_next_period_asks_for_answers_of_the_same_kinds(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        series = await followed(work)
        made = await next_directive(work, house(tmp_path), series, 1)
        [task] = await tasks_of(work.session, made.id)
        found = await questions_of(work.session, task.id)
        assert [{name: getattr(each, name) for name in ASKED[0]} for each in found] == list(ASKED)


async def test_as_before_takes_the_rows_of_a_table_too(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        series = await followed(work)
        before = (await assignments_of(work.session, series.task.directive_id))[1]
        table = (await questions_of(work.session, series.task_id))[2]
        facts = {"person_id": 1, "answered_at": NOW, "text": "A | 1", "rows": [["A", "1"]]}
        work.session.add(Answer(assignment_id=before.id, question_id=table.id, **facts))
        made = await next_directive(work, house(tmp_path), series, 1)
        made.published_at = NOW
        await work.session.flush()
        owed = next(each for each in await assignments_of(work.session, made.id) if each.office_id == before.office_id)
        again = (await questions_of(work.session, owed.task_id))[2]
        [head] = await chats_of(work, before.office_id)
        turn = _turn(
            work, tmp_path, head, await memberships(work.session, head.person_id or 0), f"{owed.id}", f"{again.id}"
        )
        await COMMANDS["nhukytruoc"].handle(turn)
        [given] = (await work.session.scalars(select(Answer).where(Answer.assignment_id == owed.id))).all()
        assert given.rows == [["A", "1"]]


async def chats_of(work: Work, office_id: int) -> list[Contact]:
    places = await all_places(work.session, [office_id])
    return [contact for place in places for contact in await contacts_of(work.session, place.person_id)]


async def test_where_the_collecting_office_merges_its_heir_goes_on_with_the_series(
    db: Database, tmp_path: Path
) -> None:
    """Though the period before is closed, and stays as it was."""
    async with open_work(db, MovableClock(NOW)) as work:
        series = await followed(work)
        former, before = await work.session.get_one(Office, series.collector_id), series.task.directive
        before.closed_at = NOW
        heir = await add_office(work.session, "Phòng Nội vụ - Lao động")
        await merge(await coordinator(work, tmp_path), [former], heir)
        assert [each.id for each in await running(work.session, [heir.id])] == [series.id]
        made = await next_directive(work, house(tmp_path), series, 1)
        assert (made.collector_id, before.collector_id) == (heir.id, former.id)


async def test_the_heir_of_an_office_is_asked_in_its_place(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        series = await followed(work)
        series.task.directive.closed_at = NOW
        heir = await add_office(work.session, "Xã Đông Mới")
        asked = (await assignments_of(work.session, series.task.directive_id))[1].office
        await merge(await coordinator(work, tmp_path), [asked], heir)
        made = await next_directive(work, house(tmp_path), series, 1)
        names = {each.office.name for each in await assignments_of(work.session, made.id)}
        assert names == {"Phòng Nội vụ", "Xã Đông Mới"}


async def test_the_heir_is_told_when_the_next_period_is_near(db: Database, tmp_path: Path) -> None:
    clock = MovableClock(NOW)
    async with open_work(db, clock) as work:
        series = await followed(work)
        former = await work.session.get_one(Office, series.collector_id)
        series.task.directive.closed_at = NOW
        await merge(await coordinator(work, tmp_path), [former], await add_office(work.session, "Phòng Dân chính"))
    clock.move_to(NOW.replace(month=6, day=12))
    await prepare_periods(db, clock, house(tmp_path))
    async with db.reading() as session:
        said = [row.outgoing.text for row in await session.scalars(select(Delivery))]
        assert [text for text in said if text.startswith("Đến kỳ báo cáo")]
        [series] = (await session.scalars(select(Series))).all()
        kept = {row.expires_at for row in await session.scalars(select(Delivery)) if "Đến kỳ" in row.outgoing.text}
        assert all(until and until.date() >= series.next_on for until in kept)
        assert (await session.scalars(select(Directive))).all()


async def test_a_change_of_the_calendar_shows_her_no_directive_of_another_collector(
    db: Database, tmp_path: Path
) -> None:
    """Though its reminders are moved too."""
    async with open_work(db, MovableClock(NOW)) as work:
        mine = (await followed(work)).task.directive
        hers = await sent(work.session, 3)
        mine.number, hers.number, hers.published_at = "30/UBND-NV", "99/UBND-KT", NOW
        await work.session.flush()
        for each in (mine, hers):
            await hang(work, await assignments_of(work.session, each.id), house(tmp_path))
        turn = await coordinator(work, tmp_path)
        turn.incoming = replace(turn.incoming, text="nghỉ 16/5, nghỉ 17/5")
        said = (await COMMANDS["ngaynghi"].handle(turn)).text
        assert "30/UBND-NV" in said
        assert "99/UBND-KT" not in said
