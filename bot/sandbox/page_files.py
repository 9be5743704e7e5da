"""Files ready in the clip of every phone: a report to edit, and one signed on paper and scanned."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import NamedTuple

EXAMPLE = Path(__file__).with_name("example")
PAGE_WIDTH, PAGE_HEIGHT = 595, 842


class ReadyFile(NamedTuple):
    name: str
    data: bytes


def ready_files() -> tuple[ReadyFile, ...]:
    report = (EXAMPLE / "bieu-mau-bao-cao.docx").read_bytes()
    return ReadyFile("Báo cáo mẫu.docx", report), ReadyFile("Báo cáo ký.pdf", signed_pdf())


def filled_in(file: ReadyFile, who: str) -> bytes:
    """As this person has it: no two offices send the same."""
    if not zipfile.is_zipfile(io.BytesIO(file.data)):
        return file.data + f"\n%{who}\n".encode() if file.data.startswith(b"%PDF") else file.data
    filled = io.BytesIO(file.data)
    with zipfile.ZipFile(filled, "a") as archive:
        archive.writestr("docProps/name.txt", who)
    return filled.getvalue()


def signed_pdf() -> bytes:
    """One page as a scanner leaves it: grey lines for sentences, a red stamp, no text layer but the heading."""
    drawing = _drawing()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    return _assembled(objects)


def _drawing() -> bytes:
    heading = "BT /F1 20 Tf 248 730 Td (BÁO CÁO) Tj ET\n".encode("cp1252")
    lines = "".join(f"90 {y} {300 if y % 80 == 0 else 420} 3 re f\n" for y in range(360, 680, 20))
    stamp = "0.8 0.1 0.1 RG 3 w\n" + _circle(420, 260, 48) + _circle(420, 260, 38)
    stroke = "0.1 0.2 0.6 RG 2 w 370 250 m 395 300 400 210 425 255 c 440 285 450 230 480 270 c S\n"
    return heading + ("0.75 g\n" + lines + stamp + stroke).encode("ascii")


def _circle(x: int, y: int, radius: int) -> str:
    pull = radius * 0.5523
    east, north, west, south = x + radius, y + radius, x - radius, y - radius
    return (
        f"{east} {y} m "
        f"{east} {y + pull:.1f} {x + pull:.1f} {north} {x} {north} c "
        f"{x - pull:.1f} {north} {west} {y + pull:.1f} {west} {y} c "
        f"{west} {y - pull:.1f} {x - pull:.1f} {south} {x} {south} c "
        f"{x + pull:.1f} {south} {east} {y - pull:.1f} {east} {y} c S\n"
    )


def _assembled(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", list[int]()
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
