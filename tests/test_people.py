"""People and offices change while directives are open: who hears of a task, and what follows an office."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

import handlers
from bot.clocks import VIETNAM
from bot.messages import OutFile
from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player
from bot.sandbox.stage import Stage
from bot.sandbox.telegram_faults import Fault
from db import open_work
from db.changes import Change
from db.decisions import Exemption
from db.directives import Assignment, Directive
from db.downloads import DownloadLink, add_download
from db.mail import Reminder
from db.offices import Office, find_office
from db.people import Contact, Member, Person, Role
from db.seats import Seat, _once, seats
from handlers import intent
from handlers.deeds.desk import caller
from handlers.deeds.handing import hearers
from handlers.deeds.naming import people_named
from handlers.deeds.reach import staff_of
from handlers.deeds.requests import excuses
from handlers.thay import days_away

HERE = Path(__file__).parent / "chats"
SCENE = """# scene
đơn vị: Phòng Nội vụ (NV); Phòng Tư pháp (TP); Phòng Tài chính - Kế hoạch (TCKH)
người: Hà (NV, người tổng hợp); Lan (TP, thủ trưởng); Bình (TCKH, thủ trưởng)
đã gửi: hai-don-vi.txt, chậm

Hà  > đơn vị
Hà  < ...
"""


def seat(
    person: int, role: Role = Role.STAFF, *, away: int | None = None, name: str = "", chat: str | None = "1"
) -> Seat:
    return Seat(1, person, role, name, "", "telegram" if chat else None, chat, away)


HEAD, DEPUTY, STAFF, OTHER = seat(1, Role.HEAD), seat(2, Role.DEPUTY), seat(3), seat(4)
ALL = [HEAD, DEPUTY, STAFF, OTHER]


def owed(to: int | None, by: int | None = 1) -> Any:
    return SimpleNamespace(handed_to=to, handed_by=by)


def test_a_task_of_nobody_is_everybodys() -> None:
    assert hearers(owed(None), ALL, near=False) == ALL


def test_one_that_was_handed_over_is_its_persons_and_when_time_is_short_the_heads_too() -> None:
    assert hearers(owed(3), ALL, near=False) == [STAFF]
    assert hearers(owed(3), ALL, near=True) == [HEAD, DEPUTY, STAFF]


def test_who_stands_in_hears_in_the_place_of_who_is_away() -> None:
    instead = seat(4, away=3)
    assert hearers(owed(3), [HEAD, instead], near=False) == [instead]


def test_who_stands_in_for_the_head_still_hears_as_the_staff_they_are() -> None:
    places = [seat(4, Role.HEAD, away=1), seat(3), seat(4)]
    [instead, other] = _once(places, [Role.HEAD, Role.STAFF])
    assert staff_of([instead, other], ()) == [instead, other]
    assert staff_of([seat(5, Role.HEAD, away=1), other], ()) == [other], "of another office, as the head would"


def test_who_stands_in_is_named_with_whom_and_until_when() -> None:
    instead = seat(4, away=3, name="Dũng")._replace(instead_of="Tư", until=date(2024, 5, 16))
    found = caller("", [HEAD, instead], ())
    assert found.names[1] == "Dũng (thay đồng chí Tư đến 16/5)"
    assert found.hands[3] == ("Dũng", "", "thay đồng chí Tư đến 16/5")
    assert found.hands[4] == ("Dũng", "", "được giao"), "what was handed to them themselves"


@pytest.mark.parametrize("people", [[HEAD, OTHER], [HEAD, seat(3, chat=None)]], ids=["gone", "out of reach"])
def test_where_its_person_cannot_be_told_everybody_is(people: list[Seat]) -> None:
    assert hearers(owed(3), people, near=False) == people


@pytest.mark.parametrize(
    ("said", "found"),
    [("cô Vân", [1]), ("van", [1, 2]), ("Vấn", [2]), ("Thị Vân", [1]), ("anh Anh", [3]), ("Nguyễn", []), ("", [])],
)
def test_people_are_called_by_the_last_of_their_names(said: str, found: list[int]) -> None:
    names = ("Nguyễn Thị Vân", "Trần Vấn", "Lê Anh")
    people = [seat(number, name=name) for number, name in enumerate(names, 1)]
    assert [each.person_id for each in people_named(people, said)] == found


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("giao cho cô Vân", "giao"),
        ("giao việc này cho anh Tư", "giao"),
        ("tôi đi công tác đến 20/5, chị Hà thay", "thay"),
        ("chuyển Lan sang Phòng Y tế", "chuyen"),
        ("chị Lan đã nghỉ hưu", "roi"),
        ("nhầm đơn vị", "doidonvi"),
        ("sáp nhập Phòng Y tế vào Phòng Dân số", "cocau"),
        ("đề nghị cho thay bản khác", None),
        ("vâng, em gửi bản thay", None),
        ("chuyển báo cáo qua QLVB rồi nhé", "qlvb"),
        ("chuyển hạn việc 1 sang 20/5", None),
        ("ai ở Phòng Y tế chưa nộp", "missing"),
    ],
)
def test_what_people_say_of_people(said: str, meant: str | None) -> None:
    handlers.load()
    assert handlers.intent(said) == meant


@pytest.fixture
async def stage(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Stage]:
    (tmp_path / "scene.chat").write_text(SCENE, encoding="utf-8")
    async with Stage(START, database_url=sqlite_url) as stage:
        await Player(stage, parse(tmp_path / "scene.chat"), folder=HERE / "files").play()
        yield stage


async def press(stage: Stage, who: str, text: str, label: str) -> None:
    phone = stage.phone(who)
    await phone.say(text)
    await stage.settled()
    message = phone.messages[-1]
    button = next(b for row in message.buttons for b in row if b.label == label)
    await phone.press_data(message.message_id, button.value)
    await stage.settled()


async def test_what_the_collecting_office_collects_goes_with_it(stage: Stage) -> None:
    await press(stage, "Hà", "gộp NV và TP thành Phòng Nội vụ - Tư pháp", "Gộp")
    async with stage.app.db.reading() as session:
        heir = await find_office(session, "Phòng Nội vụ")
        assert heir is not None
        assert heir.name == "Phòng Nội vụ - Tư pháp"
        directive = (await session.scalars(select(Directive))).one()
        assert directive.collector_id == heir.id
        assigned = (await session.scalars(select(Assignment))).all()
        spared = set(await session.scalars(select(Exemption.assignment_id)))
        assert len(assigned) == 3, "the denominator is that of sending"
        assert [each.office.name for each in assigned if each.id in spared] == ["Phòng Tư pháp"]
        mine = select(Member.id).where(Member.office_id == heir.id, Member.ended_at.is_(None))
        assert len((await session.scalars(mine)).all()) == 2


async def test_reminders_of_offices_that_merge_are_the_heirs_and_nobody_is_called_a_stranger(stage: Stage) -> None:
    await press(stage, "Hà", "gộp TP và TCKH thành Phòng Kinh tế", "Gộp")
    async with stage.app.db.reading() as session:
        heir = await find_office(session, "TCKH")
        assert heir is not None
        assert heir.name == "Phòng Kinh tế"
        lanes = set(await session.scalars(select(Reminder.lane).where(Reminder.done_at.is_(None))))
        assert f"office:{heir.id}" in lanes
        assert {each.name for each in (await seats(session, [heir.id]))[heir.id]} == {"Lan", "Bình"}
        ended = (await session.scalars(select(Office).where(Office.successor_id == heir.id))).all()
        assert {each.name for each in ended} == {"Phòng Tư pháp", "Phòng Tài chính - Kế hoạch"}
        assert all(each.valid_to == date(2024, 5, 14) for each in ended)


async def test_an_office_may_take_its_former_name_again(stage: Stage) -> None:
    await press(stage, "Hà", "đổi tên TP thành Phòng Pháp chế", "Đổi tên")
    await press(stage, "Hà", "đổi tên TP thành Phòng Tư pháp", "Đổi tên")
    async with stage.app.db.reading() as session:
        found = await find_office(session, "Phòng Pháp chế")
        assert found is not None
        assert found.name == "Phòng Tư pháp"


async def test_a_proposal_that_no_longer_waits_changes_nothing(stage: Stage) -> None:
    phone = stage.phone("Hà")
    await phone.say("đổi tên TP thành Phòng Pháp chế")
    await stage.settled()
    old = phone.messages[-1]
    await press(stage, "Hà", "đổi tên TCKH thành Phòng Kinh tế", "Đổi tên")
    await phone.press_data(old.message_id, old.buttons[0][0].value)
    await stage.settled()
    async with stage.app.db.reading() as session:
        names = set(await session.scalars(select(Office.name).where(Office.valid_to.is_(None))))
    assert "Phòng Pháp chế" not in names
    assert "Phòng Kinh tế" in names


@pytest.mark.full
async def test_what_waits_for_who_has_moved_is_not_said(stage: Stage) -> None:
    """A reminder is in the outbox while Telegram is busy; the coordinator moves its person meanwhile."""
    stage.telegram.faults.add("sendMessage", Fault.throttle(1), times=None)
    stage.clock.move_to(datetime(2024, 5, 15, 8, tzinfo=VIETNAM))
    await stage.app.tick()
    await stage.phone("Hà").say("/chuyen 2 3 2")
    await stage.taken_in()
    stage.telegram.faults.clear()
    await stage.settled()
    heard = [message.text for message in stage.phone("Lan").messages if message.from_bot]
    assert "Đồng chí đã chuyển" in heard[-3]
    assert not any("Số liệu chốt" in text for text in heard)


async def said(stage: Stage, who: str, text: str) -> str:
    phone = stage.phone(who)
    before = len(phone.messages)
    await phone.say(text)
    await stage.settled()
    return "\n".join(message.text for message in phone.messages[before:] if message.from_bot)


async def place_of(stage: Stage, name: str, role: Role) -> Member:
    async with stage.app.db.reading() as session:
        mine = select(Member).join(Person, Person.id == Member.person_id).where(Person.name == name)
        return (await session.scalars(mine.where(Member.role == role).order_by(Member.id))).first() or pytest.fail(name)


ELSEWHERE = (
    "gộp Thanh tra huyện vào Phòng Nội vụ",
    "đổi tên Phòng Nội vụ thành Phòng Tổ chức",
    "tách Phòng Nội vụ thành Phòng Nội vụ và Phòng Tổ chức",
    "/ma Phòng Nội vụ lãnh đạo",
    "/ma Phòng Nội vụ người tổng hợp",
)


@pytest.mark.parametrize(
    "words",
    [
        "gộp Phòng Nội vụ vào Thanh tra huyện",
        *(pytest.param(words, marks=pytest.mark.full) for words in ELSEWHERE),
    ],
)
async def test_what_another_office_collects_is_not_taken_over_by_who_collects_elsewhere(
    stage: Stage, words: str
) -> None:
    await stage.seat("Chi", await stage.office("Thanh tra huyện", "TTr"), Role.COORDINATOR)
    heard = await said(stage, "Chi", words)
    assert "người tổng hợp" in heard
    assert "mã:" not in heard
    assert not any(
        button.label in {"Gộp", "Đổi tên"} for row in stage.phone("Chi").messages[-1].buttons for button in row
    )
    async with stage.app.db.reading() as session:
        nội_vụ = await find_office(session, "NV")
        assert nội_vụ is not None
        assert (await session.scalars(select(Directive.collector_id))).one() == nội_vụ.id


@pytest.mark.full
async def test_who_coordinates_elsewhere_lets_nobody_in_to_coordinate_here(stage: Stage) -> None:
    await stage.seat("Chi", await stage.office("Thanh tra huyện", "TTr"), Role.COORDINATOR)
    await stage.seat("Xuân", await stage.office("NV"), Role.LEADER)
    place = await place_of(stage, "Xuân", Role.LEADER)
    async with open_work(stage.app.db, stage.clock) as work:
        (await work.session.get_one(Member, place.id)).approved_at = None
    assert "người tổng hợp riêng" in await said(stage, "Chi", f"/duyet {place.id} 1")
    assert "Xuân" in await said(stage, "Hà", f"/duyet {place.id} 1")
    assert (await place_of(stage, "Xuân", Role.LEADER)).approved_at is not None


@pytest.mark.full
async def test_a_coordinator_with_a_code_is_decided_on_by_another_and_by_herself_only_where_there_is_none(
    stage: Stage,
) -> None:
    found = re.search(r"\d{4} \d{4}", await said(stage, "Hà", "/ma TP"))
    assert found is not None
    assert "không có người tổng hợp nào khác" in await said(stage, "Hà", found[0])
    await stage.seat("Mai", await stage.office("NV"), Role.COORDINATOR)
    place = await place_of(stage, "Hà", Role.HEAD)
    assert "người tổng hợp khác xác nhận" in await said(stage, "Hà", f"/duyet {place.id} 1")
    assert "Đã xác nhận Hà" in await said(stage, "Mai", f"/duyet {place.id} 1")
    assert (await place_of(stage, "Hà", Role.HEAD)).approved_at is not None


@pytest.mark.full
async def test_a_leader_of_an_office_that_collects_looks_at_what_that_office_collects(stage: Stage) -> None:
    other = await stage.office("Thanh tra huyện", "TTr")
    for name, office, role in (
        ("Chi", other, Role.COORDINATOR),
        ("Tám", other, Role.LEADER),
        ("Sáu", await stage.office("NV"), Role.LEADER),
        ("Ân", await stage.office("UBND huyện", "UB"), Role.LEADER),
    ):
        await stage.seat(name, office, role)
    for words in ("ai chưa nộp", "bản tin", "/missing 1", "/danhsachcham 1"):
        assert "30/UBND-NV" in await said(stage, "Sáu", words), words
        assert "30/UBND-NV" in await said(stage, "Ân", words), words
        assert "30/UBND-NV" not in await said(stage, "Tám", words), words
    assert "30/UBND-NV" not in await said(stage, "Tám", "/dachidao 1")
    before = len(stage.phone("Tám").messages)
    assert "Sáu, Ân." in await said(stage, "Hà", "/baolanhdao 1 1")
    assert len(stage.phone("Tám").messages) == before


async def test_who_stands_in_for_the_last_coordinator_cannot_put_her_out(stage: Stage) -> None:
    await stage.seat("Chi", await stage.office("Thanh tra huyện", "TTr"), Role.COORDINATOR)
    await stage.seat("Vân", await stage.office("NV"), Role.STAFF)
    await said(stage, "Hà", "tôi đi công tác đến 20/5, Vân thay")
    place = await place_of(stage, "Hà", Role.COORDINATOR)
    assert "Chưa có người tổng hợp nào khác" in await said(stage, "Vân", f"/roi {place.id} 1")
    assert "Chưa có người tổng hợp nào khác" in await said(stage, "Vân", f"/chuyen {place.id} {place.office_id} 2")
    assert (await place_of(stage, "Hà", Role.COORDINATOR)).ended_at is None


async def test_a_head_cannot_take_the_chat_of_somebody_who_has_another_place(stage: Stage) -> None:
    await stage.seat("Hà", await stage.office("TP"), Role.STAFF)
    place = await place_of(stage, "Hà", Role.STAFF)
    async with stage.app.db.reading() as session:
        chat = (await session.scalars(select(Contact).where(Contact.person_id == place.person_id))).one()
    assert "còn giữ vị trí khác" in await said(stage, "Lan", f"/khoa {place.id} {chat.id}")
    assert "Công văn" in await said(stage, "Hà", "/missing")


@pytest.mark.full
async def test_links_to_files_end_with_the_place_they_were_given_in(stage: Stage) -> None:
    await stage.seat("Vân", await stage.office("NV"), Role.STAFF)
    await said(stage, "Hà", "tôi đi công tác đến 20/5, Vân thay")
    async with open_work(stage.app.db, stage.clock) as work:
        place = await place_of(stage, "Vân", Role.STAFF)
        chat = (await work.session.scalars(select(Contact).where(Contact.person_id == place.person_id))).one()
        add_download(
            work.session, "x" * 27, chat, OutFile("Tổng hợp.xlsx", "a" * 64), work.now, work.now.replace(year=2025)
        )
    await said(stage, "Hà", "tôi về rồi")
    async with stage.app.db.reading() as session:
        assert (await session.scalars(select(DownloadLink.revoked_at))).one() is not None


@pytest.mark.full
async def test_what_was_made_is_not_changed_by_an_answer_that_comes_too_late(stage: Stage) -> None:
    await stage.seat("Hoa", await stage.office("NV"), Role.COORDINATOR)
    assert "đến ngày nào" in await said(stage, "Hà", "gia hạn TCKH")
    assert "đến ngày nào" in await said(stage, "Hoa", "/thaydoi 1 het")
    await said(stage, "Hoa", "31/5")
    assert "Đã gia hạn" in await said(stage, "Hoa", "/thaydoi 1 lam")
    assert "đã thực hiện" in await said(stage, "Hà", "10/6")
    async with stage.app.db.reading() as session:
        assert (await session.scalars(select(Change))).unique().one().until == date(2024, 5, 31)


@pytest.mark.full
async def test_an_answer_that_waits_is_not_said_to_who_has_left_meanwhile(stage: Stage) -> None:
    await stage.seat("Hoa", await stage.office("NV"), Role.COORDINATOR)
    place = await place_of(stage, "Hà", Role.COORDINATOR)
    before = len(stage.phone("Hà").messages)
    stage.telegram.faults.add("sendMessage", Fault.throttle(1), times=None)
    for who, text in (("Lan", "/viec"), ("Hà", "/missing"), ("Hoa", f"/roi {place.id} 1")):
        await stage.phone(who).say(text)
        await stage.taken_in()
    stage.telegram.faults.clear()
    await stage.settled()
    heard = [message.text for message in stage.phone("Hà").messages[before:] if message.from_bot]
    assert len(heard) == 1
    assert "Phòng Tư pháp" not in heard[0]


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("tôi đi công tác đến 20/5, Vân thay", None, date(2024, 5, 20)),
        ("tôi đi công tác ngày 15/5, Vân thay", date(2024, 5, 15), None),
        ("mai tôi nghỉ, Vy thay", date(2024, 5, 14), None),
        ("tôi nghỉ từ mai đến thứ Sáu, Vy thay", date(2024, 5, 14), date(2024, 5, 17)),
        ("tôi đi công tác từ 15 đến 17/5, nhờ Vy thay", date(2024, 5, 15), date(2024, 5, 17)),
        ("tôi đi công tác 15-17/5, Vy thay", date(2024, 5, 15), date(2024, 5, 17)),
        ("tôi đi học từ ngày 28 đến hết ngày 3/6, Vy thay", date(2024, 5, 28), date(2024, 6, 3)),
        ("tôi đi học 15/5-17/5, Vy thay", date(2024, 5, 15), date(2024, 5, 17)),
        ("tôi đi học từ 28/12 đến 3/1, Vy thay", date(2024, 12, 28), None),
        ("tuần sau tôi nghỉ phép, Vy thay", date(2024, 5, 20), date(2024, 5, 24)),
        ("Vy thay tôi đến 17/5", None, date(2024, 5, 17)),
        ("hôm nay tôi nghỉ ốm, Vy thay", None, None),
    ],
)
def test_the_first_and_the_last_day_of_an_absence(said: str, since: date | None, until: date | None) -> None:
    found = days_away(said, date(2024, 5, 13))
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    ("said", "is_one"),
    [("bị ốm", True), ("tôi nghỉ thai sản", True), ("tôi bị ốm, Vy thay", False), ("chờ số liệu", False)],
)
def test_an_absence_nobody_stands_in_for_is_a_reason_too(said: str, is_one: bool) -> None:
    handlers.load()
    assert excuses(said) is is_one


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("mai tôi nghỉ, Vy thay", "thay"),
        ("sáng mai đi họp, Vy thay", "thay"),
        ("tôi nghỉ từ mai đến thứ Sáu, Vy thay", "thay"),
        ("Vân thay tôi từ mai", "thay"),
        ("tôi nghỉ thai sản đến hết tháng 10, Vy thay", "thay"),
        ("tôi bị ốm, Vy thay", "thay"),
        ("bỏ người thay", "trove"),
        ("nghỉ thai sản", "thay"),
        ("bị ốm", "thay"),
        ("nghỉ ốm từ mai", "thay"),
        ("nghỉ phép năm 2024 của cán bộ", None),
        ("thêm người", "themnguoi"),
        ("thêm người nhận báo cáo", None),
        ("mã cho tất cả các đơn vị", "ma"),
        ("đề nghị thay tệp báo cáo", None),
        ("gửi báo cáo thay tôi", "nop"),
        ("tôi nghỉ việc từ mai", "roi"),
        ("thu hồi tài khoản của Vy", "khoa"),
        ("thu hồi mã YT", "thuhoima"),
        ("nhầm rồi, bỏ ngày 31/12", None),
        ("thu hồi báo cáo", "thuhoi"),
        ("xem lịch nghỉ", "ngaynghi"),
    ],
)
def test_absences_as_people_put_them(said: str, meant: str | None) -> None:
    handlers.load()
    assert intent(said) == meant
