"""A period is made of the one before: what was asked, how it is to be answered, and for whom it is collected."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clocks import MovableClock
from bot.documents import read_text
from bot.files import Store
from bot.messages import Address, Incoming, Outgoing
from db import Database, Work, open_work
from db.directives import Directive, Kind, Question, assignments_of, files_of, questions_of, tasks_of
from db.mail import Delivery
from db.offices import Office, add_office
from db.people import Contact, Role, all_places, contacts_of, memberships, people_with
from db.reports import Answer
from db.series import Nearing, Series, running
from handlers import COMMANDS, House, Turn, load
from handlers.deeds.drafting import redate
from handlers.deeds.joining import joined
from handlers.deeds.ladder import hang
from handlers.deeds.recurring import next_directive, proposal, to_be_said, under
from handlers.deeds.reorganising import merge
from scheduler.digest import digest
from scheduler.periods import Cycle
from scheduler.plan import MORNING, OFFICE_HOURS
from scheduler.recurring import prepare_periods
from scheduler.workdays import Workdays, at
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


async def test_a_form_joins_the_draft_of_a_period_though_its_paper_sets_other_tasks_too(
    db: Database, tmp_path: Path
) -> None:
    paper = (Path(__file__).parent / "chats" / "files" / "ca-cong-van.txt").read_text(encoding="utf-8")
    async with open_work(db, MovableClock(NOW)) as work:
        series = await followed(work)
        read = read_text(paper, Workdays.load())
        assert len(read.tasks) > 1
        series.task.directive.reading = read.to_json()
        turn = await coordinator(work, tmp_path)
        assert turn.person is not None
        made = await next_directive(work, turn.house, series, turn.person.id)
        [task] = await tasks_of(work.session, made.id)
        form = read_text("Biểu mẫu báo cáo: số hồ sơ đã giải quyết", Workdays.load())
        assert await joined(turn, form, [("bieu-mau.docx", "a" * 64)]) is made
        assert [(each.id, each.named_on) for each in await tasks_of(work.session, made.id)] == [
            (task.id, date(2024, 6, 20))
        ]
        assert [file.name for file in (await files_of(work.session, [made.id]))[made.id]] == ["bieu-mau.docx"]


async def test_a_corrected_day_of_issue_leaves_the_day_of_a_period(db: Database, tmp_path: Path) -> None:
    """Though its paper named one day, once."""
    paper = (Path(__file__).parent / "chats" / "files" / "ba-phong.txt").read_text(encoding="utf-8")
    async with open_work(db, MovableClock(NOW)) as work:
        series = await followed(work)
        read = read_text(paper, Workdays.load())
        assert (read.tasks[0].deadline.rule, read.tasks[0].deadline.date) == ("before_date", "2024-05-17")
        series.task.directive.reading = read.to_json()
        made = await next_directive(work, house(tmp_path), series, 1)
        await redate(work, house(tmp_path), made)
        [task] = await tasks_of(work.session, made.id)
        assert task.named_on == date(2024, 6, 20)


@pytest.mark.parametrize(
    ("recurrence", "next_on", "days"),
    [
        ("monthly: before day 25", "2026-02-25", "2026-02-06 2026-02-12 2026-02-23 2026-03-13"),  # Tết: 14/2 to 22/2
        ("monthly: before day 5", "2027-01-05", "2026-12-23 2026-12-29 2026-12-31 2027-01-25"),
        ("yearly: before 15/12", "2026-12-15", "2026-12-03 2026-12-09 2026-12-11 2027-12-03"),
    ],
)
def test_a_period_nobody_tapped_is_brought_up_again_twice_and_when_the_next_ones_time_has_come(
    recurrence: str, next_on: str, days: str
) -> None:
    calendar, named = Workdays.load(), date.fromisoformat(next_on)
    waits, heard = Nearing(1, recurrence, "", False, named, None, ""), list[str]()
    for day in (named + timedelta(days=count) for count in range(-30, 390)):
        if calendar.is_working(day) and to_be_said(waits, day, calendar):
            heard.append(day.isoformat())
            waits = waits._replace(proposed_at=at(day, MORNING))
    assert heard == days.split()


@pytest.mark.parametrize(
    ("now", "next_on", "then", "today", "reported", "start", "named"),
    [  # Nothing that was reported is asked for again, what waits stays, what is over is not begun.
        ("monthly: before day 25", "2026-02-25", "monthly: by day 20", "2026-02-10", None, "2026-01-15", "2026-02-20"),
        ("monthly: before day 25", "2026-02-25", "monthly: by day 20", "2026-02-24", None, "2026-01-15", "2026-02-20"),
        ("monthly: before day 25", "2026-03-25", "monthly: by day 20", "2026-02-10", None, "2026-02-15", "2026-03-20"),
        ("monthly: before day 25", "2026-02-25", "quarterly: by day 20 of the quarter's last month", "2026-02-10",
         "2026-01-14", "2025-12-15", "2026-03-20"),
        ("quarterly: by day 20 of the quarter's last month", "2026-03-20", "monthly: before day 25", "2026-02-10",
         None, "2026-01-15", "2026-02-25"),
        ("yearly: before 10/12", "2026-12-10", "yearly: before 5/12", "2026-12-12", None, "2025-12-15", "2026-12-05"),
        ("yearly: before 20/12", "2026-12-20", "monthly: before day 5", "2026-02-26",
         "2026-02-14", "2026-02-15", "2026-04-05"),
    ],
)  # fmt: skip
def test_under_another_rule_the_next_period_goes_on_where_the_last_one_ended(
    now: str, next_on: str, then: str, today: str, reported: str | None, start: str, named: str
) -> None:
    waits, cycle = Nearing(1, now, "", False, date.fromisoformat(next_on), None, ""), Cycle.of(then)
    assert cycle is not None
    found = under(waits, cycle, date.fromisoformat(today), date.fromisoformat(reported) if reported else None)
    assert (found.start.isoformat(), found.named.isoformat()) == (start, named)


async def test_the_mornings_figures_name_the_period_that_waits(db: Database, tmp_path: Path) -> None:
    clock = MovableClock(at(date(2024, 6, 13), MORNING))
    async with open_work(db, clock) as work:
        series = await followed(work)
        series.proposed_at = clock.now()
    await digest(db, clock, replace(house(tmp_path), digest_at=MORNING))
    async with db.reading() as session:
        [said] = [row.outgoing.text for row in await session.scalars(select(Delivery))]
    assert "Tình hình báo cáo sáng nay" in said
    assert "kỳ tháng 6/2024: hạn trước ngày 20/6/2024, chưa gửi" in said


async def test_a_period_that_is_sent_is_said_to_wait_to_nobody_any_more(db: Database, tmp_path: Path) -> None:
    """Such as to a second coordinator, whose window is shut."""
    clock = MovableClock(at(date(2024, 6, 13), MORNING))
    async with open_work(db, clock) as work:
        series = await followed(work)
    await prepare_periods(db, clock, house(tmp_path))
    async with open_work(db, clock) as work:
        turn = await coordinator(work, tmp_path, f"{series.id}", "20240620", "1")
        await COMMANDS["kynay"].handle(turn)
    async with db.reading() as session:
        waits = [row for row in await session.scalars(select(Delivery)) if row.about == f"period:{series.id}"]
        [series] = (await session.scalars(select(Series))).all()
    assert waits
    assert all(row.done_at for row in waits)
    assert (series.next_on, series.proposed_at) == (date(2024, 7, 20), None)


async def test_before_tet_it_is_said_that_the_last_working_day_comes_before_the_data_close(
    db: Database, tmp_path: Path
) -> None:
    async with open_work(db, MovableClock(at(date(2026, 2, 4), MORNING))) as work:
        series = await followed(work)
        series.next_on = date(2026, 2, 20)
        said = await proposal(work, house(tmp_path), series)
        note = "ngày làm việc cuối trước hạn (thứ Sáu 13/2) sớm hơn ngày chốt số liệu (14/2/2026)"
        assert note in said.text
        series.next_on = date(2026, 3, 20)
        assert "chốt số liệu" not in (await proposal(work, house(tmp_path), series)).text


async def test_of_several_periods_that_wait_it_is_asked_which_and_each_is_named(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(at(date(2024, 6, 13), MORNING))) as work:
        series = await followed(work)
        other = await sent(work.session, 3)
        other.published_at, other.collector_id, other.number = NOW, series.collector_id, "99/UBND-NV"
        [task] = await tasks_of(work.session, other.id)
        task.text = "Báo cáo quý"
        another = Series(task=task, task_id=task.id, collector_id=series.collector_id, calendar=False)
        another.recurrence, another.words = "quarterly: by day 20 of the quarter's last month", "chậm nhất ngày 20"
        another.next_on, another.began_at = date(2024, 6, 20), NOW
        work.session.add(another)
        await work.session.flush()
        said = await typed(work, tmp_path, "bỏ qua kỳ này")
        labels = [button.label for row in said.buttons for button in row]
        assert [label.partition(",")[0] for label in labels] == ["Kỳ tháng 6/2024", "Kỳ quý II/2024"]
        assert "99/UBND-NV" in labels[1]
        said = await typed(work, tmp_path, "gửi kỳ quý 2")  # it was not laid before her yet
        assert said.text.startswith("Đến kỳ báo cáo quý II/2024")
        said = await typed(work, tmp_path, "bỏ qua kỳ tháng 6")
        assert said.text.startswith("Đã bỏ kỳ tháng 6/2024")
        assert (series.next_on, another.next_on) == (date(2024, 7, 20), date(2024, 6, 20))


async def typed(work: Work, folder: Path, words: str) -> Outgoing:
    turn = await coordinator(work, folder)
    turn.incoming = replace(turn.incoming, text=words)
    return await COMMANDS["kynay"].handle(turn)
