"""Reports, the matrix and the ZIP say what was put into them, no more and no less, whatever strangers wrote."""

from __future__ import annotations

import hashlib
import io
import re
import time
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import IO, Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bot.documents.report import (
    Collection,
    Heading,
    Names,
    Passage,
    Question,
    Respondent,
    SentFile,
    Source,
    State,
    Table,
    Topic,
    Total,
    Words,
    by_office,
    by_topic,
    counts,
    rolls,
    write_files,
    write_letter,
    write_matrix,
    write_report,
)
from bot.documents.report.files import CHANGED, GONE, HASHES, INDEX, name_of
from bot.documents.report.outline import numeral
from bot.documents.report.plain import LONGEST, figure, prose
from bot.text import utf16_length
from tests.layout_read import W
from tests.report_samples import ASKED, MADE, answers, head, letter, matrix, offices, report

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
PAYLOADS = (
    "",
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "{=1+1}",
    "<script>alert(1)</script>",
    "]]><w:p/>&amp;&#0;",
    "{{ 7*7 }}{% raw %}",
    "${jndi:ldap://x}",
    "a\u202eb\u2066c\u200b",
    "\x00\x01\x0b\x1f\ufffe\uffff\U0001fffe\ud800",
    "_x0000_ _x000D_",
    "&P&N&[Tab]",
    "../../etc/passwd\\..\\CON.txt",
    "e\u0301 Ho\u0061\u0300",
    "dòng\r\nhai\tba\u2028bốn\x85năm",
    "😀" * 50,
)
ANY = st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=60))


def poisoned(value: Any, said: Callable[[], str]) -> Any:
    """The same value with every text in it replaced."""
    if isinstance(value, str) and not isinstance(value, State):
        return said()
    if is_dataclass(value) and hasattr(value, "__iter__"):
        return tuple(poisoned(each, said) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: poisoned(getattr(value, each.name), said) for each in fields(value)})
    if isinstance(value, tuple):
        return tuple(poisoned(each, said) for each in value)
    return value


def made(write: Callable[[Any, IO[bytes]], None], value: Any) -> bytes:
    out = io.BytesIO()
    write(value, out)
    return out.getvalue()


def body(data: bytes) -> Any:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))


def texts(element: Any) -> list[str]:
    return ["".join(each.itertext()) for each in element.iter(f"{W}p")]


def cells(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


# The outline


def test_points_are_numbered_as_vietnamese_do() -> None:
    assert [numeral(0, count) for count in (1, 4, 9, 40, 1000)] == ["I.", "IV.", "IX.", "XL.", "M."]
    assert [numeral(2, count) for count in range(1, 8)] == ["a)", "b)", "c)", "d)", "đ)", "e)", "g)"]
    assert [numeral(2, count) for count in (23, 24, 46, 47)] == ["y)", "aa)", "yy)", "aaa)"]
    assert (numeral(1, 12), numeral(3, 5)) == ("12.", "-")


def test_under_a_topic_stands_who_has_nothing_to_report_and_who_has_said_nothing() -> None:
    owing = offices(9)
    *_, plans = by_topic((Topic("Giải pháp", (7,)),), owing, answers(owing))
    *said, nothing, silent = plans.blocks
    assert [each.office for each in said if isinstance(each, Passage)] == [
        "Phòng Nội vụ",
        "Phòng Tư pháp",
        "Phòng Tài chính - Kế hoạch",
        "Văn phòng HĐND và UBND huyện",
    ]
    assert nothing == Names("Không phát sinh", ("Phòng Văn hóa và Thông tin", "Thanh tra huyện"))
    assert silent == Names("Chưa có nội dung báo cáo", ("Phòng Kinh tế và Hạ tầng", "Phòng Y tế"))  # the exempt is not


def test_by_office_each_office_but_the_exempt_has_a_chapter() -> None:
    owing = offices(9)
    chapters = by_office((Topic("Ưu điểm", (3,)),), owing, answers(owing))
    assert [each.title for each in chapters] == [each.name for each in owing if each.state is not State.EXEMPT]
    assert list(chapters[5].points[0].blocks) == [Names("Chưa có nội dung báo cáo", ())]


# Every passage maps back; sums and lists equal what they are made of


@pytest.mark.parametrize("of_offices", [False, True])
def test_every_passage_maps_back_to_its_office_question_and_version(of_offices: bool) -> None:
    owing = offices(40)
    answer = answers(owing)
    found: dict[Source, str] = {}
    data = body(made(write_report, report(40, of_offices=of_offices)))
    for start in data.iter(f"{W}bookmarkStart"):
        office, question, version = map(
            int, re.fullmatch(r"nguon_dv(\d+)_cau(\d+)_v(\d+)", start.get(f"{W}name")).groups()
        )
        lines, each = [], start.getnext()
        while each.tag == f"{W}p":
            lines += texts_of(each)
            each = each.getnext()
        assert each.get(f"{W}id") == start.get(f"{W}id")
        found[Source(office, question, version)] = "\n".join(lines)
    said = [answer(office.id, asked) for office in owing for asked in (1, 3, 4, 5, 6, 7)]
    expected = {
        each.source: each.text if of_offices else f"- {each.office}: {each.text}"
        for each in said
        if each and not each.nothing
    }
    assert found == expected


def texts_of(paragraph: Any) -> list[str]:
    return ["".join(each.text or "" for each in paragraph.iter(f"{W}t"))]


def test_the_same_passage_twice_has_two_bookmarks() -> None:
    passage = Passage(Source(1, 2, 3), "Phòng Y tế", "Có")
    outline = (Heading("A", (passage,)), Heading("B", (passage,)))
    marks = [
        each.get(f"{W}name")
        for each in body(made(write_report, replace(report(), outline=outline))).iter(f"{W}bookmarkStart")
    ]
    assert marks == ["nguon_dv1_cau2_v3", "nguon_dv1_cau2_v3_2"]


FIGURES = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)


@given(st.lists(FIGURES, max_size=20))
@settings(max_examples=25, deadline=None)
def test_a_sum_is_that_of_the_figures_behind_it(values: list[Decimal]) -> None:
    total = Total("Tổng", tuple((f"Đơn vị {n}", each) for n, each in enumerate(values)), "đồng")
    assert total.value == sum(values, Decimal(0))
    heading = Heading("Số liệu", (total,))
    shown = "\n".join(texts(body(made(write_report, replace(report(), outline=(heading,), annexes=())))))
    assert f"Tổng: {figure(total.value)} đồng" in shown
    assert all(figure(each) in shown for each in values)
    asked = (Question(1, "Số tiền"),)
    owing = tuple(Respondent(n, f"Đơn vị {n}", State.ON_TIME, version=1) for n in range(len(values)))
    said = tuple(Passage(Source(n, 1, 1), f"Đơn vị {n}", "", each) for n, each in enumerate(values))
    sheet = cells(made(write_matrix, replace(matrix(), questions=asked, respondents=owing, answers=said)))["Tổng hợp"]
    assert [Decimal(str(row[8])) for row in sheet[3 : 3 + len(values)]] == values
    if values:
        assert Decimal(str(sheet[3 + len(values)][8])) == total.value


def test_figures_are_written_as_vietnamese_do_and_exactly() -> None:
    said = {
        "1250": "1.250",
        "1234567.50": "1.234.567,5",
        "-0.25": "-0,25",
        "1E+3": "1.000",
        "0": "0",
        "-1000": "-1.000",
    }
    assert {each: figure(Decimal(each)) for each in said} == said
    assert [figure(Decimal(each)) for each in ("NaN", "1E+1000000", "1E-1000000")] == [
        "NaN",
        "1E+1000000",
        "1E-1000000",
    ]


STATES = st.lists(st.tuples(st.sampled_from(State), st.booleans()), max_size=30)


@given(STATES)
@settings(max_examples=25, deadline=None)
def test_the_lists_hold_each_office_where_it_belongs(states: list[tuple[State, bool]]) -> None:
    owing = tuple(
        Respondent(n, f"Đơn vị {n}", state, elsewhere="QLVB" if apart else "")
        for n, (state, apart) in enumerate(states)
    )
    lists = [_offices_in(each) for each in rolls(owing).points]
    held = [State.MISSING, State.LATE, State.EXEMPT]
    assert lists[:3] == [[each.name for each in owing if each.state is state] for state in held]
    assert lists[3] == [each.name for each in owing if each.elsewhere]
    assert sum(counts(owing).values()) == len(owing)
    book = cells(made(write_matrix, replace(matrix(), respondents=owing, answers=())))
    assert [row[1] for row in book["Tổng hợp"][3:]] == [each.name for each in owing]
    silent = [each.name for each in owing if each.state in {State.MISSING, State.WAITING}]
    assert [row[1] for row in book["Chưa có báo cáo"][3 : 3 + len(silent)]] == silent
    shown = [row[2] for row in book["Chưa có báo cáo"][3 + len(silent) :] if isinstance(row[2], int)]
    assert shown == list(counts(owing).values())


def _offices_in(heading: Heading) -> list[str]:
    return [row[1] for block in heading.blocks for row in getattr(block, "rows", ())]


def test_the_matrix_has_every_answer_with_its_version_time_and_link() -> None:
    book = cells(made(write_matrix, matrix(9)))
    heads, first = book["Tổng hợp"][2], book["Tổng hợp"][3]
    assert heads[8:] == tuple(f"Câu {place}. {text}" for place, text in enumerate(ASKED, 1))
    assert (*first[:3], first[5]) == (1, "Phòng Nội vụ", "Đúng hạn", 2)
    assert [f"{each:%H:%M %d/%m/%Y}" for each in first[3:5]] == ["23:59 16/05/2024", "22:59 16/05/2024"]
    assert (first[9], book["Tổng hợp"][5][14], book["Tổng hợp"][8][8:]) == (1250, "Không phát sinh", (None,) * 7)
    rows = book["Từng câu trả lời"][3:]
    assert len(rows) == len(list(matrix(9).answers))
    assert (rows[0][5], f"{rows[0][6]:%H:%M %d/%m/%Y}") == (2, "09:30 17/05/2024")
    sheet = openpyxl.load_workbook(io.BytesIO(made(write_matrix, matrix(9)))).worksheets[0]
    assert sheet["H4"].hyperlink.target == "https://nhacviec.example.vn/tep/1"
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.print_title_cols) == ("C4", "$3:$3", "$A:$B")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (
        "landscape",
        9,
        2,
    )


# The same value, the same bytes


@pytest.mark.parametrize(
    ("write", "value"), [(write_report, report(20)), (write_letter, letter(20)), (write_matrix, matrix(20))]
)
def test_an_edition_written_again_elsewhere_is_the_same_file(
    write: Callable[[Any, IO[bytes]], None], value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(write, value)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert made(write, value) == first
    finally:
        monkeypatch.undo()
        time.tzset()
    assert {each.date_time[0] for each in zipfile.ZipFile(io.BytesIO(first)).infolist()} <= {2024, 1980}


# What strangers write


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    ("write", "value"), [(write_report, report(9)), (write_letter, letter(9))], ids=["report", "letter"]
)
def test_payloads_in_every_field_stay_words(write: Callable[[Any, IO[bytes]], None], value: Any, payload: str) -> None:
    data = made(write, poisoned(value, lambda: payload))
    docx.Document(io.BytesIO(data))
    found = body(data)
    assert not FORBIDDEN.search("".join(found.itertext()))
    fields = {each.get(f"{W}instr") for each in found.iter(f"{W}fldSimple")} | {
        each.text for each in found.iter(f"{W}instrText")
    }
    assert fields == set()
    if clean := prose(payload).replace("\n", " ").strip():
        assert any(clean.split(" ")[0] in text for text in texts(found))


@given(st.lists(ANY, min_size=1, max_size=9))
@settings(max_examples=20, deadline=None)
def test_any_words_in_any_field_can_be_written(words: list[str]) -> None:
    said = cycle(words).__next__
    for write, value in ((write_report, report(2)), (write_letter, letter(2))):
        docx.Document(io.BytesIO(made(write, poisoned(value, said))))
    openpyxl.load_workbook(io.BytesIO(made(write_matrix, poisoned(matrix(2), said))))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula_or_a_link_that_is_not_of_the_web(payload: str) -> None:
    data = made(write_matrix, poisoned(matrix(9), lambda: payload))
    parts = {name: text for name, text in _parts(data).items() if name.startswith("xl/")}
    assert not any(re.search(rb"<f[ >]|hyperlink", text) for text in parts.values())
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row} <= {
        "s",
        "n",
        "d",
        "inlineStr",
    }
    strangers = [
        cell for sheet in book.worksheets[:2] for row in sheet.iter_rows(min_row=4) for cell in row[1:2] if cell.value
    ]
    assert all(cell.quotePrefix for cell in strangers)
    if clean := prose(payload).replace("\n", " ").strip():
        assert book.worksheets[0]["B4"].value.replace("_x005F_", "_").split(" ")[0] == clean.split(" ")[0]


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("letter_of", ["a", "=", "\n", "😀", "ế ", "\u202e", "e\u0301"])
def test_ten_megabytes_in_a_field_are_cut_and_the_cut_is_shown(letter_of: str) -> None:
    endless = letter_of * (10 * 2**20 // len(letter_of.encode()))
    found = prose(endless)
    assert utf16_length(found) <= LONGEST
    assert found.endswith("[…]") or letter_of in "\n\u202e"
    said = Passage(Source(1, 1, 1), endless, endless)
    owing = (Respondent(1, endless, State.ON_TIME, version=1, elsewhere=endless, note=endless, link=endless),)
    data = made(write_matrix, replace(matrix(), questions=(Question(1, endless),), respondents=owing, answers=(said,)))
    longest = max(len(cell or "") for row in cells(data)["Tổng hợp"] for cell in row if isinstance(cell, str))
    assert longest <= LONGEST
    outline = (Heading(endless, (said, Names(endless, (endless,)))),)
    again = replace(
        report(),
        subject=endless,
        outline=outline,
        closing=endless,
        copies=(endless,),
        head=replace(head(endless), issuer=endless),
    )
    assert len(made(write_report, again)) < 1_000_000


def test_a_break_of_any_kind_parts_words() -> None:
    assert prose("một\r\nhai\rba\x0bbốn\x0cnăm\x85sáu\u2028bảy\u2029tám") == "một\nhai\nba\nbốn\nnăm\nsáu\nbảy\ntám"


def test_a_table_may_be_ragged_or_empty_and_a_tab_is_a_space() -> None:
    ragged = Table(("a", "b"), (("1",), ("1", "2", "3"), ()), (1, 2, 3))
    outline = (Heading("A", (Words("một\thai"), Table((), (("1",),)), ragged, Table(("chỉ đầu",), ()))),)
    data = made(write_report, replace(report(), outline=outline, annexes=()))
    _, one, two, _ = docx.Document(io.BytesIO(data)).tables
    assert [[cell.text for cell in row.cells] for row in one.rows] == [["a", "b"], ["1", ""], ["1", "2"], ["", ""]]
    assert [cell.text for cell in two.rows[0].cells] == ["chỉ đầu"]
    assert "một hai" in texts(body(data))


def test_a_row_is_high_enough_for_its_longest_cell_and_no_higher_than_excel_shows() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made(write_matrix, matrix(9)))).worksheets[0]
    assert sheet.row_dimensions[4].height >= 5 * 15
    long = replace(matrix(), answers=(Passage(Source(1, 1, 1), "Phòng Nội vụ", "chữ " * 4000),))
    assert openpyxl.load_workbook(io.BytesIO(made(write_matrix, long))).worksheets[0].row_dimensions[4].height <= 409


# The ZIP


def sent(folder: Path, place: int, office: str, name: str, content: bytes, version: int = 1) -> SentFile:
    path = folder / hashlib.sha256(content).hexdigest()
    path.write_bytes(content)
    return SentFile(place, office, version, name, path.name, path, MADE, "bản ký")


def collection(files: Iterable[SentFile], number: str = "912/UBND-TTHC", count: int = 9) -> Collection:
    return Collection("Kết quả cải cách hành chính", number, count, files, ("Thanh tra huyện",), MADE)


def test_files_are_named_by_place_office_number_and_version(tmp_path: Path) -> None:
    a = sent(tmp_path, 1, "Phòng Nội vụ", "Báo cáo.PDF", b"a", 2)
    assert name_of(a, "912/UBND-TTHC", 9) == "01_Phòng Nội vụ_912-UBND-TTHC_v2.pdf"
    assert name_of(a, "/UBND-TTHC", 1000) == "0001_Phòng Nội vụ_UBND-TTHC_v2.pdf"
    assert name_of(replace(a, name="không đuôi"), "", 9) == "01_Phòng Nội vụ_CV_v2.bin"


def test_the_zip_has_every_file_as_it_was_sent_an_index_and_hashes(tmp_path: Path) -> None:
    files = [
        sent(tmp_path, 1, "Phòng Nội vụ", "a.pdf", b"a", 2),
        sent(tmp_path, 1, "Phòng Nội vụ", "b.pdf", b"b", 2),
        sent(tmp_path, 7, "Phòng Y tế", "c.docx", b"c"),
    ]
    gone = replace(files[0], place=8, office="Phòng Tư pháp", path=tmp_path / "khong-co")
    changed = replace(files[1], place=9, office="Thanh tra", path=files[2].path)
    parts = _parts(made(write_files, collection([*files, gone, changed])))
    stem = "912-UBND-TTHC"
    kept = {
        f"01_Phòng Nội vụ_{stem}_v2.pdf": b"a",
        f"01_Phòng Nội vụ_{stem}_v2_2.pdf": b"b",
        f"07_Phòng Y tế_{stem}_v1.docx": b"c",
    }
    assert {name: data for name, data in parts.items() if not name.startswith("00_")} == kept
    sums = dict(reversed(line.split("  ", 1)) for line in parts[HASHES].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in parts.items() if name != HASHES}
    table = docx.Document(io.BytesIO(parts[INDEX])).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert [row[1] for row in rows][:3] == list(kept)
    assert rows[0][2:] == ["Phòng Nội vụ", "2", "09:30 17/05/2024", "a.pdf", "bản ký"]
    assert [row[6] for row in rows[3:]] == [GONE, CHANGED]
    assert "Đơn vị không có tệp: Thanh tra huyện." in texts(body(parts[INDEX]))


def test_the_same_files_give_the_same_zip(tmp_path: Path) -> None:
    files = [sent(tmp_path, n, f"Đơn vị {n}", "a.pdf", str(n).encode()) for n in range(1, 5)]
    assert made(write_files, collection(files)) == made(write_files, collection(iter(files)))


@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=12), ANY)
@settings(max_examples=40, deadline=None)
def test_no_name_in_the_zip_climbs_collides_or_is_too_long(said: list[tuple[str, str]], number: str) -> None:
    nowhere = Path("/nonexistent/tep")
    files = [SentFile(1, office, 1, name, "", Path(__file__)) for office, name in said]
    files = [replace(each, sha256=hashlib.sha256(Path(__file__).read_bytes()).hexdigest()) for each in files]
    gone = SentFile(2, said[0][0], 1, said[0][1], "0" * 64, nowhere)
    names = list(_parts(made(write_files, collection([*files, gone], number))))
    assert len({name.casefold() for name in names}) == len(said) + 2
    assert not any(re.search(r'[/\\<>:"|?*\x00-\x1f\u202a-\u202e]|^\.|[ .]$', name) for name in names)
    assert max(len(name.encode()) for name in names) <= 190
