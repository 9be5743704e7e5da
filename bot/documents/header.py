"""Number, date, place, issuer, kind and subject: the head of an official document (Nghị định 30/2020, phụ lục I).

Each function takes the text and the span of the head, and returns what it found with its span, or None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.documents.dates import make_date
from bot.documents.layout import LOWER, UPPER, title_of
from bot.documents.reading import Span
from bot.documents.tidy import ADDRESSED, lines, plain_digits
from bot.text import capital

Found = tuple[str, Span]

_NUMBER = re.compile(
    r"(?<!đến )(?<!ĐẾN )\bS[ốỐôÔ]\s*[:.]?\s*(?P<number>[\d.…_]*)\s*"
    r"(?P<sign>[/-]\s*[A-ZĐƯ\d][\w&/]*(?:\s*[-–]\s*[A-ZĐƯ\d][\w&/]*)*)(?!\w)(?![ ]*ngày[ ]*\d)"
)
_PLACE = rf"(?:T[Pp]\.[ ]*)?(?=[^\n,\d]{{0,40}}[{LOWER}])[{UPPER}][^\W\d_]*(?:[ -]{{1,3}}[{UPPER}][^\W\d_]*){{0,6}}"
_DATED = re.compile(
    rf"(?:(?<![\w/&-])(?P<place>{_PLACE})\s*,?)?\s*\b(?:ngày|NGÀY)\s*(?P<day>[\d.…_]*)\s*"
    r"(?:tháng|THÁNG)\s*(?P<month>[\d.…_]*)\s*(?:năm|NĂM)\s*(?P<year>\d{4})"
)
_DATED_SHORT = re.compile(
    rf"(?<![\w/&-])(?P<place>{_PLACE})\s*,\s*(?:ngày\s*)?(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>\d{{4}})\b"
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
    form = plain_digits(text)
    found = _DATED.search(form, *head) or _DATED_SHORT.search(form, *head)
    if not found:
        return None
    place = found.span("place")
    return _iso(found), " ".join(text[slice(*place)].split()) if found["place"] else None, found.span()


def _iso(found: re.Match[str]) -> str:
    """As far as it is a date: a month there is not leaves the year, a day there is not the month."""
    year, month, day = (int(found[name].strip(".…_") or 0) for name in ("year", "month", "day"))
    if not 1 <= month <= 12:
        return f"{year}"
    return f"{year}-{month:02}-{day:02}" if make_date(year, month, day) else f"{year}-{month:02}"


def doc_type(text: str, head: Span, addressed: bool) -> Found | None:
    """The kind as its title says; a công văn has none, only `V/v` or addressees."""
    for start, end in _lines_of(text, head):
        if title := title_of(text[start:end].strip(" *")):
            return title.lower(), (start, end)
    about = _ABOUT.search(text, *head)
    if about or addressed:
        return "công văn", about.span() if about else head
    return None


def subject(text: str, head: Span) -> Found | None:
    """What it is about, without `V/v`, on one line; in a titled document it may end only where the body starts. A date
    line that the two columns of a head put in its middle is left out."""
    start = _subject_start(text, head)
    if start is None:
        return None
    pieces: list[Span] = []
    for line in _lines_of(text, (start, head[1])):
        words, dated = text[slice(*line)], _DATED.search(text, *line)
        if pieces and not _goes_on(text, pieces[-1][1], line):
            break
        if not (dated and dated.start() <= line[0]):
            pieces.append((line[0], dated.start() if dated else line[1]))
        elif not pieces or not _RESUMED.match(text, line[1]):
            break
        if words.rstrip().endswith("."):
            break
    found = " ".join(word for piece in pieces for word in text[slice(*piece)].split()).rstrip(" .;*,")
    return (found, (pieces[0][0], pieces[-1][1])) if found else None


def _subject_start(text: str, head: Span) -> int | None:
    if about := _ABOUT.search(text, *head):
        return about.end()
    for start, end in _lines_of(text, head):
        if title := title_of(text[start:end].strip(" *")):
            rest = start + len(text[start:end]) - len(text[start:end].lstrip(" *")) + len(title)
            return rest if text[rest:end].strip(" *") else end
    return None


_RESUMED = re.compile(rf"\s*\n[ ]*[{LOWER}]")


def _goes_on(text: str, end: int, line: Span) -> bool:
    words = text[slice(*line)]
    if "\n\n" in text[end : line[0]] and not _RESUMED.match(text, end):
        return False
    if _MOTTO.match(words) or _STAMP.fullmatch(words) or _NUMBER.match(words):
        return False
    return not re.match(rf"Thực hiện|Căn cứ|(?i:{ADDRESSED})|Kính mời|[-_*]", words)


def issuer(text: str, head: Span, place: str | None) -> Issuer | None:
    """The issuing body with the name of its parent's place: `Sở Nội vụ tỉnh …`, parent `UBND tỉnh …`."""
    names: list[list[Span]] = []
    for start, end in _lines_of(text, head):
        name = _MOTTO.split(text[start:end])[0].strip()
        if titled := _OF_TITLE.match(name):
            return _named(text, [[(start + titled.start(1), start + titled.end(1))]], place)
        if _NUMBER.match(name) or (names and title_of(name)):
            break
        if name.isupper() and not _STAMP.search(name) and (names or _AGENCY.match(name)):
            _add_name(text, names, (start, start + len(name)))
    return _named(text, names, place) if names else None


def _add_name(text: str, names: list[list[Span]], line: Span) -> None:
    """A body of its own, or the rest of the name on the line before."""
    if not names or (_AGENCY.match(text, *line) and not _unfinished(text[slice(*names[-1][-1])])):
        names.append([line])
    elif text.count("\n", names[-1][-1][1], line[0]) == 1:
        names[-1].append(line)


def _unfinished(name: str) -> bool:
    return bool(re.search(r"(?:^CHỦ TỊCH|^[ỦU][YỶ]|\bVÀ|&|-|,)$", name.strip()))


def of_chairman(issuer: Issuer) -> Issuer:
    """`Chủ tịch Ủy ban nhân dân tỉnh …` where the committee stands in the head."""
    committee = re.match(r"UBND|[ỦU][yỷ] ban nhân dân", issuer.name)
    return replace(issuer, name=f"Chủ tịch {issuer.name}") if committee else issuer


def chairmans(text: str, body: Span, ending: Span) -> bool:
    """Whether a chỉ thị or công điện is its chairman's own: he demands, and nobody signs for the committee (TM.)."""
    return bool(_CHAIRMAN.search(text, *body) and not _COLLECTIVE.search(text, *ending))


_CHAIRMAN = re.compile(
    r"Chủ\s+tịch\s+(?:UBND|[ỦU][yỷ]\s+ban\s+nhân\s+dân)\s+(?:tỉnh|thành\s+phố|huyện|thị\s+xã|quận|xã|phường|đặc\s+khu)"
    r"(?:\s+[^\W\d_]+){0,4}\s+(?:yêu\s+cầu|chỉ\s+thị|chỉ\s+đạo|giao|đề\s+nghị|có\s+ý\s+kiến|điện)\b"
)
_COLLECTIVE = re.compile(r"\bT/?M\s*\.?\s*(?:UBND|[ỦU][YỶ] BAN)", re.IGNORECASE)
_OF_TITLE = re.compile(r"CỦA\s+(.+?)\s+SỐ\b")
_AGENCY = re.compile(
    r"(?:[ỦUƯ][YỶ](?: BAN)?|UBND|HỘI ĐỒNG|HĐND|SỞ|BỘ|PHÒNG|VĂN PHÒNG|CHI CỤC|CỤC|TỔNG CỤC|BAN|HỘI|THANH TRA"
    r"|CÔNG AN|CHÍNH PHỦ|VIỆN"
    r"|TRƯỜNG|TRUNG TÂM|KHO BẠC|BẢO HIỂM|TỈNH [ỦU]|HUYỆN [ỦU]|THÀNH [ỦU]|ĐẢNG|ĐOÀN|TÒA|TOÀ|LIÊN|MẶT TRẬN"
    r"|THỦ TƯỚNG|CHỦ TỊCH|ĐÀI|TỔ|VỤ|BỆNH VIỆN|HẠT|ĐỘI|CÔNG TY|NGÂN HÀNG|TẬP ĐOÀN)\b"
)


def _named(text: str, names: list[list[Span]], place: str | None) -> Issuer:
    cased = [_cased(text, " ".join(text[slice(*piece)].strip() for piece in name), place) for name in names]
    span = (names[0][0][0], names[-1][-1][1])
    if len(cased) == 1:
        return Issuer(cased[0], None, span)
    return Issuer(_with_place(cased[-1], cased[-2]), cased[-2], span)


def _with_place(name: str, parent: str) -> str:
    """`Văn phòng` belongs to its whole parent; a Sở or Phòng only to its place."""
    if len(name.split()) == 2 and name.lower().startswith(("văn phòng", "thanh tra")):
        return f"{name} {parent}"
    where = _PLACES.search(parent)
    return f"{name} {parent[where.start() :]}" if where and not _PLACES.search(name) else name


def _cased(text: str, capitals: str, place: str | None) -> str:
    """Capitals to ordinary spelling: as the document itself writes the name elsewhere, else word by word."""
    pattern = r"\s+".join("(?:&|và)" if word == "&" else re.escape(word) for word in capitals.split())
    for found in re.finditer(pattern, text, re.IGNORECASE):
        if not found[0].isupper():
            words = " ".join(found[0].split()).replace(" & ", " và ")
            return capital(words)
    return respelled(capitals, place)


def respelled(capitals: str, place: str | None = None) -> str:
    """A name in capitals in ordinary spelling, as far as rules can tell: `Phòng Quản lý đô thị`."""
    words = [word if _acronym(word) else word.lower() for word in capitals.split()]
    plain = " ".join(words).replace(" & ", " và ")
    if place and place.lower() in plain:
        plain = plain.replace(place.lower(), place)
    elif where := _PLACES.search(plain):
        plain = plain[: where.end()] + plain[where.end() :].title()
    plain = re.sub(r"^((?:sở|phòng|ban|bộ|cục|hội)\s)(\w)", lambda m: m[1] + m[2].upper(), plain)
    plain = re.sub(r"((?:&|và)\s)(\w)", lambda m: m[1] + m[2].upper(), plain)
    return capital(plain)


def _acronym(word: str) -> bool:
    return word in ("UBND", "HĐND", "MTTQ", "UBMTTQ", "TW")


def _lines_of(text: str, span: Span) -> list[Span]:
    return [(span[0] + start, span[0] + end) for start, end in lines(text[slice(*span)])]
