"""How high a row of a sheet must be: LibreOffice does not find that by itself, and Excel shows 409 points at most."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

LINE = 16.0
"""Points."""
MOST_LINES = 25
_NARROW = 1.15
"""Letters of Times New Roman to the width of a digit, on the safe side."""


def lines(texts: Mapping[int, str], widths: Sequence[float]) -> int:
    """How many lines the fullest of these cells takes, each in its column; no more than a row shows."""
    most = max(
        (
            sum(-(-max(1, len(each)) // int(widths[at] * _NARROW)) for each in text.split("\n"))
            for at, text in texts.items()
        ),
        default=1,
    )
    return min(most, MOST_LINES)


def pieces(text: str, width: float) -> Iterator[str]:
    """The same text in pieces of at most as many lines as a row shows; parted between words where there are some."""
    wrap = textwrap.TextWrapper(
        int(width * _NARROW), drop_whitespace=False, expand_tabs=False, replace_whitespace=False
    )
    found = [
        piece if place else f"\n{piece}"
        for each in text.split("\n")
        for place, piece in enumerate(wrap.wrap(each) or [""])
    ]
    for start in range(0, len(found), MOST_LINES):
        yield "".join(found[start : start + MOST_LINES]).removeprefix("\n")
