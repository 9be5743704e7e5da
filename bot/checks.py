"""What is wrong with an uploaded file: by what it is called and by what it holds. Unpacks next to nothing."""

from __future__ import annotations

import mmap
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import filetype

from bot.messages import FileKind

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 100
SMALL = 2**20
"""Bytes unpacked below which a high ratio is only a repetitive document."""
MAX_PIXELS = 200_000_000
MAX_SEGMENTS = 2_000
HEAD = 8_192


class Problem(StrEnum):
    """Why a file is not taken; each has its own sentence and its own way out."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    ARCHIVE = "archive"
    MACRO = "macro"
    HEIC = "heic"
    STICKER = "sticker"
    VIDEO = "video"
    UNSEEN = "unseen"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    PROGRAM = "program"
    BOMB = "bomb"
    UNREACHABLE = "unreachable"
    NO_SPACE = "no_space"
    UNKNOWN_TYPE = "unknown_type"
    NO_FILES = "no_files"


_ENDINGS = {
    Problem.ARCHIVE: "zip rar 7z gz tgz tar bz2 xz zst cab iso",
    Problem.HEIC: "heic heif avif",
    Problem.MACRO: "docm dotm xlsm xltm xlam xlsb pptm ppsm potm",
    Problem.VIDEO: "mp4 mov avi mkv webm 3gp m4v wmv",
    Problem.PROGRAM: "exe msi msp bat cmd com scr pif cpl dll jar apk lnk js jse vbs vbe wsf wsh hta ps1 sh py reg",
}
_REFUSED = {f".{ending}": problem for problem, endings in _ENDINGS.items() for ending in endings.split()}
_KINDS = {FileKind.STICKER: Problem.STICKER, FileKind.VIDEO: Problem.VIDEO, FileKind.VOICE: Problem.UNKNOWN_TYPE}
_PROGRAMS = {"exe", "elf", "wasm", "deb", "rpm"}
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, LookupError, OSError, EOFError, RuntimeError)
"""How the standard library refuses damaged files; RuntimeError is also an unknown compression method."""


@dataclass(frozen=True, slots=True)
class _Upload:
    path: Path
    suffix: str
    data: mmap.mmap

    def has(self, words: bytes) -> bool:
        return self.data.find(words) >= 0

    def has_stream(self, name: str) -> bool:
        """Streams of an OLE file are told by their names in its directory, which is UTF-16."""
        return self.has(f"{name}\0".encode("utf-16-le"))


def check(path: Path, suffix: str, kind: FileKind) -> Problem | None:
    """None if the file can be taken; `suffix` as `.pdf`. Reads the disk. Never raises for what the file holds."""
    if kind in _KINDS:
        return _KINDS[kind]
    if not path.stat().st_size:
        return Problem.EMPTY
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _checked(_Upload(path, suffix, data))


def check_name(suffix: str) -> Problem | None:
    """What can be told before a byte has come."""
    return _REFUSED.get(suffix, None if suffix in _CHECKS else Problem.UNKNOWN_TYPE)


def _checked(upload: _Upload) -> Problem | None:
    try:
        if _looks(upload) in _PROGRAMS:
            return Problem.PROGRAM
        if upload.suffix in _REFUSED:
            return _REFUSED[upload.suffix]
        return _CHECKS.get(upload.suffix, _unknown)(upload)
    except _BROKEN:
        return Problem.UNREADABLE


def _looks(upload: _Upload) -> str:
    found = filetype.guess(upload.data[:HEAD])
    return str(found.extension) if found else ""


def _unknown(upload: _Upload) -> Problem:
    return Problem.UNKNOWN_TYPE


def _pdf(upload: _Upload) -> Problem | None:
    if not upload.data[:HEAD].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        return Problem.UNREADABLE
    locked = re.search(rb"/Encrypt\s{0,9}(?:\d{1,9}\s{1,9}\d{1,9}\s{1,9}R|<<)", upload.data)
    return Problem.ENCRYPTED if locked else None


def _image(upload: _Upload) -> Problem | None:
    looks = _looks(upload)
    if looks in {"heic", "avif"}:
        return Problem.HEIC  # iPhones also send it under the name of a .jpg
    if looks not in {"jpg", "png"}:
        return Problem.UNREADABLE
    width, height = _png_size(upload.data) if looks == "png" else _jpeg_size(upload.data)
    return Problem.BOMB if width * height > MAX_PIXELS else None


def _png_size(data: mmap.mmap) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: mmap.mmap) -> tuple[int, int]:
    """From the frame header, found by walking the segments. Raises struct.error or ValueError where there is none."""
    at = 2
    for _ in range(MAX_SEGMENTS):
        marker, size = struct.unpack(">HH", data[at : at + 4])
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker < 0xFF01:
            break
        at += 2 + size if marker != 0xFFFF else 1
    raise ValueError("no frame header")


def _text(upload: _Upload) -> Problem | None:
    if upload.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    return Problem.UNREADABLE if upload.has(b"\0") or _looks(upload) else None


def _rtf(upload: _Upload) -> Problem | None:
    if upload.data[:5] != b"{\\rtf":
        return Problem.UNREADABLE
    return Problem.MACRO if upload.has(b"\\objdata") else None


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {".doc": ("WordDocument",), ".xls": ("Workbook", "Book"), ".ppt": ("PowerPoint Document",)}


def _ole(upload: _Upload) -> Problem | None:
    data = upload.data
    if data[:8] != _OLE or not any(map(upload.has_stream, _STREAMS[upload.suffix])):
        return Problem.UNREADABLE
    word_locked = data[512:514] == b"\xec\xa5" and len(data) > 523 and data[523] & 1
    excel_locked = data[512:516] == b"\x09\x08\x10\x00" and data[532:534] == b"\x2f\x00"
    if word_locked or excel_locked:
        return Problem.ENCRYPTED
    return Problem.MACRO if upload.has_stream("_VBA_PROJECT") else None


_HEART = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
_FAR_TEMPLATE = re.compile(rb"""Target=["'](?:https?:|ftp:|\\\\|file:/{4,5}[^/]|file://[^/])""", re.IGNORECASE)
_ACTIVE = re.compile(r"vbaproject|/externallinks/", re.IGNORECASE)


def _ooxml(upload: _Upload) -> Problem | None:
    if upload.data[:8] == _OLE and upload.has_stream("EncryptedPackage"):
        return Problem.ENCRYPTED  # with a password it is no zip
    if problem := _hostile(upload):
        return problem
    with zipfile.ZipFile(upload.path) as archive:
        names = set(archive.namelist())
        if not {"[Content_Types].xml", _HEART[upload.suffix]} <= names:
            return Problem.UNREADABLE
        active = any(map(_ACTIVE.search, names)) or b"macroEnabled" in _start_of(archive, "[Content_Types].xml")
        return Problem.MACRO if active or _fetches_template(archive) else None


def _fetches_template(archive: zipfile.ZipFile) -> bool:
    """A document may have its template, macros and all, fetched when it is opened; a local path is harmless."""
    return bool(_FAR_TEMPLATE.search(_start_of(archive, "word/_rels/settings.xml.rels")))


_ODF = {".odt": b"application/vnd.oasis.opendocument.text", ".ods": b"application/vnd.oasis.opendocument.spreadsheet"}


def _odf(upload: _Upload) -> Problem | None:
    if problem := _hostile(upload):
        return problem
    with zipfile.ZipFile(upload.path) as archive:
        if _start_of(archive, "mimetype") != _ODF[upload.suffix]:
            return Problem.UNREADABLE
        if b"encryption-data" in _start_of(archive, "META-INF/manifest.xml"):
            return Problem.ENCRYPTED
        return Problem.MACRO if any(re.match("Basic/|Scripts/", name) for name in archive.namelist()) else None


def _hostile(upload: _Upload) -> Problem | None:
    """By the zip directory alone. More packed bytes than the file has: entries that share their content."""
    if _too_many_entries(upload.data):
        return Problem.BOMB
    with zipfile.ZipFile(upload.path) as archive:
        entries = archive.infolist()
    unpacked, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if unpacked > MAX_UNPACKED or packed > len(upload.data):
        return Problem.BOMB
    if unpacked > SMALL and unpacked > MAX_RATIO * packed:
        return Problem.BOMB
    return Problem.ENCRYPTED if any(each.flag_bits & 1 for each in entries) else None


def _too_many_entries(data: mmap.mmap) -> bool:
    """Counted before the directory is read: an entry takes 46 bytes there and a kilobyte in memory."""
    at = -1
    for _ in range(MAX_ENTRIES + 1):
        at = data.find(b"PK\x01\x02", at + 1)
        if at < 0:
            return False
    return True


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """Enough of one part; nothing if there is none."""
    if name not in archive.NameToInfo:
        return b""
    with archive.open(name) as part:
        return part.read(2**20)


_CHECKS: dict[str, Callable[[_Upload], Problem | None]] = {
    ".pdf": _pdf,
    ".txt": _text,
    ".md": _text,
    ".csv": _text,
    ".rtf": _rtf,
    **dict.fromkeys((".jpg", ".jpeg", ".png"), _image),
    **dict.fromkeys(_STREAMS, _ole),
    **dict.fromkeys(_HEART, _ooxml),
    **dict.fromkeys(_ODF, _odf),
}
