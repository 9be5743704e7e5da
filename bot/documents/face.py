"""What can be told of an office's file at a glance: whether anything is in it, whose and of which year it seems to be,
whether it bears a digital signature or a red seal. Noted, never judged."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.documents import bundle, pdf, photo, seal
from bot.documents.errors import DocumentError, NeedsOcr, Secret, TooBig, Unreadable
from bot.documents.intake import NO_LETTERS, ONLY
from bot.documents.ocr import PHOTOS, Scans
from bot.documents.reader import read_text
from bot.documents.secrecy import no_secret

_PERIOD = re.compile(
    r"\b(?:năm(?: học)?|quý\s+\S{1,3}|tháng\s+\d{1,2})(?:\s+năm)?\s*[/\s]\s*(20\d\d)(?!\d)", re.IGNORECASE
)
_DAY = re.compile(r"\bngày\s+\d{1,2}\s*(?:/\s*\d{1,2}\s*/|tháng\s+\d{1,2}\s+năm)\s*20\d\d", re.IGNORECASE)
"""That of another document, which a title may name."""
_HEAD = 300
"""Characters in which a document without a trích yếu says what it is."""


def _broken() -> tuple[type[Exception], ...]:
    from pypdf.errors import PyPdfError  # the bot itself, which imports this too, reads no PDF

    return (OSError, zipfile.BadZipFile, DocumentError, PyPdfError, *pdf.BROKEN)


def look(files: bundle.Files, scans: Scans) -> tuple[list[dict[str, Any]], DocumentError | None]:
    """Of each file what is `bot.messages.Seen`, and why they could not all be looked through. Raises Secret."""
    found, failed = [], list[DocumentError]()
    for path, name in files:
        seen, error = _seen(path, name, scans)
        found.append(seen)
        failed += [error] if error else []
    return found, next((error for error in failed if isinstance(error, TooBig)), failed[0] if failed else None)


def _seen(path: Path, name: str, scans: Scans) -> tuple[dict[str, Any], DocumentError | None]:
    ending = Path(name).suffix.lower()
    marks = dict(zip(("signed", "sealed"), _marks(path, ending), strict=True))
    try:
        text, _ = bundle.text_of(path, name, scans)
        no_secret(text)
        if not any(map(str.isalnum, text)):
            raise Unreadable(NO_LETTERS)
        return marks | _said(text), None
    except NeedsOcr as error:
        return marks | {"broken": ending in PHOTOS and not _opens(path)}, error
    except Secret:
        raise
    except Unreadable as error:
        blank = str(error) == NO_LETTERS and _is_blank(path, ending)
        return marks | {"blank": blank, "broken": str(error) not in {ONLY, NO_LETTERS}}, error
    except DocumentError as error:
        return marks, error


def years_in(text: str) -> set[int]:
    """Those a text is about («năm 2023», «quý I/2024»), not those of the days it names."""
    return set(map(int, _PERIOD.findall(_DAY.sub("", text))))


def _said(text: str) -> dict[str, Any]:
    reading = read_text(text)
    dated = (reading.date or "")[:4]
    named = years_in(reading.subject or text[:_HEAD]) or ({int(dated)} if dated.isdecimal() else set())
    return {"years": sorted(named), "issuer": reading.issuer or ""}


def _marks(path: Path, ending: str) -> tuple[bool, bool]:
    """Whether it is signed digitally, and whether a red seal is on it."""
    with suppress(*_broken()):
        if ending == ".pdf":
            return pdf.is_signed(path), any(map(seal.is_on, pdf.pictured_pages(path, seal.SIDE)))
        if ending in PHOTOS:
            return False, seal.is_on(photo.picture(path, seal.SIDE, colour=True))
        if ending == ".docx":
            with zipfile.ZipFile(path) as archive:
                return any(each.startswith("_xmlsignatures/") for each in archive.namelist()), False
    return False, False


def _opens(path: Path) -> bool:
    try:
        photo.picture(path, seal.SIDE)
    except DocumentError:
        return False
    return True


def _is_blank(path: Path, ending: str) -> bool:
    """A file without a letter: whether there is nothing else in it either."""
    with suppress(*_broken()):
        if ending == ".pdf":
            return pdf.is_blank(path)
        if ending in {".docx", ".odt"}:
            with zipfile.ZipFile(path) as archive:
                return not any("media/" in each or "Pictures/" in each for each in archive.namelist())
        return ending in {".txt", ".md"}
    return False
