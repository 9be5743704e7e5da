"""Text of a page that is a picture, by tesseract: optional, slow, and never quite certain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.documents import photo, tools
from bot.documents.errors import NeedsOcr
from bot.documents.page import page_text
from bot.documents.secrecy import no_secret
from bot.documents.stamps import SIDE, stamps

MAX_SCANS = 12
"""Pages of one document that are read off pictures: some two seconds of a processor each."""
PHOTOS = (".jpg", ".jpeg", ".png")
LONG_SIDE = 2400
"""Pixels: A4 at 205 to the inch, from which tesseract reads best."""
PHOTO_SIDE = 3000
"""On a photo the page fills only part of the picture."""
NOTE = "Đọc từ ảnh chụp nên có thể sai dấu, sai số; đề nghị đối chiếu với văn bản."
_INNER_CAPITAL = re.compile(r"(?<=[a-zđà-ỹ])[À-ỸĐ](?![A-ZÀ-ỸĐ])")
_TWICE = re.compile(r"Ÿ(?=Y)|ÿ(?=y)")
_BULLET = re.compile(r"^[~=_*•]+(?: ?[-–]|(?= \S))", re.MULTILINE)
_LINE = 7
"""Tesseract's mode for a picture of one line."""


class Draw(Protocol):
    """A page as a picture of so many pixels on its longer side: PGM, or PPM in colour."""

    def __call__(self, long_side: int, *, colour: bool = False) -> bytes: ...


class Scans(StrEnum):
    """What to do about a page that is a picture: say that there is one, read it, read the rest without it, or do that
    once no stamp of secrecy is seen on it."""

    REFUSE = "refuse"
    READ = "read"
    SKIP = "skip"
    GLANCE = "glance"


def letters(text: str) -> int:
    return sum(char.isalpha() for char in text)


def text_of_photo(path: Path, scans: Scans) -> tuple[str, list[str]]:
    """Of one JPEG or PNG. Raises NeedsOcr unless it is to be read, TooBig, Unreadable, and Secret at a glance."""
    if scans is Scans.GLANCE:
        glance([partial(photo.picture, path)])
    if scans is not Scans.READ:
        raise NeedsOcr
    side = min(max(photo.size(path), LONG_SIDE), PHOTO_SIDE)
    return text_of_picture(partial(photo.picture, path), side), [NOTE]


def text_of_picture(draw: Draw, long_side: int = LONG_SIDE) -> str:
    """Of a page, its stamps first."""
    return "\n\n".join([*stamps_on(draw), _mended(page_text(tools.seen(draw(long_side))))])


def _mended(text: str) -> str:
    """What tesseract is known to see amiss: `tẠo`, `ŸY tế` and `~- Như trên`."""
    text = _INNER_CAPITAL.sub(lambda found: found[0].lower(), _TWICE.sub("", text))
    return _BULLET.sub("-", text)


def glance(pages: Iterable[Draw]) -> None:
    """Raises Secret where a stamp on one of the pages says so; a page takes half a second of a processor."""
    for draw in pages:
        no_secret("\n".join(stamps_on(draw)))


def stamps_on(draw: Draw) -> list[str]:
    """Stamps in a frame, as Nghị định 30/2020 spells them."""
    return stamps(draw(SIDE, colour=True), lambda picture: " ".join(word.text for word in tools.seen(picture, _LINE)))
