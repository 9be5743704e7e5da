"""`python -m bot.sandbox.example.build`: the example directive and its report form as .docx, in the layout of
Nghị định 30/2020, phụ lục I, and where LibreOffice is the directive as .pdf. Its words come from `cong-van.md`."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

HERE = Path(__file__).parent
FORM_TABLE = ("STT", "Lĩnh vực", "Tiếp nhận", "Đúng hạn", "Trễ hạn", "Nguyên nhân trễ hạn")
FORM = (
    "I. KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
    "(Số liệu từ ngày 15/12/2023 đến ngày 15/5/2024)",
    "II. ĐÁNH GIÁ CHUNG",
    "1. Ưu điểm: …",
    "2. Tồn tại, hạn chế: …",
    "3. Nguyên nhân: …",
    "III. NHIỆM VỤ, GIẢI PHÁP",
    "…",
    "IV. KIẾN NGHỊ, ĐỀ XUẤT",
    "…./.",
)


def directive(markdown: str, font: str = "Times New Roman") -> Document:
    """The directive: two header rows, addressees, body, `Nơi nhận` beside the signature."""
    blocks = markdown.strip().split("\n\n")
    document = page(font)
    _columns(document, [blocks[0], blocks[1]], ALIGN.CENTER, ALIGN.CENTER)
    _columns(document, [blocks[2], blocks[3]], ALIGN.CENTER, ALIGN.CENTER)
    for block in blocks[4:-2]:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        paragraph.paragraph_format.space_before = Pt(6)
        paragraph.alignment = ALIGN.JUSTIFY
        _write(paragraph, block)
    _columns(document, blocks[-2:], ALIGN.LEFT, ALIGN.CENTER)
    return document


def report_form() -> Document:
    """The form the offices fill in: headings, and one table."""
    document = page()
    for line in ("BÁO CÁO", "Kết quả giải quyết thủ tục hành chính và mức độ hài lòng của người dân"):
        paragraph = document.add_paragraph()
        paragraph.alignment = ALIGN.CENTER
        paragraph.add_run(line).bold = True
    for line in FORM:
        document.add_paragraph().add_run(line).bold = line.isupper()
        if line.startswith("(Số liệu"):
            _table(document)
    return document


def pdf(markdown: str, folder: Path) -> Path:
    """Three pages printed by LibreOffice, in a font that Debian has with every Vietnamese letter."""
    draft, document = folder / "cong-van-412.docx", directive(markdown, "Noto Serif")
    document.styles["Normal"].paragraph_format.line_spacing = 1.5
    document.save(str(draft))
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(draft)], check=True, capture_output=True)  # noqa: S603
    return draft.with_suffix(".pdf")


def page(font: str = "Times New Roman") -> Document:
    """An empty A4 page, 14 points, margins 20, 20, 30, 15 mm, dated so that two builds are alike."""
    document = docx.Document()
    section, style = document.sections[0], document.styles["Normal"]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style.font.name, style.font.size = font, Pt(14)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    properties = document.core_properties
    properties.author, properties.created = "nhacviec", datetime(2024, 5, 13, tzinfo=UTC)
    properties.modified = properties.created
    return document


def _columns(document: Document, texts: list[str], left: ALIGN, right: ALIGN) -> None:
    table = document.add_table(rows=1, cols=2)
    for cell, text, alignment, width in zip(table.rows[0].cells, texts, (left, right), (6.5, 10), strict=True):
        cell.width = Cm(width)
        _fill(cell, text, alignment)


def _fill(cell: _Cell, text: str, alignment: ALIGN) -> None:
    bold = text.startswith("**")
    for number, line in enumerate(text.replace("**", "").split("\n")):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        paragraph.alignment = alignment
        _write(paragraph, f"**{line}**" if bold and "*" not in line else line)


def _write(paragraph: Paragraph, marked: str) -> None:
    for piece in re.split(r"(\*+[^*]+\*+)", marked):
        run = paragraph.add_run(piece.strip("*"))
        run.bold, run.italic = piece.startswith("**"), piece.startswith("*") and not piece.startswith("**")


def _table(document: Document) -> None:
    table = document.add_table(rows=2, cols=len(FORM_TABLE), style="Table Grid")
    for cell, title in zip(table.rows[0].cells, FORM_TABLE, strict=True):
        cell.text = title


if __name__ == "__main__":
    directive((HERE / "cong-van.md").read_text()).save(str(HERE / "cong-van-412.docx"))
    report_form().save(str(HERE / "bieu-mau-bao-cao.docx"))
    if shutil.which("soffice"):
        with TemporaryDirectory() as name:
            shutil.copy(pdf((HERE / "cong-van.md").read_text(), Path(name)), HERE)
