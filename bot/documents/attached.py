"""What is attached to a directive and shows how to report: the headings of a đề cương, the columns of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.documents.layout import MARKER, paragraphs
from bot.documents.questions import headline, listed, merged
from bot.documents.reading import Question, Span, Task
from bot.documents.tidy import lines
from bot.text import fold, one_line
from scheduler.periods import REPORTS

_TITLE = re.compile(
    r"^[ ]*(?:ĐỀ CƯƠNG|BIỂU(?: MẪU| SỐ)?|MẪU|PHỤ LỤC|BÁO CÁO(?=[ ]*$)|Đề cương|Biểu (?:mẫu|số)|Mẫu (?:số|báo cáo|biểu)"
    r"|Phụ lục)\b[^\n|]{0,120}$",
    re.MULTILINE,
)
_OUTLINE = re.compile(r"đề cương|gợi ý nội dung|nội dung báo cáo", re.IGNORECASE)
_REPORT = re.compile(r"mẫu|biểu|báo cáo", re.IGNORECASE)
_BLANKS = re.compile(r"…|\.{4,}|_{4,}|\|\s*\|")
_LEVELS = {"roman": 0, "item": 1, "deep": 2}
_BARE = re.compile(r"(?:stt|tt|so tt|ghi chu|don vi tinh|dvt|don vi|co quan|ten (?:don vi|co quan)|\d*|[a-z])$")
"""Columns, folded, that ask nothing of an office."""
_LONGEST = 80
_BETWEEN = 150


def asked_for(text: str, start: int, tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks; the one that is reported on by what is attached after `start` has its questions from there first."""
    reports = [task for task in tasks if task.kind in REPORTS]
    heads, cells = headings(text, start), columns(text, start)
    if not reports or not (heads or cells):
        return tuple(tasks)
    meant = next((task for task in reports if _NAMES_IT.search(task.text)), reports[0])
    own = merged(heads, meant.questions) if heads else meant.questions
    asked = merged(own, cells) if heads else merged(cells, own)
    return tuple(replace(task, questions=asked) if task is meant else task for task in tasks)


_NAMES_IT = re.compile(r"\b(?:đề cương|phụ lục|biểu|mẫu|gửi kèm|kèm theo|đính kèm)\b", re.IGNORECASE)


def headings(text: str, start: int) -> tuple[Question, ...]:
    """One question for each heading without headings under it, of every đề cương and every report left blank after
    `start`."""
    found = [
        span for title, span in _attached(text, start) if _shows_how(text, title, span) for span in _leaves(text, span)
    ]
    return listed(text, found)


def columns(text: str, start: int) -> tuple[Question, ...]:
    """One question for each column of every table to be filled in after `start`; its quote is the row of heads."""
    spans = [span for _, span in _attached(text, start)]
    return tuple(question for span in spans for question in _of_forms(text, span))


def _attached(text: str, start: int) -> Iterator[tuple[Span, Span]]:
    """The head of each attachment, with the line under its title, and the whole of it."""
    heads: list[Span] = []
    for found in _TITLE.finditer(text, start):
        if heads and _near(text, heads[-1], found.start()):
            heads[-1] = (heads[-1][0], found.end())
        else:
            heads.append(found.span())
    ends = [head[0] for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=False):
        under = next((line[1] for line in lines(text[head[1] : end])), 0)
        yield (head[0], head[1] + under), (head[0], end)


def _shows_how(text: str, title: Span, span: Span) -> bool:
    """By its title, or the line under it; a form of a report only where something is left blank."""
    named = text[slice(*title)]
    return bool(_OUTLINE.search(named)) or bool(_REPORT.search(named) and _BLANKS.search(text, *span))


def _near(text: str, head: Span, start: int) -> bool:
    """`PHỤ LỤC` over `ĐỀ CƯƠNG` over `BÁO CÁO`: one title on several lines."""
    between = list(lines(text[head[1] : start]))
    return start - head[1] < _BETWEEN and not any(MARKER.match(text, head[1] + line[0]) for line in between)


def _leaves(text: str, span: Span) -> list[Span]:
    found: list[tuple[int, Span]] = []
    for where in paragraphs(text, span):
        marker = MARKER.match(text, *where)
        level = _LEVELS.get(marker.lastgroup or "") if marker else None
        if level is not None and headline(text, where):
            found.append((level, where))
    below = [level for level, _ in found[1:]] + [-1]
    return [where for (level, where), after in zip(found, below, strict=False) if after <= level]


def _of_forms(text: str, span: Span) -> Iterator[Question]:
    head: Span | None = None
    rows: list[list[str]] = []
    for start, end in [*lines(text[slice(*span)]), (span[1] - span[0],) * 2]:
        line = (span[0] + start, span[0] + end)
        cells = [" ".join(cell.split()) for cell in text[slice(*line)].split("|")]
        if len(cells) < 3:
            yield from _asked(text, head, rows) if head else ()
            head, rows = None, []
        elif head is None and any(cells):
            head = line
        else:
            rows.append(cells)


def _asked(text: str, head: Span, rows: list[list[str]]) -> Iterator[Question]:
    """Of a table whose cells are left blank; the first column with a name says what each row is about."""
    values = [cell for row in rows for cell in row[2:]]
    if not values or sum(_filled(cell) for cell in values) * 3 > len(values):
        return
    names = [name for cell in text[slice(*head)].split("|") if not _BARE.match(fold(name := " ".join(cell.split())))]
    if len(names) > 1 and all(len(name) <= _LONGEST for name in names):
        about, *asked = map(_small, names)
        yield from (Question(f"Đề nghị nêu theo từng {about}: {one_line(each)}.", head) for each in asked)


def _filled(cell: str) -> bool:
    return bool(re.search(r"[^\W\d_]", cell))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
