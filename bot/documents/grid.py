"""Tables that hand out work: rows of «nội dung | cơ quan chủ trì | phối hợp | thời gian hoàn thành».

A row is one line with bars, or, where a converter laid the cells one below another, the lines from one row number to
the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.documents.dates import DATE
from bot.documents.layout import UPPER
from bot.documents.offices import START
from bot.documents.reading import Span
from bot.documents.tidy import lines, match_form

_WORK = re.compile(r"(?:nội dung|nhiệm vụ|công việc|hoạt động|tên việc)\b[^|]{0,40}$", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:(?:cơ quan|đơn vị|bộ phận)\b[^|]{0,30})?(?:chủ trì|chủ công|thực hiện|đầu mối|chịu trách nhiệm)[^|]{0,20}$"
    r"|(?:cơ quan|đơn vị)$",
    re.IGNORECASE,
)
_HELP = re.compile(r"(?:cơ quan|đơn vị)?\s*phối hợp[^|]{0,20}$", re.IGNORECASE)
_WHEN = re.compile(r"(?:thời gian|thời hạn|TG|hạn|tiến độ)\b[^|]{0,30}$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*\.?$")
_HEADING = re.compile(rf"[{UPPER}][{UPPER}\s&–,-]{{4,70}}…?$")
_CITED = re.compile(rf"(?:\w+\s+){{0,2}}số\b.{{0,40}}|,?\s*ngày\s+{DATE}", re.IGNORECASE)
_MOMENT = re.compile(
    rf"(?:thời gian hoàn thành:?\s*)?(?:(?:trước|chậm nhất|đến|hết|trong)\s+)*(?:ngày\s+{DATE}|{DATE}|tháng\s+\d{{1,2}}"
    r"(?:\s*/\s*\d{4})?|quý\s+[ivhtl1-4]+(?:\s*/\s*\d{4})?|năm\s+\d{4})[\s.;]*$"
)
_MOST = 90


@dataclass(frozen=True, slots=True)
class Row:
    """Spans into the text; `heading` names the office whose block of rows it stands in, in capitals."""

    no: str
    work: Span
    lead: Span | None
    helpers: Span | None
    when: Span | None
    cited: Span | None = None
    heading: Span | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Its place in the text, and its rows."""

    span: Span
    rows: tuple[Row, ...]


def grids(text: str) -> list[Grid]:
    """Every table of work in the text."""
    found = list(lines(text))
    return [*_barred(text, found), *_stacked(text, found)]


def _cells(text: str, line: Span) -> list[Span]:
    cells, start = [], line[0]
    for end in [*(bar.start() for bar in re.finditer(r"\|", text[slice(*line)])), line[1] - line[0]]:
        place = line[0] + end
        words = text[start:place]
        cells.append((start + len(words) - len(words.lstrip()), max(start, start + len(words.rstrip()))))
        start = place + 1
    return cells


def _barred(text: str, found: list[Span]) -> Iterator[Grid]:
    columns: dict[str, int] = {}
    rows: list[Row] = []
    start = end = 0
    for line in [*found, (len(text), len(text))]:
        cells = _cells(text, line)
        if len(cells) < 3:
            if rows:
                yield Grid((start, end), tuple(rows))
            columns, rows = {}, []
        elif named := _columns([text[slice(*cell)] for cell in cells]):
            columns, start, end = named, line[0], line[1]
        elif columns:
            end = line[1]
            if row := _row(text, cells, columns, rows[-1] if rows else None):
                rows.append(row)


def _columns(cells: list[str]) -> dict[str, int]:
    """Which column is which, when these are the heads of a table of work."""
    named: dict[str, int] = {}
    for place, words in enumerate(cells):
        for name, pattern in (("help", _HELP), ("when", _WHEN), ("work", _WORK), ("lead", _LEAD)):
            if name not in named and pattern.match(words.strip()):
                named[name] = place
                break
    return named if {"work", "lead", "when"} <= named.keys() else {}


def _row(text: str, cells: list[Span], columns: dict[str, int], above: Row | None) -> Row | None:
    """A row; an empty cell of the office is the one above, merged."""
    if len(cells) <= max(columns.values()):
        return None
    at = {name: cells[place] for name, place in columns.items()}
    if at["work"][0] == at["work"][1]:
        return None
    lead = at["lead"] if at["lead"][0] < at["lead"][1] else (above.lead if above else None)
    number = text[slice(*cells[0])].strip(" .") if columns["work"] else ""
    return Row(number or "-", at["work"], lead, at.get("help"), at["when"] if at["when"][0] < at["when"][1] else None)


def _stacked(text: str, found: list[Span]) -> Iterator[Grid]:
    heads = [text[slice(*line)] for line in found]
    top = next((n for n in range(len(found)) if _is_head(heads[n : n + 8])), None)
    if top is None:
        return
    rows, current, heading = [], list[Span](), None
    for line in [*found[top:], (len(text), len(text))]:
        words = text[slice(*line)]
        if not words or _NUMBER.fullmatch(words) or _HEADING.fullmatch(words):
            if current and (row := _stack(text, current, heading)):
                rows.append(row)
            current = [line] if _NUMBER.fullmatch(words) else []
            heading = line if _HEADING.fullmatch(words) else heading
        elif current:
            current.append(line)
    if len(rows) > 1:
        yield Grid((found[top][0], len(text)), tuple(rows))


def _is_head(heads: list[str]) -> bool:
    """Three column heads of a table of work, each on a line of its own."""
    return bool(
        heads
        and len(heads[0]) < 40
        and re.fullmatch(r"STT|TT|Số TT", heads[0], re.IGNORECASE)
        and _columns([head for head in heads if len(head) < 40])
    )


def _stack(text: str, cells: list[Span], heading: Span | None) -> Row | None:
    """The cells of one row, told apart by what they are: an office's name, a moment, a citation, else the work."""
    number, *rest = cells
    lead = next((n for n, cell in enumerate(rest) if n and _is_office(text[slice(*cell)])), None)
    if lead is None:
        return None
    cited = next((cell for cell in rest[:lead] if _CITED.match(text[slice(*cell)])), None)
    body = [
        cell for cell in rest[:lead] if len(text[slice(*cell)].split()) > 4 and not _CITED.match(text[slice(*cell)])
    ]
    if not body:
        return None
    when, work = _moment(text, rest[lead + 1 :]), (body[0][0], rest[lead - 1][1])
    return Row(text[slice(*number)].strip(" ."), work, rest[lead], None, when, cited, heading)


def _moment(text: str, cells: list[Span]) -> Span | None:
    """The cell that is a moment and nothing else; a converter may have broken it over three lines."""
    runs = ((cells[n][0], cells[n + more][1]) for n in range(len(cells)) for more in range(min(3, len(cells) - n)))
    return next((run for run in runs if _MOMENT.match(match_form(text[slice(*run)]))), None)


def _is_office(words: str) -> bool:
    return len(words) < _MOST and len(words.split()) < 9 and bool(re.match(rf"(?:{START}|BQL)(?!.*[.;:])", words))
