"""A red seal on a picture of a page: a round patch of red ink, some 30 to 45 mm across on A4."""

from __future__ import annotations

from collections.abc import Iterable

SIDE = 480
"""Pixels of the longer side in which it is looked for."""
_CELL = 6
_RED = 45
"""How much more red than green and than blue: stamping ink under a poor lamp."""
_INKED = 3
"""Red points that make a cell one of the patch."""
_SMALL, _LARGE = 0.08, 0.3
"""Of the longer side: how far across a seal is."""
_ROUND = 1.7
"""The long side of a seal to its short one, a signature across it included."""
_FILLED = 0.25

Cell = tuple[int, int]


def is_on(picture: bytes) -> bool:
    """Of a PPM, its longer side `SIDE`."""
    _, size, _, pixels = picture.split(b"\n", 3)
    width = int(size.split()[0])
    counts: dict[Cell, int] = {}
    for place, (red, green, blue) in enumerate(zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True)):
        if red - max(green, blue) > _RED:
            row, column = divmod(place, width)
            cell = row // _CELL, column // _CELL
            counts[cell] = counts.get(cell, 0) + 1
    return any(map(_is_seal, _patches({cell for cell, count in counts.items() if count >= _INKED})))


def _patches(cells: set[Cell]) -> Iterable[list[Cell]]:
    """Cells that touch."""
    while cells:
        patch, near = list[Cell](), [cells.pop()]
        while near:
            row, column = near.pop()
            patch.append((row, column))
            around = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & cells
            cells -= around
            near += around
        yield patch


def _is_seal(patch: list[Cell]) -> bool:
    high = max(row for row, _ in patch) - min(row for row, _ in patch) + 1
    wide = max(column for _, column in patch) - min(column for _, column in patch) + 1
    across = max(high, wide) * _CELL / SIDE
    round_ = max(high, wide) <= _ROUND * min(high, wide)
    return round_ and _SMALL <= across <= _LARGE and len(patch) >= _FILLED * high * wide
