"""The office a coordinator speaks of, and what it still owes her."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.text import fold
from bot.vi import people as vi
from bot.vi.common import of_period
from db.directives import Assignment, Directive, open_assignments
from db.offices import Office, find_office, ways_said
from db.standing import Line, lines
from handlers import Refused, Turn

_NUMBER = re.compile(r"\b(?:viec|nhiem vu)(?: so)? (\d+)\b")
KINDS = "cong van|cv|thong bao|tb|ke hoach|kh|quyet dinh|qd|chi thi|cong dien|huong dan"
"""What a directive may be called, without marks."""
ANY_KIND = f"công văn|thông báo|kế hoạch|quyết định|qđ|chỉ thị|công điện|hướng dẫn|{KINDS}"
_PAPER = re.compile(rf"\b(?P<kind>{KINDS})(?: so)? ?(?P<number>\d+)\b(?! bc \w)")
_AHEAD = re.compile(
    r"(?:[\s,;.–-]*(?:\b(?:theo|của|cua|cho)\s+)?(?:việc|viec|nhiệm vụ|nhiem vu|"
    rf"{ANY_KIND})(?:\s+(?:số|so))?"
    r"\s+\d[\w()/-]*)*[\s,;.–-]*",
    re.IGNORECASE,
)
PERIOD = r"(?:thang|quy|nam|6 thang|9 thang)\b(?: (?:\d+|i{1,3}|iv|dau|nam)\b)*"
"""A period as it is called, folded: «tháng 3», «quý 1 năm 2026»."""
_PERIOD = re.compile(rf"\bky ({PERIOD})")
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv"}
_SYMBOL = r"(?: (?:ubnd|tb|kh|qd)(?: \w+)?)?"
_NAMED = re.compile(rf"\b(?:viec|nhiem vu|{KINDS})(?: so)? ?\d+{_SYMBOL}\b")
_OPENS = re.compile(rf"(?:viec|{KINDS}) ")
_ALONE, _LAST = re.compile(rf"(?:so )?(\d+){_SYMBOL}"), re.compile(r"[a-z ]+ (\d+)")
_FILLING = frozenset(
    ["a", "anh", "chi", "em", "nhe", "nha", "o", "cua", "cho", "ve", "theo", "thuoc", "la", "va", "thi", "xem"]
)


@dataclass(frozen=True)
class Named:
    """`opens`: the words began with it; `rest` followed."""

    office: Office
    opens: bool
    rest: str


async def office_named(turn: Turn, words: str) -> Named | None:
    """The office in a coordinator's words, by its name, the beginning of that, an alias or its letters, with or without
    marks: the one they begin with, else the only one beside her own.

    None where none is, or where nobody coordinates. Raises Refused where several may be meant.
    """
    if not turn.collecting:
        return None
    known, ways = await ways_said(turn.work.session)
    said = ways.said_in(words)
    others = [each for each in said if not each.by <= set(turn.collecting)] or said
    meant = [each for each in said if each.opens] or others
    by = {number: None for each in meant for number in sorted(each.by)}
    if len(by) > 1:
        raise Refused(vi.which_office([known[number].name for number in by]))
    return Named(known[next(iter(by))], meant[0].opens, meant[0].rest) if meant else None


async def office_called(turn: Turn, name: str) -> Office | None:
    """The office of this name, or the only one whose name begins so: «tài chính». Raises Refused where several do."""
    if (found := await find_office(turn.work.session, name)) is not None:
        return found
    known, ways = await ways_said(turn.work.session)
    said = ways.said_in(name)
    if len(said) != 1 or not said[0].opens or said[0].rest:
        return None
    if len(said[0].by) > 1:
        raise Refused(vi.which_office([known[number].name for number in sorted(said[0].by)]))
    return known[next(iter(said[0].by))]


async def owed_by(turn: Turn, office: Office) -> list[Line]:
    """What this office has not reported in the open directives of this coordinator, the nearest deadline first; only
    the task whose number was said, if one was."""
    asked = await open_assignments(turn.work.session, [office.id])
    mine = [each for each in asked if turn.collects(each.task.directive.collector_id)]
    return [each for each in await lines(turn.work.session, numbered(turn.text, mine)) if not each.reported]


def numbered(text: str, assigned: Sequence[Assignment]) -> list[Assignment]:
    """Those of the task, the directive and its period that were said; all, where none was. What is called otherwise
    than «công văn» and is none of theirs is a paper that is only spoken of."""
    task, said = task_said(text), _PAPER.search(fold(text))
    mine = [each for each in assigned if task is None or each.task.number == task]
    found = [each for each in mine if said is None or bears(each.task.directive, said["number"])]
    if not found and said is not None and said["kind"] not in {"cong van", "cv"}:
        found = mine
    return [each for each in found if of_period_said(each.task.directive, text)] or found


def which_ahead(words: str) -> tuple[str, str]:
    """`công văn 32, việc 1: thiếu phụ lục` → `công văn 32, việc 1`, `thiếu phụ lục`: later numbers belong to what is
    said of it."""
    found = _AHEAD.match(words)
    end = found.end() if found else 0
    return words[:end], words[end:]


def of_period_said(directive: Directive, text: str) -> bool:
    """Whether a period is named in these words, and this is the directive of it."""
    said = _PERIOD.search(fold(text))
    return said is not None and is_called(of_period(directive).strip().removeprefix("(kỳ "), said[1])


def says_period(text: str) -> bool:
    return _PERIOD.search(fold(text)) is not None


def is_called(name: str, said: str) -> bool:
    """Whether `tháng 3/2026` is called «thang 3»: the year left out or not, quarters by either numeral."""
    words = said.split()
    if words[0] == "quy" and len(words) > 1:
        words[1] = _ROMAN.get(words[1], words[1])
    return fold(name).split()[: len(words)] == words


def bears(directive: Directive, paper: str | None) -> bool:
    """`30` of `30/UBND-NV`."""
    return fold(directive.number or "").split()[:1] == [paper]


def without_numbers(text: str) -> str:
    """Folded, without the task and the directive that were named."""
    return " ".join(_NAMED.sub(" ", fold(text)).split())


def last_number(text: str) -> str | None:
    """`32` of «tin dán nhóm 32»."""
    found = _LAST.fullmatch(fold(text))
    return found[1] if found and task_said(text) is None else None


def picked(text: str, offered: Sequence[tuple[str, str]]) -> str | None:
    """What it is worth, of the labels that were offered, to name nothing but a task or a directive: «việc 1, cv 30»,
    «32», «tất cả»."""
    folded = fold(text)
    alone = _ALONE.fullmatch(folded)
    task, paper = task_said(text), alone[1] if alone else paper_said(text)
    if folded == "tat ca":
        found = {worth for label, worth in offered if fold(label).startswith(("tat ca", "ca "))}
    elif alone or ((task or paper) and _FILLING.issuperset(without_numbers(text).split())):
        found = {worth for label, worth in offered if _bears_both(label, task, paper)}
    else:
        return None
    return found.pop() if len(found) == 1 else None


def _bears_both(label: str, task: str | None, paper: str | None) -> bool:
    opens = _OPENS.match(fold(label)) is not None
    return opens and task in {None, task_said(label)} and paper in {None, paper_said(label)}


def task_said(text: str) -> str | None:
    """`2` of «việc 2»."""
    found = _NUMBER.search(fold(text))
    return found[1] if found else None


def paper_said(text: str) -> str | None:
    """`30` of «công văn số 30», `61` of «thông báo 61»."""
    found = _PAPER.search(fold(text))
    return found["number"] if found else None
