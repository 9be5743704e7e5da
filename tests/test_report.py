"""Reports and the matrix say what was put into them, no more and no less."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import IO, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.report import (
    Heading,
    Names,
    Passage,
    Question,
    Respondent,
    Source,
    State,
    Topic,
    Total,
    by_office,
    by_topic,
    counts,
    rolls,
    write_letter,
    write_matrix,
    write_report,
)
from bot.documents.report.outline import numeral
from bot.figures import written
from bot.vi import report as vi
from tests.layout_read import W
from tests.report_samples import ASKED, DUE, answers, letter, matrix, offices, report
from tests.report_tools import body, cells, made, texts

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


def test_the_figures_behind_a_sum_lead_back_from_its_table_and_say_what_was_said_beside_them() -> None:
    said = tuple(
        Passage(Source(n, 4, 2), f"Đơn vị {n}", text, Decimal(n * 1000))
        for n, text in enumerate(("1.000 hồ sơ", "2.000", "3.000 hồ sơ, 12 trễ hạn", *[""] * 5), 1)
    )
    total = Total("Tổng cộng", tuple((each.office, each.number or Decimal(0)) for each in said), "hồ sơ", said=said)
    document = body(made(write_report, replace(report(), outline=(Heading("Số hồ sơ", (total,)),), annexes=())))
    [table] = [each for each in document.iter(f"{W}tbl") if "Đơn vị 1" in "".join(each.itertext())]
    heads, *rows, last = [[texts_of(cell)[0] for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
    assert heads == ["TT", "Cơ quan, đơn vị", "Số liệu (hồ sơ)", "Đơn vị ghi"]
    assert [row[3] for row in rows if row[3]] == ["3.000 hồ sơ, 12 trễ hạn"]
    assert last == ["", "Tổng cộng", "36.000", ""]
    marked = {each.get(f"{W}name"): texts_of(each.getparent())[0] for each in table.iter(f"{W}bookmarkStart")}
    assert marked == {f"nguon_dv{n}_cau4_v2": f"{n}.000" for n in range(1, 9)}


def test_a_list_of_an_office_stands_below_its_name_on_the_same_page_and_one_step_lower() -> None:
    said = ("- Thiếu người\n-Thiếu máy\n1) Chậm", "+84 905", "-5 độ")
    outline = (Heading("A", tuple(Passage(Source(n, 1, 1), f"Đơn vị {n}", text) for n, text in enumerate(said))),)
    found = list(body(made(write_report, replace(report(), outline=outline, annexes=()))).iter(f"{W}p"))
    lines = ["".join(each.itertext()) for each in found]
    first = lines.index("- Đơn vị 0: ")
    assert lines[first + 1 : first + 6] == [
        "+ Thiếu người",
        "+ Thiếu máy",
        "1) Chậm",
        "- Đơn vị 1: +84 905",
        "- Đơn vị 2: -5 độ",
    ]
    assert [each.find(f"{W}pPr/{W}keepNext") is not None for each in found[first : first + 5]] == [True, *[False] * 4]


FIGURES = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)


@given(st.lists(FIGURES, max_size=20))
@settings(max_examples=25, deadline=None)
def test_a_sum_is_that_of_the_figures_behind_it(values: list[Decimal]) -> None:
    total = Total("Tổng", tuple((f"Đơn vị {n}", each) for n, each in enumerate(values)), "đồng")
    assert total.value == sum(values, Decimal(0))
    heading = Heading("Số liệu", (total,))
    shown = "\n".join(texts(body(made(write_report, replace(report(), outline=(heading,), annexes=())))))
    assert f"Tổng: {written(total.value)} đồng (" in shown
    assert all(written(each) in shown for each in values)
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
    assert {each: written(Decimal(each)) for each in said} == said
    assert [written(Decimal(each)) for each in ("NaN", "1E+1000000", "1E-1000000")] == [
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


def test_no_hour_is_invented_and_a_title_is_not_cut_on_the_pages_to_the_right() -> None:
    due = replace(offices(1)[0], due=DUE.replace(second=0))
    at_five = replace(due, due=DUE - timedelta(hours=7))
    book = openpyxl.load_workbook(io.BytesIO(made(write_matrix, replace(matrix(1), respondents=(due, at_five)))))
    sheet, answered, silent = book.worksheets
    assert [sheet[cell].number_format for cell in ("D4", "D5", "E4")] == [
        "dd/mm/yyyy",
        "dd/mm/yyyy hh:mm",
        "dd/mm/yyyy hh:mm",
    ]
    assert sheet.page_setup.fitToWidth == 2
    assert [each["A1"].value is None for each in (sheet, answered, silent)] == [True, False, False]
    assert sheet["C1"].value == answered["A1"].value


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


def test_a_later_edition_tells_what_is_new() -> None:
    assert vi.changes(1, ("Phòng Y tế",), ()) == []
    assert vi.changes(2, (), ()) == ["Không thay đổi so với lần 1."]
    assert vi.changes(3, ("Phòng Y tế",), ("Thanh tra", "Phòng Tư pháp")) == [
        "Bổ sung báo cáo của: Phòng Y tế.",
        "Cập nhật nội dung của: Thanh tra; Phòng Tư pháp.",
    ]
