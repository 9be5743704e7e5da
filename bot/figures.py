"""Numbers as Vietnamese write and say them: read, written out and spelled. Pure, exact."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.text import fold, one_line

LONGEST = 300
"""Characters of a sentence that is looked through for one figure."""
_SPREAD = 40
"""Above this many digits a figure is no figure."""
_BY_DOT = r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"
_BY_COMMA = r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|(?:,\d{3})+\.\d+)"
_BY_SPACE = r"[1-9]\d{0,2}(?: \d{3})+(?:,\d+)?"
_DIGITS = rf"(?:{_BY_DOT}|{_BY_COMMA}|{_BY_SPACE}|\d+[.,]\d+|\d+)"
_NUMBER = re.compile(rf"(?<![\w.,/-])-?{_DIGITS}(?![.,/]?\d)")
_PART = re.compile(
    rf"(?<![\w.,/])(?P<part>{_DIGITS})\s*/\s*(?P<whole>{_DIGITS})(?![.,/]?\d)"
    rf"(?P<unit>[^\d%()]*?)\s*(?:\(?\s*(?P<share>{_DIGITS})\s*%\s*\)?)?(?P<rest>[^\d]*)$"
)
_SCALES = {"nghin": 10**3, "ngan": 10**3, "k": 10**3, "trieu": 10**6, "tr": 10**6, "ty": 10**9, "ti": 10**9}
_SCALE = re.compile(r"\s*(nghìn|ngàn|nghin|ngan|triệu|trieu|tr|tỷ|tỉ|ty|ti|k)(?!\w)", re.IGNORECASE)
_HALF = re.compile(r"\s*(?:rưỡi|ruoi)(?!\w)", re.IGNORECASE)
_ABOUT = re.compile(r"\b(?:khoang|chung|gan|hon|tren|duoi|uoc|xap xi|tam|it nhat|toi thieu)$")
_LEAD = re.compile(r"^(?:(?:co|duoc|la|da|tong|cong|so|voi|khoang|chung|gan|hon|tren|uoc) )+")
_DATED = re.compile(r"\b(?:nam|thang|ngay|cau|muc|so hieu|cong van so|van ban so|ke hoach so)$")
_UNIT = re.compile(r"\s*([^\d,;.()\n]{0,40})")
_NONE = re.compile(
    r"(?:khong|chua|ko|k)(?: (?:co|he))?(?: (?:gi|ai|nao|ho so nao|truong hop nao|vu nao|phat sinh gi))?"
)
_ONES = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6}
_ONES |= {"bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
_BARE = {fold(word): worth for word, worth in _ONES.items()}
_COUNTED = re.compile(
    r"^(?:diem|ty le|ti le|thu hang|kinh phi|tong|so|thu|chi)\b(?! (?:ky hieu|hieu|van ban|quyet dinh))"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a text says as a figure, with the unit as typed.

    `about`: «khoảng»; `scaled`: a «triệu» or the like is counted in; `whole`: it is a part of this («12/15»); `other`:
    what it may mean as well («1,250»); `plain`: digits, perhaps a unit, and no more.
    """

    value: Decimal
    unit: str = ""
    about: bool = False
    scaled: bool = False
    whole: Decimal | None = None
    other: Decimal | None = None
    plain: bool = False


def read_figure(text: str) -> Figure | None:
    """The one figure of a text, in digits or in words; None where there is none, or more than one can be meant."""
    said = one_line(text)
    if len(said) > LONGEST:
        return None
    if part := _PART.search(said):
        return _part(said, part)
    if not re.search(r"\d", said):
        return _in_words(said)
    found = _NUMBER.search(said)
    if found is None:
        return None
    value, other = _worth(found[0])
    amount, end, scaled = _scaled(said, found, value)
    if amount is None or re.search(r"\d", said[end:]):
        return None
    before = fold(said[: found.start()])
    if _DATED.search(before):
        return None
    unit = "%" if said[end:].lstrip().startswith("%") else _unit(said[end:])
    plain = found[0].isdecimal() and not scaled and not before
    other = None if other is None or scaled else other
    return Figure(amount, unit, bool(_ABOUT.search(before)), scaled, other=other, plain=plain)


def read_share(text: str) -> Figure | None:
    """A percentage: «98,5%», «98,5», or «12/15 (80%)», whose two ways of saying it must agree."""
    found = read_figure(text)
    if found is None or found.whole is None:
        return replace(found, unit="%") if found and found.unit in {"", "%"} and not found.scaled else None
    share = (found.value * 100 / found.whole).quantize(Decimal("0.01")) if found.whole else None
    return Figure(share.normalize(), "%", found.about) if share is not None else None


def says_none(text: str) -> bool:
    """«không», «không có»: zero, or nothing to report? Only who said so knows."""
    return bool(_NONE.fullmatch(fold(text)))


def is_counted(column: str) -> bool:
    """Whether a column of this name holds figures: «Điểm 2022», «Tỷ lệ», «Số hồ sơ»; not «Số, ký hiệu»."""
    return column.strip().startswith("%") or bool(_COUNTED.search(fold(column)))


def written(value: Decimal) -> str:
    """`1.250.000,5`, as Vietnamese write numbers; exact."""
    if not is_figure(value):
        return str(value)
    whole, _, rest = f"{value:f}".partition(".")
    rest = rest.rstrip("0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}".replace(",", ".") + (f",{rest}" if rest else "")


def is_figure(value: Decimal) -> bool:
    """Whether it can be written out."""
    return value.is_finite() and abs(value.adjusted()) < _SPREAD and -int(value.as_tuple().exponent) < _SPREAD


def spelled(value: Decimal) -> str:
    """`một nghìn hai trăm năm mươi`; nothing for a fraction or for more than can be said."""
    if value != value.to_integral_value() or not 0 <= value < 10**12:
        return ""
    number, groups = int(value), list[str]()
    if number == 0:
        return "không"
    for scale, name in ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, number = divmod(number, scale)
        if group:
            groups.append(f"{_hundreds(group, full=bool(groups))} {name}".strip())
    return " ".join(groups)


_NAMES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _hundreds(group: int, *, full: bool) -> str:
    """1 to 999; `full`: something stands before it, so that its hundreds are said though there are none."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    said = [f"{_NAMES[hundreds]} trăm"] if hundreds or full else []
    if tens > 1:
        said += [f"{_NAMES[tens]} mươi"]
    elif tens:
        said += ["mười"]
    elif ones and said:
        said += ["linh"]
    if ones:
        said += ["mốt" if tens > 1 and ones == 1 else "lăm" if tens and ones == 5 else _NAMES[ones]]
    return " ".join(said)


def _worth(digits: str) -> tuple[Decimal, Decimal | None]:
    """The value, and what else it may be: `1,250` is 1.25 here and 1250 elsewhere."""
    bare = digits.lstrip("-")
    sign = -1 if bare != digits else 1
    if re.fullmatch(_BY_DOT, bare):
        value = Decimal(bare.replace(".", "").replace(",", "."))
    elif re.fullmatch(_BY_COMMA, bare):
        value = Decimal(bare.replace(",", ""))
    else:
        value = Decimal(bare.replace(" ", "").replace(",", "."))
    other = Decimal(bare.replace(",", "")) if re.fullmatch(r"[1-9]\d{0,2},\d{3}", bare) else None
    return sign * value, None if other is None else sign * other


def _scaled(said: str, found: re.Match[str], value: Decimal) -> tuple[Decimal | None, int, bool]:
    """`1 tỷ 200 triệu`, `2 triệu rưỡi`: the amount, where it ends, whether it was scaled; None if it makes no sense."""
    total, end, last = Decimal(0), found.end(), 0
    number: re.Match[str] | None = found
    while number is not None:
        scale = _SCALE.match(said, number.end())
        if scale is None:
            return (None, end, True) if last else (value, number.end(), False)
        worth, end = _SCALES[fold(scale[1])], scale.end()
        if more := _SCALE.match(said, end):
            worth, end = worth * _SCALES[fold(more[1])], more.end()
        if last and worth >= last:
            return None, end, True
        total, last = total + _worth(number[0])[0] * worth, worth
        if half := _HALF.match(said, end):
            return total + Decimal(worth) / 2, half.end(), True
        number = _NUMBER.match(said, end + len(said[end:]) - len(said[end:].lstrip()))
    return total, end, True


def _unit(rest: str) -> str:
    found = _UNIT.match(rest)
    return found[1].strip() if found else ""


def _part(said: str, found: re.Match[str]) -> Figure | None:
    part, whole = _worth(found["part"])[0], _worth(found["whole"])[0]
    if part > whole or whole == 0 or re.search(r"\d", said[: found.start()]):
        return None
    if found["share"] and abs(part * 100 / whole - _worth(found["share"])[0]) > Decimal("0.5"):
        return None
    about = bool(_ABOUT.search(fold(said[: found.start()])))
    return Figure(part, found["unit"].strip(" ,;.("), about, whole=whole)


def _in_words(said: str) -> Figure | None:
    """`mười hai hồ sơ`; only at the beginning: further on such words are seldom figures."""
    marked = any(ord(char) > 0x7F for char in said)
    words, keys = said.split(), [fold(word) for word in said.split()]
    lead = _LEAD.match(" ".join(keys) + " ")
    start = len(lead[0].split()) if lead else 0
    if keys[start : start + 1] in (["khong"], ["chua"]):
        return None
    counted = _Counted(_ONES if marked else _BARE)
    used = start
    for word, key in zip(words[start:], keys[start:], strict=True):
        if not counted.take(word.strip(",.;").casefold() if marked else key, key):
            break
        used += 1
    value = counted.value
    rest = " ".join(words[used:])
    if value is None or (keys[start:used] == ["mot"] and fold(rest).startswith(("so", "vai", "it"))):
        return None
    return Figure(value, _unit(rest), bool(lead and _ABOUT.search(lead[0].strip())), counted.scaled)


class _Counted:
    """Number words one by one; what can be heard in two ways («hai trăm năm») has no value."""

    def __init__(self, ones: dict[str, int]) -> None:
        self._ones, self._last, self._before = ones, "", ""
        self._total = self._group = self._scale = 0
        self._half = Decimal(0)
        self._wrong = self.scaled = False

    @property
    def value(self) -> Decimal | None:
        vague = self._last == "one" and self._before in {"hundred", "scale"}
        return None if self._wrong or vague or not self._last else Decimal(self._total + self._group) + self._half

    def take(self, word: str, key: str) -> bool:
        """False where the number ends."""
        if self._last == "half":
            return False
        if word in self._ones:
            self._wrong |= self._last == "one"
            self._group, kind = self._group + self._ones[word], "one"
        elif key == "muoi":
            one = self._group % 10 if self._last == "one" else 1
            self._wrong |= self._last == "tens"
            self._group += one * 9 if self._last == "one" else 10
            kind = "tens"
        elif key == "tram" and self._last == "one":
            self._group, kind = self._group * 100, "hundred"
        elif key in {"le", "linh"} and self._last in {"hundred", "scale"}:
            kind = "zero"
        elif key in _SCALES and key not in {"k", "tr"} and self._last in {"one", "tens", "hundred", "scale"}:
            kind = "scale"
            self._scaled_by(_SCALES[key])
        elif key == "ruoi" and self._last in {"hundred", "scale"}:
            self._half = Decimal(self._scale if self._last == "scale" else 100) / 2
            kind = "half"
        else:
            return False
        self._before, self._last = self._last, kind
        return True

    def _scaled_by(self, scale: int) -> None:
        self._wrong |= self._last == "one" and self._before in {"hundred", "scale"}
        if self._scale and scale > self._scale:
            self._total = (self._total + self._group) * scale
        else:
            self._total += self._group * scale
        self._group, self._scale, self.scaled = 0, scale, True
