"""Vietnamese text: one form at the door, one key for comparing, one length a channel counts by."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """NFC, without control, zero-width and direction characters and halves of characters; line breaks stay."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n"))).strip()


def fold(text: str) -> str:
    """A key for comparing: lower case, no marks, `đ` as `d`, `&` and `-` as a word apart, spaces collapsed.

    `Hoà` and `Hòa`, `VH&TT` and `vh tt` fall together.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w]+|_", " ", bare).split())


_SHORT = {"ko": "khong", "khg": "khong", "hok": "khong", "dc": "duoc", "bc": "bao cao"}


def typed(text: str) -> str:
    """As `fold`, with what people shorten on a phone written out: `nộp bc giấy dc ko`, `được k`."""
    words = [_SHORT.get(word, word) for word in fold(text).split()]
    return re.sub(r"\b(duoc|co|chua) k$", r"\1 khong", " ".join(words))


def one_line(text: str, limit: int | None = None) -> str:
    """White space collapsed; cut at a word before `limit` characters, with an ellipsis."""
    line = _SPACES.sub(" ", " ".join(text.split()))
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def utf16_length(text: str) -> int:
    """Length as Telegram counts it: 📌 is two."""
    return len(text.encode("utf-16-le")) // 2


def capital(words: str) -> str:
    """As a sentence begins."""
    return words[:1].upper() + words[1:]
