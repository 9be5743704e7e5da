"""What a question wants for an answer, guessed from its words: the coordinator sees the guess and can correct it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text import capital, fold, one_line

MOST = 10
"""Columns, or words to choose from."""
_LONGEST = 40
_BARRED = re.compile(r"(?P<lead>[^:|]*:)?(?P<columns>[^:|.?]+(?:\|[^|.?]+)+)")
_REPEATED = re.compile(
    r"[(\[*\s]*lặp lại (?:cho|theo|với) (?:từng|mỗi) (?P<each>[^()*.,:;]{2,40}?)[)\]*\s]*[.?]?$", re.I
)
_LISTED = re.compile(r":\s*([^:]+?)\s*[.?(*]")
_PAIR = re.compile(r"(\w+) (năm \w+) [-–] (năm \w+)")
_SLASHED = re.compile(r"\(((?:[^()/\d]{1,40}/)+[^()/\d]{1,40})\)")
_CHOSEN = re.compile(r"\bchọn(?: một trong(?: các \w+)?)?\s*:\s*([^.?]+)", re.IGNORECASE)
_YES_NO = re.compile(r"\bco\b.*\bhay khong$|\bhay chua$")
_SHARE = re.compile(r"^(?:de nghi )?(?:neu |cho biet )?(?:ty|ti) le\b|\bbao nhieu phan tram$|\bphan tram$")
_MONEY = re.compile(
    r"^(?:de nghi )?(?:neu |cho biet )?(?:tong )?(?:so tien|so von|so kinh phi|tong kinh phi)\b"
    r"|\bbao nhieu (?:tien|\w+ dong)\b"
)
_NUMBER = re.compile(
    r"^(?:de nghi )?(?:neu |cho biet |thong ke )?(?:tong so|tong so luong|so luong|so)\b"
    r"(?! (?:lieu|hoa|hieu|ky hieu|va|tien|ngay|quyet dinh|cong van|dien thoai|tai khoan)\b)"
)
_MANY = re.compile(r"\bbao nhieu ((?:\w+ ?){1,4})$")
_DATE = re.compile(
    r"^(?:de nghi )?(?:neu |cho biet )?ngay (?!cang|nay)(?!.*\b(?:gio|dia diem|so)\b)|\b(?:ngay nao|khi nao)$"
)
_CURRENCY = re.compile(r"\b(nghìn|ngàn|triệu|tỷ|tỉ)?\s*đồng\b", re.IGNORECASE)
_OF = re.compile(r"(?:tổng số lượng|tổng số|số lượng|số|bao nhiêu)\s+([^\W\d_]+(?:[ -][^\W\d_]+){0,5})", re.IGNORECASE)
_STOPS = re.compile(
    r"\s+(?:đã|được|đang|chưa|trong|theo|từ|của|tại|phải|cần|năm|quý|tháng|là|và|do|có|mà|bị|giải|tiếp|nộp|ban)\b.*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind` is `text`, `number`, `money`, `share`, `date`, `choice` or `table`; `unit` what figures count; `options`
    the words to choose from, or the columns."""

    kind: str = "text"
    unit: str = ""
    options: tuple[str, ...] = ()


def shape_of(text: str) -> Shape:
    """Words, unless the question leaves no doubt that it wants something else."""
    said = one_line(text)
    if columns := _columns(said):
        return Shape("table", options=columns)
    if options := _options(said):
        return Shape("choice", options=options)
    folded = fold(said)
    if _SHARE.search(folded):
        return Shape("share", "%")
    if _MONEY.search(folded):
        return Shape("money", currency(said))
    if _NUMBER.search(folded) or _MANY.search(folded):
        return Shape("number", _unit(said))
    return Shape("date") if _DATE.search(folded) else Shape()


def listed(text: str) -> tuple[str, ...]:
    """Columns or choices as typed: apart by bars, else by semicolons, slashes or commas."""
    mark = next((each for each in "|;/," if each in text), "|")
    found = (one_line(each, _LONGEST).strip(" .*") for each in text.split(mark))
    return tuple(dict.fromkeys(each for each in found if each))[:MOST]


def currency(text: str) -> str:
    """`đồng`, `triệu đồng`."""
    found = _CURRENCY.search(text)
    return f"{found[1].lower()} đồng" if found and found[1] else "đồng"


def _columns(said: str) -> tuple[str, ...]:
    if barred := _BARRED.search(said):
        return tuple(map(_capital, listed(barred["columns"])))
    repeated = _REPEATED.search(said)
    if repeated is None:
        return ()
    before = said[: repeated.start()]
    items = listed(_PAIR.sub(r"\1 \2, \1 \3", found[1])) if (found := _LISTED.search(f"{before}.")) else ()
    each = _capital(repeated["each"].strip())
    if items and fold(each) in fold(items[0]):
        return tuple(map(_capital, items))
    asked = re.sub(r"^Đề nghị (?:nêu )?", "", before.split(":")[0]).strip(" .*(")
    return tuple(map(_capital, (each, *(items or (one_line(asked, _LONGEST),)))))[:MOST]


def _options(said: str) -> tuple[str, ...]:
    if chosen := _CHOSEN.search(said):
        found = listed(chosen[1])
        return tuple(map(_capital, found)) if len(found) > 1 else ()
    if slashed := _SLASHED.search(said):
        return tuple(map(_capital, listed(slashed[1])))
    asked = _YES_NO.search(fold(said))
    if asked is None:
        return ()
    return ("Có", "Không") if asked[0].endswith("khong") else ("Đã xong", "Chưa xong")


def _capital(word: str) -> str:
    return capital(word)


def _unit(said: str) -> str:
    found = _OF.search(said)
    words = _STOPS.sub("", found[1]).strip() if found else ""
    return words if len(words) <= _LONGEST and len(words.split()) <= 5 else ""
