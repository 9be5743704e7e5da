"""WordprocessingML, the little a report needs (ECMA-376, part 1, 17): paragraphs, runs, tables and sections as text.

Written as text and not as a tree, so that a report of a thousand offices takes no more memory than one of ten;
python-docx keeps the whole document and searches it anew for each paragraph it adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from bot.documents.report.plain import prose

A4 = (11906, 16838)
"""Width and height, in twentieths of a point."""
TOP, BOTTOM, LEFT, RIGHT = 1134, 1134, 1701, 851
"""20, 20, 30 and 15 mm."""
TEXT = A4[0] - LEFT - RIGHT
WIDE_TEXT = A4[1] - LEFT - RIGHT
KEPT = "<w:keepNext/><w:keepLines/>"
"""Stands on the page of what follows: no signature is alone on its page."""
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def run(text: str, *, bold: bool = False, italic: bool = False) -> str:
    """Clean text; a line break where it has one."""
    props = "<w:b/>" * bold + "<w:i/>" * italic
    lines = text.replace("\t", " ").split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{f'<w:rPr>{props}</w:rPr>' if props else ''}{said}</w:r>"


def paragraph(style: str, *runs: str, props: str = "") -> str:
    """`props` follow the style in the order of the schema."""
    return f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{props}</w:pPr>{''.join(runs)}</w:p>"


def words(style: str, text: str, props: str = "") -> str:
    """A paragraph of a stranger's words."""
    return paragraph(style, run(prose(text)), props=props)


def rule(length: float, column: float, style: str = "Rule") -> str:
    """A solid line `length` long in the middle of a column, both in points: NĐ 30 wants it drawn, not underlined."""
    aside = max(0, round((column - length) * 10))
    border = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
    return paragraph(style, props=f'{border}<w:ind w:left="{aside}" w:right="{aside}"/>')


def bookmark(number: int, name: str, inside: str) -> str:
    start = f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>'
    return f'{start}{inside}<w:bookmarkEnd w:id="{number}"/>'


def columns(widths: Sequence[int], cells: Sequence[str]) -> str:
    """Cells of finished paragraphs side by side, without lines: head and foot of a document."""
    return f"{_open(widths, '')}{_row(widths, cells)}</w:tbl>"


def grid(widths: Sequence[int], head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with lines; its head is repeated on each page. Cells are finished paragraphs."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    yield _open(widths, f"<w:tblBorders>{borders}</w:tblBorders>")
    yield _row(widths, head, "<w:tblHeader/>")
    for cells in rows:
        yield _row(widths, cells)
    yield "</w:tbl>"


def section(*, wide: bool = False, starts: bool = False) -> str:
    """Page set-up. `starts`: the pages are counted from 1 again. The first page shows no number."""
    size = A4[::-1] if wide else A4
    turned = ' w:orient="landscape"' if wide else ""
    anew = '<w:pgNumType w:start="1"/>' if starts else ""
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:headerReference w:type="first" r:id="rId2"/>'
        f'<w:type w:val="nextPage"/><w:pgSz w:w="{size[0]}" w:h="{size[1]}"{turned}/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" '
        'w:header="567" w:footer="567" w:gutter="0"/>'
        f"{anew}<w:titlePg/></w:sectPr>"
    )


def _open(widths: Sequence[int], borders: str) -> str:
    cells = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
    if not borders:
        cells = cells.replace('"57"', '"0"')
    size = f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr>{size}{borders}<w:tblLayout w:type="fixed"/>{cells}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )


def _row(widths: Sequence[int], cells: Sequence[str], more: str = "") -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
        for width, cell in zip(widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{made}</w:tr>"
