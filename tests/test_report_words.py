"""Words of strangers stay words in every field of what we write: nothing is run, nothing breaks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from typing import IO, Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bot.documents.report import (
    Heading,
    Names,
    Passage,
    Question,
    Respondent,
    Source,
    State,
    Table,
    Words,
    write_letter,
    write_matrix,
    write_report,
)
from bot.documents.report.plain import LONGEST, prose
from bot.text import utf16_length
from tests.layout_read import W
from tests.report_samples import head, letter, matrix, report
from tests.report_tools import ANY, FORBIDDEN, PAYLOADS, body, cells, made, parts, poisoned, texts


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
    held = {name: text for name, text in parts(data).items() if name.startswith("xl/")}
    assert not any(re.search(rb"<f[ >]|hyperlink", text) for text in held.values())
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


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr shd tabs spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rFonts b i color sz szCs u lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType titlePg",
    "style": "name basedOn next qFormat pPr rPr",
}
"""As the schema of ECMA-376 has them: Word «repairs» a document that has them otherwise."""


@pytest.mark.parametrize("make", [lambda: report(40), lambda: letter(40)], ids=["report", "letter"])
def test_elements_come_in_the_order_of_the_schema_and_whatever_must_be_unique_is(make: Callable[[], Any]) -> None:
    data = made(write_report if hasattr(make(), "outline") else write_letter, make())
    held = parts(data)
    for name in ("word/document.xml", "word/styles.xml", "word/header1.xml"):
        for element in etree.fromstring(held[name]).iter():
            kind = str(element.tag).removeprefix(W)
            found = [str(each.tag).removeprefix(W) for each in element]
            if kind == "tc":
                assert (found[0], found.count("tcPr")) == ("tcPr", 1)
                assert "p" in found
            elif kind in ORDER:
                order = ORDER[kind].split()
                assert found == sorted(found, key=order.index), (name, kind)
    document, styles = etree.fromstring(held["word/document.xml"]), etree.fromstring(held["word/styles.xml"])
    named = {each.get(f"{W}styleId") for each in styles.iter(f"{W}style")}
    assert {each.get(f"{W}val") for each in document.iter(f"{W}pStyle")} <= named
    for table in document.iter(f"{W}tbl"):
        assert {len(row.findall(f"{W}tc")) for row in table.iter(f"{W}tr")} == {len(table.find(f"{W}tblGrid"))}
    starts = [(each.get(f"{W}id"), each.get(f"{W}name").lower()) for each in document.iter(f"{W}bookmarkStart")]
    assert [len({each[at] for each in starts}) for at in (0, 1)] == [len(starts)] * 2
    assert sorted(number for number, _ in starts) == sorted(e.get(f"{W}id") for e in document.iter(f"{W}bookmarkEnd"))
    assert max((len(name) for _, name in starts), default=0) <= 40  # the longest Word takes


def test_a_long_answer_goes_on_in_rows_below_so_that_all_of_it_is_printed() -> None:
    text = "\n".join(f"{n}. " + "chữ này dài " * 30 for n in range(12))
    said = (Passage(Source(1, 1, 1), "Phòng Nội vụ", text), Passage(Source(1, 2, 1), "Phòng Nội vụ", "ngắn"))
    data = made(write_matrix, replace(matrix(1), answers=said))
    rows = [row for row in cells(data)["Từng câu trả lời"][3:] if row[3]]
    *long, short = rows
    assert len(long) > 1
    assert [row[0] for row in rows] == [1, *[None] * (len(long) - 1), 2]
    assert "".join("".join(row[3].split()) for row in long) == "".join(text.split())
    assert {row[1] for row in rows} == {"Phòng Nội vụ"}
    assert short[3] == "ngắn"
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[1]
    for at, row in enumerate(long, 4):
        assert (
            sum(-(-len(each) // 80) for each in row[3].split("\n")) * 16 - 1 <= sheet.row_dimensions[at].height <= 409
        )
