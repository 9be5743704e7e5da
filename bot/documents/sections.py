"""An office's own report mapped to what was asked: under which of its headings stands the answer to which question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.layout import MARKER
from bot.text import fold

LONGEST = 120
"""Characters of a heading."""
_DEPTHS = ("roman", "item", "deep", "paren", "letter", "bullet")
_ENDS = re.compile(r"^(?:Nơi nhận|NƠI NHẬN)\b|^(?:(?:KT|TM|TL|TUQ|Q)\.\s*)?(?:TRƯỞNG|PHÓ|CHÁNH|CHỦ TỊCH|THỦ TRƯỞNG)\b")
_SAYS = re.compile(r"[^\W_]")
"""Dots to write on say nothing."""
_LEAST = 4
"""Letters of what is asked; less would be found anywhere."""


@dataclass(frozen=True, slots=True)
class _Line:
    """`depth` of its marker, 0 the highest; `title` folded, up to a colon, `after` what follows that on the line."""

    text: str
    depth: int
    title: str
    after: str


def sections(text: str, asked: Sequence[str]) -> dict[int, str]:
    """For each place in `asked` (headings such as `Ưu điểm`) the words that stand under that heading of the text; one
    that is not there, stands there twice, together with another, or over nothing, is left out."""
    lines = [_line(each) for each in text.split("\n") if each.strip()]
    lines = lines[: next((n for n, each in enumerate(lines) if _ENDS.match(each.text)), len(lines))]
    keys = [fold(each) for each in asked]
    owners = [_asked_by(each, keys) for each in lines]
    found: dict[int, str] = {}
    for place in range(len(keys)):
        at = [n for n, owner in enumerate(owners) if owner == place]
        if len(at) == 1 and (words := _under(lines, owners, at[0])):
            found[place] = words
    return found


def _line(text: str) -> _Line:
    text = text.strip()
    marker = MARKER.match(text)
    kind = next((name for name in _DEPTHS if marker and marker[name]), "")
    depth = _DEPTHS.index(kind) if kind else 0 if text.isupper() and len(text) <= LONGEST else len(_DEPTHS)
    bare = text[marker.end() :] if marker else text
    title, _, after = bare.partition(":")
    return _Line(text, depth, fold(title) if len(title) <= LONGEST else "", after.strip())


def _asked_by(line: _Line, keys: Sequence[str]) -> int | None:
    """Which question this is the heading of: its words, or they and a few more, and no other's."""
    if not line.title or "|" in line.text or (line.depth == len(_DEPTHS) and line.title not in keys):
        return None
    same = [place for place, key in enumerate(keys) if key == line.title]
    if same:
        return same[0] if len(same) == 1 else None
    inside = [place for place, key in enumerate(keys) if len(key) >= _LEAST and f" {key} " in f" {line.title} "]
    return inside[0] if len(inside) == 1 else None


def _under(lines: Sequence[_Line], owners: Sequence[int | None], at: int) -> str:
    """Down to the next heading that is as high, or that answers another question."""
    head, said = lines[at], [lines[at].after]
    for line, owner in zip(lines[at + 1 :], owners[at + 1 :], strict=True):
        if owner is not None or line.depth <= min(head.depth, len(_DEPTHS) - 1):
            break
        said.append(line.text)
    return "\n".join(each for each in said if _SAYS.search(each))
