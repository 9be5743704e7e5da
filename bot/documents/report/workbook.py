"""The matrix office × question as .xlsx: what was said, when, in which version; who is silent; a chart.

Strangers' words are strings, whatever they begin with, and marked so that editing a cell does not wake them. Rows go
to the disk as they are written.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any

from bot.clocks import local
from bot.documents.report.heights import LINE, lines, pieces
from bot.documents.report.model import Matrix, Passage, Question, Respondent, State
from bot.documents.report.outline import NOTHING
from bot.documents.report.plain import deadline, line, moment, prose
from bot.documents.report.rolls import counts, state_of
from bot.figures import is_figure

_FIXED = ("TT", "Cơ quan, đơn vị", "Tình hình", "Hạn", "Ngày nhận", "Lần", "Gửi cách khác, ghi chú", "Tệp")
_WIDTHS = (5, 30, 18, 17, 17, 6, 26, 10)
_ANSWERS = ("TT", "Cơ quan, đơn vị", "Câu hỏi", "Nội dung", "Số liệu", "Lần", "Trả lời lúc", "Tệp")
_ANSWERS_WIDTHS = (6, 30, 30, 70, 14, 6, 17, 10)
_HEAD = 2
"""The row of the column heads, from 0; a title and the time stand above."""
_MOST_LINKS = 60_000
"""Excel takes 65,530 on a sheet."""
_WEB = re.compile(r"https?://[!-~]{1,2000}")
_SAVED = r"[^\\/:*?\"<>|#%\x00-\x1f.][^\\/:*?\"<>|#%\x00-\x1f]{0,180}"
_BESIDE = re.compile(rf"{_SAVED}/{_SAVED}")
"""A folder and a file in it, by names that can be saved anywhere."""
_EXACT = 15
"""Digits a number of Excel keeps."""
_ANSWER = 36
_PAGE = 190
"""Characters that can still be read side by side on A4 across."""
_SILENT = {State.MISSING, State.WAITING}
_OPEN = "Mở tệp"


def write_matrix(matrix: Matrix, out: IO[bytes]) -> None:
    """Three sheets: the matrix, each answer by itself, and who has not sent, with the chart."""
    import xlsxwriter  # 40 ms, and only here

    with tempfile.TemporaryDirectory(prefix="nhacviec-") as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "dd/mm/yyyy hh:mm",
        }
        book = xlsxwriter.Workbook(out, options)
        made = local(matrix.made_at).replace(tzinfo=None)
        book.set_properties({"title": line(matrix.title), "created": matrix.made_at.astimezone(UTC)})
        _Book(book, matrix, made).write()
        book.close()


class _Book:
    """The formats, and the three sheets."""

    def __init__(self, book: Any, matrix: Matrix, made: datetime) -> None:
        self._book, self._matrix, self._made = book, matrix, made
        font = {"font_name": "Times New Roman", "font_size": 12}
        cell = font | {"valign": "top", "border": 1, "quote_prefix": True}
        self._title = book.add_format(font | {"bold": True, "font_size": 14, "quote_prefix": True})
        self._note = book.add_format(font | {"italic": True})
        self._head = book.add_format(
            cell | {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DDE6F0"}
        )
        self._text = book.add_format(cell | {"text_wrap": True})
        self._silent = book.add_format(cell | {"text_wrap": True, "bg_color": "#FBE3D6"})
        self._plain = cell | {"quote_prefix": False}
        self._whole = book.add_format(self._plain | {"align": "center", "num_format": "0"})
        self._number = book.add_format(self._plain | {"num_format": "#,##0.##########"})
        self._round = book.add_format(self._plain | {"num_format": "#,##0"})
        self._when = book.add_format(self._plain | {"num_format": "dd/mm/yyyy hh:mm", "align": "center"})
        self._day = book.add_format(self._plain | {"num_format": "dd/mm/yyyy", "align": "center"})
        self._link = book.add_format(self._plain | {"font_color": "#0B4F9E", "underline": 1})
        self._sum = book.add_format(cell | {"bold": True, "text_wrap": True})
        self._sums = book.add_format(self._plain | {"bold": True, "num_format": "#,##0.##########"})

    def write(self) -> None:
        self._offices()
        self._answers()
        self._silents()

    def _offices(self) -> None:
        """One row an office: how it stands, then each answer in its column."""
        questions = self._matrix.questions
        heads = (*_FIXED, *(_column(place, each) for place, each in enumerate(questions, 1)))
        widths = (*_WIDTHS, *(_ANSWER for _ in questions))
        sheet = self._sheet("Tổng hợp", heads, widths, 2)
        columns = {each.id: len(_FIXED) + place for place, each in enumerate(questions)}
        added = {columns[each.id] for each in questions if each.added}
        sums: dict[int, Decimal] = {}
        answers = _Following(self._matrix.answers)
        row = _HEAD
        for row, office in enumerate(self._matrix.respondents, _HEAD + 1):
            for column in columns.values():
                sheet.write_blank(row, column, None, self._text)
            said = {
                columns[each.source.question]: each for each in answers.of(office.id) if each.source.question in columns
            }
            texts = {column: _words(passage) for column, passage in said.items()}
            self._standing(sheet, row, row - _HEAD, office, lines(texts, widths))
            for column, passage in said.items():
                self._answer(sheet, row, column, passage)
                if column in added and passage.number is not None and _is_exact(passage.number):
                    sums[column] = sums.get(column, Decimal(0)) + passage.number
        self._finish(sheet, row, len(heads))
        if sums:
            sheet.write_string(row + 1, 1, "Tổng cộng", self._sum)
            for column, value in sums.items():
                self._figure(sheet, row + 1, column, value, self._sums)

    def _answers(self) -> None:
        """One row an answer, for filtering and for checking against the source; a long one goes on in rows below, for
        no more of a row is printed than Excel shows."""
        sheet = self._sheet("Từng câu trả lời", _ANSWERS, _ANSWERS_WIDTHS, 2)
        asked = {each.id: line(each.text) for each in self._matrix.questions}
        row = _HEAD
        for number, passage in enumerate(self._matrix.answers, 1):
            named = {1: line(passage.office), 2: asked.get(passage.source.question, "")}
            said = NOTHING if passage.nothing else _words(passage)
            for place, piece in enumerate(pieces(said, _ANSWERS_WIDTHS[3])):
                row += 1
                texts = {**named, 3: piece}
                sheet.set_row(row, lines(texts, _ANSWERS_WIDTHS) * LINE)
                for column, text in texts.items():
                    sheet.write_string(row, column, text, self._text)
                if place == 0:
                    self._facts(sheet, row, number, passage)
                else:
                    for column in (0, 4, 5, 6, 7):
                        sheet.write_blank(row, column, None, self._text)
        self._finish(sheet, row, len(_ANSWERS))

    def _facts(self, sheet: Any, row: int, number: int, passage: Passage) -> None:
        """Beside the words of an answer: its figure, its version, when it came, its file."""
        sheet.write_number(row, 0, number, self._whole)
        if passage.number is not None:
            self._figure(sheet, row, 4, passage.number, self._number)
        else:
            sheet.write_blank(row, 4, None, self._text)
        sheet.write_number(row, 5, passage.source.version, self._whole)
        self._time(sheet, row, 6, passage.answered_at)
        self._file(sheet, row, 7, passage.link)

    def _silents(self) -> None:
        """The counts with their chart, then who has not sent."""
        sheet = self._sheet("Chưa có báo cáo", _FIXED[:7], (*_WIDTHS[:2], 30, *_WIDTHS[3:7]), 0)
        found = [each for each in self._matrix.respondents if each.state in _SILENT]
        row = _HEAD
        for row, office in enumerate(found, _HEAD + 1):
            self._standing(sheet, row, row - _HEAD, office, 1, link=False)
        self._finish(sheet, row, 7)
        row += 2
        first = row + 1
        sheet.write_string(row, 1, "Tình hình", self._head)
        sheet.write_string(row, 2, "Số đơn vị", self._head)
        for state, count in counts(self._matrix.respondents).items():
            row += 1
            sheet.write_string(row, 1, state_of(Respondent(0, "", state)), self._text)
            sheet.write_number(row, 2, count, self._whole)
        chart = self._book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": "Số đơn vị",
                "categories": [sheet.name, first, 1, row, 1],
                "values": [sheet.name, first, 2, row, 2],
                "data_labels": {"value": True},
                "fill": {"color": "#2F6DA8"},
                "gap": 60,
            }
        )
        chart.set_title({"name": "Tình hình gửi báo cáo", "name_font": {"size": 13}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0, "major_gridlines": {"visible": False}, "num_format": "0"})
        chart.set_size({"width": 640, "height": 280})
        sheet.insert_chart(row + 2, 1, chart)

    def _sheet(self, name: str, heads: Sequence[str], widths: Sequence[float], beside: int) -> Any:
        """Its title, its heads frozen above and `beside` columns on the left, and how it prints."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        across = max(1, round(sum(widths) / _PAGE))
        sheet.fit_to_pages(across, 0)
        sheet.repeat_rows(_HEAD)
        if beside:
            sheet.repeat_columns(0, beside - 1)
        sheet.set_row(_HEAD, lines(dict(enumerate(heads)), widths) * LINE)
        sheet.set_footer("&R&P/&N")
        sheet.freeze_panes(_HEAD + 1, beside)
        first = beside if across > 1 else 0  # what is repeated on each page would be cut there
        sheet.write_string(0, first, line(self._matrix.title), self._title)
        sheet.write_string(1, first, f"Lần {self._matrix.edition}, lập lúc {self._made:%H:%M %d/%m/%Y}", self._note)
        for column, head in enumerate(heads):
            sheet.write_string(_HEAD, column, head, self._head)
        return sheet

    def _finish(self, sheet: Any, last: int, columns: int) -> None:
        sheet.autofilter(_HEAD, 0, last, columns - 1)

    def _standing(self, sheet: Any, row: int, place: int, office: Respondent, least: int, *, link: bool = True) -> None:
        """The first columns of an office's row, which is at least `least` lines high."""
        form = self._silent if office.state in _SILENT else self._text
        apart = "; ".join(line(each) for each in (office.elsewhere, office.note) if each)
        texts = {1: line(office.name), 2: state_of(office), 6: apart}
        sheet.set_row(row, max(least, lines(texts, _WIDTHS)) * LINE)
        sheet.write_number(row, 0, place, self._whole)
        for column, text in texts.items():
            sheet.write_string(row, column, text, form)
        self._time(sheet, row, 3, office.due, self._day if moment(office.due) != deadline(office.due) else None)
        self._time(sheet, row, 4, office.received)
        if office.version:
            sheet.write_number(row, 5, office.version, self._whole)
        else:
            sheet.write_blank(row, 5, None, self._text)
        if link:
            self._file(sheet, row, 7, office.link, office.file)

    def _answer(self, sheet: Any, row: int, column: int, passage: Passage) -> None:
        if passage.nothing:
            sheet.write_string(row, column, NOTHING, self._text)
        elif passage.number is not None:
            self._figure(sheet, row, column, passage.number, self._number)
        else:
            sheet.write_string(row, column, _words(passage), self._text)

    def _figure(self, sheet: Any, row: int, column: int, value: Decimal, form: Any) -> None:
        """A number where Excel keeps all its digits, else the digits as text."""
        if not _is_exact(value):
            sheet.write_string(row, column, str(value)[:100], self._text)
            return
        whole = value == value.to_integral_value()
        sheet.write_number(row, column, float(value), self._round if whole and form is self._number else form)

    def _time(self, sheet: Any, row: int, column: int, when: datetime | None, form: Any = None) -> None:
        if when is None or when.year < 1901:
            sheet.write_blank(row, column, None, self._text)
        else:
            sheet.write_datetime(
                row, column, local(when).replace(tzinfo=None, second=0, microsecond=0), form or self._when
            )

    def _file(self, sheet: Any, row: int, column: int, link: str, beside: str = "") -> None:
        """Only addresses of the web, and files in a folder beside, are links."""
        if _WEB.fullmatch(link) and row < _MOST_LINKS:
            sheet.write_url(row, column, link, self._link, _OPEN)
        elif _BESIDE.fullmatch(beside) and row < _MOST_LINKS:
            sheet.write_url(row, column, f"external:{beside}", self._link, _OPEN)
        else:
            sheet.write_string(row, column, line(link), self._text)


def _column(place: int, question: Question) -> str:
    unit = line(question.unit)
    return f"Câu {place}. {line(question.text)}" + (f" ({unit})" if unit else "")


def _words(passage: Passage) -> str:
    """What was said; of a table a row a line, under its heads."""
    if passage.table is None:
        return prose(passage.text)
    rows = [passage.table.columns, *passage.table.rows]
    said = [prose(passage.text)] if passage.text else []
    return prose("\n".join([*said, *(" | ".join(line(cell) for cell in each) for each in rows)]))


class _Following:
    """Answers in the order of the offices, handed out office by office without keeping them."""

    def __init__(self, answers: Any) -> None:
        self._answers: Iterator[Passage] = iter(answers)
        self._next: Passage | None = next(self._answers, None)

    def of(self, office: int) -> Iterator[Passage]:
        while self._next is not None and self._next.source.office == office:
            yield self._next
            self._next = next(self._answers, None)


def _is_exact(value: Decimal) -> bool:
    return is_figure(value) and len(value.as_tuple().digits) <= _EXACT
