"""Who signed: authority lines, title and name (Nghị định 30/2020, phụ lục I, mục chữ ký)."""

from __future__ import annotations

import re

from bot.documents.layout import UPPER
from bot.documents.reading import Signer, Span

_AUTHORITY = re.compile(rf"\b(?:TM|KT|TL|TUQ|Q|T/M|K/T)\s*\.\s*[{UPPER}][{UPPER} ]{{3,}}")
_TITLE = re.compile(
    rf"^[^\n{UPPER}]*\b((?:QUYỀN |PHÓ )?(?:CHỦ TỊCH|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|CHÁNH [{UPPER} ]+"
    rf"|TRƯỞNG [{UPPER} ]+|BỘ TRƯỞNG"
    rf"|THỨ TRƯỞNG|CỤC TRƯỞNG|VỤ TRƯỞNG|CHI CỤC TRƯỞNG|VĂN PHÒNG|TỔNG CỤC TRƯỞNG|BÍ THƯ)[{UPPER} ]*)\W*$",
    re.MULTILINE,
)
_INLINE_TITLE = re.compile(r"\b((?:PHÓ )?(?:CHỦ TỊCH|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|CHÁNH THANH TRA))\s*$", re.MULTILINE)
_NAME = re.compile(
    rf"(?:^|[;:,]\s+)(?:(?:TS|ThS|PGS|GS)\.\s*)*((?:[{UPPER}][a-zà-ỹ]+[ ]){{1,4}}[{UPPER}][a-zà-ỹ]+)[ ]*$", re.MULTILINE
)
_AGENCY = re.compile(
    r"^(?:Sở|Phòng|Ban|Văn|Ủy|Uỷ|Bộ|Cục|Lưu|Như|Đã|Nơi|Công|Báo|Đài|Hội|Thường|Thanh|Tòa|Kho|Các|Trung)\b"
)


def signer(text: str, ending: Span) -> tuple[Signer, Span] | None:
    """The signer, as far as the text tells; None where neither a title nor a name is found."""
    authority = list(_AUTHORITY.finditer(text, *ending))
    title = _last_title(text, ending)
    if not title and not authority:
        return None
    start = min(found.start() for found in [*authority, *([title] if title else [])])
    name = _last_name(text, _after(title or authority[-1], ending))
    return _signer(authority, title, name), (start, name.end() if name else ending[1])


def _after(line: re.Match[str], ending: Span) -> Span:
    """The name stands close below the title; further down lies noise or an annex."""
    return line.end(), min(line.end() + 500, ending[1])


def _signer(authority: list[re.Match[str]], title: re.Match[str] | None, name: re.Match[str] | None) -> Signer:
    by_whom = " / ".join(" ".join(found[0].split()) for found in authority) or None
    return Signer(name[1] if name else None, " ".join(title[1].split()) if title else None, by_whom)


def _last_title(text: str, ending: Span) -> re.Match[str] | None:
    """The last title that is not itself an authority (`KT. GIÁM ĐỐC`)."""
    for pattern in (_TITLE, _INLINE_TITLE):
        found = [each for each in pattern.finditer(text, *ending) if not _in_authority(text, each)]
        if found:
            return found[-1]
    return None


def _in_authority(text: str, found: re.Match[str]) -> bool:
    return bool(re.search(r"(?:TM|KT|TL|TUQ|Q|T/M|K/T)\s*\.\s*$", text[max(0, found.start(1) - 8) : found.start(1)]))


def _last_name(text: str, span: Span) -> re.Match[str] | None:
    found = [each for each in _NAME.finditer(text, *span) if not _AGENCY.match(each[1])]
    return found[-1] if found else None
