"""Stamps of secrecy, urgency and circulation (Nghị định 30/2020, phụ lục I; Luật Bảo vệ bí mật nhà nước).

A stamp stands on a line, in a column or in a table cell by itself and in capitals; «bảo mật», «bí mật nhà nước» inside
a sentence are words.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from itertools import pairwise

from bot.text import fold

_STAMP = re.compile(r"(TUY[EÊỆẸ]T|T[OÔỐÓ]I)?M[AÂẬẠ]T")
_INLINE = re.compile(
    r"\W*(TUYỆT MẬT|TỐI MẬT|MẬT)(?:\s*[-–:,(/]|\s+(?:Bản\s+|BẢN\s+)?(?:số|Số|SỐ)\s*[:.]?\s*\d)"
    r"|Số\b.*\s(TUYỆT MẬT|TỐI MẬT|MẬT)\W*$"
)
_LEVELS = ("TUYỆT MẬT", "TỐI MẬT", "MẬT")
_URGENT = {"thuongkhan": "THƯỢNG KHẨN", "hoatoc": "HỎA TỐC", "khan": "KHẨN"}
_CIRCULATED = {"luuhanhnoibo": "LƯU HÀNH NỘI BỘ", "xemxongtralai": "XEM XONG TRẢ LẠI"}
_NAMED = re.compile(r"^\W*(?:độ|mức độ|dấu|dấu độ)\s*(?:mật|khẩn)\s*:", re.IGNORECASE)
_MARKED = re.compile(r"^\W*(?:độ|mức độ|dấu|dấu độ)\s+mật\s*:\s*(tuyệt mật|tối mật|mật)\b", re.IGNORECASE)
_COLUMNS = re.compile(r"\s{3,}|\t|\|")
_LIKELY = re.compile(r"m[\W_]*a[\W_]*t", re.IGNORECASE)


def secret_level(text: str) -> str | None:
    """`TUYỆT MẬT`, `TỐI MẬT`, `MẬT` where such a stamp stands, else None. Cheap: for every message and every file."""
    text = unicodedata.normalize("NFC", text)
    if not _LIKELY.search(_bare(text)):
        return None
    found = {level for piece in _pieces(text) if (level := _secret(piece))}
    return next((level for level in _LEVELS if level in found), None)


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


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _pieces(text: str) -> list[str]:
    """Lines, their columns and neighbouring lines of one word each (`TỐI` over `MẬT`)."""
    lines = [line.strip() for line in text.splitlines()]
    pairs = [f"{one} {two}" for one, two in pairwise(lines) if len(one) < 12 and len(two) < 12]
    return [piece for line in lines for piece in [line, *_COLUMNS.split(line)]] + pairs


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
