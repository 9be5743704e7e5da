"""The desk sees of all offices at once what each assignment says by itself, and in no more statements for many."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clocks import MovableClock
from bot.documents.report import Listing, write_listing
from bot.vi import lacking
from bot.vi.paging import page_of
from db import Database, Work, open_work
from db.decisions import Exemption
from db.desk import glances, progress_of, progress_of_tasks
from db.directives import Assignment, Directive, Question, Task, assignments_of
from db.drafts import assign
from db.offices import NewOffice, Office, add_office, add_offices, find_office, find_offices, remember_alias, ways_said
from db.outcomes import Outcome, outcomes_of_open
from db.people import Contact, Member, Person, Role
from db.reports import Answer, Submission, SubmissionFile, Way, still_owed
from db.seats import OWING, seats
from db.standing import lines
from handlers.deeds import desk, publishing
from handlers.deeds.scoring import quarter, scores
from scheduler.workdays import Workdays
from tests.report_tools import cells, made

WAYS = (Way.FILES, Way.ANSWERS, Way.NOTHING, Way.QLVB, Way.PAPER)
NOW = datetime(2024, 5, 14, 1, tzinfo=UTC)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    found = Database(database_url)
    yield found
    await found.close()


def member(session: AsyncSession, office: Office, name: str, role: Role, *heard: datetime | None) -> Person:
    """A person with a place and a chat for each moment; None is a chat that was shut."""
    person = Person(name=name, phone="")
    session.add(Member(person=person, office=office, office_id=office.id, role=role, asked_at=NOW, approved_at=NOW))
    for number, at in enumerate(heard):
        chat = Contact(channel="telegram", chat=f"{name}{number}", person=person, choices=[], wrong_codes=[])
        chat.heard_at, chat.blocked_at = at, None if at else NOW
        session.add(chat)
    return person


async def sent(session: AsyncSession, count: int, wanted: tuple[str, ...] = ("soft", "signed")) -> Directive:
    """A directive with one task for so many offices, the first of which collects; everybody has a head."""
    names = ["Phòng Nội vụ", *(f"Xã Đông {number}" for number in range(1, count))]
    offices = await add_offices(session, [NewOffice(name) for name in names])
    people = [member(session, each, f"Trưởng {each.id}", Role.HEAD, NOW) for each in offices]
    await session.flush()
    found = Directive(subject="Báo cáo", collector=offices[0], coordinator_id=people[0].id, drafted_at=NOW, reading={})
    session.add(found)
    await session.flush()
    task = Task(directive=found, directive_id=found.id, position=0, text="Báo cáo", wanted=list(wanted), number="1")
    task.due_at = task.target_at = NOW + timedelta(days=3)
    session.add(task)
    await session.flush()
    session.add(Question(task_id=task.id, position=0, text="Kết quả?"))
    await assign(session, task, offices)
    return found


async def test_a_glance_says_of_each_assignment_what_its_line_says(db: Database) -> None:
    """Every way of reporting, confirmed or not, refused, withdrawn, in parts, twice; and no report at all."""
    kinds = list(product(WAYS, ("", "12/BC"), (None, NOW), ("stands", "refused", "withdrawn"), ("", "soft", "photo")))
    async with db.writing() as session:
        directive = await sent(session, len(kinds) + 6)
        owed = await assignments_of(session, directive.id)
        for each, kind in zip(owed, kinds, strict=False):
            _report(session, each, *kind)
        _report(session, owed[7], Way.FILES, "", None, "stands", "soft")
        _report(session, owed[7], Way.QLVB, "", None, "stands", "")
        await _otherwise(session, owed[len(kinds) :])
        found = await lines(session, await assignments_of(session, directive.id))
        [(_, seen)] = await glances(session, directive.id)
        for day in (0, 2, 5):
            now = NOW + timedelta(days=day)
            assert [(g.standing(now), g.overdue(now)) for g in seen] == [
                (f.standing(now), f.overdue(now)) for f in found
            ]
        assert [_facts(glance) for glance in seen] == [_facts(line) for line in found]
        assert {glance.standing(NOW) for glance in seen} >= {
            "exempt",
            "promised",
            "answering",
            "acknowledged",
            "partial",
        }
        free = sum(line.exempt and not line.valid for line in found)
        done = sum(line.reported for line in found), len(found), free
        assert free == 1
        assert await progress_of(session, [directive.id]) == {directive.id: done}
        assert await progress_of_tasks(session, [owed[0].task_id]) == {owed[0].task_id: done}
        assert await still_owed(session, [a.id for a in owed]) == {f.assignment.id for f in found if f.owes}


async def test_an_outcome_says_of_each_assignment_what_its_line_says(db: Database) -> None:
    """In time, late, sent back, taken back, extended, exempt, not at all: what scoreboards count is what lists say."""
    kinds = list(product(WAYS, (None, NOW), ("stands", "withdrawn", "returned"), (0, 4), (None, 5)))
    later = NOW + timedelta(days=6)
    async with db.writing() as session:
        directive = await sent(session, len(kinds) + 6)
        directive.published_at = NOW
        owed = await assignments_of(session, directive.id)
        for each, (way, confirmed, fate, after, extended) in zip(owed, kinds, strict=False):
            report = _report(session, each, way, "", confirmed, fate, "")
            report.arrived_at = NOW + timedelta(days=after)
            report.returned_at = NOW if fate == "returned" else None
            each.extended_to = NOW + timedelta(days=extended) if extended else None
        _report(session, owed[2], Way.PAPER, "", NOW, "stands", "")  # sent back in time, mended late
        await _otherwise(session, owed[len(kinds) :])
        found = {each.assignment.office_id: each for each in await lines(session, owed)}
        outcomes = await outcomes_of_open(session, directive.collector_id, later)
        assert {each.office_id: _outcome(each, later) for each in outcomes} == {
            office: (
                bool(each.valid),
                each.on_time() is True,
                each.exempt and not each.valid,
                each.overdue(later),
                each.first_arrival if each.valid else None,
            )
            for office, each in found.items()
        }
        assert sum(each.on_time for each in outcomes) not in {0, len(outcomes)}


def _outcome(each: Outcome, now: datetime) -> tuple[bool, bool, bool, bool, datetime | None]:
    return each.valid, each.on_time, each.exempt, each.overdue(now), each.arrived if each.valid else None


def test_a_score_is_fair() -> None:
    """Of few directives nothing is said; what is exempt, the collector's own or not due yet does not count."""
    due, calendar = NOW + timedelta(days=2), Workdays.load()
    now = due + timedelta(days=5)  # the next Tuesday but one: 16/5 is a Thursday

    def asked(directive: int, office: str, arrived: datetime | None = None, **others: Any) -> Outcome:
        facts: dict[str, Any] = {"collectors_own": False, "deadline": due, "due": due, "excused": False, "returns": 0}
        valid = arrived is not None
        return Outcome(directive, ord(office), office, valid=valid, arrived=arrived, **{**facts, **others})

    found = [
        *(asked(number, "A", due) for number in (1, 2, 3)),
        *(asked(number, "B", due) for number in (1, 2)),
        asked(3, "B", due + timedelta(days=4), returns=2),
        asked(4, "B"),
        asked(5, "B", due=None, deadline=None),
        asked(6, "B", due=now, deadline=now),
        *(asked(number, "C", excused=True) for number in (1, 2, 3)),
        *(asked(number, "D") for number in (1, 2)),
        *(asked(number, "E", collectors_own=True) for number in (1, 2, 3)),
    ]
    first, second, last = scores(found, now, calendar)
    assert (first.office, first.share, first.delay, first.enough) == ("A", 1.0, 0, True)
    assert (second.office, second.on_time, second.asked, second.missing, second.returns) == ("B", 2, 4, 1, 2)
    assert second.delay == 2.5  # two working days over the weekend, and three until now
    assert (last.office, last.directives, last.enough) == ("D", 2, False)
    assert quarter(2024, 4) == (date(2024, 10, 1), date(2025, 1, 1))


def test_a_long_list_is_cut_between_lines_and_loses_none() -> None:
    lines_ = [f"- Xã Đông {number}: Trưởng {number}; đã nhắc 3 lần, lần cuối 08:00, 16/5" for number in range(300)]
    text = "\n".join(["Việc 1: còn 300/301.", "Quá hạn (200):", *lines_[:200], "Chưa mở (100):", *lines_[200:]])
    count = page_of(text, 1)[1]
    pages = [page_of(text, number)[0] for number in range(1, count + 1)]
    assert [line for page in pages for line in page.split("\n") if line.startswith("- ")] == lines_
    assert all(len(page) <= 2000 - 200 for page in pages)
    assert pages[1].startswith("Quá hạn (200): (tiếp)\n- ")
    assert pages[-1].endswith(f"Trang {count}/{count}.")
    assert page_of(text, count + 9)[0] == pages[-1]
    assert page_of("- một", 1) == ("- một", 1)


def _facts(each: object) -> list[object]:
    told = ("reported", "owes", "missing_parts", "parts", "answered", "questions", "exempt", "collectors_part")
    claimed = getattr(each, "claimed")  # noqa: B009 - a row here, a value there
    return [*(getattr(each, name) for name in told), claimed and claimed.reference]


def _report(
    session: AsyncSession, each: Assignment, way: Way, reference: str, confirmed: datetime | None, fate: str, part: str
) -> Submission:
    report = Submission(assignment=each, way=way, arrived_at=NOW, created_at=NOW, reference=reference, files=[])
    report.confirmed_at = confirmed
    report.refused_at = NOW if fate == "refused" else None
    report.withdrawn_at = NOW if fate == "withdrawn" else None
    if part:
        report.files.append(SubmissionFile(position=0, name="a", sha256="0" * 64, size=1, part=part))
    session.add(report)
    return report


async def _otherwise(session: AsyncSession, owed: list[Assignment]) -> None:
    exempt, promised, answering, known, extended, _ = owed
    session.add(Exemption(assignment_id=exempt.id, reason="", exempted_at=NOW, exempted_by=1))
    promised.promised_on, known.acknowledged_at, extended.extended_to = date(2024, 5, 16), NOW, NOW + timedelta(days=4)
    question = (await session.scalars(Question.__table__.select().with_only_columns(Question.id))).one()
    given = {"question_id": question, "person_id": 1, "answered_at": NOW}
    session.add(Answer(assignment_id=answering.id, text="tốt", **given))
    session.add(Answer(assignment_id=known.id, text="khoảng 12", unsure=True, **given))
    await session.flush()


async def test_thirty_offices_take_no_more_statements_than_three(db: Database) -> None:
    told: list[int] = []
    said: list[str] = []
    engine = db._write.sync_engine
    for count in (3, 30):
        said.clear()
        async with open_work(db, MovableClock(NOW)) as work:
            directive = await sent(work.session, count)
            directive.published_at = NOW
            await work.session.flush()
            event.listen(engine, "before_cursor_execute", hear := lambda *heard: said.append(heard[2]))
            await publishing.reach_of(work, {}, directive)
            await desk.overview(work, {}, directive)
            event.remove(engine, "before_cursor_execute", hear)
            await work.session.rollback()
        told.append(len(said))
    assert told[0] == told[1] <= 10


async def test_three_hundred_offices_are_read_page_by_page(db: Database) -> None:
    """Each once, however many pages «Tiếp» leads to; each page is one message of the channel that takes the least."""
    named: list[str] = []
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await sent(work.session, 300)
        directive.published_at = NOW
        page, value = 0, "more"
        while value:
            page += 1
            answer = await desk.overview(work, {}, directive, page)
            assert len(answer.text) + sum(len(b.label) + 6 for row in answer.buttons for b in row) < 2000
            named += re.findall(r"^- ([^:]+):", answer.text, re.MULTILINE)
            value = next((b.says for row in answer.buttons for b in row if b.label == "Tiếp"), "")
            assert value in {"", f"/missing {directive.id} {page + 1}"}
        await work.session.rollback()
    assert page >= 5
    assert answer.buttons  # what can be done about them, at the end of the list too
    assert sorted(named) == sorted(f"Xã Đông {number}" for number in range(1, 300))


async def test_the_list_as_a_file_has_every_office_and_wakes_no_formula(db: Database) -> None:
    """All that were asked when it was sent, with how each stands; what somebody wrote stays what it is."""
    async with open_work(db, MovableClock(NOW)) as work:
        directive = await sent(work.session, 12)
        directive.published_at, directive.number = NOW, "=1+1"
        owed = await assignments_of(work.session, directive.id)
        work.session.add(Exemption(assignment_id=owed[3].id, reason="=2+2", exempted_at=NOW, exempted_by=1))
        _report(work.session, owed[4], Way.PAPER, "", NOW, "stands", "")
        found = await desk.states(work, directive)
        who = await desk.reached(work, {}, found)
        rows = [
            lacking.sheet_row(n, line, who.get(line.assignment.office.id), NOW + timedelta(days=9))
            for n, line in enumerate((line for state in found for line in state.lines), 1)
        ]
        await work.session.rollback()
    sheet = cells(made(write_listing, Listing("Tình hình", lacking.COLUMNS, rows, NOW)))["Danh sách"]
    assert sheet[2] == tuple(name for name, _ in lacking.COLUMNS)
    assert [row[3] for row in sheet[3:]] == ["Phòng Nội vụ", *(f"Xã Đông {number}" for number in range(1, 12))]
    assert [row[4] for row in sheet[4:8]] == [
        "chưa gửi báo cáo, quá hạn",
        "chưa gửi báo cáo, quá hạn",
        "được miễn: =2+2",
        "đã nộp",
    ]
    assert {row[1] for row in sheet[3:]} == {"=1+1"}
    assert str(sheet[4][6]).startswith("Trưởng ")


async def test_a_person_is_named_once_by_their_first_role_and_heard_where_they_spoke_last(db: Database) -> None:
    async with db.writing() as session:
        office, other = await add_offices(session, [NewOffice("Phòng Y tế"), NewOffice("Phòng Tư pháp")])
        early, late = NOW - timedelta(days=2), NOW - timedelta(days=1)
        staff = member(session, office, "Tư", Role.STAFF, early, None, late)
        await session.flush()
        member(session, office, "Minh", Role.HEAD, None)
        session.add(Member(person_id=staff.id, office_id=office.id, role=Role.DEPUTY, asked_at=NOW, approved_at=NOW))
        member(session, office, "Hà", Role.COORDINATOR, late)
        found = await seats(session, [office.id, other.id])
        assert [(s.name, s.role, s.chat) for s in found[office.id]] == [
            ("Minh", Role.HEAD, None),
            ("Tư", Role.DEPUTY, "Tư2"),
        ]
        assert found[other.id] == []
        everybody = await seats(session, [office.id], (*OWING, Role.COORDINATOR))
        assert [s.name for s in everybody[office.id]] == ["Minh", "Tư", "Hà"]


async def test_an_office_that_has_ended_is_not_found_by_any_name_until_it_is_entered_again(db: Database) -> None:
    async with db.writing() as session:
        office = await add_office(session, "Phòng Nội vụ", "NV")
        assert await find_office(session, "P. Nội vụ") is office
        office.valid_to = date(2024, 6, 30)
        await session.flush()
        assert await find_offices(session, ["phong noi vu", "NV", "P. Nội vụ"]) == {}
        assert (await add_office(session, "Phòng Nội vụ")).id == office.id
        assert office.valid_to is None


async def test_the_letters_of_an_office_that_has_ended_go_to_the_next_that_bears_them(db: Database) -> None:
    async with db.writing() as session:
        old = await add_office(session, "Phòng Nội vụ", "NV")
        second = await add_office(session, "Phòng Nông vụ", "NV")
        assert await find_office(session, "nv") is old
        old.valid_to = date(2024, 6, 30)
        third = await add_office(session, "Phòng Ngoại vụ", "NV")
        assert await find_office(session, "nv") is third
        assert await find_office(session, "Phòng Nông vụ") is second


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("yt giấy 16/5", [("Y tế", "giấy 16/5")]),
        ("tckh mai gửi", [("Tài chính - Kế hoạch", "mai gửi")]),
        ("gia hạn TC-KH đến 22/5", [("Tài chính - Kế hoạch", "đến 22/5")]),
        ("p.tckh gui roi", [("Tài chính - Kế hoạch", "gui roi")]),
        ("bên tai chinh mai gui", [("Tài chính - Kế hoạch", "mai gui")]),
        ("kinh tế hạ tầng gửi QLVB", [("Kinh tế và Hạ tầng", "gửi QLVB")]),
        ("phòng kinh tế và hạ tầng", [("Kinh tế và Hạ tầng", "")]),
        ("phong van hoa xin gia han", [("Văn hóa - Xã hội", "xin gia han"), ("Văn hóa và Thông tin", "xin gia han")]),
        ("văn hóa thông tin: thiếu số liệu", [("Văn hóa và Thông tin", "thiếu số liệu")]),
        ("Y tế với kinh tế hạ tầng", [("Kinh tế và Hạ tầng", ""), ("Y tế", "với kinh tế hạ tầng")]),
        ("bạn bên sự nghiệp gửi giấy", [("Y tế", "gửi giấy")]),
        ("gửi yt rồi", []),
        ("cần y án, kinh nghiệm tế nhị", []),
    ],
)
async def test_an_office_is_known_in_words_by_the_longest_of_its_names(
    db: Database, words: str, meant: list[tuple[str, str]]
) -> None:
    names = ("Tài chính - Kế hoạch", "Kinh tế và Hạ tầng", "Văn hóa và Thông tin", "Văn hóa - Xã hội", "Y tế")
    async with db.writing() as session:
        added = await add_offices(session, [NewOffice(f"Phòng {name}") for name in names])
        await remember_alias(session, "sự nghiệp", added[-1])
        known, ways = await ways_said(session)
        found = [(known[number].name, each.rest) for each in ways.said_in(words) for number in each.by]
    assert sorted(found) == [(f"Phòng {name}", rest) for name, rest in meant]


async def test_two_spellings_in_one_list_are_one_office(db: Database) -> None:
    async with db.writing() as session:
        added = await add_offices(session, [NewOffice("Phòng Y tế"), NewOffice("phòng y tế"), NewOffice("Y tế")])
        assert [office.name for office in added] == ["Phòng Y tế"]
        assert await add_offices(session, [NewOffice("P. Y tế")]) == []


async def test_the_desk_answers_as_of_what_this_transaction_has_changed(db: Database) -> None:
    async with db.writing() as session:
        directive = await sent(session, 3)
        work = Work(session, NOW, NOW)
        owed = (await assignments_of(session, directive.id))[1]
        session.add(Submission(assignment_id=owed.id, way=Way.PAPER, arrived_at=NOW, created_at=NOW, files=[]))
        [state] = await desk.states(work, directive)
        assert state.done == 1
        assert await progress_of(session, [directive.id, 404]) == {directive.id: (1, 3, 0), 404: (0, 0, 0)}
