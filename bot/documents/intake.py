"""A file to its plain text. Runs in the worker: whatever a stranger's file does here, it does to a child process."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.documents import formats
from bot.documents.errors import NeedsOcr, Secret, TooBig, Unreadable
from bot.documents.secrecy import circulation, secret_level, urgency

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell, _Row

MAX_FILE = 50 * 2**20
MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 100
MAX_LETTERS = 2_000_000
"""Characters of text: some 600 pages."""
_SMALL = 2**20
"""Below this unpacked size a high ratio is only a repetitive document."""
_ENOUGH_LETTERS = 40
ONLY = "Chỉ đọc được tệp .docx, .pdf, .odt, .rtf, .txt, .md. Đề nghị gửi lại ở một trong các dạng này."


def text_of(path: Path, name: str) -> tuple[str, tuple[str, ...]]:
    """Raw text of a file (for `reader.read_text`), and notes. `name` is what the sender called it.

    What cannot be read as a directive is looked through for stamps. Raises Secret, Unreadable, TooBig or NeedsOcr.
    """
    if path.stat().st_size > MAX_FILE:
        raise TooBig
    reader = _READERS.get(Path(name).suffix.lower())
    if reader is None:
        raise Unreadable(ONLY)
    text, notes = reader(path)
    if len(text) > MAX_LETTERS:
        raise TooBig
    if not any(char.isalpha() for char in text):
        raise Unreadable("Tệp không có chữ nào. Đề nghị kiểm tra và gửi lại.")
    return text, notes


def _plain(path: Path) -> tuple[str, tuple[str, ...]]:
    data = path.read_bytes()
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1258"):
        try:
            return data.decode(encoding), ()
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


def _docx(path: Path) -> tuple[str, tuple[str, ...]]:
    with check_zip(path) as archive:
        names = set(archive.namelist())
    if "word/document.xml" not in names:
        raise Unreadable("Tệp không phải là .docx hợp lệ. Đề nghị lưu lại bằng Word rồi gửi.")
    macros = any(name.endswith("vbaProject.bin") for name in names)
    document = _opened(path)
    hidden = [line for line in _every_paragraph(document) if secret_level(line)]
    return "\n\n".join([*_blocks(document), *_stamps(document), *hidden]), (
        "Tệp có macro; chỉ đọc phần chữ.",
    ) if macros else ()


def _opened(path: Path) -> Document:
    import docx

    try:
        return docx.Document(str(path))
    except (KeyError, ValueError, SyntaxError, OSError, zipfile.BadZipFile) as error:
        raise Unreadable("Tệp .docx bị hỏng. Đề nghị mở bằng Word, lưu lại rồi gửi.") from error


def _every_paragraph(document: Document) -> Iterator[str]:
    """Also of content controls, insertions and whatever else a body may hold."""
    from docx.oxml.ns import qn

    for paragraph in document.element.iter(qn("w:p")):
        yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def _stamps(document: Document) -> list[str]:
    """Stamps are drawn as text boxes or stand in the page header, where paragraphs do not show them."""
    from docx.oxml.ns import qn

    parts = [
        part for part in document.part.package.iter_parts() if re.search(r"/(?:header|footer)\d*\.", part.partname)
    ]
    holders = [
        *document.element.iter(qn("w:txbxContent")),
        *(part.element for part in parts if hasattr(part, "element")),
    ]
    lines = ["".join(t.text or "" for t in p.iter(qn("w:t"))) for holder in holders for p in holder.iter(qn("w:p"))]
    found = "\n".join(dict.fromkeys(lines))
    return [found] if secret_level(found) or urgency(found) or circulation(found) else []


def _blocks(holder: Document | _Cell) -> Iterator[str]:
    """Paragraphs and tables in document order; a layout table gives its cells one after the other."""
    from docx.table import Table

    for block in holder.iter_inner_content():
        if isinstance(block, Table):
            yield from _table(block)
        elif block.text.strip():
            yield block.text


def _table(table: Table) -> Iterator[str]:
    rows = [_cells(row) for row in table.rows]
    if max(map(len, rows), default=0) <= 2:
        yield from (text for row in rows for cell in row if (text := _column(cell)))
        return
    yield "\n".join(" | ".join(" ".join(cell.text.split()) for cell in row) for row in rows)


def _cells(row: _Row) -> list[_Cell]:
    """The cells of a row, a merged one once."""
    seen: dict[int, _Cell] = {id(cell._tc): cell for cell in row.cells}
    return list(seen.values())


def _column(cell: _Cell) -> str:
    return "\n".join(_blocks(cell))


def _pdf(path: Path) -> tuple[str, tuple[str, ...]]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("Tệp PDF đặt mật khẩu. Đề nghị bỏ mật khẩu rồi gửi lại.")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Unreadable("Tệp PDF bị hỏng. Đề nghị xuất lại PDF hoặc gửi bản .docx.") from error
    if level := secret_level("\n".join(pages)):
        raise Secret(level)
    if sum(char.isalpha() for page in pages for char in page) < _ENOUGH_LETTERS:
        raise NeedsOcr
    return "\n\n".join(pages), ()


def _odt(path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        with check_zip(path) as archive:
            return formats.odt(archive), ()
    except (KeyError, ValueError, SyntaxError, OSError, zipfile.BadZipFile) as error:
        raise Unreadable("Tệp .odt bị hỏng. Đề nghị lưu lại dạng .docx rồi gửi.") from error


def _rtf(path: Path) -> tuple[str, tuple[str, ...]]:
    return formats.rtf(path), ()


def _old(path: Path) -> tuple[str, tuple[str, ...]]:
    return _only_stamps(formats.old_office(path))


def _pptx(path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        with check_zip(path) as archive:
            text = formats.pptx(archive)
    except (KeyError, ValueError, SyntaxError, OSError, zipfile.BadZipFile) as error:
        raise Unreadable(ONLY) from error
    return _only_stamps(text)


def _only_stamps(text: str) -> tuple[str, tuple[str, ...]]:
    """Not read as a directive, but no secret passes in it."""
    if level := secret_level(text):
        raise Secret(level)
    raise Unreadable(ONLY)


_READERS = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _docx,
    ".docm": _docx,
    ".pdf": _pdf,
    **dict.fromkeys((".odt", ".ods"), _odt),
    ".pptx": _pptx,
    ".rtf": _rtf,
    **dict.fromkeys((".doc", ".xls", ".ppt"), _old),
}
