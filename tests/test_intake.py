"""Files of every kind to the same reading: what Word shows, where words stand on a page, what a picture says."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml import parse_xml
from openpyxl.comments import Comment
from PIL import Image
from pypdf.annotations import FreeText

from bot.documents import (
    DocumentError,
    NeedsOcr,
    Reading,
    Secret,
    Task,
    TooBig,
    Unreadable,
    bundle,
    look_at,
    photo,
    read_files,
    read_text,
    tools,
)
from bot.documents.intake import MAX_LETTERS, text_of
from bot.documents.ocr import NOTE, Scans
from bot.documents.page import Word, page_text
from bot.documents.tables import MOST_ROWS
from bot.sandbox.example.build import directive, pdf
from bot.sandbox.play import START
from bot.sandbox.samples import sample
from bot.sandbox.stage import Stage
from db.people import Role

EXAMPLE = Path(__file__).parents[1] / "bot" / "sandbox" / "example"
REAL = Path(__file__).parents[2] / "shared" / "directives" / "00_binhson_2024_par-index.txt"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
needs_poppler = pytest.mark.skipif(not tools.has_poppler(), reason="needs poppler-utils")
needs_ocr = pytest.mark.skipif(not tools.can_ocr(), reason="needs tesseract-ocr-vie and poppler-utils")


def plan(reading: Reading) -> dict[str, Any]:
    """What becomes of a directive: everything but the text itself and the places in it."""
    head = ("number", "date", "doc_type", "issuer", "place", "subject", "offices")
    return {name: getattr(reading, name) for name in head} | {"tasks": [_demand(task) for task in reading.tasks]}


def _demand(task: Task) -> tuple[Any, ...]:
    due, asked = task.deadline, tuple(question.text for question in task.questions)
    named = (task.no, task.assignees, task.coordinating, task.kind, task.send_to, task.via)
    return (*named, due.rule, due.date, due.effective, asked)


@pytest.fixture(scope="module")
def example() -> Reading:
    return read_text((EXAMPLE / "cong-van.md").read_text())


def read(path: Path, scans: Scans = Scans.REFUSE) -> Reading:
    return bundle.read([(path, path.name)], scans)


# --- one directive, several formats ---------------------------------------------------------------------------------


@pytest.mark.parametrize("poppler", [pytest.param(True, marks=needs_poppler), False])
def test_the_docx_and_the_pdf_give_the_plan_of_the_text(
    example: Reading, poppler: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "has_poppler", lambda: poppler)
    assert plan(read(EXAMPLE / "cong-van-412.docx")) == plan(example)
    assert plan(read(EXAMPLE / "cong-van-412.pdf")) == plan(example)


@needs_ocr
@pytest.mark.full
async def test_a_scan_and_photos_of_it_give_the_plan_of_the_text(tmp_path: Path, example: Reading) -> None:
    scan = scanned(EXAMPLE / "cong-van-412.pdf", tmp_path / "scan.pdf")
    reading = await read_files([(scan, "scan.pdf")])
    assert plan(reading) == plan(example)
    assert NOTE in reading.notes
    assert plan(await read_files(photographed(EXAMPLE / "cong-van-412.pdf", tmp_path))) == plan(example)


@needs_ocr
@pytest.mark.full
@pytest.mark.skipif(not REAL.is_file(), reason="the real directive does not lie beside the project")
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice to print the real directive")
async def test_the_real_directive_gives_one_plan_as_text_docx_pdf_and_scan(tmp_path: Path) -> None:
    text = REAL.read_text()
    wanted = plan(read_text(text))
    # Its two addressee lines stand apart in the layout the builder knows.
    directive(text).save(str(tmp_path / "a.docx"))
    printed = pdf(text, tmp_path)
    scan = scanned(printed, tmp_path / "scan.pdf")
    for path in (tmp_path / "a.docx", printed, scan):
        assert plan(await read_files([(path, path.name)])) == wanted, path.name


def photographed(document: Path, folder: Path, inks: str = "-gray") -> list[tuple[Path, str]]:
    """Each page as a picture of 200 dots to the inch."""
    asked = ["pdftoppm", "-jpeg", "-r", "200", *inks.split(), document, folder / "trang"]
    subprocess.run(asked, check=True)
    return [(path, path.name) for path in sorted(folder.glob("trang-*.jpg"))]


def scanned(document: Path, into: Path, inks: str = "-gray") -> Path:
    """The same pages, pictures only."""
    writer = pypdf.PdfWriter()
    for path, _ in photographed(document, into.parent, inks):
        picture = into.with_suffix(".page")
        Image.open(path).save(picture, "PDF", resolution=200)
        writer.append(picture)
        path.unlink()
    writer.write(into)
    return into


@pytest.mark.full
async def test_a_scan_is_refused_in_words_where_pictures_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(sample("a.jpg"))
    for ocr in [True, False] if not tools.can_ocr() else [False]:
        with pytest.raises(NeedsOcr, match="gõ, dán nội dung"):
            await read_files([(tmp_path / "a.jpg", "a.jpg")], ocr=ocr)


@needs_ocr
@pytest.mark.full
async def test_a_photo_taken_sideways_is_read_upright(tmp_path: Path, example: Reading) -> None:
    writer = pypdf.PdfWriter(EXAMPLE / "cong-van-412.pdf")
    writer.pages[0].rotate(-90)
    writer.write(tmp_path / "turned.pdf")
    [(photo, name), *_] = photographed(tmp_path / "turned.pdf", tmp_path)
    photo.write_bytes(turned(photo.read_bytes(), 6))
    reading = await read_files([(photo, name)])
    assert (reading.number, reading.date, reading.issuer) == (example.number, example.date, example.issuer)
    assert reading.offices == example.offices


def turned(jpeg: bytes, orientation: int) -> bytes:
    """With the note of how it is to be turned that a camera leaves (EXIF)."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + orientation.to_bytes(2, "big") + b"\0\0"
    exif = b"Exif\0\0MM\0*\0\0\0\x08\x00\x01" + entry + b"\0\0\0\0"
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:]


CORNERS = {1: "ab", 2: "ba", 3: "dc", 4: "cd", 5: "ac", 6: "ca", 7: "db", 8: "bd"}
"""Where the corners a, b over c, d of the stored picture are to be seen: top left and top right."""


@pytest.mark.parametrize("orientation", CORNERS)
def test_each_way_of_holding_a_camera_is_turned_back(tmp_path: Path, orientation: int) -> None:
    shades = {"a": 0, "b": 102, "c": 153, "d": 204}
    stored = Image.new("L", (120, 80))
    for corner, shade in shades.items():
        at = (60 * (corner in "bd"), 40 * (corner in "cd"))
        stored.paste(shade, (*at, at[0] + 60, at[1] + 40))
    jpeg = io.BytesIO()
    stored.save(jpeg, "JPEG", quality=95)
    (tmp_path / "a.jpg").write_bytes(turned(jpeg.getvalue(), orientation))
    _, size, _, seen = photo.picture(tmp_path / "a.jpg", 120).split(b"\n", 3)
    width = int(size.split()[0])
    top = [seen[10 * width + 10], seen[10 * width + width - 10]]
    assert top == [pytest.approx(shades[c], abs=12) for c in CORNERS[orientation]]


def drawn_pdf(drawing: bytes) -> bytes:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(100, 100)
    content = pypdf.generic.DecodedStreamObject()
    content.set_data(drawing)
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


STAMP = (
    b"q %f %f %f %f 150 %d cm .8 .1 .1 RG .8 .1 .1 rg 2 w 0 0 76 30 re S "
    b"BT /Stamp 20 Tf 14 8 Td (%s) Tj ET 31 2 4 4 re f Q"
)
"""MÂT in a red frame and the dot under the A, which the fonts of every PDF do not have; on a page of A4."""


@needs_ocr
@pytest.mark.parametrize(
    ("slope", "height", "inks"),
    [
        pytest.param(0.0, 300, "-gray", marks=pytest.mark.full),
        pytest.param(0.1, 300, "-gray", marks=pytest.mark.full),
        (0.1, 640, ""),
    ],
)
@pytest.mark.full
async def test_a_stamp_stops_the_reading_of_a_scan(tmp_path: Path, slope: float, height: int, inks: str) -> None:
    """Straight, crooked, and in red across words."""
    path = scanned(stamped(tmp_path / "a.pdf", slope, height), tmp_path / "scan.pdf", inks)
    with pytest.raises(Secret) as caught:
        await read_files([(path, "scan.pdf")])
    assert caught.value.level == "MẬT"


@needs_ocr
@pytest.mark.full
async def test_a_glance_sees_a_stamp_on_a_picture_and_reads_no_picture(tmp_path: Path) -> None:
    secret = scanned(stamped(tmp_path / "a.pdf", 0.1, 300), tmp_path / "secret.pdf", "-gray")
    harmless = scanned(EXAMPLE / "cong-van-412.pdf", tmp_path / "scan.pdf", "-gray")
    found = [(await look_at([(path, path.name)]))[1] for path in (secret, harmless)]
    assert list(map(type, found)) == [Secret, NeedsOcr]


def stamped(path: Path, slope: float, height: int) -> Path:
    """The last page of the example, on which little is written, stamped."""
    writer = pypdf.PdfWriter()
    writer.append(EXAMPLE / "cong-van-412.pdf", pages=(2, 3))
    page = writer.pages[0]
    content = page.get_contents()
    assert content is not None
    name, stream = pypdf.generic.NameObject, pypdf.generic.DecodedStreamObject()
    stream.set_data(content.get_data() + STAMP % (1, slope, -slope, 1, height, "MÂT".encode("cp1252")))
    page[name("/Contents")] = writer._add_object(stream)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica-Bold", "/Encoding": "/WinAnsiEncoding"}
    fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
    fonts.get_object()[name("/Stamp")] = pypdf.generic.DictionaryObject({name(k): name(v) for k, v in font.items()})
    writer.write(path)
    return path


# --- where words stand ----------------------------------------------------------------------------------------------


def laid(*lines: str, slope: float = 0.0) -> list[Word]:
    """Words where they stand in these lines, 10 wide a letter and 20 high a line; a page that lies askew."""
    found = []
    for row, line in enumerate(lines):
        at = 0
        for word in line.split(" "):
            if word:
                found.append(Word(at * 10, row * 25 + slope * at * 10, len(word) * 10 - 2, 16, word, (row, at // 38)))
            at += len(word) + 1
    return found


HEAD = (
    "   UBND HUYỆN SƠN THỦY                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "      PHÒNG NỘI VỤ                         Độc lập - Tự do - Hạnh phúc",
    "    Số: 12/PNV-CCHC                     Sơn Thủy, ngày 5 tháng 3 năm 2024",
    "   V/v báo cáo kết quả",
    "     cải cách hành chính",
    "",
    "         Kính gửi: UBND các xã, thị trấn trong huyện và các phòng chuyên môn",
    "   Phòng Nội vụ đề nghị các đơn vị báo cáo kết quả thực hiện trước ngày 20/3/2024",
    "và gửi về Phòng.",
)


@pytest.mark.parametrize("slope", [0.0, 0.02, -0.02])
def test_the_left_column_of_a_head_is_read_before_the_right_one(slope: float) -> None:
    reading = read_text(page_text(laid(*HEAD, slope=slope)))
    assert (reading.number, reading.date, reading.place) == ("12/PNV-CCHC", "2024-03-05", "Sơn Thủy")
    assert (reading.issuer, reading.subject) == ("Phòng Nội vụ huyện Sơn Thủy", "báo cáo kết quả cải cách hành chính")
    assert [task.deadline.date for task in reading.tasks] == ["2024-03-20"]


def test_items_behind_their_marks_and_cells_of_a_table_are_no_columns() -> None:
    items = (
        "-     Như trên thì cũng như dưới cả thôi;",
        "-     Lưu văn thư và phòng chuyên môn khác;",
        "-     Ai nữa.",
    )
    assert page_text(laid(*items)).splitlines()[0] == "- Như trên thì cũng như dưới cả thôi;"
    table = (
        "1      Phòng Nội vụ        báo cáo         20/3/2024",
        "2      Phòng Tư pháp       tổng hợp        25/3/2024",
    )
    assert page_text(laid(*table)).splitlines() == [
        "1 | Phòng Nội vụ | báo cáo | 20/3/2024",
        "2 | Phòng Tư pháp | tổng hợp | 25/3/2024",
    ]


def test_letters_of_a_second_font_stand_in_their_words() -> None:
    pieces = [Word(0, 0, 20, 18, "Ph"), Word(20.2, 1, 10, 18, "ò"), Word(30, 0, 20, 18, "ng"), Word(58, 0, 20, 18, "N")]
    assert page_text(pieces) == "Phòng N"


# --- what Word shows ------------------------------------------------------------------------------------------------


def of_body(path: Path, body: str, **parts: str) -> str:
    """The text of a .docx with this body and these further parts."""
    docx.Document().save(str(path))
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    kept["word/document.xml"] = f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
    kept |= {f"word/{name}.xml": data.encode() for name, data in parts.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in kept.items():
            archive.writestr(name, data)
    return text_of(path, "a.docx")[0]


def run(words: str, about: str = "") -> str:
    return f'<w:r>{about}<w:t xml:space="preserve">{words}</w:t></w:r>'


def test_insertions_count_and_deletions_and_hidden_words_do_not(tmp_path: Path) -> None:
    body = (
        "<w:p>"
        + run("Gửi trước ngày ")
        + f"<w:del>{run('10/5/2024').replace('w:t', 'w:delText')}</w:del><w:ins>{run('17/5/2024')}</w:ins>"
        + run(" (nháp)", "<w:rPr><w:vanish/></w:rPr>")
        + run(" cho", '<w:rPr><w:vanish w:val="0"/></w:rPr>')
        + f"<w:moveFrom>{run(' cũ')}</w:moveFrom><w:moveTo>{run(' Phòng')}</w:moveTo>"
        + '<w:r><w:tab/><w:t>A</w:t><w:br/><w:t>B</w:t><w:noBreakHyphen/></w:r><w:fldSimple w:instr="DATE">'
        + f"{run('.')}</w:fldSimple></w:p>"
        + f"<w:sdt><w:sdtContent><w:p>{run('Trong khung điều khiển')}</w:p></w:sdtContent></w:sdt>"
    )
    assert of_body(tmp_path / "a.docx", body) == "Gửi trước ngày 17/5/2024 cho Phòng\tA\nB-.\n\nTrong khung điều khiển"


def test_a_head_of_two_columns_with_a_gap_between_is_read_column_by_column(tmp_path: Path) -> None:
    cell = "<w:tc><w:p>{}</w:p></w:tc>".format
    row = "<w:tr>" + cell(run("UBND HUYỆN")) + cell("") + cell(run("CỘNG HÒA")) + "</w:tr>"
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + cell(run("dòng đã xóa")) + "</w:tr>"
    assert of_body(tmp_path / "a.docx", f"<w:tbl>{row}{gone}</w:tbl>") == "UBND HUYỆN\n\nCỘNG HÒA"


def test_text_boxes_once_and_footnotes_at_the_end(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('HỎA TỐC')}</w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    body = f"<w:p>{run('Số: 5/UBND-NC')}<w:r>{both}</w:r></w:p><w:p>{run('Điều cần ghi')}</w:p>"
    notes = f"<w:footnotes {W}><w:footnote><w:p>{run(' Theo Luật.')}</w:p></w:footnote></w:footnotes>"
    text = of_body(tmp_path / "a.docx", body, footnotes=notes)
    assert text == "Số: 5/UBND-NC\n\nHỎA TỐC\n\nĐiều cần ghi\n\n Theo Luật."


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3."/></w:lvl>
 <w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>
 <w:lvl w:ilvl="4"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%5."/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="7"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_numbers_that_word_makes_are_there(tmp_path: Path) -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="M"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="N"><w:basedOn w:val="M"/></w:style></w:styles>'
    )

    def item(words: str, depth: int, number: int = 3) -> str:
        place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        return f"<w:p><w:pPr>{place}</w:pPr>{run(words)}</w:p>"

    items = [item("A", 0), item("b", 1), item("c", 1), item("D", 0), item("e", 1), item("f", 2), item("g", 3)]
    items += [item("h", 4), item("i", 4), f'<w:p><w:pPr><w:pStyle w:val="N"/></w:pPr>{run("J")}</w:p>']
    items += [item("K", 0, 4), item("L", 0, 4), item("không có danh sách", 0, 99)]
    text = of_body(tmp_path / "a.docx", "".join(items), numbering=NUMBERING, styles=styles)
    assert text.split("\n\n") == [
        *("1. A", "a) b", "b) c", "2. D", "a) e", "2.1. f", "- g", "IV. h", "V. i", "3. J"),
        *("1. K", "2. L", "không có danh sách"),
    ]


# --- several files --------------------------------------------------------------------------------------------------


def test_the_directive_comes_before_what_is_attached_to_it(tmp_path: Path, example: Reading) -> None:
    (tmp_path / "pl.txt").write_text("Phụ lục\n(Kèm theo Công văn số 412/UBND-TTHC ngày 13/5/2024)\n1. Danh sách")
    form = EXAMPLE / "bieu-mau-bao-cao.docx"
    files = [(tmp_path / "pl.txt", "pl.txt"), (form, form.name), (EXAMPLE / "cong-van-412.docx", "cong-van-412.docx")]
    reading = bundle.read(files, Scans.REFUSE)
    asked = [question.text for question in reading.tasks[0].questions]
    assert asked[:2] == ["Đề nghị nêu kết quả giải quyết thủ tục hành chính.", "Đề nghị nêu ưu điểm."]
    first, *others = reading.tasks
    own = replace(reading, tasks=(replace(first, questions=example.tasks[0].questions), *others))
    assert plan(own) == plan(example)
    assert reading.text.index("Đinh Văn Thạch") < reading.text.index("Phụ lục") < reading.text.index("KẾT QUẢ GIẢI")


def worded(where: str, stamp: str) -> bytes:
    """A .docx that bears it there."""
    document, out = docx.Document(), io.BytesIO()
    noted = document.add_paragraph("Báo cáo kết quả, công tác bảo ")
    noted.add_run("MẬT").bold = True
    if where == "comment":
        document.add_comment(noted.runs[0], stamp)
    elif where == "title":
        document.core_properties.title = stamp
    elif where == "watermark":
        space = 'xmlns:v="urn:schemas-microsoft-com:vml"'
        mark = parse_xml(f'<v:shape {space}><v:textpath style="x" string="{stamp}"/></v:shape>')
        document.sections[0].header.paragraphs[0].add_run()._r.append(mark)
    document.save(out)
    return out.getvalue()


def tabled(where: str, stamp: str) -> bytes:
    """An .xlsx that bears it there."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["Đơn vị", "Số liệu"])
    match where:
        case "row":
            sheet.cell(MOST_ROWS + 9, 2, stamp)
        case "sheet":
            sheet.title = stamp
        case "header":
            sheet.oddHeader.center.text, sheet.oddHeader.center.size = stamp, 14
        case "comment":
            sheet["A1"].comment = Comment(stamp, "Lan")
        case "title":
            book.properties.title = stamp
    book.save(out)
    return out.getvalue()


def paged(where: str, stamp: str) -> bytes:
    """A .pdf that bears it there."""
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.append(EXAMPLE / "cong-van-412.pdf")
    if where == "title":
        writer.add_metadata({"/Title": stamp})
    else:
        writer.add_annotation(1, FreeText(text=stamp, rect=(50, 50, 200, 100)))
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "made", "where"),
    [
        *(("a.docx", worded, where) for where in ("comment", "title", "watermark")),
        *(("a.xlsx", tabled, where) for where in ("row", "sheet", "header", "comment", "title")),
        *(("a.pdf", paged, where) for where in ("title", "note")),
        ("a.csv", lambda _, stamp: ("a;b\n" * (MOST_ROWS + 9) + f"{stamp};c\n").encode(), "row"),
        ("a.txt", lambda _, stamp: ("Báo cáo kết quả.\n" * (MAX_LETTERS // 16) + stamp).encode(), "end"),
    ],
)
def test_a_stamp_is_seen_wherever_it_stands(
    tmp_path: Path, name: str, made: Callable[[str, str], bytes], where: str
) -> None:
    path = tmp_path / "blob"
    path.write_bytes(made(where, "Ghi chú"))
    with suppress(TooBig):
        bundle.read([(path, name)], Scans.SKIP)
    path.write_bytes(made(where, "TỐI MẬT"))
    with pytest.raises(Secret):
        bundle.read([(path, name)], Scans.SKIP)


def test_pages_past_the_last_that_is_read_are_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.documents.pdf.MAX_PAGES", 1)
    writer = pypdf.PdfWriter()
    writer.append(EXAMPLE / "cong-van-412.pdf", pages=(0, 1))
    writer.append(stamped(tmp_path / "b.pdf", 0, 300))
    writer.write(tmp_path / "a.pdf")
    with pytest.raises(Secret):
        text_of(tmp_path / "a.pdf", "a.pdf", Scans.SKIP)


def test_a_secret_among_several_files_is_seen_though_another_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 no")
    (tmp_path / "b.txt").write_text("TỐI MẬT\nSố: 1/UBND-NC")
    with pytest.raises(Secret):
        bundle.read([(tmp_path / "a.pdf", "a.pdf"), (tmp_path / "b.txt", "b.txt")], Scans.REFUSE)


@needs_ocr
@pytest.mark.full
async def test_pages_photographed_with_a_secret_one_go_with_it(tmp_path: Path) -> None:
    """The first comes before it is known, the third when it is."""
    pages = [path.read_bytes() for path, _ in photographed(EXAMPLE / "cong-van-412.pdf", tmp_path)]
    secret, _ = photographed(stamped(tmp_path / "a.pdf", 0.1, 300), tmp_path, "")[0]
    async with Stage(START) as stage:
        await stage.seat("Hà", await stage.office("Phòng Nội vụ", "NV"), Role.COORDINATOR)
        phone = stage.phone("Hà")
        for picture in (pages[0], secret.read_bytes(), pages[1]):
            await phone.send_photo(picture, "", "album")
        await stage.settled()
        said = {message.text for message in phone.messages if message.from_bot}
        assert said
        assert all(text.startswith("Văn bản có dấu MẬT.") for text in said)
        assert not [path for path in (stage.folder / "files").glob("??/*") if path.is_file()]
        await phone.say("/congvan")
        await stage.settled()
        assert phone.messages[-1].text.startswith("Chưa có công văn nào đang soạn.")


@needs_ocr
@pytest.mark.full
async def test_an_offices_photo_of_a_secret_page_is_not_kept(tmp_path: Path) -> None:
    secret, _ = photographed(stamped(tmp_path / "a.pdf", 0.1, 300), tmp_path, "")[0]
    async with Stage(START) as stage:
        await stage.seat("Tài", await stage.office("Phòng Tài chính", "TC"), Role.HEAD)
        phone = stage.phone("Tài")
        await phone.send_photo(secret.read_bytes())
        await stage.settled()
        assert [message.text for message in phone.messages if message.from_bot][-1].startswith("Văn bản có dấu MẬT.")
        assert not [path for path in (stage.folder / "files").glob("??/*") if path.is_file()]


# --- hostile files --------------------------------------------------------------------------------------------------

ENDINGS = ("docx", "pdf", "txt", "md", "odt", "ods", "rtf", "doc", "xls", "ppt", "pptx", "jpg", "png", "xlsx", "csv")


def hostile() -> Iterator[tuple[str, bytes]]:
    """Noise under every name, and whole files with holes, ends and bytes that are not theirs."""
    chance = random.Random(5)
    whole = {"docx": "cong-van-412.docx", "pdf": "cong-van-412.pdf", "jpg": "a.jpg", "xlsx": "a.xlsx"}
    for ending in ENDINGS:
        for size in (0, 1, 30, 4000):
            yield ending, chance.randbytes(size)
        data = sample(whole.get(ending, "cong-van.md"))
        for _ in range(12):
            broken = bytearray(data[: chance.choice([len(data), chance.randrange(1, len(data))])])
            for _ in range(chance.randrange(40)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            yield ending, bytes(broken)


@pytest.mark.timeout(120)
def test_no_bytes_crash_it_or_keep_it_long(tmp_path: Path) -> None:
    for ending, data in hostile():
        path = tmp_path / f"a.{ending}"
        path.write_bytes(data)
        began = time.process_time()
        with suppress(DocumentError):
            read(path, Scans.SKIP)
        assert time.process_time() - began < 2, (ending, data[:40])


def test_a_png_that_unpacks_to_more_than_anybody_holds_is_refused(tmp_path: Path) -> None:
    size = (40_000).to_bytes(4, "big")
    chunks = ((b"IHDR", size + size + b"\x08\x02\0\0\0"), (b"IDAT", b""))
    png = (
        len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big") for name, body in chunks
    )
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(png))
    with pytest.raises(DocumentError, match="quá lớn"):
        text_of(tmp_path / "a.png", "a.png", Scans.READ)


@pytest.mark.parametrize("name", ["cong-van-412.docx", "cong-van-412.pdf"])
def test_what_is_read_well_takes_far_less_than_its_limit(name: str) -> None:
    """Peak resident memory of a process that reads it within the limits of the child."""
    asked = (
        "import sys\nfrom pathlib import Path\nfrom bot.documents import worker\n"
        f"worker.main(worker.Request('read', [(Path({str(EXAMPLE / name)!r}), {name!r})]), sys.stdout)\n"
        "print('\\n' + Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, cwd=EXAMPLE.parents[2])
    said, peak = done.stdout.decode().rsplit("\n", 2)[:2]
    assert json.loads(said)["number"] == "412/UBND-TTHC"
    assert int(peak) < 150 * 1024


def test_of_a_pdf_without_end_the_first_pages_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.documents.pdf.MAX_PAGES", 1)
    text, notes = text_of(EXAMPLE / "cong-van-412.pdf", "a.pdf")
    assert notes == ["Tệp có 3 trang, chỉ đọc 1 trang đầu."]
    assert "Nơi nhận" not in text


def test_a_blank_page_is_no_scan(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(drawn_pdf(b""))
    with pytest.raises(Unreadable, match="không có chữ"):
        text_of(tmp_path / "a.pdf", "a.pdf")
    (tmp_path / "a.pdf").write_bytes(drawn_pdf(b"0 0 m 9 9 l S " * 500))  # letters drawn as lines
    with pytest.raises(NeedsOcr):
        text_of(tmp_path / "a.pdf", "a.pdf")


def test_the_bot_itself_loads_no_parser_of_what_strangers_send() -> None:
    script = (
        "import sys, bot.app, handlers; handlers.load(); sys.exit(bool({'pypdf', 'PIL', 'docx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[1], check=False).returncode == 0
