"""The parts of a document: header, addressees, body in paragraphs, what stands after it. Spans only, nothing read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.documents.reading import Span
from bot.documents.tidy import ADDRESSED, SENT_TO, lines
from bot.text import fold

UPPER = "A-ZĐÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
LOWER = UPPER.lower()
TITLES = (
    "CHỈ THỊ",
    "THÔNG BÁO",
    "QUYẾT ĐỊNH",
    "KẾ HOẠCH",
    "CÔNG ĐIỆN",
    "HƯỚNG DẪN",
    "GIẤY MỜI",
    "KẾT LUẬN",
    "BÁO CÁO",
    "TỜ TRÌNH",
    "NGHỊ QUYẾT",
    "CHƯƠNG TRÌNH",
    "CÔNG VĂN",
    "PHƯƠNG ÁN",
    "ĐỀ ÁN",
    "THƯ MỜI",
    "THÔNG TRI",
)
MARKER = re.compile(
    rf"(?P<roman>[IVX]{{1,4}})[.)]\s+|(?P<deep>\d{{1,2}}(?:\.\d{{1,2}})+)[.)]?\s+|(?P<item>\d{{1,2}})[.,)/]\s+(?=[{UPPER}\"“«])"
    r"|\((?P<paren>\d{1,2})\)\s*|\W{0,2}(?P<letter>[a-zđ©ø])[)\\]\s+|(?P<bullet>[-+])\s+"
)
_ADDRESSED = re.compile(
    rf"^[ ]*(?i:{ADDRESSED})\s*:?|^[ ]*(?i:(?:Trân trọng )?kính mời)\s*:"
    r"|^[^\n:;.]{0,80}\b(?:điện"
    r"|ĐIỆN)(?:\s+gửi)?\s*:[ ]*$",
    re.MULTILINE,
)
_RECIPIENTS_END = re.compile(rf"^[ ]*{SENT_TO}", re.MULTILINE | re.IGNORECASE)
_OPENING = re.compile(
    r"^[ ]*(?:Thực hiện|Căn cứ|Để |Nhằm|Tiếp (?:theo|tục)|Theo |Triển khai|Trong (?:thời gian|những năm)|Thời gian qua"
    r"|Được sự|Xét |Ngày \d|Qua |Sau khi|Trên cơ sở|Hiện nay|Vừa qua|Ủy ban nhân dân|Uỷ ban nhân dân|UBND|Sở |Phòng )"
    r"|^[^\n]*(?:như sau|sau đây|yêu cầu)\s*:[ ]*$",
    re.MULTILINE,
)
_FINISHED = re.compile(r"[.:;…!]\W*$")


def title_of(line: str) -> str | None:
    """The kind a line in capitals names: alone, or before what it is about (`KẾ HOẠCH TRIỂN KHAI …`)."""
    if len(line) < 6 or not line.isupper():
        return None
    form = f"{fold(line)} "
    return next((title for title, folded in _FOLDED.items() if form.startswith(folded)), None)


_FOLDED = {title: f"{fold(title)} " for title in TITLES}


@dataclass(frozen=True, slots=True)
class Parts:
    """Spans of header, addressees (empty in a chỉ thị), body and ending."""

    header: Span
    addressees: Span
    body: Span
    ending: Span


def parts(text: str) -> Parts:
    """Where the parts of an official document lie (Nghị định 30/2020, phụ lục I)."""
    ending = _ending(text)
    addressed = _ADDRESSED.search(text, 0, ending)
    if not addressed:
        start = _body_start(text, ending)
        return Parts((0, start), (start, start), (start, ending), (ending, len(text)))
    start = _after_addressees(text, addressed.end(), ending)
    return Parts((0, addressed.start()), (addressed.end(), start), (start, ending), (ending, len(text)))


def _ending(text: str) -> int:
    found = [match.start() for match in _RECIPIENTS_END.finditer(text)]
    if found:
        return found[0]
    stop = text.rfind("./.")
    return stop + 3 if stop >= 0 else len(text)


def _body_start(text: str, end: int) -> int:
    """Without addressees the body starts after the title and the lines that go on with it; failing a title, at its
    usual first words."""
    for start, stop in lines(text[:end]):
        if title_of(text[start:stop].strip(" *")):
            about = _ABOUT.match(text, stop, end)
            stop = about.end() if about else stop
            rest = _LAST_WORD.match(text, stop, end)
            return rest.end() if rest and _OPENING.match(text, rest.end()) else stop
    opening = _OPENING.search(text, 0, end)
    return opening.start() if opening else 0


_ABOUT = re.compile(rf"[ ]*\n\s*(?:[^\n]+\n(?:[ ]*(?![{UPPER}\d-])[^\n]+\n|(?:[^a-z\n]+\n))*)?")
"""What a title is about: the line after it and those that go on with it."""
_LAST_WORD = re.compile(rf"[ ]*[{UPPER}][^\n.;:]{{0,24}}\n\s*")
"""The end of a title that is broken before a name."""


def _after_addressees(text: str, start: int, end: int) -> int:
    """The first line that is neither an addressee nor the rest of one."""
    previous, dashed = "", False
    for line in lines(text[start:end]):
        words = text[start + line[0] : start + line[1]]
        if words.startswith(("-", "+")):
            dashed = True
        elif previous and _opens(text, start + line[0], words, previous, dashed):
            return start + line[0]
        previous = words
    return end


def _opens(text: str, position: int, words: str, previous: str, dashed: bool) -> bool:
    """Whether this line begins the body: by its first words, after a list that has ended, or after a blank line and a
    finished addressee."""
    if _OPENING.match(words) or (not words[0].islower() and previous.endswith((".", ";") if dashed else ".")):
        return True
    return _new(text, position) and (previous.endswith((".", ";")) or not words[0].islower())


def _new(text: str, position: int) -> bool:
    return text.startswith("\n\n", max(0, position - 2))


def paragraphs(text: str, span: Span) -> list[Span]:
    """Paragraphs of the body with the hard line breaks of a PDF undone: a new one starts at a marker, or where the
    line before has ended; a blank line in the middle of a sentence (a page break) does not count."""
    found: list[Span] = []
    for start, end in lines(text[slice(*span)]):
        line = (span[0] + start, span[0] + end)
        if found and _continues(text, found[-1], line):
            line = (found.pop()[0], line[1])
        found.append(line)
    return found


def _continues(text: str, before: Span, line: Span) -> bool:
    words, previous = text[slice(*line)], text[max(before[0], before[1] - 200) : before[1]]
    if MARKER.match(words) or "|" in words:
        return False
    if (section := MARKER.match(previous)) and section["roman"] and previous.isupper():
        return words.isupper()
    if previous.endswith(".") and words[0].islower():
        return True
    if not _FINISHED.search(previous):
        return words[0].islower() or not _new(text, line[0]) or not _heading(previous)
    return False


def _heading(words: str) -> bool:
    """A short title line that ends without a stop."""
    return len(words) < 60 and words[0].isupper() and "\n" not in words and not words.endswith(",")
