"""A file to its plain text. Runs in the worker: whatever a stranger's file does here, it does to a child process."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.documents import formats, pdf, word
from bot.documents.errors import TooBig, Unreadable
from bot.documents.ocr import PHOTOS, Scans, text_of_photo
from bot.documents.secrecy import no_secret

Text = tuple[str, list[str]]
"""Raw text of a file, and notes about it."""

MAX_FILE = 50 * 2**20
MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 100
MAX_LETTERS = 2_000_000
"""Characters of text: some 600 pages."""
_SMALL = 2**20
"""Below this unpacked size a high ratio is only a repetitive document."""
ONLY = (
    "Chỉ đọc được tệp .docx, .pdf, .odt, .rtf, .txt, .md và ảnh .jpg, .png. Đề nghị gửi lại ở một trong các dạng này."
)

NO_LETTERS = "Tệp không có chữ nào. Đề nghị kiểm tra và gửi lại."


def text_of(path: Path, name: str, scans: Scans = Scans.REFUSE) -> Text:
    """Raw text of a file (for `reader.read_text`), and notes. `name` is what the sender called it, `scans` what to do
    about pages that are pictures.

    What cannot be read as a directive is looked through for stamps. Raises Secret, Unreadable, TooBig or NeedsOcr.
    """
    if path.stat().st_size > MAX_FILE:
        raise TooBig
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise Unreadable(ONLY)
    text, notes = reader(path, scans)
    if len(text) > MAX_LETTERS:
        no_secret(text)
        raise TooBig
    if not any(char.isalpha() for char in text):
        raise Unreadable(NO_LETTERS)
    return text, notes


def _plain(path: Path, scans: Scans) -> Text:
    data = path.read_bytes()
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1258"):
        try:
            return data.decode(encoding), []
        except UnicodeDecodeError:
            continue
    raise Unreadable("Không nhận ra bảng mã của tệp văn bản. Đề nghị lưu lại dạng UTF-8 hoặc .docx.")


def check_zip(path: Path) -> zipfile.ZipFile:
    """The archive, once its directory (not its content) shows nothing hostile. Raises TooBig or Unreadable."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("Tệp không phải là .docx hợp lệ. Đề nghị lưu lại bằng Word rồi gửi.") from error
    entries = archive.infolist()
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise TooBig
    if unpacked > _SMALL and unpacked > MAX_RATIO * max(packed, 1):
        raise TooBig
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("Tệp đặt mật khẩu. Đề nghị bỏ mật khẩu rồi gửi lại.")
    return archive


def _docx(path: Path, scans: Scans) -> Text:
    try:
        with check_zip(path) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise Unreadable("Tệp không phải là .docx hợp lệ. Đề nghị lưu lại bằng Word rồi gửi.")
            no_secret(formats.everywhere(archive))
            text = word.text_of(archive)
    except _BROKEN as error:
        raise Unreadable("Tệp .docx bị hỏng. Đề nghị mở bằng Word, lưu lại rồi gửi.") from error
    macros = any(name.endswith("vbaProject.bin") for name in names)
    return text, ["Tệp có macro; chỉ đọc phần chữ."] if macros else []


_BROKEN = (KeyError, ValueError, SyntaxError, OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)


def _odt(path: Path, scans: Scans) -> Text:
    try:
        with check_zip(path) as archive:
            no_secret(formats.everywhere(archive))
            return formats.odt(archive), []
    except _BROKEN as error:
        raise Unreadable("Tệp .odt bị hỏng. Đề nghị lưu lại dạng .docx rồi gửi.") from error


def _rtf(path: Path, scans: Scans) -> Text:
    return formats.rtf(path), []


def _old(path: Path, scans: Scans) -> Text:
    no_secret(formats.old_office(path))
    raise Unreadable(ONLY)


def _pptx(path: Path, scans: Scans) -> Text:
    with suppress(*_BROKEN), check_zip(path) as archive:
        no_secret(formats.everywhere(archive))
    raise Unreadable(ONLY)


_READERS: dict[str, Callable[[Path, Scans], Text]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _docx,
    ".docm": _docx,
    ".pdf": pdf.text_of,
    **dict.fromkeys(PHOTOS, text_of_photo),
    **dict.fromkeys((".odt", ".ods"), _odt),
    ".pptx": _pptx,
    ".rtf": _rtf,
    **dict.fromkeys((".doc", ".xls", ".ppt"), _old),
}
