"""Tables typed in a chat: a row a line, «Tiêu chí A | 3,5 | 3,0», or cell by cell; «Xong» ends them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.figures import is_counted, says_none
from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import rows as vi
from db.directives import Assignment, Question
from db.reports import Answer
from handlers import Refused, Turn
from handlers.deeds.asking import ask, ask_next, keep, position
from handlers.deeds.values import NOTHING, as_cell

DONE = {"xong", "het", "da xong", "xong roi"}
MOST, LONGEST = 200, 20_000
"""Rows, and characters of all of them."""
_DROP = re.compile(r"^(?:bo|xoa) dong (\d{1,3})$")
_MEND = re.compile(r"^\s*(?:sửa|sua)\s+(?:dòng|dong)\s+(\d{1,3})\s*[:,.–-]?\s*(.+)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\d{1,2}[).]\s+(?=[^\W\d])")
_EMPTY = {"", "khong", "khong phat sinh", "kps", "chua co"}


async def add_rows(turn: Turn, assignment: Assignment, question: Question, current: Answer | None) -> Outgoing:
    """What this message adds to the table, takes from it or ends it. Raises Refused: a row that does not fit."""
    folded, columns = fold(turn.text), question.options
    rows = [list(row) for row in current.rows] if current is not None else []
    if folded in DONE:
        return await finish(turn, assignment, question, current)
    if folded in NOTHING or (not rows and says_none(turn.text)):
        await keep(turn, assignment, question, nothing=True)
        return await ask_next(turn, assignment, vi.nothing(await position(turn, question) + 1))
    if drop := _DROP.match(folded):
        rows = rows_without(rows, int(drop[1]))
    elif mend := _MEND.match(turn.text):
        rows = _mended(rows, int(mend[1]), mend[2], columns)
    else:
        rows = added(rows, turn.text, columns)
    text = as_text(rows)
    if len(rows) > MOST or len(text) > LONGEST:
        raise Refused(vi.too_many(MOST))
    if current is None or not current.unsure:
        current = await keep(turn, assignment, question, unsure=True, message_id=None)
    current.rows, current.text = rows, text
    await turn.work.session.flush()
    return await ask(turn, assignment, await position(turn, question))


async def finish(turn: Turn, assignment: Assignment, question: Question, current: Answer | None) -> Outgoing:
    """The table is whole, if its last row is."""
    place = await position(turn, question)
    rows = current.rows if current is not None else []
    if current is None or not rows:
        raise Refused(vi.no_rows(question.options))
    if len(rows[-1]) < len(question.options):
        return await ask(turn, assignment, place)
    current.unsure = False
    await turn.work.session.flush()
    return await ask_next(turn, assignment, vi.finished(place + 1, len(rows)))


def added(rows: list[list[str]], text: str, columns: Sequence[str]) -> list[list[str]]:
    """With what this text says. Raises Refused."""
    lines = [line for line in text.split("\n") if line.strip()]
    unfinished = rows and len(rows[-1]) < len(columns)
    if any(_barred(line) for line in lines) or len(columns) == 1:
        full = rows[:-1] if unfinished else rows
        return [*full, *rows_in(text, columns)]
    if len(lines) != 1:
        raise Refused(vi.wrong_row(columns, lines[0], 1))
    cells = rows[-1] if unfinished else []
    cell = _checked(clean(lines[0]), columns[len(cells)])
    return [*(rows[:-1] if unfinished else rows), [*cells, cell]]


def rows_in(text: str, columns: Sequence[str]) -> list[list[str]]:
    """A row a line; the heads of the columns are no row. Raises Refused: another number of cells, or no figure where
    the column wants one."""
    found = []
    for line in (line for line in text.split("\n") if line.strip()):
        cells = _cells(line)
        if [fold(cell) for cell in cells] == [fold(column) for column in columns]:
            continue
        if len(cells) != len(columns):
            raise Refused(vi.wrong_row(columns, line, len(cells)))
        found.append([_checked(cell, column) for cell, column in zip(cells, columns, strict=True)])
    return found


def are_rows(text: str, columns: Sequence[str]) -> bool:
    """Whether each line is a row, though they be numbered `1)`, `2)`."""
    try:
        return _barred(text) and bool(rows_in(text, columns))
    except Refused:
        return False


def rows_without(rows: list[list[str]], number: int) -> list[list[str]]:
    if not 1 <= number <= len(rows):
        raise Refused(vi.which_row(len(rows)))
    return [row for place, row in enumerate(rows, 1) if place != number]


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """The words of a table where only words can stand."""
    return "\n".join(" | ".join(row) for row in rows)


def _mended(rows: list[list[str]], number: int, text: str, columns: Sequence[str]) -> list[list[str]]:
    if not 1 <= number <= len(rows):
        raise Refused(vi.which_row(len(rows)))
    [row] = rows_in(text.replace("\n", " "), columns) or [rows[number - 1]]
    return [row if place == number else each for place, each in enumerate(rows, 1)]


def _barred(line: str) -> bool:
    return "|" in line or "\t" in line


def _cells(line: str) -> list[str]:
    """Bars at both ends, as in a table of Markdown, part nothing; a number before the row is none of its cells."""
    bare = _NUMBERED.sub("", line.strip().replace("\t", "|"))
    if bare.startswith("|") and bare.endswith("|") and len(bare) > 1:
        bare = bare[1:-1]
    return [clean(cell) for cell in bare.split("|")]


def _checked(cell: str, column: str) -> str:
    if not is_counted(column) or fold(cell) in _EMPTY:
        return cell
    found = as_cell(cell)
    if found is None:
        raise Refused(vi.no_figure(column, cell))
    return found
