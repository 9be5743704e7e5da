"""Files people send in transcripts and on the demo page: real bytes of the kind their name says, each its own."""

from __future__ import annotations

import io
import re
import subprocess
import time
import zipfile
from pathlib import Path

EXAMPLE = Path(__file__).parent / "example"
MEGABYTE = 1024 * 1024


def sample(name: str, folder: Path | None = None) -> bytes:
    """The bytes of this file: from `folder`, from the example, or made after the ending of its name."""
    for place in (folder, EXAMPLE):
        if place is not None and (place / name).exists():
            return (place / name).read_bytes()
    if photographed := _PHOTOGRAPHED.fullmatch(name):
        return _photo(EXAMPLE / photographed["of"], photographed["page"])
    if name.startswith("trong"):
        return b""
    made = _MAKERS.get(name.rsplit(".", 1)[-1].lower(), _text)(name)
    return made + b"\n" * (25 * MEGABYTE) if "25mb" in name else made


_DRAWN = time.gmtime(0)
_PHOTOGRAPHED = re.compile(r"(?P<of>cong-van-412)-trang-(?P<page>\d)\.jpg")


def _photo(document: Path, page: str) -> bytes:
    """A page of a document of the example as a scanner gives it; poppler draws it, as it does for reading it."""
    command = ["pdftoppm", "-jpeg", "-gray", "-r", "200", "-f", page, "-l", page, f"{document}.pdf"]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603


def _text(name: str) -> bytes:
    return f"Báo cáo {name}".encode()


def _docx(name: str) -> bytes:
    data = io.BytesIO((EXAMPLE / "bieu-mau-bao-cao.docx").read_bytes())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("docProps/name.txt", name)
        if name.endswith(".docm"):
            archive.writestr("word/vbaProject.bin", b"macro")
    return data.getvalue()


def _xlsx(name: str) -> bytes:
    """A list of offices if it is called so, else a table of figures."""
    from openpyxl import Workbook

    book = Workbook()
    rows = [("Tên đơn vị", "Viết tắt"), ("Phòng Xây dựng", "XD")] if name.startswith("don-vi") else [(name, 12)]
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _pdf(name: str) -> bytes:
    """One page as a scanner leaves it: a picture, no text layer. `giay-trang`: a sheet with nothing on it."""
    from PIL import Image
    from pypdf import PdfWriter

    data = io.BytesIO()
    if name.startswith("giay-trang"):
        blank = PdfWriter()
        blank.add_blank_page(595, 842)
        blank.write(data)
    else:
        sheet = Image.new("1", (620, 877), 1)
        sheet.save(data, "PDF", resolution=75, title=name, creationDate=_DRAWN, modDate=_DRAWN)
    return data.getvalue()


def _jpeg(name: str) -> bytes:
    """A page of paper; its shade tells one from another."""
    from PIL import Image

    data = io.BytesIO()
    shade = sum(name.encode()) % 64
    Image.new("L", (90, 120), 255 - shade).save(data, "JPEG", comment=name.encode())
    return data.getvalue()


def _rar(_name: str) -> bytes:
    return b"Rar!\x1a\x07\x01\x00" + b"\0" * 32


def _heic(_name: str) -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 32


_MAKERS = {
    "docx": _docx,
    "docm": _docx,
    "xlsx": _xlsx,
    "pdf": _pdf,
    "jpg": _jpeg,
    "jpeg": _jpeg,
    "rar": _rar,
    "heic": _heic,
}
