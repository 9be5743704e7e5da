"""Debian's own readers of pages, run page by page within the limits of who runs them: poppler's, and tesseract."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from bot.documents.errors import TooSlow, Unreadable
from bot.documents.page import Word

WALL_SECONDS = 30.0
PACKAGES = ("tesseract-ocr", "tesseract-ocr-vie", "poppler-utils")
_SURE = 50
"""Of a hundred: a mark that tesseract is less sure of is a speck, unless items begin so."""
_MARKS = {"-", "–", "+"}


@functools.cache
def has_poppler() -> bool:
    return all(map(shutil.which, ("pdftotext", "pdftoppm")))


@functools.cache
def can_ocr() -> bool:
    """Whether this machine can read scans: tesseract with Vietnamese, and poppler to draw the pages."""
    if not has_poppler() or not shutil.which("tesseract"):
        return False
    try:
        said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=10, check=False)  # noqa: S607
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"vie" in said.stdout.split()


def words_of_page(pdf: Path, page: int) -> list[Word]:
    """Of a PDF's text layer, in points."""
    return _words(_run("pdftotext", "-tsv", *_only(page), str(pdf), "-"), glued=True)


def text_from(pdf: Path, page: int) -> str:
    """The text layer from this page to the end, its columns kept apart."""
    return _run("pdftotext", "-layout", "-f", str(page), str(pdf), "-").decode("utf-8", "replace")


def drawn(pdf: Path, page: int, long_side: int, *, colour: bool = False) -> bytes:
    """A page as a picture (PGM, in colour PPM), its longer side so many pixels."""
    asked = ["pdftoppm", *_only(page), "-scale-to", str(long_side), *(() if colour else ("-gray",))]
    return _run(*asked, str(pdf))


def seen(image: bytes, mode: int = 3) -> list[Word]:
    """The words of an image (PGM or PNG), in pixels; `mode` is tesseract's page segmentation."""
    return _words(_run("tesseract", "stdin", "stdout", "-l", "vie", "--psm", str(mode), "tsv", given=image))


def _only(page: int) -> list[str]:
    return ["-f", str(page), "-l", str(page)]


def _run(*command: str, given: bytes = b"") -> bytes:
    """What the program writes. Raises TooSlow past a limit, Unreadable where it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours, no shell
            command,
            input=given,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
            env={"PATH": os.environ["PATH"], "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise TooSlow from None
    if done.returncode < 0:
        raise TooSlow
    if done.returncode and not done.stdout:
        raise Unreadable("Không đọc được trang của tệp. Đề nghị gửi bản .docx, hoặc chụp lại cho rõ.")
    return done.stdout


def _words(table: bytes, *, glued: bool = False) -> list[Word]:
    """From the table that both programs write: level, page, block, paragraph, line, word, left, top, width, height,
    confidence, text. `glued`: its words may be parts of one."""
    found = []
    for line in table.decode("utf-8", "replace").splitlines()[1:]:
        cells = line.split("\t", 11)
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, width, height, sure = map(float, cells[6:11])
        if sure < _SURE and not any(map(str.isalnum, cells[11])) and cells[11].strip() not in _MARKS:
            continue
        found.append(Word(left, top, width, height, cells[11].strip(), () if glued else tuple(map(int, cells[2:5]))))
    return found
