"""The Vietnamese lunar calendar, for checking what a document says beside a solar date; never for finding one.

After Hồ Ngọc Đức's rules (https://www.informatik.uni-leipzig.de/~duc/amlich/): new moons and the sun's longitude at
UTC+7, after Jean Meeus, Astronomical Algorithms, 1998.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from math import floor, pi, sin

from bot.documents.dates import DATE, Issued, read_date

_EPOCH = date(1900, 1, 1).toordinal() - 2415021
"""Ordinal of a date minus its Julian day number."""
_MONTHS = {"giêng": 1, "chạp": 12, "một": 11}
_MONTH = r"tháng\s+(?P<month>giêng|chạp|một|1[0-2]|0?[1-9])"
_SAID = re.compile(
    rf"(?P<date>{DATE})\s*(?:\([^()]{{0,30}}\)\s*)?\((?=[^()]{{0,60}}(?:nhằm|tức|mùng|mồng|chạp|giêng|âm))\s*(?:(?:nhằm|tức(?:\s+là)?)\s+)?(?:vào\s+)?(?:ngày\s+)?(?:mùng|mồng)?\s*"
    rf"(?P<day>\d{{1,2}})\s+(?:{_MONTH}(?![^()]*dương)|(?P<tet>tết))[^()]{{0,40}}\)"
)


def lunar(day: date) -> tuple[int, int]:
    """Day and month of the lunar calendar; a leap month has the number of the one before."""
    julian = day.toordinal() - _EPOCH
    start = _month_start(julian)
    eleventh = _eleventh(day.year)
    if eleventh > start:
        before, after = _eleventh(day.year - 1), eleventh
    else:
        before, after = eleventh, _eleventh(day.year + 1)
    gone = floor((start - before) / 29)
    month = gone + 11
    if after - before > 365 and gone >= _leap(before):
        month -= 1
    return julian - start + 1, (month - 1) % 12 + 1


def wrong_lunar(form: str, issued: Issued) -> Iterator[tuple[int, int, str]]:
    """Dates with a lunar gloss that does not fit: start, end and what the day is (`mùng 3 tháng Giêng`)."""
    for found in _SAID.finditer(form):
        day = read_date(found["date"], issued)
        if day is None:
            continue
        said = int(found["day"]), 1 if found["tet"] else _MONTHS.get(found["month"]) or int(found["month"])
        if said != (real := lunar(day)):
            yield found.start(), found.end(), f"ngày {real[0]} tháng {real[1]} âm lịch"


def _new_moon(number: int) -> int:
    """Julian day, in Vietnam, of the `number`-th new moon after 1/1/1900."""
    t, rad = number / 1236.85, pi / 180
    moon = 2415020.75933 + 29.53058868 * number + 0.0001178 * t**2 - 0.000000155 * t**3
    moon += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t**2) * rad)
    m = (359.2242 + 29.10535608 * number - 0.0000333 * t**2 - 0.00000347 * t**3) * rad
    mpr = (306.0253 + 385.81691806 * number + 0.0107306 * t**2 + 0.00001236 * t**3) * rad
    f = (21.2964 + 390.67050646 * number - 0.0016528 * t**2 - 0.00000239 * t**3) * rad
    c = (0.1734 - 0.000393 * t) * sin(m) + 0.0021 * sin(2 * m) - 0.4068 * sin(mpr) + 0.0161 * sin(2 * mpr)
    c += -0.0004 * sin(3 * mpr) + 0.0104 * sin(2 * f) - 0.0051 * sin(m + mpr) - 0.0074 * sin(m - mpr)
    c += 0.0004 * sin(2 * f + m) - 0.0004 * sin(2 * f - m) - 0.0006 * sin(2 * f + mpr)
    c += 0.0010 * sin(2 * f - mpr) + 0.0005 * sin(2 * mpr + m)
    delta = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return floor(moon + c - delta + 0.5 + 7 / 24)


def _sun(julian: int) -> int:
    """Which twelfth of the ecliptic the sun is in when that day begins in Vietnam."""
    t, rad = (julian - 2451545.5 - 7 / 24) / 36525, pi / 180
    m = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * rad
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    longitude += (1.914600 - 0.004817 * t - 0.000014 * t**2) * sin(m) + (0.019993 - 0.000101 * t) * sin(2 * m)
    longitude += 0.000290 * sin(3 * m)
    return floor((longitude * rad / pi * 6) % 12)


def _number(julian: int) -> int:
    return floor((julian - 2415021.076998695) / 29.530588853)


def _month_start(julian: int) -> int:
    number = _number(julian)
    start = _new_moon(number + 1)
    return start if start <= julian else _new_moon(number)


def _eleventh(year: int) -> int:
    """Where the eleventh month, that of the winter solstice, starts."""
    number = _number(date(year, 12, 31).toordinal() - _EPOCH)
    start = _new_moon(number)
    return _new_moon(number - 1) if _sun(start) >= 9 else start


def _leap(eleventh: int) -> int:
    """Which month after the eleventh is the leap one: the first in which the sun changes no sign."""
    number = floor(0.5 + (eleventh - 2415021.076998695) / 29.530588853)
    place, last = 1, _sun(_new_moon(number + 1))
    while place < 14:
        place += 1
        arc = _sun(_new_moon(number + place))
        if arc == last:
            break
        last = arc
    return place - 1
