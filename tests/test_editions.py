"""Editions of the consolidated report: what is in them is what the database says, and what was made stays as it is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.clocks import VIETNAM
from bot.documents.report import Heading
from bot.documents.report.files import GONE, HASHES, INDEX
from bot.files import NoSpace
from bot.sandbox.stage import Stage
from bot.vi import edition as vi
from db import open_work
from db.decisions import Exemption
from db.directives import Assignment, Directive, Question, Task, assignments_of, questions_of
from db.editions import Edition
from db.offices import Office
from db.people import Role, contact_for, find_office
from db.reports import Answer, Submission, SubmissionFile, Way
from handlers.deeds.consolidating import _assessed
from handlers.deeds.gathering import Changes, _change
from scheduler import exporting
from tests.report_tools import body, cells, parts, texts

START = datetime(2024, 5, 17, 9, tzinfo=VIETNAM)
DUE = START - timedelta(hours=9, minutes=1)
EARLY, LATE = DUE - timedelta(days=1), DUE + timedelta(hours=1)
NAMES = ("Đúng", "Tệp", "Muộn", "Chờ", "Thiếu", "Trả", "Miễn", "Rút")
OFFICES = {name: f"Phòng {name}" for name in NAMES}
TOLD = "Việc 1: 3/7 đơn vị đã gửi (2 đúng hạn, 1 muộn, 1 báo đã gửi qua QLVB, chờ xác nhận, 3 chưa gửi, 1 được miễn)."


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """A directive with one office in each state; the collecting office has a part of its own."""
    async with Stage(START, database_url=sqlite_url) as stage:
        collector = await stage.office("Phòng Nội vụ", "NV")
        await stage.seat("Hà", collector, Role.COORDINATOR)
        owing = {name: await stage.office(full) for name, full in OFFICES.items()}
        await owed(stage, collector, owing)
        yield stage


async def owed(stage: Stage, collector: int, owing: Mapping[str, int]) -> None:
    kept = {each: await stored(stage, each) for each in (b"ban ky 1", b"ban word 1", b"ban word 2")}
    async with open_work(stage.app.db, stage.clock) as work:
        contact = await contact_for(work.session, stage.address("Hà"))
        person = contact.person_id
        assert person is not None
        directive = Directive(
            number="912/UBND-TTHC",
            issued_on="2024-05-14",
            subject="Báo cáo kết quả cải cách hành chính",
            issuer="UBND huyện Bình Sơn",
            collector_id=collector,
            coordinator_id=person,
            reading={"place": "Bình Sơn"},
            drafted_at=EARLY,
            published_at=EARLY,
        )
        task = Task(directive=directive, position=0, number="1", text="Báo cáo kết quả", due_at=DUE, target_at=DUE)
        work.session.add(task)
        await work.session.flush()
        questions = [Question(task_id=task.id, position=place, text=f"Nội dung {place}") for place in (1, 2)]
        mine = {
            name: Assignment(task_id=task.id, office_id=office)
            for name, office in {**owing, "của mình": collector}.items()
        }
        work.session.add_all([*questions, *mine.values()])
        await work.session.flush()

        def came(name: str, way: Way, at: datetime, version: int = 1, **facts: Any) -> Submission:
            found = Submission(
                assignment_id=mine[name].id, way=way, version=version, arrived_at=at, created_at=at, files=[], **facts
            )
            work.session.add(found)
            return found

        def answered(name: str, at: datetime, *said: str) -> None:
            for question, text in zip(questions, said, strict=True):
                nothing = text == "0"
                answer = Answer(assignment_id=mine[name].id, question_id=question.id, person_id=person, answered_at=at)
                answer.text, answer.nothing, answer.skipped = "" if nothing else text, nothing, not text
                work.session.add(answer)

        answered("Đúng", EARLY, "Đã làm xong 12 việc", "0")
        answered("Đúng", LATE + timedelta(hours=3), "Chưa gửi điều này", "Và điều này")
        came("Đúng", Way.ANSWERS, EARLY)
        first = came("Tệp", Way.FILES, EARLY)
        first.files = [held(0, "ký.pdf", kept[b"ban ky 1"]), held(1, "cũ.docx", kept[b"ban word 1"])]
        came("Tệp", Way.FILES, EARLY, 2).files = [held(0, "mới.docx", kept[b"ban word 2"])]
        answered("Muộn", LATE, "", "Thiếu người")
        came("Muộn", Way.ANSWERS, LATE)
        came("Chờ", Way.QLVB, EARLY, reference="45/BC")
        came("Trả", Way.FILES, EARLY, returned_at=LATE)
        came("Rút", Way.FILES, EARLY, withdrawn_at=LATE)
        work.session.add(
            Exemption(assignment_id=mine["Miễn"].id, reason="Mới lập", exempted_at=EARLY, exempted_by=person)
        )


async def stored(stage: Stage, data: bytes) -> str:
    async def once() -> AsyncIterator[bytes]:
        yield data

    return (await stage.app.house.store.keep(once(), limit=99)).sha256


def held(position: int, name: str, sha256: str) -> SubmissionFile:
    part = "signed" if name.endswith(".pdf") else "soft"
    return SubmissionFile(position=position, name=name, sha256=sha256, size=9, part=part)


async def press(stage: Stage) -> list[str]:
    """What she hears of «Tổng hợp», the names of files included."""
    hà = stage.phone("Hà")
    before = len(hà.messages)
    await hà.say("/tonghop 1")
    await stage.settled()
    await tick(stage)
    heard = [each for each in hà.messages[before:] if each.from_bot]
    return [each.text or each.file.name for each in heard]


async def tick(stage: Stage) -> None:
    await stage.app.tick()
    await stage.settled()


async def editions(stage: Stage) -> list[Edition]:
    async with stage.app.db.reading() as session:
        return list(await session.scalars(select(Edition).order_by(Edition.number)))


def content(stage: Stage, edition: Edition) -> dict[str, bytes]:
    """Its files by their endings."""
    store = stage.app.house.store
    return {Path(file.name).suffix: store.path(file.sha256).read_bytes() for file in edition.files}


async def test_counts_and_passages_are_those_of_the_database(stage: Stage) -> None:
    heard = await press(stage)
    assert TOLD in heard[1]
    assert "Chưa gửi:\n- Phòng Thiếu\n- Phòng Trả\n- Phòng Rút" in heard[1]
    [edition] = await editions(stage)
    made = content(stage, edition)
    said = texts(body(made[".docx"]))
    assert "- Phòng Đúng: Đã làm xong 12 việc" in said
    assert "- Phòng Muộn: Thiếu người" in said
    assert "Không phát sinh: Phòng Đúng." in said
    assert "Nội dung xem tại báo cáo của: Phòng Tệp." in said
    assert "Chưa có nội dung báo cáo: Phòng Muộn; Phòng Chờ; Phòng Thiếu; Phòng Trả; Phòng Rút." in said
    assert not any("Chưa gửi điều này" in each for each in said)
    rolls = [each.split("(")[1] for each in said if each.endswith(" ĐƠN VỊ)")]
    assert rolls == [f"{count:02} ĐƠN VỊ)" for count in (3, 1, 1, 1)]
    assert any("03/07 cơ quan, đơn vị" in each for each in said)
    book = cells(made[".xlsx"])
    assert len(list(rows(book["Tổng hợp"]))) == len(OFFICES)
    assert [row[3] for row in rows(book["Từng câu trả lời"])] == [
        "Đã làm xong 12 việc",
        "Không phát sinh",
        "Thiếu người",
    ]
    assert [row[1] for row in rows(book["Chưa có báo cáo"])][:4] == [OFFICES[n] for n in ("Chờ", "Thiếu", "Trả", "Rút")]
    sent = parts(made[".zip"])
    assert sorted(set(sent) - {INDEX, HASHES}) == [
        "02_Phòng Tệp_912-UBND-TTHC_v1.pdf",
        "02_Phòng Tệp_912-UBND-TTHC_v2.docx",
    ]


def rows(sheet: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Those with a number, which are the numbered ones."""
    return (row for row in sheet if isinstance(row[0], int))


async def test_an_edition_stays_as_it_is_and_the_next_names_what_is_new(stage: Stage) -> None:
    first = await press(stage)
    [edition] = await editions(stage)
    before = content(stage, edition)
    again = await press(stage)
    assert again[:3] == first[2:5]
    assert again[3].startswith("Từ lần 1 ")
    async with open_work(stage.app.db, stage.clock) as work:
        claimed = (await work.session.scalars(select(Submission).where(Submission.reference == "45/BC"))).one()
        claimed.confirmed_at = work.now
    second = await press(stage)
    assert "So với lần 1:\nBổ sung báo cáo của: Phòng Chờ." in second[1]
    assert second[2] == "Báo cáo tổng hợp 912-UBND-TTHC lần 2.docx"
    for path in stage.settings.files_dir.glob("*/*"):
        os.utime(path, (0, 0))
    stage.app.uploads._swept = None
    await stage.app.uploads.sweep()
    kept = await editions(stage)
    assert [each.number for each in kept] == [1, 2]
    assert content(stage, kept[0]) == before
    assert [hashlib.sha256(data).hexdigest() for data in before.values()] == [file.sha256 for file in kept[0].files]
    assert content(stage, kept[1])[".docx"] != before[".docx"]


async def test_content_that_is_gone_is_left_out_and_the_index_says_so(stage: Stage) -> None:
    await stage.app.house.store.purge(hashlib.sha256(b"ban ky 1").hexdigest())
    assert len(await press(stage)) == 5
    [edition] = await editions(stage)
    sent = parts(content(stage, edition)[".zip"])
    assert set(sent) == {INDEX, HASHES, "02_Phòng Tệp_912-UBND-TTHC_v2.docx"}
    assert GONE in " ".join(texts(body(sent[INDEX])))


async def test_what_the_collecting_office_reports_itself_counts_and_stands_in_the_report(stage: Stage) -> None:
    async with open_work(stage.app.db, stage.clock) as work:
        [own] = [each for each in await assignments_of(work.session, 1) if each.collectors_own]
        came = {"version": 1, "arrived_at": EARLY, "created_at": EARLY}
        work.session.add(Submission(assignment_id=own.id, way=Way.ANSWERS, **came))
        [question, _] = await questions_of(work.session, own.task_id)
        said = {"text": "Phần việc của Phòng", "nothing": False, "skipped": False, "answered_at": EARLY}
        work.session.add(Answer(assignment_id=own.id, question_id=question.id, person_id=1, **said))
    heard = await press(stage)
    assert TOLD.replace("3/7", "4/8").replace("2 đúng hạn", "3 đúng hạn") in heard[1]
    [edition] = await editions(stage)
    assert "Phần việc của Phòng" in " ".join(texts(body(content(stage, edition)[".docx"])))


async def test_each_task_that_asks_for_a_report_is_a_chapter_and_an_office_stands_where_it_stands_worst(
    stage: Stage,
) -> None:
    async with open_work(stage.app.db, stage.clock) as work:
        more = [
            Task(directive_id=1, position=place, number=str(place + 1), text=text, kind=kind)
            for place, (text, kind) in enumerate((("Gửi số liệu", "report"), ("Tổng hợp chung", "synthesise")), 1)
        ]
        work.session.add_all(more)
        await work.session.flush()
        office = await find_office(work.session, OFFICES["Đúng"])
        assert office is not None
        work.session.add_all(Assignment(task_id=task.id, office_id=office.id) for task in more)
    heard = await press(stage)
    assert [line for line in heard[1].split("\n") if line.startswith("Việc ")] == [
        TOLD,
        "Việc 2: 0/1 đơn vị đã gửi (1 chưa gửi).",
    ]
    made = content(stage, (await editions(stage))[0])
    said = texts(body(made[".docx"]))
    assert [each for each in said if each in {"I. BÁO CÁO KẾT QUẢ", "II. GỬI SỐ LIỆU", "Phụ lục I", "Phụ lục II"}] == [
        "I. BÁO CÁO KẾT QUẢ",
        "II. GỬI SỐ LIỆU",
        "Phụ lục I",
        "Phụ lục II",
    ]
    assert not any("CHUNG" in each for each in said)
    stands = {row[1]: row[2] for row in rows(cells(made[".xlsx"])["Tổng hợp"])}
    assert stands[OFFICES["Đúng"]] == "Chưa gửi"
    assert stands[OFFICES["Tệp"]] == "Đúng hạn"


@pytest.mark.full
async def test_one_that_stopped_in_the_middle_is_made_with_the_same_number(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "_hand_over", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        await stage.phone("Hà").say("/tonghop 1")
        await stage.settled()
        with pytest.raises(KeyboardInterrupt):
            await exporting.make_editions(stage.app.db, stage.clock, stage.app.house)
    [edition] = await editions(stage)
    assert edition.under_way
    await stage.restart()
    await tick(stage)
    [edition] = await editions(stage)
    assert (edition.number, len(edition.files)) == (1, 3)
    assert not list(stage.app.house.store.drafts.glob("*"))


@pytest.mark.parametrize(("error", "words"), [(NoSpace(), "hết chỗ lưu"), (ValueError("hỏng"), "lỗi của hệ thống")])
@pytest.mark.full
async def test_a_failure_is_said_once_with_what_to_do_and_pressing_again_makes_the_same_number(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    with monkeypatch.context() as broken:

        def fails(*_: object) -> None:
            raise error

        broken.setattr(exporting, "write_matrix", fails)
        await press(stage)
        await tick(stage)
    assert [words in each.text for each in stage.phone("Hà").messages if each.from_bot] == [False, True]
    assert not list(stage.app.house.store.drafts.glob("*"))
    assert len(await press(stage)) == 5
    async with stage.app.db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Edition)) == 1


@pytest.mark.parametrize(
    ("was", "now", "word"),
    [
        ({}, {"state": "late", "counted": [[1, ""]]}, "added"),
        ({"state": "missing", "counted": []}, {"state": "on_time", "counted": [[1, ""]]}, "added"),
        ({"state": "late", "counted": [[1, ""]]}, {"state": "late", "counted": [[1, ""], [2, ""]]}, "mended"),
        ({"state": "late", "counted": [[1, ""]]}, {"state": "on_time", "counted": [[1, ""]]}, "others"),
        ({"state": "late", "counted": [[1, ""]]}, {"state": "missing", "counted": []}, "others"),
        ({"state": "missing", "counted": []}, {"state": "exempt", "counted": []}, "others"),
    ],
)
def test_what_kind_of_change_it_is(was: dict[str, Any], now: dict[str, Any], word: str) -> None:
    assert _change(was, now) == word


def test_changes_are_said_a_line_each() -> None:
    since = Changes(("Phòng A",), (), ("Phòng B",))
    assert vi.changed(2, 1, since.added, since.mended, since.others) == [
        "So với lần 1:",
        "Bổ sung báo cáo của: Phòng A.",
        "Thay đổi tình hình gửi của: Phòng B.",
    ]
    assert vi.changed(1, 0, (), (), ()) == []


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("Báo cáo kết quả cải cách hành chính", "Kết quả cải cách hành chính"),
        ("V/v chuẩn bị nội dung họp", "Về việc chuẩn bị nội dung họp"),
        ("", "Kết quả thực hiện"),
    ],
)
def test_the_title_does_not_say_report_twice(asked: str, title: str) -> None:
    assert vi.subject(Directive(subject=asked)) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Các cơ quan báo cáo kết quả, đề xuất giải pháp tiếp nhận hồ sơ từ ngày 15/12/2023 đến ngày 15/5/2024 theo "
            "Kế hoạch số 57 (cần nêu rõ ưu điểm), gửi về UBND huyện trước ngày 17/5/2024.",
            "Kết quả, đề xuất giải pháp tiếp nhận hồ sơ từ ngày 15/12/2023 đến ngày 15/5/2024",
        ),
        ("Báo cáo tình hình dịch bệnh, gửi trước ngày 17/5.", "Tình hình dịch bệnh"),
        ("Gửi báo cáo về UBND huyện.", "Về việc chuẩn bị nội dung họp"),
        ("Báo cáo kết quả theo đề cương.", "Về việc chuẩn bị nội dung họp"),
    ],
)
def test_the_title_is_what_the_only_task_asks_for_where_the_subject_is_of_something_else(text: str, title: str) -> None:
    directive, task = Directive(subject="V/v chuẩn bị nội dung họp"), Task(text=text)
    assert vi.subject(directive, [task]) == title
    assert vi.subject(directive, [task, task]) == "Về việc chuẩn bị nội dung họp"


def test_the_grounds_are_what_the_task_says_it_follows() -> None:
    cited = [
        "Kế hoạch số 57/KH-UBND ngày 22/02/2024 của UBND huyện",
        "Công văn số 1/UBND ngày 9/5/2024",
        "Kế hoạch số 2",
    ]
    task = Task(text="Báo cáo theo Kế hoạch số 57/KH-UBND ngày\n22/02/2024 của UBND huyện và Kế hoạch số 2.")
    assert vi.grounds(Directive(reading={"references": cited}), [task]) == (f"Căn cứ {cited[0]}",)


@pytest.mark.parametrize(
    ("office", "lines"),
    [
        (Office(name="Sở Nội vụ"), ("Giám đốc",)),
        (Office(name="Thanh tra huyện"), ("Chánh Thanh tra",)),
        (Office(name="Ủy ban nhân dân xã Bình Minh"), ("TM. Ủy ban nhân dân", "Chủ tịch")),
        (Office(name="Phòng Y tế", head_title="Q. Trưởng phòng"), ("Q. Trưởng phòng",)),
        (Office(name="Hội Nông dân"), ("Thủ trưởng đơn vị",)),
    ],
)
def test_a_signature_begins_as_the_office_is_headed(office: Office, lines: tuple[str, ...]) -> None:
    assert vi.signs(office) == lines


def test_what_is_good_lacking_and_why_is_one_chapter() -> None:
    titles = ["Kết quả", "Ưu điểm", "Tồn tại, hạn chế", "Nguyên nhân trễ hạn", "Giải pháp", "Khó khăn"]
    found = list(_assessed([Heading(each) for each in titles]))
    assert [each.title for each in found] == ["Kết quả", "Đánh giá chung", "Giải pháp", "Khó khăn"]
    assert [each.title for each in found[1].points] == titles[1:4]


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("Đề nghị nêu ưu điểm.", "Ưu điểm"),
        ("Đề nghị đề xuất giải pháp.", "Đề xuất giải pháp"),
        ("Số hồ sơ?", "Số hồ sơ?"),
    ],
)
def test_a_heading_is_what_the_question_is_about(question: str, heading: str) -> None:
    assert vi.heading(question) == heading
