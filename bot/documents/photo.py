"""A photo set upright on a page of PDF, so that one program draws scans and photos alike, and no larger than needed."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.documents.errors import Unreadable

_MAX_SEGMENTS = 2_000
_ORIENTATION = 0x0112
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
"""EXIF orientation to how the unit square of a PDF image is laid on the page."""
_COLOURS = {1: b"/DeviceGray", 3: b"/DeviceRGB", 4: b"/DeviceCMYK/Decode[1 0 1 0 1 0 1 0]"}


def as_pdf(jpeg: bytes) -> tuple[bytes, int]:
    """One page of the photo's size, a pixel a point, and the longer side. Raises Unreadable for what is no JPEG."""
    width, height, colours, orientation = 0, 0, 3, 1
    try:
        for marker, body in _segments(jpeg):
            if marker == 0xE1 and body.startswith(b"Exif\0\0"):
                orientation = _orientation(body[6:])
            elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                height, width, colours = struct.unpack(">HHB", body[1:6])
    except struct.error:
        pass
    if not (width and height and colours in _COLOURS):
        raise Unreadable("Ảnh bị hỏng. Đề nghị chụp lại rồi gửi.")
    turn = _TURNS[orientation]
    wide, high = (height, width) if orientation > 4 else (width, height)
    return _page(jpeg, (width, height), (wide, high), turn, _COLOURS[colours]), max(wide, high)


def _page(jpeg: bytes, size: tuple[int, int], page: tuple[int, int], turn: tuple[int, ...], colours: bytes) -> bytes:
    wide, high = page
    a, b, c, d, e, f = turn
    drawing = b"q %d %d %d %d %d %d cm /P Do Q" % (a * wide, b * high, c * wide, d * high, e * wide, f * high)
    picture = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/Filter/DCTDecode/ColorSpace%s"
    streams = [(b"", drawing), (picture % (*size, colours), jpeg)]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>>>" % page,
        *(b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(data), data) for about, data in streams),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + head + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def _segments(jpeg: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and body of what comes before the picture itself."""
    at = 2
    for _ in range(_MAX_SEGMENTS):
        ff, marker, size = struct.unpack(">BBH", jpeg[at : at + 4])
        if ff != 0xFF or marker == 0xDA:
            return
        if marker != 0xFF:
            yield marker, jpeg[at + 4 : at + 2 + size]
        at += 2 + size if marker != 0xFF else 1


def _orientation(tiff: bytes) -> int:
    """1 (upright) to 8, from the first directory."""
    order = "<" if tiff[:2] == b"II" else ">"
    (start,) = struct.unpack(f"{order}I", tiff[4:8])
    (count,) = struct.unpack(f"{order}H", tiff[start : start + 2])
    for n in range(count):
        tag, kind, _, value = struct.unpack(f"{order}HHIH", tiff[start + 2 + 12 * n : start + 12 + 12 * n])
        if tag == _ORIENTATION and kind == 3:
            return value if value in _TURNS else 1
    return 1
