"""Documents a document cites: kept for the reader, and never a source of deadlines."""

from __future__ import annotations

import re

from bot.documents.dates import DATE
from bot.documents.layout import UPPER
from bot.documents.reading import Span

_KIND = (
    r"(?:Công văn|Quyết định|Nghị định|Nghị quyết|Chỉ thị|Thông tư(?: liên tịch)?|Kế hoạch|Thông báo"
    r"|Công điện|Báo cáo|Tờ trình|Hướng dẫn|Văn bản|văn bản|Kết luận)"
)
_STOP = (
    r"về|V/v|qu[yi] định|phê duyệt|ban hành|hướng dẫn|sửa đổi|thực hiện|triển khai|tại|theo|trên|để|năm"
    r"|đã|nhằm|chỉ đạo|và(?=\s+[a-zà-ỹđ])"
)
_OF = rf"\s+của\s+[{UPPER}][\w&\s-]{{1,70}}?(?=\s+(?:{_STOP})\b|\s*[^\w\s&-]|$)"
_SIGN = rf"\d+\s*[/-]\s*[{UPPER}\d][{UPPER}\d/&-]*(?:\s*-\s*[{UPPER}&]+)*g?\b"
_CITED = re.compile(rf"{_KIND}\s+[Ss]ố:?\s+{_SIGN}(?:\s+ngày\s+{DATE}(?:{_OF})?)?")


_SPLIT = re.compile(rf"(?<=[{UPPER}])-\s(?=[{UPPER}])")


def references(text: str, body: Span) -> list[tuple[str, Span]]:
    """Cited documents with number, date and issuer as far as written there, each once."""
    found = {
        _SPLIT.sub("-", " ".join(cited[0].split())): cited.span()
        for cited in reversed(list(_CITED.finditer(text, *body)))
    }
    return sorted(found.items(), key=lambda each: each[1])
