"""The whole of a directive as one ZIP: its files in folders as they came, the answers, the log in words, an index and
the hashes. Nothing but rows of text is held in memory, and that on the disk."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.documents.report import package
from bot.documents.report.body import table
from bot.documents.report.files import HASHES, INDEX, add, copy, rows_of
from bot.documents.report.model import Table
from bot.documents.report.plain import line, moment, prose
from bot.documents.report.wml import WIDE_TEXT, section, words
from bot.files import safe_name

_NAME = 90
"""Characters of a name: what is unpacked must stay under the 260 of a path in Windows."""
_INDEX = ("TT", "Tệp", "Cơ quan, đơn vị", "Nhận lúc", "Ghi chú")
_INDEX_WIDTHS = (1, 11, 6, 3, 6)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of the dossier as it lies in the store: its folder, its name there, whose it is, when it came. One that is
    `elsewhere` holds only what is in the dossier already: it is named in the index, and left out."""

    folder: str
    name: str
    sha256: str
    path: Path
    office: str = ""
    received: datetime | None = None
    note: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document written here: a table under its title. Its rows are read once."""

    name: str
    title: str
    table: Table


@dataclass(frozen=True, slots=True)
class Dossier:
    """`papers` are read once; `opening` are sentences over the index."""

    title: str
    opening: tuple[str, ...]
    papers: Iterable[Paper]
    sheets: tuple[Sheet, ...]
    made_at: datetime
    edition: int = 1


def write_dossier(dossier: Dossier, out: IO[bytes]) -> None:
    """Files, sheets, index, hashes. A file that is gone or no longer what came is left out, and the index says so."""
    made_at = dossier.made_at
    with zipfile.ZipFile(out, "w") as archive, tempfile.TemporaryFile("w+", encoding="utf-8") as seen:
        for name, paper in _named(dossier.papers):
            wrong = "" if paper.elsewhere else add(archive, name, paper.path, paper.sha256, made_at)
            note = wrong or line(paper.note)
            left_out = wrong or paper.elsewhere
            row = [name, line(paper.office), moment(paper.received), note, "" if left_out else paper.sha256]
            seen.write(json.dumps(row) + "\n")
        for sheet in dossier.sheets:
            digest = _written(archive, sheet.name, _sheet(sheet), sheet.title, dossier)
            seen.write(json.dumps([sheet.name, "", "", line(sheet.title), digest]) + "\n")
        digest = _written(archive, INDEX, _index(dossier, seen), f"Mục lục: {dossier.title}", dossier)
        with tempfile.TemporaryFile() as hashes:
            hashes.write(f"{digest}  {INDEX}\n".encode())
            for name, *_, sha256 in rows_of(seen):
                if sha256:
                    hashes.write(f"{sha256}  {name}\n".encode())
            copy(archive, HASHES, hashes, made_at)


def _written(archive: zipfile.ZipFile, name: str, text: Iterator[str], title: str, dossier: Dossier) -> str:
    with tempfile.TemporaryFile() as made:
        package.write(made, text, title=title, author="", edition=dossier.edition, made_at=dossier.made_at)
        return copy(archive, name, made, dossier.made_at)


def _named(papers: Iterable[Paper]) -> Iterator[tuple[str, Paper]]:
    """Each with a name of its own in its folder, also where capitals do not count."""
    taken: set[str] = set()
    for paper in papers:
        stem, dot, ending = safe_name(line(paper.name, 400)).rpartition(".")
        first, again = stem[:_NAME].rstrip(" .") if dot else ending[:_NAME], 1
        name = f"{paper.folder}/{first}{dot}{ending if dot else ''}"
        while name.casefold() in taken:
            again += 1
            name = f"{paper.folder}/{first} ({again}){dot}{ending if dot else ''}"
        taken.add(name.casefold())
        yield name, paper


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield words("AnnexTitle", line(sheet.title, 1000).upper())
    yield from table(sheet.table, WIDE_TEXT)
    yield section(wide=True)


def _index(dossier: Dossier, seen: IO[str]) -> Iterator[str]:
    yield words("AnnexTitle", "MỤC LỤC HỒ SƠ")
    yield words("AnnexNote", line(dossier.title, 1000))
    for each in dossier.opening:
        yield words("Body", prose(each))
    rows = ((str(place), *row[:-1]) for place, row in enumerate(rows_of(seen), 1))
    yield from table(Table(_INDEX, rows, _INDEX_WIDTHS), WIDE_TEXT)
    yield section(wide=True)
