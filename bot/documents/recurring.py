"""Deadlines that come back: the cycle in plain English words, as the annotated corpus writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.documents.dates import DATE

_EACH = r"(?:hằng|hàng|hãng|mỗi)"
_COUNT = {"hai": 2, "ba": 3, "sáu": 6, "chín": 9}
_REPORTING = r"(?:báo\s+cáo|sơ\s+kết|tổng\s+kết|tổng\s+hợp|gửi|đánh\s+giá|họp|giao\s+ban)"
_UNITS = {"tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "6 tháng": "6-monthly", "năm": "yearly"}

_DAY_OF_MONTH = re.compile(
    rf"(?:định\s+kỳ\s+)?(?P<rule>trước|chậm\s+nhất(?:\s+là|\s+đến)?|vào)\s+ngày\s+(?P<day>\d{{1,2}})\s+"
    rf"(?P<which>{_EACH}\s+tháng|cùng\s+tháng|tháng\s+trước|của\s+tháng\s+sau|tháng\s+sau|"
    r"(?:của\s+)?tháng\s+cuối\s+quý|của\s+tháng\s+cuối\s+quý)"
)
_DAY_OF_YEAR = re.compile(
    rf"(?P<rule>trước|chậm\s+nhất(?:\s+là)?)\s+ngày\s+(?P<date>{DATE})\s+"
    rf"(?P<which>của\s+năm\s+sau(?:\s+liền\s+kề)?|năm\s+sau|{_EACH}\s+năm)"
)
_MONTHS_A_TIME = re.compile(
    r"định\s+kỳ\s+(?:\(?(?P<least>ít\s+nhất)\s+)?(?P<count>\d{1,2}|hai|ba|sáu|chín)\s+tháng(?:\s*(?:/\s*lần|một\s+lần))?\)?"
)
_CYCLES = re.compile(
    rf"(?:định\s+kỳ\s+)?{_EACH}\s+(?P<units>(?:tuần|tháng|quý|6\s+tháng|năm)"
    r"(?:(?:\s*,\s*|\s+và\s+)(?:tuần|tháng|quý|6\s+tháng|năm))*)"
)
_HALF_AND_END = re.compile(r"6\s+tháng\s+(?:đầu\s+năm\s+)?và\s+cuối\s+năm")
_NO_CYCLE = re.compile(rf"(?:theo\s+)?định\s+kỳ(?=[\s./,;]*$)|định\s+kỳ(?=\s+[^,.;]{{0,25}}?{_REPORTING})")
_OFTEN = re.compile(rf"thường\s+xuyên(?=\s+{_REPORTING})")
_NOT_OURS = re.compile(r"chế\s+độ[^.;]{0,40}$|kế\s+hoạch[^.;]{0,40}$")

Cycle = tuple[tuple[int, int], str | None]


def recurring(form: str) -> Iterator[Cycle]:
    """Span and cycle of each recurring deadline; the cycle is `unspecified` where only «định kỳ» is said."""
    yield from ((found.span(), _of_month(found)) for found in _DAY_OF_MONTH.finditer(form))
    yield from ((found.span(), _of_year(found)) for found in _DAY_OF_YEAR.finditer(form))
    yield from ((found.span(), _every_months(found)) for found in _MONTHS_A_TIME.finditer(form))
    yield from ((found.span(), "mid-year and year-end") for found in _HALF_AND_END.finditer(form) if _reports(found))
    yield from ((found.span(), _units(found)) for found in _CYCLES.finditer(form) if _reports(found))
    yield from ((found.span(), "unspecified") for found in _NO_CYCLE.finditer(form) if not _of_others(found))
    yield from ((found.span(), None) for found in _OFTEN.finditer(form))


def _of_month(found: re.Match[str]) -> str:
    rule = {"trước": "before ", "vào": "on "}.get(found["rule"], "by ")
    which = " ".join(found["which"].split())
    if "quý" in which:
        return f"quarterly: {rule}day {int(found['day'])} of the quarter's last month"
    month = {"cùng tháng": " of the same month", "tháng trước": " of the previous month"}.get(which, "")
    return f"monthly: {rule}day {int(found['day'])}{' of the following month' if 'sau' in which else month}"


def _of_year(found: re.Match[str]) -> str:
    following = " of the following year" if "sau" in found["which"] else ""
    return f"yearly: {'before' if found['rule'] == 'trước' else 'by'} {found['date']}{following}"


def _every_months(found: re.Match[str]) -> str:
    count = _COUNT.get(found["count"]) or int(found["count"])
    if found["least"]:
        return f"at least every {count} months"
    return "6-monthly" if count == 6 and "lần" not in found[0] else f"every {count} months"


def _units(found: re.Match[str]) -> str:
    units = [" ".join(unit.split()) for unit in re.split(r",|\bvà\b", found["units"])]
    return "+".join(_UNITS[unit] for unit in units) + ", days unspecified"


def _reports(found: re.Match[str]) -> bool:
    """Only a cycle of reporting is a deadline; «kế hoạch hàng năm» is a name."""
    start, end = max(0, found.start() - 60), found.end() + 40
    around = found.string[start : found.start()] + "|" + found.string[found.end() : end]
    return bool(re.search(r"báo\s+cáo|sơ\s+kết|tổng\s+kết", around)) and not _of_others(found)


def _of_others(found: re.Match[str]) -> bool:
    return bool(_NOT_OURS.search(found.string[: found.start()]))
