"""A .csv, or the first sheet of an .xlsx, as cells. Runs in the worker: a spreadsheet is a stranger's file too."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from bot.documents.errors import Secret, TooBig, Unreadable
from bot.documents.formats import everywhere
from bot.documents.intake import MAX_FILE, check_zip
from bot.documents.secrecy import no_secret
from bot.text import clean

ENDINGS = (".csv", ".xlsx")
MOST_ROWS = 2000
MOST_LETTERS = 2_000_000

Table = list[list[str]]


def table_of(path: Path, name: str) -> Table:
    """At most `MOST_ROWS` rows, cleaned; stamps are looked for everywhere. Raises Secret, TooBig or Unreadable."""
    if path.stat().st_size > MAX_FILE:
        raise TooBig
    try:
        table = _csv(path) if name.lower().endswith(".csv") else _xlsx(path)
    except (Secret, TooBig):
        raise
    except Exception as error:  # a parser's fault on a stranger's bytes is the file's fault
        raise Unreadable("Không đọc được bảng. Đề nghị lưu lại thành .xlsx hoặc .csv rồi gửi.") from error
    no_secret(text := "\n".join(" | ".join(row) for row in table))
    if len(text) > MOST_LETTERS:
        raise TooBig
    return table


def _csv(path: Path) -> Table:
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    no_secret(re.sub(r'[;,"]', "|", text))
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    return [[clean(cell) for cell in line] for line in csv.reader(text.splitlines()[:MOST_ROWS], delimiter=delimiter)]


def _xlsx(path: Path) -> Table:
    from openpyxl import load_workbook

    with check_zip(path) as archive:
        no_secret(everywhere(archive))
    with path.open("rb") as file:  # the store's names have no ending, and openpyxl judges a path by it
        book: Any = load_workbook(file, read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=MOST_ROWS, values_only=True)
            return [[clean(str(cell)) if cell is not None else "" for cell in line] for line in rows]
    return []
