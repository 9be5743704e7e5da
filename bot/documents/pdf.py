"""A PDF to text, page by page: its own text where it has any, read off its picture where it is a scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.documents import ocr, tools
from bot.documents.errors import NeedsOcr, Unreadable
from bot.documents.ocr import Scans
from bot.documents.page import page_text
from bot.documents.secrecy import no_secret

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 60
"""Of text; far more than a directive has with its annexes."""
_FEW_LETTERS = 200
"""A page with fewer and a picture is a scan, whatever a signer's program wrote on top of it."""
_WHOLE = 300_000
"""Pixels from which a picture may be a whole page."""
_CURVES = 5_000
"""Bytes of drawing on a page without a letter: its letters are drawn."""
_DEEP = 3
BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, ZeroDivisionError)


@dataclass(frozen=True, slots=True)
class _Page:
    """`pictured`: there is a picture on it, which may be a stamp."""

    text: str
    scanned: bool
    pictured: bool


def text_of(path: Path, scans: Scans) -> tuple[str, list[str]]:
    """Text and notes. Raises NeedsOcr where `scans` says so, Secret and Unreadable."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("Tệp PDF đặt mật khẩu. Đề nghị bỏ mật khẩu rồi gửi lại.")
        count = len(reader.pages)
        no_secret("\n".join(_aside(reader, path)))
        pages = [_page(path, reader.pages[n], n + 1) for n in range(min(count, MAX_PAGES))]
    except (PyPdfError, *BROKEN) as error:
        raise Unreadable("Tệp PDF bị hỏng. Đề nghị xuất lại PDF hoặc gửi bản .docx.") from error
    notes = [f"Tệp có {count} trang, chỉ đọc {MAX_PAGES} trang đầu."] if count > MAX_PAGES else []
    no_secret("\n".join(page.text for page in pages))
    scanned = [n for n, page in enumerate(pages, 1) if page.scanned]
    match scans:
        case Scans.REFUSE if scanned or (pages[:1] and pages[0].pictured):
            raise NeedsOcr
        case Scans.READ:
            texts = list(_seen(path, pages, scanned[: ocr.MAX_SCANS]))
            notes += [ocr.NOTE] if scanned else []
            scanned = scanned[ocr.MAX_SCANS :]
        case _:
            if scans is Scans.GLANCE:
                seen = {*scanned[: ocr.MAX_SCANS], *((1,) if pages[:1] and pages[0].pictured else ())}
                ocr.glance(partial(tools.drawn, path, n) for n in sorted(seen))
            texts = ["" if page.scanned else page.text for page in pages]
            if scanned and ocr.letters("".join(texts)) < _FEW_LETTERS:
                raise NeedsOcr
    notes += [f"Chưa đọc trang {', '.join(map(str, scanned))} (bản chụp)."] if scanned else []
    return "\n\n".join(_without_number(text, n) for n, text in enumerate(texts, 1)), notes


def is_signed(path: Path) -> bool:
    """Whether it bears a digital signature; whose it is and whether it holds is not looked at."""
    from pypdf import PdfReader

    form = PdfReader(path).root_object.get("/AcroForm")
    fields = form.get_object().get("/Fields") if form is not None else None
    return any(_signatures(fields.get_object()) if fields is not None else ())


def _signatures(fields: Any, depth: int = 0) -> Iterator[bool]:
    for each in fields:
        field = each.get_object()
        yield field.get("/FT") == "/Sig" and field.get("/V") is not None
        if "/Kids" in field and depth < _DEEP:
            yield from _signatures(field["/Kids"].get_object(), depth + 1)


def pictured_pages(path: Path, long_side: int) -> Iterator[bytes]:
    """The first and the last pages with a picture, drawn (PPM), the last one first; none where nothing here draws."""
    from pypdf import PdfReader

    pages = PdfReader(path).pages[:MAX_PAGES] if tools.has_poppler() else []
    pictured = [n for n, page in enumerate(pages, 1) if any(_pictures(page.get("/Resources")))]
    for n in dict.fromkeys([*pictured[:-3:-1], *pictured[:2]]):
        yield tools.drawn(path, n, long_side, colour=True)


def is_blank(path: Path) -> bool:
    """Whether nothing at all is on its pages."""
    from pypdf import PdfReader

    pages = (_page(path, page, n) for n, page in enumerate(PdfReader(path).pages[:MAX_PAGES], 1))
    return not any(page.text.strip() or page.scanned or page.pictured for page in pages)


def _seen(path: Path, pages: Sequence[_Page], scanned: Sequence[int]) -> Iterator[str]:
    """The pages with their scans read; on the first one stamps are looked for in any case."""
    for n, page in enumerate(pages, 1):
        draw = partial(tools.drawn, path, n)
        if n in scanned:
            yield ocr.text_of_picture(draw)
        elif page.scanned:
            yield ""
        else:
            yield "\n\n".join([*(ocr.stamps_on(draw) if n == 1 and page.pictured else ()), page.text])


def _aside(reader: PdfReader, path: Path) -> Iterator[str]:
    """What is not read as the document: its title, notes on its pages and the pages past the last that is."""
    yield (reader.metadata and reader.metadata.title) or ""
    for page in reader.pages:
        notes = page.get("/Annots")
        yield from (str(each.get_object().get("/Contents", "")) for each in (notes.get_object() if notes else ()))
    if len(reader.pages) > MAX_PAGES:
        after = reader.pages[MAX_PAGES:]
        yield from (
            [tools.text_from(path, MAX_PAGES + 1)] if tools.has_poppler() else (_by_pypdf(page) for page in after)
        )


def _page(path: Path, page: PageObject, number: int) -> _Page:
    text = page_text(tools.words_of_page(path, number)) if tools.has_poppler() else _by_pypdf(page)
    sizes = list(_pictures(page.get("/Resources")))
    count = ocr.letters(text)
    scanned = (count < _FEW_LETTERS and any(size >= _WHOLE for size in sizes)) or (not count and _drawn(page))
    return _Page(text, scanned, bool(sizes))


def _by_pypdf(page: PageObject) -> str:
    """Laid out with spaces, from which `tidy` tells the columns. It misplaces words that are set in a second font."""
    return page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)


def _pictures(resources: Any, depth: int = 0) -> Iterator[int]:
    """The pixels of each picture of a page, those inside its forms included."""
    resources = resources.get_object() if resources is not None else {}
    things = resources.get("/XObject")
    for thing in things.get_object().values() if things is not None else ():
        found = thing.get_object()
        if found.get("/Subtype") == "/Image":
            yield int(found.get("/Width", 0)) * int(found.get("/Height", 0))
        elif found.get("/Subtype") == "/Form" and depth < _DEEP:
            yield from _pictures(found.get("/Resources"), depth + 1)


def _drawn(page: PageObject) -> bool:
    content = page.get_contents()
    return content is not None and len(content.get_data()) > _CURVES


def _without_number(page: str, number: int) -> str:
    """The page's own number on its first or last line is no text."""
    lines = page.strip().split("\n")
    for at in (0, -1):
        if lines and number > 1 and lines[at].strip(" -–.") == str(number):
            del lines[at]
    return "\n".join(lines)
