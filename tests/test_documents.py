"""Reading official documents: the example always, the annotated corpus where it lies beside the project."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml import parse_xml

from bot.documents import (
    Reading,
    Secret,
    TooBig,
    TooSlow,
    Unreadable,
    read_command,
    read_file,
    read_table,
    read_text,
    secret_level,
)
from bot.documents.intake import text_of
from bot.documents.offices import expand
from bot.documents.secrecy import circulation, secret_name, urgency
from bot.documents.tidy import match_form, sentence_around, tidy
from scheduler.workdays import Workdays

SHARED = Path(__file__).parents[2] / "shared"
CORPUS = SHARED / "directives"
EXAMPLE = Path(__file__).parents[1] / "bot" / "sandbox" / "example"
NINE = [
    "Phòng Nội vụ",
    "Phòng Tư pháp",
    "Phòng Văn hóa và Thông tin",
    "Phòng Tài chính - Kế hoạch",
    "Phòng Kinh tế và Hạ tầng",
    "Phòng Y tế",
    "Phòng Giáo dục và Đào tạo",
    "Văn phòng HĐND và UBND huyện",
    "Thanh tra huyện",
]
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the annotated corpus does not lie beside the project")


@pytest.fixture(scope="module")
def example() -> Reading:
    return read_text((EXAMPLE / "cong-van.md").read_text())


def test_the_head_of_the_example_is_read(example: Reading) -> None:
    got = {name: getattr(example, name) for name in ("doc_type", "number", "date", "issuer", "issuer_parent", "place")}
    assert got == {
        "doc_type": "công văn",
        "number": "412/UBND-TTHC",
        "date": "2024-05-13",
        "issuer": "Ủy ban nhân dân huyện Sơn Thủy",
        "issuer_parent": None,
        "place": "Sơn Thủy",
    }
    assert example.subject == (
        "chuẩn bị nội dung họp đánh giá kết quả giải quyết thủ tục hành chính và mức độ hài lòng của người dân"
    )
    assert example.signer
    assert (example.signer.name, example.signer.title) == ("Đinh Văn Thạch", "CHỦ TỊCH")
    assert example.references == (
        "Công văn số 1986/UBND-TTHC ngày 09/5/2024 của UBND tỉnh",
        "Kế hoạch số 57/KH-UBND ngày 22/02/2024 của UBND huyện Sơn Thủy",
    )


def test_nine_offices_stand_behind_three_addressees(example: Reading) -> None:
    assert len(example.recipients) == 3
    assert list(example.offices) == NINE


def test_the_example_has_four_tasks_with_their_offices_and_dates(example: Reading) -> None:
    due = {task.no: task.deadline for task in example.tasks}
    assert {no: (each.rule, each.date, each.effective, each.last_workday) for no, each in due.items()} == {
        "1": ("before_date", "2024-05-17", "2024-05-16", "2024-05-16"),
        "2(1)": ("before_date", "2024-05-20", "2024-05-19", "2024-05-17"),
        "2(2)": ("within_month", "2024-06-30", "2024-06-30", "2024-06-28"),
        "3": ("none", None, None, None),
    }
    assert [list(task.assignees) for task in example.tasks] == [NINE, NINE[:1], NINE[:1], NINE[7:8]]
    assert [task.kind for task in example.tasks] == ["report", "advise", "prepare", "prepare"]
    assert [(task.send_to, task.via) for task in example.tasks[:2]] == [
        ("UBND huyện", "Phòng Nội vụ"),
        ("cấp có thẩm quyền", None),
    ]
    assert example.tasks[1].coordinating == ("các cơ quan liên quan",)


def test_data_periods_belong_to_tasks(example: Reading) -> None:
    assert example.report_period
    assert (example.report_period.start, example.report_period.end) == ("2023-12-15", "2024-05-15")
    own = example.tasks[1].period
    assert own
    assert (own.start, own.end, own.expression) == ("2024-01-01", "2024-05-15", "từ đầu năm đến ngày 15/5/2024")
    assert [task.no for task in example.tasks if task.period] == ["2(1)"]


def test_questions_are_asked_in_the_documents_own_words(example: Reading) -> None:
    assert [question.text for question in example.tasks[0].questions] == [
        "Đề nghị nêu kết quả thực hiện công tác tiếp nhận, giải quyết thủ tục hành chính.",
        "Đề nghị nêu ưu điểm.",
        "Đề nghị nêu tồn tại, hạn chế.",
        "Đề nghị nêu nguyên nhân hồ sơ trễ hạn, giảm mức độ hài lòng.",
        "Đề nghị đề xuất giải pháp thực hiện công tác tiếp nhận, giải quyết thủ tục hành chính.",
    ]
    quoted = [example.words(question.span) for question in example.tasks[0].questions]
    assert quoted[3] == "nguyên nhân hồ sơ trễ hạn, giảm mức độ hài lòng"
    assert not example.tasks[2].questions


def test_every_field_can_be_quoted(example: Reading) -> None:
    task = example.tasks[0]
    assert task.deadline.span
    assert example.words(task.deadline.span) == "trước ngày 17/5/2024"
    assert "(qua Phòng Nội vụ) trước ngày 17/5/2024" in example.words(
        sentence_around(example.text, *task.deadline.span)
    )
    assert example.words(example.spans["number"]) == "Số: 412/UBND-TTHC"
    assert example.words(task.span) == task.text


def test_what_is_missing_is_listed_and_not_invented(example: Reading) -> None:
    assert example.not_found == ("tasks.3.deadline",)
    empty = read_text("Kính gửi anh, chiều nay họp lúc 2 giờ nhé.")
    assert (empty.number, empty.date, empty.signer, empty.tasks) == (None, None, None, ())
    assert {"number", "date", "tasks", "signer"} <= set(empty.not_found)


async def test_the_docx_reads_like_the_text(example: Reading) -> None:
    assert await read_file(EXAMPLE / "cong-van-412.docx", "cong-van-412.docx") == example


async def test_a_docx_made_anew_reads_like_the_one_shipped(tmp_path: Path, example: Reading) -> None:
    from bot.sandbox.example.build import directive, report_form

    directive((EXAMPLE / "cong-van.md").read_text()).save(str(tmp_path / "a.docx"))
    assert read_text(text_of(tmp_path / "a.docx", "a.docx")[0]) == example
    report_form().save(str(tmp_path / "b.docx"))
    assert text_of(tmp_path / "b.docx", "b.docx") == text_of(EXAMPLE / "bieu-mau-bao-cao.docx", "b.docx")


async def test_another_calendar_moves_only_the_last_working_day(example: Reading) -> None:
    off = Workdays({date(2024, 5, 16): "họp", date(2024, 5, 17): "họp"})
    moved = await read_file(EXAMPLE / "cong-van.md", "cong-van.md", off)
    assert [task.deadline.last_workday for task in moved.tasks] == ["2024-05-15", "2024-05-15", "2024-06-28", None]
    assert moved.tasks[0].deadline == replace(example.tasks[0].deadline, last_workday="2024-05-15")


SPLIT = """UBND HUYỆN SÔNG LAM
PHÒNG NỘI VỤ
Số: 07/PNV-CCHC
Sông Lam, ngày 05 tháng 02 năm 2025
V/v báo cáo kết quả
Kính gửi: UBND các xã, thị trấn
Phòng Nội vụ đề nghị UBND các xã, thị trấn thực hiện như sau:
1. Xây dựng báo cáo kết quả cải cách hành chính năm 2024, gửi trước
ngày 14/02/2025.
2. Định kỳ hằng tháng báo cáo trước ngày 20 hằng tháng.
3. Cử người tham gia tập huấn chậm nhất **ngày 10
tháng** 3 năm 2025 (Thứ Ba).
"""


def test_line_breaks_marks_and_parent_offices_do_not_defeat_it() -> None:
    reading = read_text(SPLIT)
    assert (reading.issuer, reading.issuer_parent) == ("Phòng Nội vụ huyện Sông Lam", "UBND huyện Sông Lam")
    assert [task.deadline.expression for task in reading.tasks] == [
        "trước ngày 14/02/2025",
        "trước ngày 20 hằng tháng",
        "chậm nhất ngày 10 tháng 3 năm 2025 (Thứ Ba)",
    ]
    assert reading.tasks[1].deadline.recurrence == "monthly: before day 20"
    assert [task.assignees for task in reading.tasks] == [("UBND các xã, thị trấn",)] * 3
    assert any("Thứ Hai" in note for note in reading.notes)


def test_an_item_that_only_introduces_is_not_a_task_and_an_outline_is_not_either() -> None:
    reading = read_text(
        "Số: 5/SYT-VP\nHà Giang, ngày 3 tháng 6 năm 2024\nKính gửi: Các đơn vị trực thuộc.\n\n"
        "Sở Y tế đề nghị các đơn vị báo cáo theo đề cương:\n1. Nội dung báo cáo\n1.1. Chức năng\n1.2. Các hạn chế\n"
        "2. Thời gian gửi báo cáo\nBáo cáo gửi về Sở Y tế trước ngày 20/6/2024./.\n"
    )
    assert [(task.no, task.deadline.date) for task in reading.tasks] == [("2", "2024-06-20")]


@pytest.mark.parametrize(
    ("printed", "offices"),
    [
        ("Thủ trưởng các Phòng: Nội vụ, Tư pháp và Y tế", ["Phòng Nội vụ", "Phòng Tư pháp", "Phòng Y tế"]),
        ("Các Sở: Tài chính, Văn hóa, Thể thao và Du lịch", ["Sở Tài chính", "Sở Văn hóa, Thể thao và Du lịch"]),
        ("UBND các huyện: Sông Lam, Sơn Thủy", ["UBND huyện Sông Lam", "UBND huyện Sơn Thủy"]),
        ("Chánh Văn phòng HĐND và UBND huyện", ["Văn phòng HĐND và UBND huyện"]),
        ("Chánh Thanh tra huyện", ["Thanh tra huyện"]),
        ("Trưởng phòng Nội vụ", ["Phòng Nội vụ"]),
        ("Phòng Tài chính - Kế hoạch", ["Phòng Tài chính - Kế hoạch"]),
        ("Phòng Nội vụ - Cơ quan Thường trực Ban Chỉ đạo", ["Phòng Nội vụ"]),
        ("Sở Kế hoạch và Đầu tư, Sở Tài chính", ["Sở Kế hoạch và Đầu tư", "Sở Tài chính"]),
        ("các cơ quan liên quan", ["các cơ quan liên quan"]),
    ],
)
def test_addressees_become_offices(printed: str, offices: list[str]) -> None:
    assert list(expand(printed)) == offices


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("MẬT", "MẬT"),
        ("Số: 5/BC\n  M Ậ T \nKính gửi", "MẬT"),
        ("[TUYỆT MẬT]", "TUYỆT MẬT"),
        ("TOI MAT", "TỐI MẬT"),
        ("UBND TỈNH     TỐI MẬT", "TỐI MẬT"),
        ("TỐI\nMẬT", "TỐI MẬT"),
        ("Độ mật: Tối mật", "TỐI MẬT"),
        ("Số: 12/KH-UBND MẬT", "MẬT"),
        ("Số: 12/BC-UBND-MẬT", "MẬT"),
        ("Số: 12/BC-UBND (MẬT)     Quảng Ngãi, ngày 3 tháng 6 năm 2024", "MẬT"),
        ("Số: 12/MẬT-UBND Quảng Ngãi, ngày 3 tháng 6 năm 2024", "MẬT"),
        ("UBND HUYỆN\nDấu: MẬT\nSố: 12/BC", "MẬT"),
        ("Mức độ bảo vệ: TUYỆT MẬT.", "TUYỆT MẬT"),
        ("(Dấu MẬT)", "MẬT"),
        ("Độ: TUYỆT\u00a0MẬT", "TUYỆT MẬT"),
        ("ＭẬＴ", "MẬT"),
        ("[MẬT] kế hoạch sơ tán", "MẬT"),
        ("Số liệu về MẬT ĐỘ dân số", None),
        ("Đề nghị không gửi văn bản có dấu MẬT, TỐI MẬT qua mạng", None),
        ("MA\u0323\u0302T", "MẬT"),
        ("công tác bảo mật, bí mật nhà nước", None),
        ("BẢO MẬT", None),
        ("MẶT\nMẤT\nmật ong", None),
        ("Đề nghị giữ bí\nmật", None),
    ],
)
def test_secrecy_is_seen_on_a_line_by_itself_only(text: str, level: str | None) -> None:
    assert secret_level(text) == level


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("TUYET MAT", "TUYỆT MẬT"),
        ("TUYET_MAT_ke hoach so tan", "TUYỆT MẬT"),
        ("Ke hoach TOI MAT 2024", "TỐI MẬT"),
        ("Tối mật", "TỐI MẬT"),
        ("tuyet mat", "TUYỆT MẬT"),
        ("12-BC-UBND-MẬT", "MẬT"),
        ("Báo cáo quý II (mật)", "MẬT"),
        ("bao cao - MAT", "MẬT"),
        ("Kế hoạch MẬT diễn tập", "MẬT"),
        ("UB MAT-TRAN TO QUOC", None),
        ("BAO CAO MAT TRAN", None),
        ("BÁO CÁO CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC", None),
        ("Báo cáo công tác BẢO MẬT, MẬT ĐỘ dân số", None),
        ("Quy chế bảo mật - mật ong", None),
    ],
)
def test_a_name_is_secret_where_a_part_of_it_is_a_stamp(name: str, level: str | None) -> None:
    assert secret_name(name) == level


def test_a_secret_text_is_not_read() -> None:
    with pytest.raises(Secret) as caught:
        read_text("TỐI MẬT\n\n" + SPLIT)
    assert caught.value.level == "TỐI MẬT"


@pytest.mark.parametrize("stamp", ["HỎA TỐC", "HOẢ TỐC", "Hỏa tốc\n**HỎA TỐC**"])
def test_urgency_is_spelled_one_way(stamp: str) -> None:
    found = urgency(tidy(f"Số: 1/UBND\n{stamp}\nKính gửi"))
    assert found
    assert found[0] == "HỎA TỐC"
    assert urgency("Đề nghị khẩn trương, hỏa tốc thực hiện") is None
    assert circulation("(LƯU HÀNH NỘI BỘ)") == ("LƯU HÀNH NỘI BỘ", (0, 17))


def test_the_form_for_matching_keeps_every_place() -> None:
    text = "Hoà, hoá, quý, thuỷ, hoàn, İstanbul\nUỶ BAN"
    assert len(match_form(text)) == len(text)
    assert match_form("hoá") == match_form("Hóa")
    assert match_form("quý") == "quý"


def test_tidying_twice_changes_nothing(example: Reading) -> None:
    assert tidy(example.text) == example.text
    assert tidy("25/10(*) và (*nghiêng*) **đậm**") == "25/10(*) và (nghiêng) đậm"


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 30_000_000)
    return path


def crowd(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2_001):
            archive.writestr(str(number), b"")
    return path


def locked(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("chữ")
    document.save(str(path))
    data = bytearray(path.read_bytes())
    for found in re.finditer(b"PK\x01\x02", bytes(data)):
        data[found.start() + 8] |= 1
    path.write_bytes(data)
    return path


def blank(path: Path) -> Path:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(path)
    return path


def locked_pdf(path: Path) -> Path:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("mật khẩu")
    writer.write(path)
    return path


def noise(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04 not a zip at all")
    return path


@pytest.mark.parametrize(
    ("make", "name", "error"),
    [
        (bomb, "bomb.docx", TooBig),
        (crowd, "crowd.docx", TooBig),
        (locked, "locked.docx", Unreadable),
        (noise, "noise.docx", Unreadable),
        (noise, "noise.pdf", Unreadable),
        (noise, "noise.exe", Unreadable),
        (blank, "blank.pdf", Unreadable),
        (locked_pdf, "locked.pdf", Unreadable),
    ],
)
def test_hostile_and_broken_files_are_refused_by_name(tmp_path: Path, make: Any, name: str, error: type) -> None:
    with pytest.raises(error):
        text_of(make(tmp_path / name), name)


async def test_the_child_hands_its_refusal_over(tmp_path: Path) -> None:
    with pytest.raises(TooBig):
        await read_file(bomb(tmp_path / "b.docx"), "b.docx")
    (tmp_path / "s.txt").write_text("MẬT\nSố: 1/UBND")
    with pytest.raises(Secret) as caught:
        await read_file(tmp_path / "s.txt", "s.txt")
    assert caught.value.level == "MẬT"


async def test_a_child_that_bursts_its_memory_is_an_error_not_a_crash(tmp_path: Path) -> None:
    from bot.documents import DocumentError

    docx.Document().save(str(tmp_path / "m.docx"))
    # Stored, not packed: small enough in bytes and in ratio, yet more nodes than 512 MB can hold.
    _replace_body(tmp_path / "m.docx", "<w:p><w:r><w:t>chữ</w:t></w:r></w:p>" + "<?a?>" * 3_900_000)
    started = time.monotonic()
    with pytest.raises(DocumentError):
        await read_file(tmp_path / "m.docx", "m.docx")
    assert time.monotonic() - started < 15


async def test_a_file_that_never_ends_is_given_up_and_its_child_is_gone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(TooSlow):
        await read_file(tmp_path / "pipe.txt", "pipe.txt", wall=0.6)
    async with asyncio.timeout(5):
        while is_read(tmp_path / "pipe.txt"):  # noqa: ASYNC110 - the kernel has no event for it
            await asyncio.sleep(0)


def is_read(pipe: Path) -> bool:
    """Whether some process holds the reading end."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def test_a_pdf_with_text_is_read(tmp_path: Path) -> None:
    said = b"So: 12/UBND-TTHC, truoc ngay 20/5/2024, gui bao cao ve UBND huyen qua Phong Noi vu"
    words = b"BT /F1 12 Tf 20 80 Td (%s) Tj ET" % said
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 600 100]/Resources<</Font<</F1 5 0 R>>>>>>"
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(words), words)
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream, font]
    (tmp_path / "a.pdf").write_bytes(_pdf(objects))
    assert "So: 12/UBND-TTHC, truoc ngay 20/5/2024" in text_of(tmp_path / "a.pdf", "a.pdf")[0]


def _pdf(objects: list[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return body + head + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))


def _replace_body(path: Path, body: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head, tail = parts["word/document.xml"].decode().split("<w:body>")
    parts["word/document.xml"] = f"{head}<w:body>{body}</w:body></w:document>".encode()
    assert tail
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_a_docx_table_of_data_keeps_its_rows_and_macros_are_noted(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    for cell, words in zip(table.rows[0].cells, ("1", "Phòng Y tế", "20/5"), strict=True):
        cell.text = words
    document.save(str(tmp_path / "t.docx"))
    with zipfile.ZipFile(tmp_path / "t.docx", "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    text, notes = text_of(tmp_path / "t.docx", "t.docx")
    assert "1 | Phòng Y tế | 20/5" in text
    assert "macro" in notes[0]


def test_a_stamp_in_a_text_box_or_a_page_header_is_seen(tmp_path: Path) -> None:
    boxed = docx.Document()
    boxed.add_paragraph("Số: 5/UBND-NC")
    box = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    space = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    stamp = "<w:p><w:r><w:t>TỐI </w:t></w:r><w:r><w:t>MẬT</w:t></w:r></w:p><w:p><w:r><w:t>HỎA TỐC</w:t></w:r></w:p>"
    for stamps in (stamp.replace("MẬT", "MẶT"), stamp):
        boxed.element.body[0].append(parse_xml(box.format(stamps).replace("<w:r>", f"<w:r {space}>", 1)))
        boxed.save(str(tmp_path / f"{len(stamps)}.docx"))
        with nullcontext() if stamps != stamp else pytest.raises(Secret):
            assert urgency(text_of(tmp_path / f"{len(stamps)}.docx", "boxed.docx")[0])
    headed = docx.Document()
    headed.sections[0].header.paragraphs[0].text = "MẬT"
    headed.add_paragraph("Số: 5/UBND-NC")
    headed.save(str(tmp_path / "headed.docx"))
    with pytest.raises(Secret):
        text_of(tmp_path / "headed.docx", "headed.docx")


def test_reading_aloud_says_what_is_not_seen(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert read_command(EXAMPLE / "cong-van-412.docx", as_json=False) == 0
    said = capsys.readouterr().out
    assert "Số, ký hiệu: 412/UBND-TTHC" in said
    assert "Hạn: không thấy" in said
    assert "(qua Phòng Nội vụ) trước ngày 17/5/2024" in said
    assert read_command(EXAMPLE / "cong-van.md", as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["number"] == "412/UBND-TTHC"
    assert read_command(tmp_path / "không-có.docx", as_json=False) == 1
    assert "Không thấy tệp" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["a" * 60_000, "A " * 30_000, "- " * 30_000, "UBND " * 12_000, "ngày 1/1 " * 7_000])
def test_no_text_makes_it_think_for_long(text: str) -> None:
    started = time.monotonic()
    read_text(text)
    assert time.monotonic() - started < 3


# --- the annotated corpus -------------------------------------------------------------------------------------------

HEAD = ("doc_type", "number", "date", "issuer", "issuer_parent", "place", "subject", "recipients", "report_period")
TASK = ("assignees", "coordinating", "deadline_expression", "due_date_iso", "due_time", "due_rule", "due_effective_iso")
TASK += ("last_workday_iso", "recurrence", "kind", "send_to", "via")


@cache
def corpus() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    pairs = []
    for gold in sorted(CORPUS.glob("*.gold.json")):
        text = gold.with_name(gold.name.replace(".gold.json", ".txt")).read_text()
        pairs.append((json.loads(gold.read_text()), read_text(text).to_json()))
    return pairs


@needs_corpus
def test_the_directive_this_was_asked_for_is_read_to_the_letter() -> None:
    gold, got = next(pair for pair in corpus() if pair[0]["file"].startswith("00_"))
    for name in (*HEAD, "classification", "signer", "references"):
        assert got[name] == gold[name], name
    assert [task["no"] for task in got["tasks"]] == [task["no"] for task in gold["tasks"]]
    for mine, theirs in zip(got["tasks"], gold["tasks"], strict=True):
        assert {name: mine[name] for name in TASK} == {name: theirs[name] for name in TASK}
        assert mine["period_override"] == theirs.get("period_override")
        assert theirs["text_snippet"] in mine["text"]


STAMPED = ("UBND HUYỆN", "MẬT", "Kế hoạch diễn tập")


def odf_with(lines: Iterable[str], part: str = "content.xml") -> bytes:
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in lines)
    body = f'<a xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">{paragraphs}</a>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, body)
    return out.getvalue()


def rtf_with(lines: Iterable[str]) -> bytes:
    coded = "\\par ".join("".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in line) for line in lines)
    return ("{\\rtf1{\\fonttbl{\\f0 MAT;}}{\\*\\generator Riched20;}" + coded + "}").encode()


def pptx_with(lines: Iterable[str]) -> bytes:
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        name = "http://schemas.openxmlformats.org/drawingml/2006/main"
        archive.writestr("ppt/slides/slide1.xml", f'<a:b xmlns:a="{name}">{paragraphs}</a:b>')
    return out.getvalue()


def old_word_with(lines: Iterable[str]) -> bytes:
    return b"\xd0\xcf\x11\xe0" + bytes(509) + "\r".join(lines).encode("utf-16-le") + bytes(64)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.odt", odf_with),
        ("a.odt", lambda lines: odf_with(lines, "styles.xml")),
        ("a.ods", odf_with),
        ("a.rtf", rtf_with),
        ("a.pptx", pptx_with),
        ("a.doc", old_word_with),
        ("a.xls", old_word_with),
    ],
)
def test_a_stamp_is_seen_in_every_format_that_is_taken(
    tmp_path: Path, name: str, made: Callable[[Iterable[str]], bytes]
) -> None:
    path = tmp_path / "blob"
    path.write_bytes(made(STAMPED))
    with pytest.raises(Secret):
        read_text(text_of(path, name)[0])
    path.write_bytes(made(line.replace("MẬT", "Bảo mật thông tin") for line in STAMPED))
    with suppress(Unreadable):
        read_text(text_of(path, name)[0])


@pytest.mark.parametrize("piece", ["MẬT Số 1", "TỐI MẬT Bản số 02", "MẬT số: 3", "MẬT - Số 4/BC"])
def test_a_stamp_with_the_number_of_its_copy_is_one(piece: str) -> None:
    assert secret_level(f"UBND HUYỆN | {piece}\nKế hoạch")


def test_what_rtf_and_odt_say_is_read(tmp_path: Path) -> None:
    for name, made in (("a.rtf", rtf_with), ("a.odt", odf_with)):
        path = tmp_path / name
        path.write_bytes(made(["Số: 12/UBND-NV", "V/v báo cáo {tháng 5}".replace("{", "").replace("}", "")]))
        assert text_of(path, name)[0].splitlines() == ["Số: 12/UBND-NV", "V/v báo cáo tháng 5"]


async def test_a_stamp_on_any_sheet_of_a_table_is_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Tên đơn vị", "Viết tắt"])
    book.active.append(["Phòng Tư pháp", "TP"])
    path = tmp_path / "blob"
    book.save(path)
    assert await read_table(path, "a.xlsx") == [["Tên đơn vị", "Viết tắt"], ["Phòng Tư pháp", "TP"]]
    book.create_sheet("Phụ lục").append(["", "TỐI MẬT"])
    book.save(path)
    with pytest.raises(Secret):
        await read_table(path, "a.xlsx")


async def test_what_is_no_table_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(Unreadable, match=r"\.xlsx"):
        await read_table(path, "a.xlsx")
