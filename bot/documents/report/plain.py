"""Words of strangers, made fit to be written: what XML forbids and what turns letters about is taken out, what is
endless is cut, and the cut is shown."""

from __future__ import annotations

import re
from datetime import datetime

from bot.clocks import local
from bot.text import clean, one_line, utf16_length

LONGEST = 32_000
"""Characters of one text: what a cell of Excel takes (32,767), with room."""
LINE = 400
_CUT = " […]"
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LAST = "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff{_LAST}]")


def prose(text: str, limit: int = LONGEST) -> str:
    """Lines of clean text, NFC; at most `limit` units of UTF-16, as Excel counts, «[…]» where it was cut."""
    found = clean(_FORBIDDEN.sub("", _BREAK.sub("\n", text[: 4 * limit])))
    if utf16_length(found) <= limit and len(text) <= 4 * limit:
        return found
    units = found.encode("utf-16-le")[: 2 * (limit - len(_CUT))]
    return units.decode("utf-16-le", "ignore").rstrip() + _CUT


def line(text: str, limit: int = LINE) -> str:
    """The same on one line."""
    return one_line(prose(text, 4 * limit), limit)


def moment(when: datetime | None) -> str:
    """`15:20 16/5/2024`; nothing for None."""
    return f"{(seen := local(when)):%H:%M} {seen.day}/{seen.month}/{seen.year}" if when else ""


def deadline(due: datetime | None) -> str:
    """The same; the end of a day, kept as its last minute, is the day."""
    return moment(due).removeprefix("23:59 ")


def sentence(text: str, end: str = ".") -> str:
    """It ends with `end` and no other stop."""
    return text.rstrip(" .;,:/") + end
