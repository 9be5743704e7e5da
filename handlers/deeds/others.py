"""The office a coordinator speaks of, and what it still owes her."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text import fold
from bot.vi import people as vi
from db.directives import Assignment, Directive, open_assignments
from db.names import spoken
from db.offices import Office, offices
from db.standing import Line, lines
from handlers import Refused, Turn

_NUMBER = re.compile(r"\b(?:viec|nhiem vu)(?: so)? (\d+)\b")
_PAPER = re.compile(r"\b(?:cong van|cv)(?: so)? (\d+)\b")


async def office_said(turn: Turn, text: str) -> Office | None:
    """The office named somewhere in a coordinator's words, by its letters, its name or the beginning of that; the
    longest wins. None where none is, or where nobody coordinates. Raises Refused where several bear what was said."""
    if not turn.collecting or turn.text.startswith("/"):
        return None
    said, letters = f" {fold(text)} ", set(re.findall(r"\w+", text))
    best: dict[int, list[Office]] = {}
    for office in await offices(turn.work.session):
        named = [len(way) for way in spoken(office.name) if f" {way} " in said]
        if named or office.short in letters:
            best.setdefault(max(named, default=1), []).append(office)
    found = best[max(best)] if best else []
    if len(found) > 1:
        raise Refused(vi.which_office([office.name for office in found]))
    return found[0] if found else None


async def owed_by(turn: Turn, office: Office) -> list[Line]:
    """What this office has not reported in the open directives of this coordinator, the nearest deadline first; only
    the task whose number was said, if one was."""
    asked = await open_assignments(turn.work.session, [office.id])
    mine = [each for each in asked if turn.collects(each.task.directive.collector_id)]
    return [each for each in await lines(turn.work.session, numbered(turn.text, mine)) if not each.reported]


def numbered(text: str, assigned: Sequence[Assignment]) -> list[Assignment]:
    """Those of the task and of the directive whose numbers were said; all, where none was."""
    task, paper = task_said(text), paper_said(text)
    return [
        each
        for each in assigned
        if (task is None or each.task.number == task) and (paper is None or bears(each.task.directive, paper))
    ]


def bears(directive: Directive, paper: str) -> bool:
    """`30` of `30/UBND-NV`."""
    return fold(directive.number or "").split()[:1] == [paper]


def task_said(text: str) -> str | None:
    """`2` of «việc 2»."""
    found = _NUMBER.search(fold(text))
    return found[1] if found else None


def paper_said(text: str) -> str | None:
    """`30` of «công văn số 30»."""
    found = _PAPER.search(fold(text))
    return found[1] if found else None
