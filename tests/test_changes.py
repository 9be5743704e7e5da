"""Many offices changed in one act: named as people name them, put back exactly, in no more statements for many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.clocks import VIETNAM, MovableClock
from bot.files import Store
from bot.messages import Address, FileKind, Incoming, InFile, Outgoing
from db import Database, Work, open_work
from db.changes import Change, Kind, last_change
from db.decisions import Extension
from db.directives import Assignment, Directive, Task, assignments_of
from db.mail import Delivery, Outcome, Reminder
from db.offices import NewOffice, add_office, add_offices, remember_alias
from db.pages import to_bind
from db.people import Role, contacts_of, memberships, people_with
from db.reorganising import end_office
from db.reports import Submission, SubmissionFile, Way
from db.standing import line, lines
from handlers import COMMANDS, House, Refused, Turn, load
from handlers.deeds.arriving import hold
from handlers.deeds.changing import exempt, extend, find, propose
from handlers.deeds.correcting import correct
from handlers.deeds.dating import date_task, set_deadline
from handlers.deeds.deadline import Found
from handlers.deeds.ladder import hang
from handlers.deeds.making import make, undo
from handlers.deeds.recording import record_report
from handlers.deeds.rehoming import move_report
from handlers.deeds.reorganising import merge
from handlers.deeds.reviewing import accept, send_back
from handlers.deeds.staffing import leave
from handlers.deeds.whom import whom
from scheduler.plan import OFFICE_HOURS, Urgency
from scheduler.workdays import Workdays
from test_desk import NOW, member, sent

NAMES = [
    "Phòng Nội vụ",
    "Phòng Y tế",
    "Phòng Tài chính - Kế hoạch",
    "Phòng Lao động, Thương binh và Xã hội",
    "Phòng Văn hóa và Thông tin",
    "Thanh tra huyện",
]


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = Database(database_url)
    yield found
    await found.close()


@pytest.mark.parametrize(
    ("text", "offices", "everybody", "reason"),
    [
        ("gia hạn Y tế, Nội vụ, Tài chính đến 20/5", "Y tế, Nội vụ, Tài chính - Kế hoạch", False, ""),
        ("gia han y te va noi vu den 20/5 vi bao so 3", "Y tế, Nội vụ", False, "bao so 3"),
        ("gia hạn YT; TCKH đến thứ Hai, chờ số liệu", "Y tế, Tài chính - Kế hoạch", False, "chờ số liệu"),
        (
            "miễn Phòng Lao động, Thương binh và Xã hội, Văn hóa, lý do mới sáp nhập",
            "Lao động, Thương binh và Xã hội, Văn hóa và Thông tin",
            False,
            "mới sáp nhập",
        ),
        ("miễn báo cáo cho thanh tra huyện vì trùng nội dung", "Thanh tra huyện", False, "trùng nội dung"),
        ("gia hạn tất cả đơn vị chưa nộp đến 20/5, lý do: mất điện", "", True, "mất điện"),
        ("gia hạn tất cả các đơn vị còn lại trừ Y tế đến 20/5", "Y tế", True, ""),
        ("gia hạn việc 2 đến 22/5", "", False, ""),
        ("/missing YT", "Y tế", False, ""),
        ("gia hạn thêm 3 ngày (việc 1) cho Y tế, Nội vụ, chờ số liệu", "Y tế, Nội vụ", False, "chờ số liệu"),
        ("gia hạn đến 20/5 cho tất cả đơn vị trừ Y tế", "Y tế", True, ""),
        ("gia hạn Y tế theo thông báo số 61/TB-UBND thêm 2 hôm, bão", "Y tế", False, "bão"),
        ("gia hạn yt va tckh đến 20/5", "Y tế, Tài chính - Kế hoạch", False, ""),
        ("gia hạn so y te, ban nv đến 20/5", "Y tế, Nội vụ", False, ""),
        ("gia hạn VHTT, sự nghiệp, tdtt đến 20/5", "Văn hóa và Thông tin, Thanh tra huyện, Nội vụ", False, ""),
    ],
)
async def test_offices_are_found_as_people_name_them(
    db: Database, text: str, offices: str, everybody: bool, reason: str
) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        added = await add_offices(work.session, [NewOffice(name) for name in NAMES])
        await remember_alias(work.session, "sự nghiệp", added[-1])
        await remember_alias(work.session, "TDTT", added[0])
        found = await whom(work, text)
        names = ", ".join(each.name.removeprefix("Phòng ") for each in found.offices)
        assert (names, found.everybody, found.reason) == (offices, everybody, reason)
        with pytest.raises(Refused, match="refused"):
            await whom(work, "gia hạn Y tế, Thuế đến 20/5")


@pytest.mark.parametrize("apart", [", ", "; ", "\n", " , "])
async def test_a_name_ends_where_the_list_goes_on_and_none_is_passed_over(db: Database, apart: str) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        await add_offices(work.session, [NewOffice("Phòng Tư pháp")])
        with pytest.raises(Refused, match="refused"):
            await whom(work, f"gia hạn Văn phòng{apart}Tư pháp đến 20/5")
        await add_offices(work.session, [NewOffice("Văn phòng HĐND và UBND huyện")])
        for text in (f"gia hạn Văn phòng{apart}Tư pháp đến 20/5", f"miễn văn phòng{apart}tư pháp, lý do sáp nhập"):
            found = await whom(work, text)
            assert [each.name for each in found.offices] == ["Văn phòng HĐND và UBND huyện", "Phòng Tư pháp"]


async def test_each_office_that_is_asked_about_is_told_of_and_none_of_those_left_out(
    db: Database, tmp_path: Path
) -> None:
    load()
    async with open_work(db, MovableClock(NOW)) as work:
        await _scene(work, 4, tmp_path)
        for text, named in (("/missing Xã Đông 1, Xã Đông 3", (1, 3)), ("/missing tất cả trừ Xã Đông 1", (1, 2, 3))):
            turn = await _turn(work, tmp_path, text)
            turn.args = text.split()[1:]
            said = (await COMMANDS["missing"].handle(turn)).text
            assert [n for n in (1, 2, 3) if f"Xã Đông {n}" in said] == list(named)


async def test_letters_of_several_offices_are_asked_about_in_any_writing(db: Database) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        await add_offices(work.session, [NewOffice("Phòng Kinh tế", "KT"), NewOffice("Phòng Kiểm tra", "KT")])
        for text in ("gia hạn KT đến 20/5", "gia hạn kt đến 20/5"):
            with pytest.raises(Refused) as refused:
                await whom(work, text)
            assert "Phòng Kinh tế" in refused.value.answer.text + str(refused.value.answer.buttons)


async def test_a_list_of_a_hundred_offices_in_full_is_understood(db: Database) -> None:
    names = [f"Ủy ban nhân dân xã Đông Sơn số {number}" for number in range(100, 200)]
    async with open_work(db, MovableClock(NOW)) as work:
        await add_offices(work.session, [NewOffice(name, f"D{name[-3:]}") for name in names])
        assert [each.name for each in (await whom(work, f"gia hạn {', '.join(names)} đến 20/5")).offices] == names


async def _turn(work: Work, folder: Path, text: str = "") -> Turn:
    """The coordinator says this."""
    [person] = await people_with(work.session, Role.COORDINATOR)
    contact = (await contacts_of(work.session, person.id))[0]
    said = Incoming(Address("telegram", "1"), Address("telegram", "1"), "Hà", work.now, "1", text)
    house = House(Workdays.load(), OFFICE_HOURS, Store(folder), lambda _: {})
    return Turn(work, said, contact, house, person, await memberships(work.session, person.id))


async def _scene(work: Work, count: int, folder: Path) -> Directive:
    """Sent to so many offices, their reminders hung; the first collects, and Hà coordinates for it."""
    directive = await sent(work.session, count)
    directive.published_at = NOW
    member(work.session, directive.collector, "Hà", Role.COORDINATOR, NOW)
    await work.session.flush()
    turn = await _turn(work, folder)
    await hang(work, await assignments_of(work.session, directive.id), turn.house)
    return directive


async def _facts(work: Work) -> list[Any]:
    """Every assignment and every reminder, whole, and what waits to be said."""
    await work.flush()
    await work.session.flush()
    rows: list[Any] = []
    for noun in (Assignment, Reminder):
        rows += (await work.session.execute(select(noun.__table__).order_by(noun.__table__.c.id))).all()
    waiting = select(Delivery.id).where(Delivery.done_at.is_(None))
    return [*rows, *(await work.session.execute(waiting)).all()]


async def _all_in(work: Work, folder: Path) -> Turn:
    """Of three two have reported, and the last is exempt now."""
    directive = await _scene(work, 3, folder)
    for each in (await assignments_of(work.session, directive.id))[:2]:
        work.session.add(Submission(assignment=each, way=Way.NOTHING, arrived_at=NOW, created_at=NOW, files=[]))
    turn = await _turn(work, folder, "miễn tất cả đơn vị chưa nộp, lý do bão")
    await exempt(turn, await whom(work, turn.text))
    await make(turn, await _one(work))
    await work.flush()
    return turn


async def _one(work: Work) -> Change:
    return (await work.session.scalars(select(Change).order_by(Change.id.desc()))).unique().first() or pytest.fail(
        "none"
    )


@pytest.mark.parametrize("text", ["gia hạn tất cả đơn vị đến 24/5", "miễn tất cả đơn vị, lý do bão"])
async def test_undoing_puts_every_day_and_every_reminder_back(db: Database, tmp_path: Path, text: str) -> None:
    clock = MovableClock(NOW)
    async with open_work(db, clock) as work:
        await _scene(work, 6, tmp_path)
        before = await _facts(work)
        for _ in range(2):
            turn = await _turn(work, tmp_path, text)
            do = extend if text.startswith("gia") else exempt
            await do(turn, await whom(work, text))
            await make(turn, await _one(work))
            assert await _facts(work) != before
            with pytest.raises(Refused):
                await make(turn, await _one(work))
            await undo(turn, await _one(work))
            assert await _facts(work) == before
            with pytest.raises(Refused):
                await undo(turn, await _one(work))


async def _correct(work: Work, folder: Path, task: Task, day: date, how: int) -> Outgoing:
    return await correct(await _turn(work, folder), task, _before(day), how)


async def _seen(work: Work, folder: Path) -> Task:
    """The task of a directive that every office has seen, with its deadline as a paper gives it."""
    assigned = await assignments_of(work.session, (await _scene(work, 4, folder)).id)
    await set_deadline(await _turn(work, folder), assigned[0].task, _before(date(2024, 5, 17)))
    await hang(work, assigned, (await _turn(work, folder)).house)
    for each in assigned:
        each.acknowledged_at = NOW
    return assigned[0].task


def _before(day: date) -> Found:
    return "before_date", day, None, f"trước ngày {day.day}/{day.month}/{day.year}"


async def test_undoing_a_correction_puts_back_the_deadline_and_who_had_seen_it(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        task = await _seen(work, tmp_path)
        before = [(task.named_on, task.due_at, task.target_at, task.deadline_words), *await _facts(work)]
        for how in (2, 1, 0):
            await _correct(work, tmp_path, task, date(2024, 5, 27), how)
            assert [(task.named_on, task.due_at, task.target_at, task.deadline_words), *await _facts(work)] != before
            await undo(await _turn(work, tmp_path), await _one(work))
            assert [(task.named_on, task.due_at, task.target_at, task.deadline_words), *await _facts(work)] == before


async def test_of_two_corrections_the_last_is_undone_first(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        task = await _seen(work, tmp_path)
        printed = task.named_on
        await _correct(work, tmp_path, task, date(2024, 5, 27), 1)
        first = await _one(work)
        await _correct(work, tmp_path, task, date(2024, 5, 29), 1)
        with pytest.raises(Refused) as refused:
            await undo(await _turn(work, tmp_path), first)
        assert "29/5" in refused.value.answer.text
        for left in (date(2024, 5, 27), printed):
            found = await last_change(work.session, first.made_by)
            assert found is not None
            await undo(await _turn(work, tmp_path), found)
            assert task.named_on == left


async def test_what_was_on_time_stays_so_under_a_correction_and_when_it_is_undone(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        task = await _seen(work, tmp_path)
        first, second, third = (await assignments_of(work.session, task.directive_id))[1:4]
        _hand_in(work, first, NOW + timedelta(days=2))
        await _correct(work, tmp_path, task, date(2024, 5, 15), 1)
        assert await _timely(work, task) == {first.id: True}
        assert first.due_at != second.due_at
        work.now = NOW + timedelta(days=8)
        await _correct(work, tmp_path, task, date(2024, 5, 27), 1)
        _hand_in(work, second, work.now)
        assert await _timely(work, task) == {first.id: True, second.id: True}
        await undo(await _turn(work, tmp_path), await _one(work))
        _hand_in(work, third, work.now)
        assert await _timely(work, task) == {first.id: True, second.id: True, third.id: False}


def _hand_in(work: Work, assignment: Assignment, at: datetime) -> None:
    work.session.add(Submission(assignment=assignment, way=Way.NOTHING, arrived_at=at, created_at=at, files=[]))


async def _timely(work: Work, task: Task) -> dict[int, bool | None]:
    """Of those that have reported."""
    await work.session.flush()
    found = await lines(work.session, await assignments_of(work.session, task.directive_id))
    return {each.assignment.id: each.on_time() for each in found if each.valid}


async def test_a_correction_closed_over_is_not_undone(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        task = await _seen(work, tmp_path)
        await _correct(work, tmp_path, task, date(2024, 5, 27), 1)
        task.directive.closed_at = NOW
        with pytest.raises(Refused):
            await undo(await _turn(work, tmp_path), await _one(work))


async def test_an_office_made_of_two_owes_what_one_of_them_owed_and_by_the_later_day(
    db: Database, tmp_path: Path
) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        task = await _seen(work, tmp_path)
        own, free, late = (await assignments_of(work.session, task.directive_id))[1:4]
        for one, text in ((free, "miễn Xã Đông 2, lý do bão"), (late, "gia hạn Xã Đông 3 đến 24/5")):
            turn = await _turn(work, tmp_path, text)
            await (exempt if one is free else extend)(turn, await whom(work, text))
            await make(turn, await _one(work))
        asked = Extension(assignment=own, asked_by=1, asked_at=NOW, wanted_on=date(2024, 5, 27), reason="")
        work.session.add(asked)
        await work.session.flush()
        heir = await add_office(work.session, "Xã Đông")
        turn = await _turn(work, tmp_path)
        await merge(turn, [free.office, own.office, late.office], heir)
        found = {each.assignment.id: each for each in await lines(work.session, [own, free, late])}
        assert own.office_id == heir.id
        assert [each.reported for each in found.values()] == [False, True, True]
        assert own.due_at == late.extended_to
        await merge(turn, [heir], free.office)
        assert free.due_at == own.due_at
        assert not (await lines(work.session, [free]))[0].reported
        await work.session.refresh(asked)
        assert asked.assignment_id == free.id


@pytest.mark.parametrize(("urgency", "hour"), [(Urgency.PRESSING, 7), (Urgency.FLASH, 20)])
async def test_a_day_set_at_night_is_heard_of_in_the_morning(
    db: Database, tmp_path: Path, urgency: Urgency, hour: int
) -> None:
    night = NOW.astimezone(VIETNAM).replace(hour=20)
    async with open_work(db, MovableClock(night)) as work:
        directive = await _scene(work, 4, tmp_path)
        directive.urgency = urgency
        task = (await assignments_of(work.session, directive.id))[0].task
        _, at = await date_task(await _turn(work, tmp_path), task, _before(date(2024, 5, 27)))
        await work.flush()
        heard = (await work.session.scalars(select(Delivery.due_at))).all()
        assert heard
        assert {each.astimezone(VIETNAM).hour for each in heard} == {hour}
        assert (at is None) == (hour == 20)


async def test_what_fell_due_meanwhile_is_said_after_all(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        await _scene(work, 3, tmp_path)
        turn = await _turn(work, tmp_path, "gia hạn tất cả đơn vị đến 24/5")
        await extend(turn, await whom(work, turn.text))
        await make(turn, await _one(work))
        first = await work.session.scalar(select(Reminder.id).where(Reminder.version == 1).order_by(Reminder.id))
        over = {"due_at": NOW + timedelta(minutes=1), "done_at": NOW, "outcome": Outcome.UNNEEDED}
        await work.session.execute(update(Reminder).where(Reminder.id == first).values(**over))
        work.now = NOW + timedelta(minutes=9)
        await undo(turn, await _one(work))
        row = await work.session.get_one(Reminder, first or 0, populate_existing=True)
        assert (row.done_at, row.outcome, row.due_at) == (None, None, work.now + timedelta(seconds=1))


async def test_what_was_changed_since_stays_and_ten_minutes_are_the_end(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 3, tmp_path)
        for _ in range(2):
            turn = await _turn(work, tmp_path, "gia hạn tất cả đơn vị đến 24/5")
            await extend(turn, await whom(work, turn.text))
            await make(turn, await _one(work))
            changed = (await assignments_of(work.session, directive.id))[1]
            changed.version += 1
            answer = await undo(turn, await _one(work))
            assert f"giữ nguyên: {changed.office.name}" in answer.text
            assert [each.extended_to is not None for each in await assignments_of(work.session, directive.id)] == [
                each.id == changed.id for each in await assignments_of(work.session, directive.id)
            ]
            changed.extended_to = None
        turn = await _turn(work, tmp_path, "gia hạn tất cả đơn vị đến 24/5")
        await extend(turn, await whom(work, turn.text))
        await make(turn, await _one(work))
        work.now = NOW + timedelta(minutes=10)
        with pytest.raises(Refused):
            await undo(turn, await _one(work))


@pytest.mark.parametrize("text", ["gia hạn tất cả đơn vị đến 24/5", "miễn tất cả đơn vị, lý do bão"])
async def test_what_was_closed_meanwhile_stays_as_it_was_then(db: Database, tmp_path: Path, text: str) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 3, tmp_path)
        turn = await _turn(work, tmp_path, text)
        await (extend if text.startswith("gia") else exempt)(turn, await whom(work, text))
        await make(turn, await _one(work))
        directive.closed_at = NOW
        before = (await _facts(work))[:3]
        assert "giữ nguyên: " in (await undo(turn, await _one(work))).text
        assert (await _facts(work))[:3] == before


async def test_one_that_lacks_its_day_or_reason_is_not_made(db: Database, tmp_path: Path) -> None:
    """Whoever types the button's worth before it was offered."""
    async with open_work(db, MovableClock(NOW)) as work:
        await _scene(work, 3, tmp_path)
        before = await _facts(work)
        for do, text in ((extend, "gia hạn tất cả đơn vị"), (exempt, "miễn tất cả đơn vị")):
            turn = await _turn(work, tmp_path, text)
            asked = await do(turn, await whom(work, text))
            assert await make(turn, await _one(work)) == asked
            assert turn.contact.expects.startswith("change:")
            assert await _facts(work) == before


async def test_no_day_that_has_gone_by_is_granted_to_who_is_overdue(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        await _scene(work, 3, tmp_path)
        work.now = NOW + timedelta(days=10)
        turn = await _turn(work, tmp_path, "gia hạn tất cả đơn vị đến 20/5")
        assert "đã qua" in (await extend(turn, await whom(work, turn.text))).text
        assert (await _one(work)).until is None


async def test_when_the_last_that_owed_is_exempt_all_is_in(db: Database, tmp_path: Path) -> None:
    """Which she hears when it can no longer be undone."""
    async with open_work(db, MovableClock(NOW)) as work:
        turn = await _all_in(work, tmp_path)
        about = select(Delivery).where(Delivery.about.like("complete:%"), Delivery.done_at.is_(None))
        [said] = (await work.session.scalars(about)).all()
        assert "Đủ 2/3 báo cáo việc 1" in said.outgoing.text
        assert "1 được miễn" in said.outgoing.text
        assert said.due_at == NOW + timedelta(minutes=10)
        await undo(turn, await _one(work))
        assert (await work.session.scalars(about)).all() == []


async def test_what_waits_for_who_has_left_ends_by_the_machines_clock(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 2, tmp_path)
        person = member(work.session, directive.collector, "Mai", Role.STAFF, NOW)
        await work.session.flush()
        await work.tell(person.id, Outgoing("Công văn mới."))
        await work.flush()
        await leave(await _turn(work, tmp_path), (await memberships(work.session, person.id))[0])
        ended = await work.session.scalars(select(Delivery.done_at).where(Delivery.person_id == person.id))
        assert set(ended) == {work.machine}


async def test_nobody_else_may_press(db: Database, tmp_path: Path) -> None:
    """The number of a change is no key to it."""
    async with open_work(db, MovableClock(NOW)) as work:
        await _scene(work, 3, tmp_path)
        turn = await _turn(work, tmp_path, "gia hạn tất cả đơn vị đến 24/5")
        await extend(turn, await whom(work, turn.text))
        change = await _one(work)
        assert change.until == date(2024, 5, 24)
        assert await find(turn, change.id) is change
        turn.places = []
        with pytest.raises(Refused):
            await find(turn, change.id)


@pytest.mark.parametrize("text", ["gia hạn tất cả đơn vị đến 24/5", "miễn tất cả đơn vị, lý do bão"])
async def test_forty_offices_are_changed_in_no_more_statements_than_four(
    db: Database, tmp_path: Path, text: str
) -> None:
    told: list[int] = []
    engine = db._write.sync_engine
    said: list[str] = []
    for count in (4, 40):
        said.clear()
        async with open_work(db, MovableClock(NOW)) as work:
            await _scene(work, count, tmp_path)
            turn = await _turn(work, tmp_path, text)
            event.listen(engine, "before_cursor_execute", hear := lambda *heard: said.append(heard[2]))
            await (extend if text.startswith("gia") else exempt)(turn, await whom(work, text))
            await make(turn, await _one(work))
            await undo(turn, await _one(work))
            await work.flush()
            event.remove(engine, "before_cursor_execute", hear)
            await work.session.rollback()
        told.append(len(said))
    assert told[0] == told[1] < 60


async def test_what_is_called_off_is_so_for_an_office_whose_day_has_moved_since_too(
    db: Database, tmp_path: Path
) -> None:
    """Else it would go on owing what is over, and never hear of it."""
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 3, tmp_path)
        turn = await _turn(work, tmp_path, "")
        assigned = await assignments_of(work.session, directive.id)
        await propose(turn, Kind.DIRECTIVE, assigned, "trùng nội dung")
        assigned[1].version += 1
        await make(turn, await _one(work))
        assert all(line.exempt for line in await lines(work.session, assigned))


async def test_all_is_not_in_once_a_report_has_gone_again(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        load()
        turn = await _all_in(work, tmp_path)
        waits = select(Delivery.id).where(Delivery.about.like("complete:%"), Delivery.done_at.is_(None))
        assert len((await work.session.scalars(waits)).all()) == 1
        turn.args = ["1"]
        await COMMANDS["thuhoi"].handle(turn)
        assert (await work.session.scalars(waits)).all() == []


async def test_to_accept_what_counted_already_is_no_news(db: Database, tmp_path: Path) -> None:
    """That all are in was said when the last came; it is said again where one counts only by this."""
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 3, tmp_path)
        turn, came = await _turn(work, tmp_path), []
        for each in await assignments_of(work.session, directive.id):
            came.append(Submission(assignment=each, way=Way.NOTHING, arrived_at=NOW, created_at=NOW, files=[]))
        came[2].way = Way.QLVB
        work.session.add_all(came)
        await work.session.flush()
        told = [0]
        for each in reversed(came):
            await accept(turn, each)
            await work.flush()
            about = select(Delivery.id).where(Delivery.about.like("complete:%"))
            told.append(len((await work.session.scalars(about)).all()))
        assert told == [0, 1, 1, 1]


@pytest.mark.parametrize("asked", [False, True])
async def test_a_report_of_an_office_that_is_another_now_is_sent_back_to_that_one(
    db: Database, tmp_path: Path, asked: bool
) -> None:
    """Unless the heir has the same task itself: then it stays, and she is told what she can do."""
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 3, tmp_path)
        [new] = await add_offices(work.session, [NewOffice("Phòng Kinh tế mới")])
        _, before, other = await assignments_of(work.session, directive.id)
        report = Submission(assignment=before, way=Way.NOTHING, arrived_at=NOW, created_at=NOW, files=[])
        work.session.add(report)
        former, heir = before.office, other.office if asked else new
        await end_office(work.session, former, heir, NOW.date())
        turn = await _turn(work, tmp_path)
        if asked:
            with pytest.raises(Refused) as refused:
                await send_back(turn, report, "thiếu số liệu")
            assert f"{former.name} nay là {heir.name}" in refused.value.answer.text
            assert (report.returned_at, before.office) == (None, former)
        else:
            await send_back(turn, report, "thiếu số liệu")
            assert (before.office_id, before.asked_as) == (new.id, former.name)
            reminders = select(Reminder.lane).where(Reminder.assignment_id == before.id, Reminder.done_at.is_(None))
            assert set(await work.session.scalars(reminders)) == {f"office:{new.id}"}


async def test_files_forwarded_for_an_office_that_owes_nothing_wait_on(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 3, tmp_path)
        done, owing = (await assignments_of(work.session, directive.id))[1:]
        work.session.add(Submission(assignment=done, way=Way.NOTHING, arrived_at=NOW, created_at=NOW, files=[]))
        turn = await _turn(work, tmp_path)
        file = InFile("1", "a.docx", FileKind.DOCUMENT, 3, sha256="0" * 64)
        turn.incoming = turn.incoming.with_files((file,))
        await hold(turn, "whose")
        turn.incoming = turn.incoming.with_files(())
        assert "1 tệp vẫn chờ" in (await record_report(turn, done.office, "giấy")).text
        await record_report(turn, owing.office, "giấy")
        [report] = (await line(work.session, owing)).submissions
        assert [each.name for each in report.files] == ["a.docx"]
        assert turn.contact.expects == ""
        assert "chờ:" not in (await record_report(turn, owing.office, "giấy")).text
        assert turn.contact.expects == ""


async def test_photos_meant_for_another_office_are_bound_there_with_their_marks(db: Database, tmp_path: Path) -> None:
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await _scene(work, 3, tmp_path)
        _, first, second = await assignments_of(work.session, directive.id)
        photo = SubmissionFile(position=0, name="1.jpg", sha256="0" * 64, size=1, part="photo", marks="sealed")
        report = Submission(assignment=first, way=Way.FILES, arrived_at=NOW, created_at=NOW, files=[photo])
        work.session.add(report)
        await work.session.flush()
        turn = await _turn(work, tmp_path)
        report.person_id = turn.person.id if turn.person else None
        await move_report(turn, report, second)
        [moved] = (await line(work.session, second)).submissions
        assert [each.marks for each in moved.photos] == ["sealed"]
        assert await to_bind(work.session, NOW) == [moved.id]
