"""Words where they stand on a page to lines in the order in which a person reads them.

The head and the end of an official document are set in two columns (Nghị định 30/2020, phụ lục I); a machine that reads
along the lines mixes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

_ADDRESSED = re.compile(r"(?:Kính\s+gửi|Nơi\s+nhận)", re.IGNORECASE)
_GLUED = 0.08
"""Of a line's height: letters nearer than this are one word set in two fonts."""
_APART = 1.1
"""Of a line's height: what is farther apart stands in different columns."""
_GUTTER = 0.6
_SPECK = 0.4
"""Of a line's height: what is lower is no letter."""
_BLANK = 1.3
"""Of the usual distance of lines: more is a blank line."""
_MIDDLE = (0.22, 0.78)
"""Where, on the width of the text, a gutter between two columns may lie; further left it parts a mark from its item."""


@dataclass(frozen=True, slots=True)
class Word:
    """In any unit, from the top left; `line` are words that a reader of the image took for one line."""

    left: float
    top: float
    width: float
    height: float
    text: str
    line: tuple[int, ...] = ()

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of a line that stand together."""

    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    middle: float
    pieces: tuple[_Piece, ...]

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


Gutter = tuple[float, float]


def page_text(words: Sequence[Word]) -> str:
    """Lines, blank lines where the page leaves space; of two columns the left one first; cells of a table by ` | `."""
    words = _upright([word for word in words if word.text.strip() and word.width > 0 and word.height > 0])
    if not words:
        return ""
    height = median(word.height for word in words)
    words = [word for word in words if word.height > height * _SPECK or not any(map(str.isalnum, word.text))]
    rows = [_row(line, height) for line in _lines(words, height)]
    usual = _usual_distance(rows, height)
    edges = min(p.left for r in rows for p in r.pieces), max(p.right for r in rows for p in r.pieces)
    parts: list[str] = []
    at = 0
    while at < len(rows):
        end, gutter = _columns(rows, at, edges, height)
        if gutter is None:
            end = next((n for n in range(at + 1, len(rows)) if _columns(rows, n, edges, height)[1]), len(rows))
            parts.append(_set(rows[at:end], usual))
        elif _is_table(rows[at:end]):
            parts.append("\n".join(" | ".join(piece.text for piece in row.pieces) for row in rows[at:end]))
        else:
            parts += ["\n".join(row.text for row in _side(rows[at:end], gutter, side)) for side in (0, 1)]
        at = end
    return "\n\n".join(part for part in parts if part)


def _upright(words: Sequence[Word]) -> list[Word]:
    """Straightened by the slope of its longer lines: a page is seldom laid straight on the glass."""
    lines: dict[tuple[int, ...], list[Word]] = {}
    for word in words:
        if word.line:
            lines.setdefault(word.line, []).append(word)
    slopes = [
        (line[-1].middle - line[0].middle) / (line[-1].left - line[0].left)
        for line in lines.values()
        if len(line) >= 6 and line[-1].left > line[0].left
    ]
    slope = median(slopes) if slopes else 0.0
    return [replace(word, top=word.top - slope * (word.left + word.width / 2)) for word in words]


def _lines(words: Sequence[Word], height: float) -> list[list[Word]]:
    """Words at one height, from the top; taller and lower neighbours included."""
    lines: list[list[Word]] = []
    middle = 0.0
    for word in sorted(words, key=lambda each: each.middle):
        if lines and word.middle - middle < height * 0.5:
            lines[-1].append(word)
            middle += (word.middle - middle) / len(lines[-1])
        else:
            lines.append([word])
            middle = word.middle
    return [sorted(line, key=lambda each: each.left) for line in lines]


def _row(line: Sequence[Word], height: float) -> _Row:
    pieces: list[_Piece] = []
    for word in line:
        gap = word.left - pieces[-1].right if pieces else 0.0
        if not pieces or gap > height * _APART:
            pieces.append(_Piece(word.left, word.right, word.text))
            continue
        before = pieces.pop()
        space = "" if gap < height * _GLUED and not word.line else " "
        pieces.append(_Piece(before.left, max(before.right, word.right), f"{before.text}{space}{word.text}"))
    return _Row(median(word.middle for word in line), tuple(pieces))


def _usual_distance(rows: Sequence[_Row], height: float) -> float:
    """Of lines within a paragraph."""
    apart = [low.middle - high.middle for high, low in pairwise(rows)]
    near = sorted(each for each in apart if each < height * 2.5)
    return near[len(near) // 3] if near else height


def _columns(rows: Sequence[_Row], at: int, edges: Gutter, height: float) -> tuple[int, Gutter | None]:
    """Where a run of rows in two columns that begins here ends, and what is empty between them."""
    gutter, both, end = _widest(rows[at]), 1, at + 1
    if gutter is None or not _central(gutter, edges):
        return at + 1, None
    while end < len(rows) and not (len(rows[end].pieces) == 1 and _ADDRESSED.match(rows[end].text) and both > 1):
        narrowed = _narrowed(rows[end], gutter)
        if narrowed[1] - narrowed[0] < height * _GUTTER or not _central(narrowed, edges):
            break
        gutter, end = narrowed, end + 1
        both += all(_on(rows[end - 1], gutter, side) for side in (0, 1))
    return (end, gutter) if both > 1 else (at + 1, None)


def _widest(row: _Row) -> Gutter | None:
    gaps = [(left.right, right.left) for left, right in pairwise(row.pieces)]
    return max(gaps, key=lambda gap: gap[1] - gap[0], default=None)


def _central(gutter: Gutter, edges: Gutter) -> bool:
    place = (sum(gutter) / 2 - edges[0]) / max(edges[1] - edges[0], 1.0)
    return _MIDDLE[0] < place < _MIDDLE[1]


def _narrowed(row: _Row, gutter: Gutter) -> Gutter:
    middle = sum(gutter) / 2
    left = max((piece.right for piece in row.pieces if piece.left + piece.right < 2 * middle), default=gutter[0])
    right = min((piece.left for piece in row.pieces if piece.left + piece.right >= 2 * middle), default=gutter[1])
    return max(gutter[0], left), min(gutter[1], right)


def _on(row: _Row, gutter: Gutter, side: int) -> tuple[_Piece, ...]:
    return tuple(p for p in row.pieces if (p.left + p.right >= sum(gutter)) == bool(side))


def _side(rows: Sequence[_Row], gutter: Gutter, side: int) -> list[_Row]:
    found = (replace(row, pieces=_on(row, gutter, side)) for row in rows)
    return [row for row in found if row.pieces]


def _is_table(rows: Sequence[_Row]) -> bool:
    return 2 * sum(len(row.pieces) > 2 for row in rows) > len(rows)


def _set(rows: Sequence[_Row], usual: float) -> str:
    lines: list[str] = []
    for number, row in enumerate(rows):
        if number and row.middle - rows[number - 1].middle > usual * _BLANK:
            lines.append("")
        lines.append(row.text)
    return "\n".join(lines)
