"""A list of offices from .xlsx or .csv: read before the transaction, row by row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.documents import Unreadable
from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import people as vi
from db.offices import NewOffice, add_offices
from handlers import Turn

COLUMNS = {
    "name": {"ten don vi", "don vi", "ten co quan", "co quan", "ten"},
    "short": {"viet tat", "ky hieu", "ma"},
    "phone": {"dien thoai", "so dien thoai", "sdt"},
}
MOST = 2000


@dataclass(frozen=True)
class Row:
    """One row; `number` as the spreadsheet counts, `error` why it cannot be taken."""

    number: int
    name: str = ""
    short: str = ""
    phone: str = ""
    error: str = ""


def read_table(path: Path, name: str) -> list[list[str]]:
    """The cells of a .csv or of the first sheet of an .xlsx, cleaned. Raises Unreadable. Reads the disk."""
    try:
        return _csv(path) if name.lower().endswith(".csv") else _xlsx(path)
    except Exception as error:  # a parser's fault on a stranger's bytes is the file's fault
        raise Unreadable(vi.UNREADABLE_TABLE) from error


def offices_in(table: list[list[str]]) -> list[Row]:
    """The offices of a table; none where the first row does not name the column of their names."""
    places = _headings(table[0]) if table else {}
    rows = [_row(number, cells, places) for number, cells in enumerate(table[1:], 2)] if places else []
    return _unique([row for row in rows if row is not None])


async def import_rows(turn: Turn, rows: Sequence[Row]) -> Outgoing:
    """Add what is new; a row that cannot be taken is named with its number and why."""
    good = [NewOffice(row.name, row.short, row.phone) for row in rows if not row.error]
    added = len(await add_offices(turn.work.session, good))
    turn.work.log("offices_imported", turn.contact, added=added)
    return vi.imported(added, len(good) - added, [vi.bad_row(row.number, row.error) for row in rows if row.error])


def _csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    text = raw.decode("utf-8-sig", errors="replace")
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    return [[clean(cell) for cell in line] for line in csv.reader(text.splitlines(), delimiter=delimiter)][:MOST]


def _xlsx(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook

    with path.open("rb") as file:  # the store's names have no ending, and openpyxl judges a path by it
        sheet: Any = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        return [
            [clean(str(cell)) if cell is not None else "" for cell in line]
            for line in sheet.iter_rows(max_row=MOST, values_only=True)
        ]


def _headings(cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        for column, words in COLUMNS.items():
            if fold(cell) in words:
                found.setdefault(column, place)
    return found if "name" in found else {}


def _row(number: int, cells: list[str], places: dict[str, int]) -> Row | None:
    if not any(cells):
        return None
    values = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
    if not 3 <= len(values["name"]) <= 200:
        return Row(number, error=vi.NO_OFFICE_NAME)
    if len(values.get("short", "")) > 20:
        return Row(number, error=vi.LETTERS_TOO_LONG)
    return Row(number, **values)


def _unique(rows: list[Row]) -> list[Row]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        first = seen.setdefault(fold(row.name), row.number) if row.name else row.number
        found.append(row if first == row.number else Row(row.number, error=vi.same_name_as(first)))
    return found
