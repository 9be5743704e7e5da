"""Stamps of secrecy, urgency and circulation (Nghị định 30/2020, phụ lục I; Luật Bảo vệ bí mật nhà nước).

A stamp stands on a line, in a column or in a table cell by itself and in capitals; «bảo mật», «bí mật nhà nước» inside
a sentence are words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from bot.documents.errors import Secret
from bot.text import fold

_STAMP = re.compile(r"(TUY[EÊỆẸ]T|T[OÔỐÓ]I)?M[AÂẬẠ]T")
_LEVEL = "(TUYỆT MẬT|TỐI MẬT|MẬT)"
_INLINE = re.compile(
    rf"\W*{_LEVEL}(?:\s*[-–:,()/\]]|\s+(?:Bản\s+|BẢN\s+)?(?:số|Số|SỐ)\s*[:.]?\s*\d)"
    rf"|Số\b.*[\W_]{_LEVEL}\W*$"
    rf"|Số[\s:.]{{0,5}}\S{{0,40}}[/–-]{_LEVEL}(?!\w)"
    rf"|[^:]{{0,40}}:\W*{_LEVEL}\W*$"
    rf"|\W*[Dd]ấu\s+{_LEVEL}\W*$"
)
_LEVELS = ("TUYỆT MẬT", "TỐI MẬT", "MẬT")
_URGENT = {"thuongkhan": "THƯỢNG KHẨN", "hoatoc": "HỎA TỐC", "khan": "KHẨN"}
_CIRCULATED = {"luuhanhnoibo": "LƯU HÀNH NỘI BỘ", "xemxongtralai": "XEM XONG TRẢ LẠI"}
_NAMED = re.compile(r"^\W*(?:độ|mức độ|dấu|dấu độ)\s*(?:mật|khẩn)\s*:", re.IGNORECASE)
_MARKED = re.compile(r"^\W*(?:độ|mức độ|dấu|dấu độ)\s+mật\s*:\s*(tuyệt mật|tối mật|mật)\b", re.IGNORECASE)
_COLUMNS = re.compile(r"\s{3,}|\t|\|")
_LIKELY = re.compile(r"m[\W_]*[aâậạ][\W_]*t", re.IGNORECASE)
_NAMED_SO = re.compile(r"(?<!\w)(?:TUYỆT MẬT|TUYET MAT|TỐI MẬT|TOI MAT)(?!\w)")
_CALLED = re.compile(r"(?<!\w)(?<!BÍ )(?<!BẢO )(?<!CƠ )MẬT(?!\w| (?:ĐỘ|MÃ|ONG|VỤ))")


def secret_level(text: str) -> str | None:
    """`TUYỆT MẬT`, `TỐI MẬT`, `MẬT` where such a stamp stands, else None. Cheap: for every message and every file."""
    text = unicodedata.normalize("NFKC", text)
    if not _LIKELY.search(text):
        return None
    return _highest(_secret(piece) for piece in _pieces(text) if _LIKELY.search(piece))


def no_secret(text: str) -> None:
    """Raises Secret where such a stamp stands."""
    if level := secret_level(text):
        raise Secret(level)


def secret_name(name: str) -> str | None:
    """Likewise for what something is called (a file without its ending, a sheet): marks may be lacking there, and a
    stamp is a part between dashes or brackets, or words in capitals."""
    name = unicodedata.normalize("NFKC", name).replace("_", " ")
    alone = [part.strip().upper() for part in re.split(r"[-–—.,;()\[\]{}]", name)]
    alone = [part for part in alone if " " in part or part in _LEVELS]
    shouted = _NAMED_SO.findall(name) + ([] if name.isupper() else _CALLED.findall(name))
    return _highest([*map(secret_level, re.split(r"\s[-–—]\s|[()\[\]{}]", name)), *map(_secret, [*alone, *shouted])])


def urgency(text: str) -> tuple[str, tuple[int, int]] | None:
    """`HỎA TỐC`, `THƯỢNG KHẨN` or `KHẨN` and where it stands."""
    return _stamp(text, _URGENT)


def circulation(text: str) -> tuple[str, tuple[int, int]] | None:
    """`LƯU HÀNH NỘI BỘ` or `XEM XONG TRẢ LẠI` and where it stands."""
    return _stamp(text, _CIRCULATED)


def stamp_like(words: str) -> str | None:
    """The stamp that the words inside a frame on a picture of a page can be; marks are easily lost there."""
    key = re.sub(r"[\W\d_]", "", fold(words))
    names = {fold(level).replace(" ", ""): level for level in _LEVELS} | _URGENT | _CIRCULATED
    near = get_close_matches(key, names, 1, 0.8)
    return names[near[0]] if near else None


def _highest(found: Iterable[str | None]) -> str | None:
    levels = set(found)
    return next((level for level in _LEVELS if level in levels), None)


def _pieces(text: str) -> Iterator[str]:
    """Lines, their columns and neighbouring lines of one word each (`TỐI` over `MẬT`)."""
    above = ""
    for line in map(str.strip, text.splitlines()):
        yield line
        yield from _COLUMNS.split(line)
        if len(above) < 12 and len(line) < 12:
            yield f"{above} {line}"
        above = line


def _secret(piece: str) -> str | None:
    if words := _MARKED.match(piece) or _INLINE.match(piece):
        return next(word.upper() for word in words.groups() if word)
    letters = re.sub(r"[\W_]+", "", piece)
    if not letters.isupper() and letters.lower() not in ("tốimật", "tuyệtmật"):
        return None
    stamp = _STAMP.fullmatch(letters.upper())
    return _level(stamp[1]) if stamp else None


def _level(prefix: str | None) -> str:
    if not prefix:
        return "MẬT"
    return "TUYỆT MẬT" if prefix.startswith("TUY") else "TỐI MẬT"


def _stamp(text: str, names: dict[str, str]) -> tuple[str, tuple[int, int]] | None:
    for line in re.finditer(r"[^\n|]+", text):
        piece = _NAMED.sub("", line[0])
        name = names.get(fold(piece).replace(" ", ""))
        if name and (piece.strip(" .:*[]()").isupper() or piece != line[0]):
            return name, line.span()
    return None
