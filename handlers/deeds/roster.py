"""A list of offices out of the cells of a table, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import people as vi
from db.offices import NewOffice, add_offices
from handlers import Turn

COLUMNS = {
    "name": {"ten don vi", "don vi", "ten co quan", "co quan", "ten"},
    "short": {"viet tat", "ky hieu", "ma"},
    "phone": {"dien thoai", "so dien thoai", "sdt"},
}


@dataclass(frozen=True)
class Row:
    """One row; `number` as the spreadsheet counts, `error` why it cannot be taken."""

    number: int
    name: str = ""
    short: str = ""
    phone: str = ""
    error: str = ""


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
    if len(values.get("phone", "")) > 30:
        return Row(number, error=vi.PHONE_TOO_LONG)
    return Row(number, **values)


def _unique(rows: list[Row]) -> list[Row]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        first = seen.setdefault(fold(row.name), row.number) if row.name else row.number
        found.append(row if first == row.number else Row(row.number, error=vi.same_name_as(first)))
    return found
