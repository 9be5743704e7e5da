"""Number, date, place, issuer, kind and subject: the head of an official document (Nghị định 30/2020, phụ lục I).

Each function takes the text and the span of the head, and returns what it found with its span, or None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.documents.layout import TITLES, UPPER
from bot.documents.reading import Span
from bot.documents.tidy import lines

Found = tuple[str, Span]

_NUMBER = re.compile(
    r"(?<!đến )(?<!ĐẾN )\bS[ốỐ]\s*:?\s*(?P<number>[\d.…_]*)\s*"
    r"(?P<sign>[/-]\s*[A-ZĐƯ\d][A-ZĐƯ\d&/]*(?:\s*[-–]\s*[A-ZĐƯ&\d]+)*)(?!\w)(?![ ]*ngày[ ]*\d)"
)
_PLACE = rf"(?:TP\.[ ]*)?(?=\w[a-zà-ỹ])[{UPPER}][^\W\d_]*(?:[ -]{{1,3}}[{UPPER}][^\W\d_]*){{0,6}}"
_DATED = re.compile(
    rf"(?:(?<![\w/&-])(?P<place>{_PLACE})\s*,?)?\s*\b(?:ngày|NGÀY)\s*(?P<day>[\d.…]*)\s*"
    r"(?:tháng|THÁNG)\s*(?P<month>[\d.…]*)\s*(?:năm|NĂM)\s*(?P<year>\d{4})"
)
_ABOUT = re.compile(r"^[ ]*(?:V/v|Về việc|VỀ VIỆC|Về|VỀ)\s*:?\s+", re.MULTILINE)
_MOTTO = re.compile(r"CỘNG H|Độc lập|ĐẢNG CỘNG SẢN", re.IGNORECASE)
_STAMP = re.compile(r"(?:HỎA|HOẢ) TỐC|(?:THƯỢNG )?KHẨN|LƯU HÀNH|XEM XONG|CÔNG VĂN ĐẾN|DỰ THẢO", re.IGNORECASE)
_PLACES = re.compile(r"\b(tỉnh|huyện|thành phố|thị xã|quận|xã|phường|đặc khu)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Issuer:
    name: str
    parent: str | None
    span: Span


def number(text: str, head: Span) -> Found | None:
    """`412/UBND-TTHC`; `/UBND-TTHC` where the number is blank."""
    found = _NUMBER.search(text, *head)
    if not found:
        return None
    digits = found["number"].strip(".…_")
    return digits + re.sub(r"\s*([-–/])\s*", r"\1", found["sign"]).strip(), found.span()


def dated(text: str, head: Span) -> tuple[str, str | None, Span] | None:
    """ISO date (`2024-05` or `2024` where the day or the month is blank), place, span."""
    found = _DATED.search(text, *head)
    if not found:
        return None
    return _iso(found), found["place"], found.span()


def _iso(found: re.Match[str]) -> str:
    day, month = found["day"].strip(".…"), found["month"].strip(".…")
    if not month:
        return found["year"]
    return f"{found['year']}-{int(month):02}" + (f"-{int(day):02}" if day else "")


def doc_type(text: str, head: Span, addressed: bool) -> Found | None:
    """The kind as its title says; a công văn has none, only `V/v` or addressees."""
    for start, end in _lines_of(text, head):
        words = text[start:end].strip(" *")
        if words in TITLES:
            return words.lower(), (start, end)
    about = _ABOUT.search(text, *head)
    if about or addressed:
        return "công văn", about.span() if about else head
    return None


def subject(text: str, head: Span) -> Found | None:
    """What it is about, without `V/v`, on one line; in a titled document it may end only where the body starts."""
    found = _ABOUT.search(text, *head) or _TITLE_LINE.search(text, *head)
    if not found:
        return None
    end = found.end()
    for start, stop in _lines_of(text, (found.end(), head[1])):
        if start > found.end() and not _goes_on(text, end, start, stop):
            break
        end = stop
    words = " ".join(text[found.end() : end].split()).rstrip(" .;*")
    return (words, (found.end(), end)) if words else None


_TITLE_LINE = re.compile(rf"^[ ]*(?:{'|'.join(TITLES)})[ ]*\n", re.MULTILINE)


def _goes_on(text: str, end: int, start: int, stop: int) -> bool:
    words = text[start:stop]
    if "\n\n" in text[end:start] or _MOTTO.match(words) or _DATED.match(words) or _STAMP.fullmatch(words):
        return False
    return not re.match(r"Thực hiện|Căn cứ|Kính gửi|-", words)


def issuer(text: str, head: Span, place: str | None) -> Issuer | None:
    """The issuing body with the name of its parent's place: `Sở Nội vụ tỉnh …`, parent `UBND tỉnh …`."""
    names: list[Span] = []
    for start, end in _lines_of(text, head):
        name = _MOTTO.split(text[start:end])[0].strip()
        if _NUMBER.match(name) or len(names) == 3:
            break
        if titled := _OF_TITLE.match(name):
            names = [(start + titled.start(1), start + titled.end(1))]
        elif name.isupper() and (_AGENCY.match(name) or (names and _PLACES.match(name))):
            names.append((start, start + len(name)))
    return _named(text, names, place) if names else None


_OF_TITLE = re.compile(r"CỦA\s+(.+?)\s+SỐ\b")
_AGENCY = re.compile(
    r"(?:[ỦU][YỶ] BAN|UBND|HỘI ĐỒNG|HĐND|SỞ|BỘ|PHÒNG|VĂN PHÒNG|CHI CỤC|CỤC|TỔNG CỤC|BAN|HỘI|THANH TRA"
    r"|CÔNG AN|CHÍNH PHỦ|VIỆN"
    r"|TRƯỜNG|TRUNG TÂM|KHO BẠC|BẢO HIỂM|TỈNH|HUYỆN|THÀNH|ĐẢNG|ĐOÀN|TÒA|TOÀ|LIÊN|MẶT TRẬN|THỦ TƯỚNG|CHỦ TỊCH|ĐÀI)\b"
)


def _named(text: str, names: list[Span], place: str | None) -> Issuer:
    cased = [_cased(text, text[slice(*name)], place) for name in names]
    span = (names[0][0], names[-1][1])
    if len(cased) > 1 and _PLACES.match(cased[1]):
        cased = [f"{cased[0]} {cased[1][0].lower()}{cased[1][1:]}", *cased[2:]]
    if len(cased) == 1:
        return Issuer(cased[0], None, span)
    return Issuer(_with_place(cased[1], cased[0]), cased[0], span)


def _with_place(name: str, parent: str) -> str:
    """`Văn phòng` belongs to its whole parent; a Sở or Phòng only to its place."""
    if len(name.split()) == 2 and name.lower().startswith(("văn phòng", "thanh tra")):
        return f"{name} {parent}"
    where = _PLACES.search(parent)
    return f"{name} {parent[where.start() :]}" if where and not _PLACES.search(name) else name


def _cased(text: str, capitals: str, place: str | None) -> str:
    """Capitals to ordinary spelling: as the document itself writes the name elsewhere, else word by word."""
    pattern = r"\s+".join(map(re.escape, capitals.split()))
    for found in re.finditer(pattern, text, re.IGNORECASE):
        if not found[0].isupper():
            words = " ".join(found[0].split())
            return words[0].upper() + words[1:]
    return _respelled(capitals, place)


def _respelled(capitals: str, place: str | None) -> str:
    words = [word if _acronym(word) else word.lower() for word in capitals.split()]
    plain = " ".join(words)
    if place and place.lower() in plain:
        plain = plain.replace(place.lower(), place)
    elif where := _PLACES.search(plain):
        plain = plain[: where.end()] + plain[where.end() :].title()
    plain = re.sub(r"^((?:sở|phòng|ban|bộ|cục|hội)\s)(\w)", lambda m: m[1] + m[2].upper(), plain)
    plain = re.sub(r"((?:&|và)\s)(\w)", lambda m: m[1] + m[2].upper(), plain)
    return plain[0].upper() + plain[1:]


def _acronym(word: str) -> bool:
    return word in ("UBND", "HĐND", "MTTQ", "UBMTTQ", "TW")


def _lines_of(text: str, span: Span) -> list[Span]:
    return [(span[0] + start, span[0] + end) for start, end in lines(text[slice(*span)])]
