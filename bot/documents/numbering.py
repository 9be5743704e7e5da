"""Numbers that Word prints before a paragraph and keeps out of its text (ECMA-376, part 1, 17.9)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_ROMAN = [(100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
_MOST = 400
"""Above it a roman numeral is no longer worth writing."""


class Numbering:
    """Counts paragraphs in the order in which `of` is asked about them."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        lists = {} if numbering is None else {_id(e, "abstractNumId"): e for e in numbering.iter(f"{_W}abstractNum")}
        self._lists: dict[str, tuple[str, Any, Any]] = {}
        for each in () if numbering is None else numbering.iter(f"{_W}num"):
            name = _value(each, "abstractNumId")
            if name in lists:
                self._lists[_id(each, "numId")] = (name, lists[name], each)
        self._styles = {} if styles is None else {_id(each, "styleId"): each for each in styles.iter(f"{_W}style")}
        self._counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * _LEVELS)
        self._begun: set[str] = set()

    def of(self, paragraph: Any) -> str:
        """`2. `, `a) `, `- `, or nothing."""
        number, depth = self._place(paragraph)
        if number not in self._lists:
            return ""
        name, abstract, override = self._lists[number]
        levels = {int(_id(level, "ilvl") or 0): level for level in abstract.iter(f"{_W}lvl")}
        if depth not in levels:
            return ""
        counts = self._counts[name]
        self._restart(number, override, counts)
        counts[depth] = max(counts[depth] + 1, _start(levels[depth]))
        counts[depth + 1 :] = [0] * (_LEVELS - depth - 1)
        shown = _value(levels[depth], "lvlText")
        if _value(levels[depth], "numFmt") == "bullet":
            return "- "
        words = re.sub(r"%([1-9])", lambda found: _count(levels, counts, int(found[1]) - 1), shown)
        return f"{words} " if words.strip() else ""

    def _restart(self, number: str, override: Any, counts: list[int]) -> None:
        """A list that goes by the numbers of another may begin anew."""
        if number in self._begun:
            return
        self._begun.add(number)
        for each in override.iter(f"{_W}lvlOverride"):
            depth = _whole(_id(each, "ilvl"))
            if (start := _value(each, "startOverride")) and depth < _LEVELS:
                counts[depth] = _whole(start) - 1

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and the depth in it: the paragraph's own, or its style's."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = style.get(f"{_W}val") if style is not None else ""
        for _ in range(_LEVELS):
            if own is not None or name not in self._styles:
                break
            own = self._styles[name].find(f"{_W}pPr/{_W}numPr")
            name = _value(self._styles[name], "basedOn")
        if own is None:
            return "", 0
        return _value(own, "numId"), min(_whole(_value(own, "ilvl")), _LEVELS - 1)


def _count(levels: dict[int, Any], counts: list[int], depth: int) -> str:
    count = max(counts[depth], _start(levels[depth])) if depth in levels else counts[depth]
    form = _value(levels[depth], "numFmt") if depth in levels else "decimal"
    if form in {"lowerLetter", "upperLetter"}:
        letters = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 3)
        return letters.upper() if form == "upperLetter" else letters
    if form in {"lowerRoman", "upperRoman"} and count < _MOST:
        return _roman(count).upper() if form == "upperRoman" else _roman(count)
    return f"{count:02}" if form == "decimalZero" else "" if form == "none" else str(count)


def _roman(count: int) -> str:
    found = ""
    for worth, letters in _ROMAN:
        found += letters * (count // worth)
        count %= worth
    return found


def _start(level: Any) -> int:
    return _whole(_value(level, "start") or "1")


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else 0


def _value(element: Any, tag: str) -> str:
    found = element.find(f"{_W}{tag}")
    return found.get(f"{_W}val") or "" if found is not None else ""


def _id(element: Any, name: str) -> str:
    return element.get(f"{_W}{name}") or ""
