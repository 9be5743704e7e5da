"""The files the offices sent, as one ZIP: named so that they sort, with an index for people and hashes for machines.

Files are copied as they are, piece by piece; the index and the hashes wait on the disk until the files are written.
Only the names in the ZIP's own directory are held in memory (Python's zipfile keeps them, about 1 KB a file).
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.documents.report import package
from bot.documents.report.body import table
from bot.documents.report.model import Table
from bot.documents.report.plain import line, moment, sentence
from bot.documents.report.wml import WIDE_TEXT, section, words
from bot.files import safe_name

INDEX = "00_MỤC LỤC.docx"
HASHES = "00_SHA256SUMS.txt"
"""As `sha256sum -c` reads it."""
GONE = "Tệp không còn lưu tại đây"
CHANGED = "Tệp khác với lúc nhận, không đưa vào"
_PIECE = 1 << 20
_OFFICE, _NUMBER = 60, 40
"""Characters: what is unpacked must stay under the 260 of a path in Windows."""
_COLUMNS = ("TT", "Tên tệp", "Cơ quan, đơn vị", "Lần", "Nhận lúc", "Tên khi gửi", "Ghi chú")
_WIDTHS = (1, 8, 6, 1.4, 3, 5, 4)


@dataclass(frozen=True, slots=True)
class SentFile:
    """`place` is the office's number in the list, from 1; `path` where the bytes lie; `note` such as «bản ký»."""

    place: int
    office: str
    version: int
    name: str
    sha256: str
    path: Path
    received: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """`files` in the order of `place`, read once; `number` is the directive's số/ký hiệu; `without` are the offices
    that sent no file, `offices` how many there are."""

    title: str
    number: str
    offices: int
    files: Iterable[SentFile]
    without: tuple[str, ...]
    made_at: datetime
    edition: int = 1


def write_files(collection: Collection, out: IO[bytes]) -> None:
    """Files, then index, then hashes. A file that is gone or no longer what was sent is left out, and the index says
    so."""
    with zipfile.ZipFile(out, "w") as archive, tempfile.TemporaryFile("w+", encoding="utf-8") as seen:
        for name, file in names_in(collection):
            note = add(archive, name, file.path, file.sha256, collection.made_at)
            row = (
                name,
                line(file.office),
                str(file.version),
                moment(file.received),
                line(file.name),
                note or line(file.note),
            )
            seen.write(json.dumps([*row, "" if note else file.sha256]) + "\n")
        with tempfile.TemporaryFile() as index:
            package.write(
                index,
                _index(collection, seen),
                title=f"Mục lục: {collection.title}",
                author="",
                edition=collection.edition,
                made_at=collection.made_at,
            )
            digest = copy(archive, INDEX, index, collection.made_at)
        with tempfile.TemporaryFile() as hashes:
            hashes.write(f"{digest}  {INDEX}\n".encode())
            for name, *_, sha256 in rows_of(seen):
                if sha256:
                    hashes.write(f"{sha256}  {name}\n".encode())
            copy(archive, HASHES, hashes, collection.made_at)


def name_of(file: SentFile, number: str, offices: int) -> str:
    """`07_Phòng Y tế_912-UBND-TTHC_v2.pdf`."""
    ending = re.search(r"[^.]\.(\w{1,8})$", line(file.name), re.ASCII)
    said = re.sub(r"[\\/]+", "-", line(number, _NUMBER)).strip("- ") or "CV"
    office = re.sub(r"[\\/]+", "-", line(file.office, _OFFICE)) or "Đơn vị"
    kept = f".{ending[1].lower()}" if ending else ".bin"
    return safe_name(f"{file.place:0{max(2, len(str(offices)))}}_{office}_{said}_v{file.version}{kept}")


def names_in(collection: Collection) -> Iterator[tuple[str, SentFile]]:
    """Each file with the name of its own that it has in the ZIP, also where capitals do not count."""
    place, taken = 0, set[str]()
    for file in collection.files:
        if file.place != place:
            place, taken = file.place, set()
        first = name_of(file, collection.number, collection.offices)
        stem, _, ending = first.rpartition(".")
        name, again = first, 1
        while name.casefold() in taken:
            again += 1
            name = f"{stem}_{again}.{ending}"
        taken.add(name.casefold())
        yield name, file


def add(archive: zipfile.ZipFile, name: str, path: Path, sha256: str, made_at: datetime) -> str:
    """What is wrong with it, if it was not added."""
    try:
        source = path.open("rb")
    except OSError:
        return GONE
    with source:
        if hashlib.file_digest(source, "sha256").hexdigest() != sha256:
            return CHANGED
        copy(archive, name, source, made_at)
    return ""


def copy(archive: zipfile.ZipFile, name: str, source: IO[bytes], made_at: datetime) -> str:
    """Stored, not pressed: what offices send is pressed already. Returns the SHA-256."""
    info = package.entry(name, made_at, zipfile.ZIP_STORED)
    info.file_size = source.seek(0, 2)
    source.seek(0)
    digest = hashlib.sha256()
    with archive.open(info, "w") as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def _index(collection: Collection, seen: IO[str]) -> Iterator[str]:
    yield words("AnnexTitle", "MỤC LỤC TỆP BÁO CÁO")
    yield words("AnnexNote", line(collection.title, 1000))
    if collection.without:
        yield words("Body", f"Đơn vị không có tệp: {sentence('; '.join(map(line, collection.without)))}")
    rows = ((str(place), *row[:-1]) for place, row in enumerate(rows_of(seen), 1))
    yield from table(Table(_COLUMNS, rows, _WIDTHS), WIDE_TEXT)
    yield section(wide=True)


def rows_of(seen: IO[str]) -> Iterator[list[str]]:
    seen.seek(0)
    for row in seen:
        yield json.loads(row)
