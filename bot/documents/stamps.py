"""Stamps on a picture of a page: words in a frame, as a rule in red and seldom straight, which tesseract passes over.

Joined dark or red points are looked at as wholes: a hollow one, wide and low, is a frame; what stands in it is turned
straight and read by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.documents.secrecy import stamp_like

SIDE = 1600
"""Pixels of the longer side of the page in which stamps are looked for."""
_RED, _DARK = 50, 110
_MOST_POINTS = 400_000
"""More is a photograph of something else."""
_MOST_FRAMES = 4
_LOW, _HIGH, _WIDE = 0.012, 0.08, 0.5
"""Of the page: how high and how wide a frame may be."""
_WORN = 4
"""Pixels between the remains of a frame that was poorly inked; only red is sought so, black text would run together."""
_SLENDER = (1.1, 12.0)
_HOLLOW = 0.35
_MARGIN = 12

Points = set[int]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Joined points in a picture `width` pixels wide."""

    points: list[int]
    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        return self.right - self.left + 1, self.bottom - self.top + 1


def stamps(page: bytes, read: Callable[[bytes], str]) -> list[str]:
    """The stamps on a page (PPM), spelled as Nghị định 30/2020 does; `read` gives the words of a picture (PGM)."""
    width, height, colours = _picture(page)
    red, _, blue = colours[0::3], colours[1::3], colours[2::3]
    inked = {n for n, (r, b) in enumerate(zip(red, blue, strict=True)) if r - b > _RED}
    dark = {n for n, r in enumerate(red) if r < _DARK}
    found: dict[str, None] = {}
    for points, reach in ((inked, 1), (inked, _WORN), (dark, 1)):
        if not found and len(points) <= _MOST_POINTS:
            read_off = (stamp_like(read(picture)) for picture in _framed(points, width, height, reach))
            found.update((stamp, None) for stamp in read_off if stamp)
    return list(found)


def _picture(ppm: bytes) -> tuple[int, int, bytes]:
    _, size, _, colours = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    return width, height, colours


def _framed(points: Points, width: int, height: int, reach: int) -> Iterator[bytes]:
    """Upright pictures of what stands in frames, the highest on the page first."""
    shapes = sorted(_shapes(set(points), width, reach), key=lambda shape: shape.top)
    frames = [shape for shape in shapes if _is_frame(shape, width, height)][:_MOST_FRAMES]
    for frame in frames:
        inside = [point for shape in shapes if shape is not frame and _holds(frame, shape) for point in shape.points]
        if inside:
            yield _straight(inside, _slope(frame, width), width)


def _shapes(points: Points, width: int, reach: int) -> Iterator[_Shape]:
    """Points at most `reach` apart are joined; specks are left out."""
    near = range(-reach, reach + 1)
    around = [x + width * y for x in near for y in near if x or y]
    while points:
        found = [points.pop()]
        for point in found:
            for step in around:
                if point + step in points:
                    points.remove(point + step)
                    found.append(point + step)
        if len(found) > _MARGIN // 2:
            columns = [point % width for point in found]
            yield _Shape(found, min(columns), min(found) // width, max(columns), max(found) // width)


def _is_frame(shape: _Shape, width: int, height: int) -> bool:
    wide, high = shape.size
    fits = _LOW * height < high < _HIGH * height and wide < _WIDE * width
    return fits and _SLENDER[0] < wide / high < _SLENDER[1] and len(shape.points) < _HOLLOW * wide * high


def _holds(frame: _Shape, shape: _Shape) -> bool:
    return (
        frame.left < shape.left and shape.right < frame.right and frame.top < shape.top and shape.bottom < frame.bottom
    )


def _slope(frame: _Shape, width: int) -> float:
    """Of its upper side, in radians: from the points on top of the columns in its middle half."""
    tops: dict[int, int] = {}
    for point in frame.points:
        row, column = divmod(point, width)
        tops[column] = min(row, tops.get(column, row))
    wide, _ = frame.size
    left, right = frame.left + wide // 4, frame.right - wide // 4
    if right <= left or left not in tops or right not in tops:
        return 0.0
    return math.atan2(tops[right] - tops[left], right - left)


def _straight(points: list[int], slope: float, width: int) -> bytes:
    """Black on white, turned back, twice as large, with a margin (PGM)."""
    ink = set(points)
    rows, columns = [point // width for point in points], [point % width for point in points]
    middle = ((min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2)
    cos, sin = math.cos(slope), math.sin(slope)
    half_wide = int(max(columns) - min(columns)) // 2 + _MARGIN
    half_high = int(max(rows) - min(rows)) // 2 + _MARGIN
    out = bytearray()
    for y in range(-2 * half_high, 2 * half_high):
        for x in range(-2 * half_wide, 2 * half_wide):
            column = round(middle[0] + (x * cos - y * sin) / 2)
            row = round(middle[1] + (x * sin + y * cos) / 2)
            out.append(0 if row * width + column in ink else 255)
    return b"P5\n%d %d\n255\n%s" % (4 * half_wide, 4 * half_high, bytes(out))
