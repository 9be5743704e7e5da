"""The paragraph styles of an official document (Nghị định 30/2020/NĐ-CP, phụ lục I), so that a clerk can change one
thing everywhere. Sizes in points; texts are black Times New Roman."""

from __future__ import annotations

from dataclasses import dataclass

from bot.documents.report.wml import NAMESPACES

FONT = "Times New Roman"
INDENT = 720
"""The first line of a paragraph: 1.27 cm, in twentieths of a point."""


@dataclass(frozen=True, slots=True)
class Style:
    """`before` and `after` in points, `line` in lines, `left`, `right` and `first` in twentieths of a point."""

    id: str
    name: str
    size: float = 14
    align: str = "left"
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    line: float = 1.0
    left: int = 0
    right: int = 0
    first: int = 0
    keep: bool = False
    level: int | None = None
    """Its place in Word's navigation pane, from 0."""

    def xml(self) -> str:
        spacing = (
            f'<w:spacing w:before="{round(self.before * 20)}" w:after="{round(self.after * 20)}" '
            f'w:line="{round(self.line * 240)}" w:lineRule="auto"/>'
        )
        hang = f'w:firstLine="{self.first}"' if self.first >= 0 else f'w:hanging="{-self.first}"'
        level = f'<w:outlineLvl w:val="{self.level}"/>' if self.level is not None else ""
        ppr = (
            f"{'<w:keepNext/>' * self.keep}{spacing}"
            f'<w:ind w:left="{self.left}" w:right="{self.right}" {hang}/><w:jc w:val="{self.align}"/>{level}'
        )
        half = round(self.size * 2)
        rpr = f'{"<w:b/>" * self.bold}{"<w:i/>" * self.italic}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
        first = ' w:default="1"' if self.id == "Normal" else ""
        based = "" if first else '<w:basedOn w:val="Normal"/>'
        return (
            f'<w:style w:type="paragraph"{first} w:styleId="{self.id}"><w:name w:val="{self.name}"/>{based}'
            f"<w:qFormat/><w:pPr>{ppr}</w:pPr><w:rPr>{rpr}</w:rPr></w:style>"
        )


_STYLES = (
    Style("Normal", "Normal"),
    Style("Nation", "Quốc hiệu", 12, "center", bold=True),
    Style("Motto", "Tiêu ngữ", 13, "center", bold=True),
    Style("Parent", "Cơ quan chủ quản", 12, "center"),
    Style("Issuer", "Cơ quan ban hành", 12, "center", bold=True),
    Style("Rule", "Đường kẻ", 1, before=2),
    Style("Number", "Số, ký hiệu", 13, "center", before=6),
    Style("PlaceDate", "Địa danh, ngày", 13, "center", italic=True, before=6),
    Style("LetterSubject", "Trích yếu công văn", 12, "center", before=6),
    Style("Title", "Tên loại", 14, "center", bold=True, before=18),
    Style("Subject", "Trích yếu", 14, "center", bold=True, left=567, right=567),
    Style("Addressee", "Kính gửi", 14, before=12, left=1134),
    Style("Addressees", "Kính gửi nhiều nơi", 14, before=3, left=1701, first=-170),
    Style("Ground", "Căn cứ", 14, "both", italic=True, before=6, line=1.15, first=INDENT),
    Style("Body", "Nội dung", 14, "both", before=6, line=1.15, first=INDENT),
    Style("Heading1", "heading 1", 14, "both", bold=True, before=12, line=1.15, first=INDENT, keep=True, level=0),
    Style("Heading2", "heading 2", 14, "both", bold=True, before=6, line=1.15, first=INDENT, keep=True, level=1),
    Style("Heading3", "heading 3", 14, "both", before=6, line=1.15, first=INDENT, keep=True, level=2),
    Style("Heading4", "heading 4", 14, "both", before=6, line=1.15, first=INDENT, keep=True, level=3),
    Style("Caption", "Tên bảng", 13, "center", italic=True, before=6, after=3, keep=True),
    Style("CellHead", "Đầu bảng", 12, "center", bold=True, before=2, after=2, keep=True),
    Style("Cell", "Ô bảng", 12, before=2, after=2),
    Style("CellCentre", "Ô bảng giữa", 12, "center", before=2, after=2),
    Style("CellNumber", "Ô bảng số", 12, "right", before=2, after=2),
    Style("Gap", "Khoảng cách", 8),
    Style("SignTitle", "Chức vụ người ký", 14, "center", bold=True, keep=True),
    Style("SignName", "Người ký", 14, "center", bold=True, before=70),
    Style("CopiesLabel", "Nơi nhận", 12, bold=True, italic=True),
    Style("Copies", "Nơi nhận văn bản", 11),
    Style("AnnexLabel", "Phụ lục", 14, "center", bold=True),
    Style("AnnexTitle", "Tên phụ lục", 14, "center", bold=True, keep=True),
    Style("AnnexNote", "Kèm theo", 14, "center", italic=True, after=6),
    Style("PageNumber", "Số trang", 14, "center"),
)


def styles() -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:eastAsia="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        '<w:color w:val="000000"/><w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        f"{''.join(style.xml() for style in _STYLES)}</w:styles>"
    )
