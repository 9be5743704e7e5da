"""Photos of pages set upright: as a picture for whoever reads it, and together as one PDF, no larger than needed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot.documents.errors import TooBig, Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 80_000_000
"""A picture is unpacked whole."""
PAGE_SIDE = 2000
"""Pixels of a page of the PDF: A4 at 171 to the inch, in which small print can be read."""
_QUALITY = 78
Size = tuple[int, int]
_A4: Size = (595, 842)
_HUGE = "Ảnh quá lớn để đọc. Đề nghị gửi dạng ảnh thường (JPG) hoặc PDF."
_BROKEN = "Ảnh bị hỏng. Đề nghị chụp lại rồi gửi."


def picture(photo: Path, long_side: int, *, colour: bool = False) -> bytes:
    """Upright, its longer side so many pixels: PGM, in colour PPM. Raises Unreadable and TooBig."""
    from PIL import ImageOps

    data = io.BytesIO()
    with _upright(photo, long_side) as found:
        ImageOps.contain(found.convert("RGB" if colour else "L"), (long_side, long_side)).save(data, "PPM")
    return data.getvalue()


def size(photo: Path) -> int:
    """Pixels of its longer side. Raises Unreadable and TooBig."""
    with _opened(photo) as found:
        return max(found.size)


def write_pdf(photos: Sequence[Path], out: BinaryIO) -> None:
    """A page of A4 for each, in their order; one at a time in memory. The same photos give the same bytes. Raises
    Unreadable and TooBig."""
    places = dict[int, int]()

    def put(number: int, body: bytes) -> None:
        places[number] = out.tell()
        out.write(b"%d 0 obj%s endobj\n" % (number, body))

    out.write(b"%PDF-1.4\n")
    pages = range(3, 3 + 3 * len(photos), 3)
    for photo, number in zip(photos, pages, strict=True):
        jpeg, pixels, page = _page(photo)
        drawing = b"q %.2f 0 0 %.2f %.2f %.2f cm /P Do Q" % _fitted(pixels, page)
        about = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % pixels
        about += b"/ColorSpace/DeviceRGB/Filter/DCTDecode"
        resources = b"/Contents %d 0 R/Resources<</XObject<</P %d 0 R>>>>" % (number + 1, number + 2)
        put(number, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]%s>>" % (*page, resources))
        put(number + 1, b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing))
        put(number + 2, b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(jpeg), jpeg))
    put(1, b"<</Type/Catalog/Pages 2 0 R>>")
    put(2, b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % each for each in pages), len(photos)))
    start, count = out.tell(), len(places) + 1
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in range(1, count))
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start))


def _fitted(pixels: Size, page: Size) -> tuple[float, float, float, float]:
    """How wide and high a picture is in the middle of a page, and where it begins, in points."""
    scale = min(page[0] / pixels[0], page[1] / pixels[1])
    wide, high = pixels[0] * scale, pixels[1] * scale
    return wide, high, (page[0] - wide) / 2, (page[1] - high) / 2


def _page(photo: Path) -> tuple[bytes, Size, Size]:
    """It as a JPEG, its size in pixels, and that of the page it goes on in points: lying where it is wide."""
    data = io.BytesIO()
    with _upright(photo, PAGE_SIDE) as found:
        found.thumbnail((PAGE_SIDE, PAGE_SIDE))
        found.convert("RGB").save(data, "JPEG", quality=_QUALITY)
        return data.getvalue(), found.size, _A4[::-1] if found.width > found.height else _A4


@contextmanager
def _upright(photo: Path, long_side: int) -> Iterator[Image]:
    """Not much larger than asked for: a JPEG is unpacked at an eighth to the whole of its size."""
    from PIL import ImageOps

    with _opened(photo) as opened:
        opened.draft(None, (long_side, long_side))
        yield _on_white(ImageOps.exif_transpose(opened))


def _on_white(found: Image) -> Image:
    """What is transparent shows the paper."""
    from PIL import Image

    if not found.has_transparency_data:
        return found.convert("RGB") if found.mode != "L" else found
    above = found.convert("RGBA")
    paper = Image.new("RGB", above.size, "white")
    paper.paste(above, mask=above.getchannel("A"))
    return paper


@contextmanager
def _opened(photo: Path) -> Iterator[Image]:
    from PIL import Image

    try:
        with Image.open(photo, formats=("JPEG", "PNG", "PPM")) as found:
            if found.width * found.height > MOST_PIXELS:
                raise TooBig(_HUGE)
            yield found
    except Image.DecompressionBombError as error:
        raise TooBig(_HUGE) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable(_BROKEN) from error
