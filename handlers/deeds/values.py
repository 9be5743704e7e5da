"""What an answer says besides its words: a figure with its unit, a day, one of the choices."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.figures import Figure, read_figure, read_share, written
from bot.text import fold
from db.chapters import Given
from db.directives import Kind, Question
from db.reports import Answer
from handlers.deeds.days import find_day

_CURRENCIES = {"đồng": 1, "nghìn đồng": 10**3, "triệu đồng": 10**6, "tỷ đồng": 10**9}
_IS_MONEY = re.compile(r"^(?:dong|vnd|d|vn dong)\b")
_WHOLE_DAY = re.compile(r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{4}")
MOST_DIGITS = 40
NOTHING = {"khong phat sinh", "kps"}
COUNTED = frozenset({Kind.NUMBER, Kind.MONEY, Kind.SHARE})
ADDED = frozenset({Kind.NUMBER, Kind.MONEY})
"""Percentages of several offices make no sum."""


@dataclass(frozen=True)
class Read:
    """`value` as `db.reports.Answer` keeps it, None where nothing was understood; `others` what it may mean as well;
    `sure`: it says so itself and need not be confirmed."""

    value: str | None = None
    unit: str = ""
    about: bool = False
    sure: bool = False
    others: tuple[str, ...] = ()


def read(question: Question, text: str, today: date) -> Read:
    """`today` is the day on which it was said."""
    if question.kind == Kind.TEXT:
        return Read(sure=True)
    if question.kind == Kind.CHOICE:
        chosen = _chosen(question.options, text)
        return Read(chosen, sure=chosen is not None)
    if question.kind == Kind.DATE:
        day = find_day(text, today)
        return Read(day.isoformat(), sure=bool(_WHOLE_DAY.fullmatch(text.strip()))) if day else Read()
    found = read_share(text) if question.kind == Kind.SHARE else read_figure(text)
    if question.kind == Kind.MONEY and found is not None:
        found = _money(found, question.unit or "đồng")
    return _figure(found, question.unit) if found is not None else Read()


def _figure(found: Figure, unit: str) -> Read:
    if len(kept(found.value)) > MOST_DIGITS:
        return Read()
    same = not found.unit or fold(found.unit) == fold(unit) or found.unit == unit
    others = () if found.other is None else (kept(found.other),)
    return Read(kept(found.value), unit or found.unit[:40], found.about, found.plain and same and not others, others)


def kept(value: Decimal) -> str:
    """`1250.5`: exact, without an exponent; empty figures after the point are dropped."""
    whole, _, rest = f"{value:f}".partition(".")
    return f"{whole}.{rest.rstrip('0')}" if rest.rstrip("0") else whole


def _money(found: Figure, unit: str) -> Figure | None:
    """In the unit of the question: a «triệu» or a «đồng» says that it was counted in đồng."""
    if found.whole is not None:
        return None
    in_currency = found.scaled or bool(_IS_MONEY.match(fold(found.unit)))
    worth = _CURRENCIES.get(unit, 1) if in_currency else 1
    about = found.about
    other = None if found.other is None else found.other / worth
    return Figure(found.value / worth, "", about, other=other, plain=found.plain and not in_currency)


def _chosen(options: list[str], text: str) -> str | None:
    folded = fold(text)
    if folded.isdecimal() and 1 <= int(folded[:4]) <= len(options):
        return options[int(folded) - 1]
    same = [each for each in options if fold(each) == folded]
    near = same or [each for each in options if folded and f" {folded} " in f" {fold(each)} "]
    return near[0][:60] if len(near) == 1 else None


def figure_of(answer: Answer | Given) -> Decimal | None:
    """The number it was read as."""
    return Decimal(answer.value) if answer.value and re.fullmatch(r"-?\d+(?:\.\d+)?", answer.value) else None


def as_cell(cell: str) -> str | None:
    """A figure of a table as we write it; None where it is none, or two can be meant."""
    found = read_figure(cell)
    if found is None or found.other is not None:
        return None
    bare = not (found.unit or found.about or found.scaled or found.whole)
    return written(found.value) if bare else cell
